/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a word of the command line is, where it is not what was expected there:
 * a setting instead of a target, a format without its option.
 */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "cli/command.h"
#include "hive/base/error.h"

/*
 * Fails with what the word is and where it belongs; SPP_OK if it is nothing
 * that sppctl knows, or a file that is there.
 */
enum spp_status cli_hint(const struct cli_call *call, const char *word,
			 struct spp_error *err);
/* The same for what should be the name of a setting. */
enum spp_status cli_hint_setting(const char *word, struct spp_error *err);

/* Fails for a part of the names of a few settings; what: "setting". */
enum spp_status cli_hint_part(const char *what, const char *word,
			      struct spp_error *err);

/* A word that other programs use for a command or topic; NULL: none. */
const char *cli_hint_other(const char *word);

#endif
