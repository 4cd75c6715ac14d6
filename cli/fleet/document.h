/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one document of --json of a run over several targets. */
#ifndef CLI_FLEET_DOCUMENT_H
#define CLI_FLEET_DOCUMENT_H

#include <jansson.h>

#include "cli/command.h"

/* targets: an entry each; left: those that a signal kept from being begun. */
void cli_document_of_run(const struct cli_call *call, json_t *targets,
			 json_t *left);
/* The same of edits; evidence of each, and filed, is gathered in one member. */
void cli_document_of_edits(const struct cli_call *call, json_t *targets,
			   bool changed, json_t *left, json_t *filed);

#endif
