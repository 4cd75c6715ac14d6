/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options that do nothing: for a kind of target, or without another option.
 * Tables say which (heed.c); nothing else of the program looks for them.
 */
#ifndef CLI_HEED_H
#define CLI_HEED_H

#include "cli/command.h"
#include "hive/base/error.h"
#include "policy/format/format.h"

/* Fails for an option that needs another, and for two that exclude each other.
 */
enum spp_status cli_heed_check(const struct cli_call *call,
			       struct spp_error *err);

/*
 * Warns of options that do nothing for a target; its kind is hive, folder, disk,
 * wim or policy.
 */
void cli_heed_kind(const struct cli_call *call, const char *path,
		   const char *kind);

/* The same of options of an edit, where the command only reads. */
void cli_heed_reading(const struct cli_call *call);

/* The same for the format of a policy. */
void cli_heed_format(const struct cli_call *call, const char *path,
		     const struct spp_format *format);

#endif
