/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text made fit for eyes and terminals: the one escaper of control
 * characters and the one redactor of product keys. */
#ifndef POLICY_PRINTABLE_H
#define POLICY_PRINTABLE_H

#include "hive/base/buf.h"

/*
 * Controls, what turns the direction of writing and what is not seen as
 * "\u{1B}", bytes that are not UTF-8 as "\x{9B}"; yours, NULL without memory.
 */
char *spp_printable(const char *text);
/* The same but for some controls, such as "\n". */
char *spp_printable_but(const char *text, const char *kept);
/* A JSON document with such characters as "\u009B", which means the same. */
char *spp_printable_json(const char *json);
/* The first, cut after most bytes, at a character, with "..." appended. */
char *spp_printable_cut(const char *text, size_t most);

/* Makes what looks like a product key unreadable but for its last group. */
void spp_printable_redact(char *text);
/* The same for a text that is a product key, whatever it looks like. */
void spp_printable_redact_all(struct spp_buf *text);

#endif
