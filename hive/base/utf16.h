/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between UTF-8, in which people and files talk to sppctl, and UTF-16LE, in
 * which the registry keeps its text.
 *
 * Writing is strict: malformed UTF-8 is refused.  Reading offers both a
 * strict form and a form for display that hides nothing: what is no valid
 * text is spelled as an escape, "\u{D800}" for a lone surrogate, "\u{0}" for
 * a NUL, and backslashes that stand before an escape or before "u{" are
 * doubled.
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
 * Appends units of UTF-16LE for display; fails only without memory.  An odd
 * last byte is left out.  *plain, which may be NULL, says whether the strict
 * form would have given the same.
 */
enum spp_status spp_utf16_show(const uint8_t *data, size_t size,
			       struct spp_buf *out, bool *plain,
			       struct spp_error *err);

#endif
