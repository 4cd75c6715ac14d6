/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the options of a call to an open target, and back to an exit code. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

#include "cli/command.h"
#include "policy/windows/hives.h"

/* Under which --backup keeps a hive unless told otherwise. */
#define CLI_BACKUP_SUFFIX ".bak"

/* What the options say of how to open; write: roles to be edited, as bits. */
enum spp_status cli_options_of(const struct cli_call *call, unsigned int write,
			       struct spp_hives_options *options,
			       struct spp_error *err);

/* Opens the target; write: roles to be edited, as bits. */
enum spp_status cli_open(const struct cli_call *call, const char *path,
			 unsigned int write, struct spp_hives **windows,
			 struct spp_error *err);

/* Refuses hives beside the target where there are several targets. */
enum spp_status cli_one_target(const struct cli_call *call, int targets,
			       struct spp_error *err);

/* Now as a FILETIME, or what SOURCE_DATE_EPOCH says instead. */
enum spp_status cli_now(uint64_t *filetime, struct spp_error *err);

/* Says what failed, as JSON too where that was asked for. */
enum cli_exit cli_fail(const struct cli_call *call,
		       const struct spp_error *err);

/* The scope that was asked for, else the home of the setting. */
enum spp_status cli_scope(const struct cli_call *call,
			  const struct spp_setting *setting,
			  struct spp_scope *scope, struct spp_error *err);

/* Finds a setting by either name, or says which there are. */
enum spp_status cli_setting(const char *name, const struct spp_setting **found,
			    bool *raw, struct spp_error *err);

/* Warns of what an auditor must know about the open hives. */
void cli_warn_of_state(const struct spp_hives *windows,
		       struct spp_notes *notes);

/* What there is to know about a target itself, at once. */
void cli_warn_of_target(const struct spp_target *target);

void cli_warn_all(const struct spp_notes *notes);

/* What a value says, with product keys made unreadable. */
enum spp_status cli_show_value(const struct cli_call *call,
			       const struct spp_setting *setting,
			       const struct spp_value *value, bool raw,
			       struct spp_buf *out, struct spp_error *err);

#endif
