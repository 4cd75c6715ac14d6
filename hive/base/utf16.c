/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/utf16.h"

#include <stdlib.h>
#include <unictype.h>
#include <unistr.h>

#include "hive/base/bytes.h"

enum spp_status spp_utf16_from(const char *text, size_t n, struct spp_buf *out,
			       struct spp_error *err)
{
	const uint8_t *p = (const uint8_t *)text;
	enum spp_status st;
	uint16_t units[2];
	ucs4_t c;
	int used, made, i;

	while (n) {
		used = u8_mbtoucr(&c, p, n);
		if (used <= 0)
			return spp_fail(err, SPP_INVALID,
					"'%.64s' is not valid UTF-8", text);
		made = u16_uctomb(units, c, 2);
		for (i = 0; i < made; i++) {
			st = spp_buf_u16(out, units[i], err);
			if (st)
				return st;
		}
		p += used;
		n -= (size_t)used;
	}
	return SPP_OK;
}

/* Reads one character, or a lone surrogate as itself with *bad set. */
static size_t next_char(const uint8_t *data, size_t size, ucs4_t *c, bool *bad)
{
	uint16_t hi = spp_get16(data), lo;

	*bad = false;
	*c = hi;
	if (hi < 0xd800 || hi > 0xdfff)
		return 2;
	if (hi < 0xdc00 && size >= 4) {
		lo = spp_get16(data + 2);
		if (lo >= 0xdc00 && lo <= 0xdfff) {
			*c = 0x10000 + ((ucs4_t)(hi - 0xd800) << 10) +
			     (ucs4_t)(lo - 0xdc00);
			return 4;
		}
	}
	*bad = true;
	return 2;
}

static enum spp_status put_char(struct spp_buf *out, ucs4_t c,
				struct spp_error *err)
{
	uint8_t utf8[6];
	int n = u8_uctomb(utf8, c, sizeof(utf8));

	if (n <= 0)
		return spp_fail(err, SPP_INVALID, "U+%04X is not a character",
				(unsigned int)c);
	return spp_buf_append(out, utf8, (size_t)n, err);
}

enum spp_status spp_utf16_to(const uint8_t *data, size_t size,
			     struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st;
	size_t used;
	ucs4_t c;
	bool bad;

	if (size % 2)
		return spp_fail(err, SPP_INVALID,
				"text has an odd number of bytes");
	for (; size; data += used, size -= used) {
		used = next_char(data, size, &c, &bad);
		if (bad)
			return spp_fail(err, SPP_INVALID,
					"text has a lone surrogate");
		st = put_char(out, c, err);
		if (st)
			return st;
	}
	return SPP_OK;
}

/* Whether the character is invalid or invisible. */
static bool is_escaped(ucs4_t c, bool bad)
{
	return bad || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf |
							   UC_CATEGORY_MASK_Zl |
							   UC_CATEGORY_MASK_Zp);
}

/* Whether an escape follows, or text that looks like the rest of one. */
static bool escape_follows(const uint8_t *data, size_t size)
{
	ucs4_t c;
	bool bad;

	if (!size)
		return false;
	if (size >= 4 && spp_get16(data) == 'u' && spp_get16(data + 2) == '{')
		return true;
	next_char(data, size, &c, &bad);
	return is_escaped(c, bad);
}

/*
 * Appends a run of backslashes, doubled if they could be read as the beginning
 * of an escape; *used: the bytes consumed.
 */
static enum spp_status put_slashes(const uint8_t *data, size_t size,
				   size_t *used, bool *twice,
				   struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t run = 0, n;

	while (run < size && spp_get16(data + run) == '\\')
		run += 2;
	*twice = escape_follows(data + run, size - run);
	for (n = *twice ? run : run / 2; !st && n; n--)
		st = spp_buf_puts(out, "\\", err);
	*used = run;
	return st;
}

enum spp_status spp_utf16_show(const uint8_t *data, size_t size,
			       struct spp_buf *out, bool *plain,
			       struct spp_error *err)
{
	bool bad, other, odd = size % 2 != 0;
	enum spp_status st;
	size_t used;
	ucs4_t c;

	if (plain)
		*plain = !odd;
	for (size -= odd; size; data += used, size -= used) {
		used = next_char(data, size, &c, &bad);
		other = false;
		if (c == '\\') {
			st = put_slashes(data, size, &used, &other, out, err);
		} else if (is_escaped(c, bad)) {
			other = true;
			st = spp_buf_printf(out, err, "\\u{%X}",
					    (unsigned int)c);
		} else {
			st = put_char(out, c, err);
		}
		if (plain && other)
			*plain = false;
		if (st)
			return st;
	}
	return SPP_OK;
}
