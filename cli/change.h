/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A change, for people and for scripts.
 *
 * People get the setting, both values in words and the registry value; a list
 * entry by entry; with --verbose the bytes.  Scripts get the bytes always.
 */
#ifndef CLI_CHANGE_H
#define CLI_CHANGE_H

#include <jansson.h>
#include <stdio.h>

#include "cli/command.h"
#include "policy/model/policy.h"

void cli_print_change(const struct cli_call *call, FILE *to,
		      const struct spp_change *change);
json_t *cli_json_changes(const struct cli_call *call,
			 const struct spp_changes *changes);

#endif
