/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/name.h"

#include <unicase.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

/*
 * Characters that Unicode added after Windows' table was made: Windows gives
 * them no upper case.
 */
static const struct {
	uint16_t first, last;
} too_young[] = {
	{ 0x019b, 0x019b }, { 0x023f, 0x0240 }, { 0x0252, 0x0252 },
	{ 0x025c, 0x025c }, { 0x0261, 0x0261 }, { 0x0264, 0x0266 },
	{ 0x026a, 0x026a }, { 0x026c, 0x026c }, { 0x0282, 0x0282 },
	{ 0x0287, 0x0287 }, { 0x029d, 0x029e }, { 0x03f3, 0x03f3 },
	{ 0x0525, 0x052f }, { 0x10d0, 0x10ff }, { 0x13f8, 0x13fd },
	{ 0x1c80, 0x1c8a }, { 0x1d8e, 0x1d8e }, { 0x2c5f, 0x2c5f },
	{ 0x2cec, 0x2cf3 }, { 0x2d27, 0x2d2d }, { 0xa661, 0xa661 },
	{ 0xa699, 0xa69b }, { 0xa791, 0xa7f6 }, { 0xab53, 0xabbf },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is_too_young(uint16_t unit)
{
	size_t i;

	for (i = 0; i < COUNT(too_young); i++)
		if (unit >= too_young[i].first && unit <= too_young[i].last)
			return true;
	return false;
}

uint16_t spp_upcase(uint16_t unit)
{
	ucs4_t up;

	if (unit < 0x80)
		return unit >= 'a' && unit <= 'z' ? (uint16_t)(unit - 32)
						  : unit;
	if ((unit >= 0xd800 && unit <= 0xdfff) || is_too_young(unit))
		return unit;
	up = uc_toupper(unit);
	/*
	 * Windows' table has pairs only.  A character that does not map back to
	 * itself (micro sign, dotless i, long s, final sigma, ...) stays as it
	 * is.
	 */
	if (up > 0xffff || uc_tolower(up) != unit)
		return unit;
	return (uint16_t)up;
}

uint16_t spp_name_unit(const struct spp_name *name, size_t i)
{
	return name->wide ? spp_get16(name->data + 2 * i) : name->data[i];
}

int spp_name_cmp(const struct spp_name *a, const struct spp_name *b)
{
	size_t i, n = a->units < b->units ? a->units : b->units;
	uint16_t ua, ub;

	for (i = 0; i < n; i++) {
		ua = spp_upcase(spp_name_unit(a, i));
		ub = spp_upcase(spp_name_unit(b, i));
		if (ua != ub)
			return ua < ub ? -1 : 1;
	}
	if (a->units == b->units)
		return 0;
	return a->units < b->units ? -1 : 1;
}

bool spp_name_is(const struct spp_name *name, const char *ascii)
{
	size_t i;

	for (i = 0; i < name->units; i++)
		if (!ascii[i] || spp_upcase(spp_name_unit(name, i)) !=
					 spp_upcase((uint8_t)ascii[i]))
			return false;
	return !ascii[i];
}

bool spp_name_is_text(const struct spp_name *name)
{
	uint16_t unit, next;
	size_t i;

	for (i = 0; i < name->units; i++) {
		unit = spp_name_unit(name, i);
		if (unit < 0x20 || (unit >= 0xdc00 && unit <= 0xdfff))
			return false;
		if (unit < 0xd800 || unit > 0xdfff)
			continue;
		next = i + 1 < name->units ? spp_name_unit(name, i + 1) : 0;
		if (next < 0xdc00 || next > 0xdfff)
			return false;
		i++;
	}
	return true;
}

uint32_t spp_name_hash(const struct spp_name *name)
{
	uint32_t hash = 0;
	size_t i;

	for (i = 0; i < name->units; i++)
		hash = hash * 37 + spp_upcase(spp_name_unit(name, i));
	return hash;
}

uint32_t spp_name_hint(const struct spp_name *name)
{
	uint8_t hint[4] = { 0 };
	size_t i;
	uint16_t unit;

	for (i = 0; i < sizeof(hint) && i < name->units; i++) {
		unit = spp_name_unit(name, i);
		if (unit > 0xff)
			return 0; /* the whole name must be compared */
		hint[i] = (uint8_t)unit;
	}
	return spp_get32(hint);
}

enum spp_status spp_name_show(const struct spp_name *name, struct spp_buf *out,
			      bool *plain, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_buf wide = SPP_BUF_INIT;
	size_t i;

	if (name->wide)
		return spp_utf16_show(name->data, 2 * name->units, out, plain,
				      err);
	for (i = 0; !st && i < name->units; i++)
		st = spp_buf_u16(&wide, name->data[i], err);
	if (!st)
		st = spp_utf16_show(wide.data, wide.size, out, plain, err);
	spp_buf_release(&wide);
	return st;
}
