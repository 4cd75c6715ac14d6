/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command learns of its target, for a line of --results.
 *
 *	cli_record_begin();
 *	... the command: cli_record("changes", json); ...
 *	record = cli_record_end();
 *
 * Where nobody began, all of these do nothing.  A member that is recorded
 * again gets its new value, except an error: the first one is the cause.
 */
#ifndef CLI_FLEET_RECORD_H
#define CLI_FLEET_RECORD_H

#include <jansson.h>

#include "policy/windows/hives.h"

void cli_record_begin(void);
bool cli_recording(void);
/* Takes the value. */
void cli_record(const char *member, json_t *value);
void cli_record_failure(const struct spp_error *err);
/* Kind, hives and identity of an open target. */
void cli_record_windows(struct spp_hives *windows);
/* An object; yours. */
json_t *cli_record_end(void);

#endif
