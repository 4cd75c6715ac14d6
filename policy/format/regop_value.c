/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values of registry operations, for formats that can express only clean ones.
 */
#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "policy/format/regop.h"

enum spp_status spp_regop_cannot(const char *format,
				 const struct spp_regop *line, const char *why,
				 struct spp_error *err)
{
	return spp_fail(err, SPP_INVALID,
			"format %s cannot express the value of %s: %s", format,
			line->setting->name, why);
}

static enum spp_status decode(const char *format, const struct spp_regop *line,
			      const uint8_t *raw, size_t size,
			      struct spp_buf *text, struct spp_error *err)
{
	enum spp_status st = spp_utf16_to(raw, size, text, NULL);

	if (st == SPP_INVALID)
		return spp_regop_cannot(format, line, "it is not valid text",
					err);
	return st ? spp_nomem(err) : SPP_OK;
}

enum spp_status spp_regop_text(const char *format, const struct spp_regop *line,
			       struct spp_buf *text, struct spp_error *err)
{
	const struct spp_value *value = line->value;
	size_t at;

	for (at = 0; at + 2 <= value->size; at += 2)
		if (!spp_get16(value->data + at))
			break;
	if (at + 2 != value->size)
		return spp_regop_cannot(format, line,
					"it does not end with its only zero",
					err);
	return decode(format, line, value->data, at, text, err);
}

enum spp_status spp_regop_list(const char *format, const struct spp_regop *line,
			       enum spp_status (*each)(void *ctx, size_t i,
						       const char *text,
						       struct spp_error *err),
			       void *ctx, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) again = SPP_VALUE_INIT;
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	enum spp_status st = spp_value_get_items(line->value, &items, err);
	size_t i;

	if (!st)
		st = spp_value_set_items(&again, &items, err);
	if (!st && (items.marks & SPP_MARK_EMPTY ||
		    !spp_value_equal(&again, line->value)))
		st = spp_regop_cannot(format, line,
				      "it is not a clean list of strings", err);
	for (i = 0; !st && i < items.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		st = decode(format, line, items.item[i].raw,
			    items.item[i].raw_size, &text, err);
		if (!st)
			st = each(ctx, i, spp_buf_text(&text), err);
	}
	return st;
}
