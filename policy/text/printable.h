/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of others, made fit for people's eyes and terminals. */
#ifndef POLICY_PRINTABLE_H
#define POLICY_PRINTABLE_H

/* Control characters as "\u{1B}"; yours, NULL without memory. */
char *spp_printable(const char *text);

/* Makes what looks like a product key unreadable but for its last group. */
void spp_printable_redact(char *text);

#endif
