/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a child learns of its target, for its parent.
 *
 *	cli_record_begin(line);	line: it will be one of --results
 *	... the command: cli_record("changes", json); ...
 *	cli_record_end(to);	an object, and after a newline the dump
 *
 * Where nobody began, all of these do nothing.  A member that is recorded
 * again gets its new value, except an error: the first one is the cause.
 */
#ifndef CLI_FLEET_RECORD_H
#define CLI_FLEET_RECORD_H

#include <jansson.h>
#include <stdio.h>

#include "cli/fleet/intents.h"
#include "policy/windows/hives.h"

void cli_record_begin(bool line);
bool cli_recording(void);
/* Whether it is worth knowing what only a line has: hashes, the identity. */
bool cli_recording_line(void);
/* Takes the value. */
void cli_record(const char *member, json_t *value);
void cli_record_failure(const struct spp_error *err);
/* Kind, hives and identity of an open target. */
void cli_record_windows(struct spp_hives *windows);
/* A change is about to become visible; SPP_OK where nobody wants to know. */
enum spp_status cli_record_intent(struct spp_error *err);
void cli_record_intents(const struct cli_intents *intents, const char *target);
/* The settings, with all keys, for the parent alone; takes the text. */
void cli_record_dump(struct spp_buf *text);
void cli_record_end(FILE *to);

#endif
