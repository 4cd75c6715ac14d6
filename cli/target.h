/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens targets by the options of a call. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/command.h"
#include "policy/windows/hives.h"

/* Where --backup keeps a hive if it names no suffix. */
#define CLI_BACKUP_SUFFIX ".bak"

/* How the call wants targets opened; write: roles to be edited, as bits. */
enum spp_status cli_options_of(const struct cli_call *call, unsigned int write,
			       struct spp_hives_options *options,
			       struct spp_error *err);

/* Opens the target; write: roles to be edited, as bits. */
enum spp_status cli_open(const struct cli_call *call, const char *path,
			 unsigned int write, struct spp_hives **windows,
			 struct spp_error *err);

/*
 * Appends the options that an edit of the same target must be told, too, as
 * words of a command line: " --partition 3".
 */
void cli_target_words(const struct cli_call *call, struct spp_buf *out);

/* Refuses an option that names one file if there are several targets. */
enum spp_status cli_one_output(const struct cli_call *call,
			       enum cli_option_id id, struct spp_error *err);

/* Refuses --system and --netsvc if there are several targets. */
enum spp_status cli_one_target(const struct cli_call *call, int targets,
			       struct spp_error *err);

/* Now as a FILETIME, or the time in SOURCE_DATE_EPOCH instead. */
enum spp_status cli_now(uint64_t *filetime, struct spp_error *err);

/* Warns of properties of the open hives that an auditor must know. */
void cli_warn_of_state(const struct spp_hives *windows,
		       struct spp_notes *notes);

#endif
