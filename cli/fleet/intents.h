/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which targets were about to be changed, beside a file of --results.
 *
 *	cli_intents_possible(file, resume, err);	before file is opened
 *	cli_intents_open(file, resume, &intents, err);	NULL: no such file
 *	cli_intents_had(intents, target);	an earlier run was about to
 *	cli_intents_add(intents, target, err);	a child, before it changes it
 *	cli_intents_close(intents, done);	done: nothing is in doubt
 *
 * A run that is killed may have changed a target and not have written so.  The
 * run that goes on with it finds nothing to change there; what stands here
 * tells it that the target is changed all the same.  The file is FILE.begun,
 * and only there while a run is under way or after one that was killed.
 */
#ifndef CLI_FLEET_INTENTS_H
#define CLI_FLEET_INTENTS_H

#include <stdbool.h>

#include "hive/base/error.h"

struct cli_intents;

/* SPP_REFUSED if another file has the name; one of ours is for resume alone. */
enum spp_status cli_intents_possible(const char *file, bool resume,
				     struct spp_error *err);
enum spp_status cli_intents_open(const char *file, bool resume,
				 struct cli_intents **intents,
				 struct spp_error *err);
/* Whether an earlier run has left any, and a certain one. */
bool cli_intents_any(const struct cli_intents *intents);
bool cli_intents_had(const struct cli_intents *intents, const char *target);
enum spp_status cli_intents_add(const struct cli_intents *intents,
				const char *target, struct spp_error *err);
void cli_intents_close(struct cli_intents *intents, bool done);

#endif
