/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers that people or files write, read strictly.
 *
 * strtoul() takes blanks, signs and trailing text, and wraps around silently;
 * these take digits and nothing else.
 */
#ifndef HIVE_NUMBER_H
#define HIVE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads decimal digits, up to the value most; false leaves *n unchanged. */
bool spp_number_parse(const char *text, uint64_t most, uint64_t *n);

/* The same, or hexadecimal digits after "0x". */
bool spp_number_parse_hex(const char *text, uint64_t most, uint64_t *n);

/* The same for 32 bits, the size of a REG_DWORD. */
bool spp_number_parse_u32(const char *text, uint32_t *n);

#endif
