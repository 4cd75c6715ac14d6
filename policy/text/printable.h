/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes foreign text safe for eyes and terminals: the one escaper of control
 * characters and the one redactor of product keys.
 */
#ifndef POLICY_PRINTABLE_H
#define POLICY_PRINTABLE_H

#include "hive/base/buf.h"

/*
 * Escapes controls, direction marks and invisible characters as "\u{1B}", and
 * bytes that are not UTF-8 as "\x{9B}"; yours, NULL if memory is short.
 */
char *spp_printable(const char *text);
/* The same, except for some controls, such as "\n". */
char *spp_printable_but(const char *text, const char *kept);
/*
 * Escapes such characters in a JSON document as "\u009B", which means the same.
 */
char *spp_printable_json(const char *json);
/*
 * spp_printable(), cut at a character after at most `most` bytes, with "...".
 */
char *spp_printable_cut(const char *text, size_t most);

/* Hides all but the last group of anything that looks like a product key. */
void spp_printable_redact(char *text);
/* The same for a text known to be a product key, in any form. */
void spp_printable_redact_all(struct spp_buf *text);

#endif
