/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one reader of numbers that people or files give as text. */
#ifndef POLICY_NUMBER_H
#define POLICY_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Digits and nothing else: no sign, no blanks.  False, and *n as it was, where
 * text is anything else or past most.
 */
bool spp_text_number(const char *text, uint32_t most, uint32_t *n);
/* The same, or "0x" and hexadecimal digits. */
bool spp_text_number_any(const char *text, uint32_t most, uint32_t *n);

#endif
