/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Converts between UTF-8, which people and files use, and UTF-16LE, which the
 * registry uses.
 *
 * Writing is strict: malformed UTF-8 is refused.  Reading has a strict form and
 * a form for display that hides nothing.  The display form spells invalid text
 * as an escape, "\u{D800}" for a lone surrogate and "\u{0}" for a NUL, and
 * doubles backslashes before an escape or before "u{".
 */
#ifndef HIVE_UTF16_H
#define HIVE_UTF16_H

#include <stdbool.h>

#include "hive/base/buf.h"

/* Appends text (n bytes of UTF-8) to out as UTF-16LE, without a NUL. */
enum spp_status spp_utf16_from(const char *text, size_t n, struct spp_buf *out,
			       struct spp_error *err);

/*
 * Appends size bytes of UTF-16LE to out as UTF-8.  An odd size or a lone
 * surrogate is SPP_INVALID.
 */
enum spp_status spp_utf16_to(const uint8_t *data, size_t size,
			     struct spp_buf *out, struct spp_error *err);

/*
 * Appends units of UTF-16LE for display; fails only if memory is short.  An odd
 * last byte is left out.  *plain, which may be NULL: whether the strict form
 * gives the same text.
 */
enum spp_status spp_utf16_show(const uint8_t *data, size_t size,
			       struct spp_buf *out, bool *plain,
			       struct spp_error *err);

#endif
