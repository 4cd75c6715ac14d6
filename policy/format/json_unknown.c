/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_unknown.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/text/printable.h"

static bool is_text(const struct spp_value *value)
{
	return value->type == SPP_REG_SZ || value->type == SPP_REG_EXPAND_SZ ||
	       value->type == SPP_REG_MULTI_SZ;
}

/*
 * What a dump shows of data that may be a product key, by its name or by its
 * looks; NULL if it cannot be one.
 */
static json_t *redacted(const struct spp_unknown *item, const char *text)
{
	char CLEANUP(spp_free_string) *hidden = strdup(text);
	const struct spp_setting *near = spp_unknown_near(item->name);

	if (!hidden)
		spp_nomem(NULL);
	if (!hidden || (near && near->flags & SPP_SECRET))
		return json_string("*");
	spp_printable_redact(hidden);
	return strcmp(hidden, text) != 0 ? json_string(hidden) : NULL;
}

static void put_data(json_t *json, const struct spp_unknown *item,
		     bool show_keys)
{
	const char *type = spp_type_name(item->value.type);
	char CLEANUP(spp_free_string) *text = NULL;
	struct spp_buf hex = SPP_BUF_INIT;
	json_t *hidden;

	json_object_set_new(json, "type",
			    type ? json_string(type)
				 : json_integer((json_int_t)item->value.type));
	json_object_set_new(json, "size", json_integer(item->size));
	if (item->value.size != item->size)
		return; /* too large to be kept */
	if (spp_value_get_text(&item->value, &text, NULL, NULL))
		return;
	hidden = show_keys ? NULL : redacted(item, text);
	if (hidden) {
		json_object_set_new(json, "redacted", hidden);
		return;
	}
	spp_hex_show(item->value.data, item->value.size, &hex, NULL);
	json_object_set_new(json, "hex", spp_json_take(&hex));
	if (is_text(&item->value))
		json_object_set_new(json, "text", json_string(text));
}

json_t *spp_json_unknown(const struct spp_unknown *item, bool show_keys)
{
	const struct spp_place_row *place = &spp_places[item->place];
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "kind",
				 spp_unknown_word(item->kind), "hive",
				 spp_role_name(place->role), "place",
				 place->name, "key", item->key);

	if (item->name)
		json_object_set_new(json, "name", json_string(item->name));
	if (item->kind == SPP_UNKNOWN_VALUE)
		put_data(json, item, show_keys);
	if (item->why)
		json_object_set_new(json, "why", json_string(item->why));
	return json;
}

static bool find_place(const char *name, enum spp_place *place)
{
	int i;

	for (i = 0; name && i < SPP_PLACE_COUNT; i++) {
		if (!strcmp(spp_places[i].name, name)) {
			*place = (enum spp_place)i;
			return true;
		}
	}
	return false;
}

static bool read_type(const json_t *json, uint32_t *type)
{
	const char *name = json_string_value(json);
	json_int_t n = json_integer_value(json);

	if (json_is_integer(json) && n >= 0 && n <= UINT32_MAX) {
		*type = (uint32_t)n;
		return true;
	}
	for (*type = 0; name && spp_type_name(*type); ++*type)
		if (!strcmp(spp_type_name(*type), name))
			return true;
	return false;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Reads pairs of hex digits; false for anything else. */
static bool read_hex(const char *hex, struct spp_value *value)
{
	size_t n = strlen(hex) / 2, i;
	int high, low;

	if (strlen(hex) % 2 || n > SPP_UNKNOWN_DATA)
		return false;
	value->data = malloc(n + 1);
	if (!value->data)
		return !spp_nomem(NULL);
	for (i = 0; i < n; i++) {
		high = digit(hex[2 * i]);
		low = digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		value->data[i] = (uint8_t)(high << 4 | low);
	}
	value->size = n;
	return true;
}

static const char *read_value(const json_t *json, struct spp_unknown *item)
{
	const json_t *size = json_object_get(json, "size");
	const char *hex = json_string_value(json_object_get(json, "hex"));
	const char *redacted =
		json_string_value(json_object_get(json, "redacted"));

	if (!item->name)
		return "must have 'name'";
	if (!read_type(json_object_get(json, "type"), &item->value.type))
		return "'type' must be a name such as REG_SZ, or a number";
	if (!json_is_integer(size) || json_integer_value(size) < 0 ||
	    json_integer_value(size) > UINT32_MAX)
		return "'size' must be a number of bytes";
	item->size = (uint32_t)json_integer_value(size);
	if (hex && !read_hex(hex, &item->value))
		return "'hex' must be pairs of hex digits";
	if (redacted &&
	    spp_value_set_text(&item->value, SPP_REG_SZ, redacted, NULL))
		return "'redacted' must be text";
	/* Redacted data has another size, so it is kept as text. */
	if (redacted)
		item->size = (uint32_t)item->value.size;
	return NULL;
}

static const char *read_item(const json_t *json, struct spp_unknown *item)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));

	item->key = (char *)json_string_value(json_object_get(json, "key"));
	item->name = (char *)json_string_value(json_object_get(json, "name"));
	item->why = (char *)json_string_value(json_object_get(json, "why"));
	if (!kind || !spp_unknown_find(kind, &item->kind))
		return "'kind' must be value, key or unreadable";
	if (!find_place(json_string_value(json_object_get(json, "place")),
			&item->place))
		return "'place' must be a scope without ids, such as spp";
	if (!item->key)
		return "must have 'key'";
	if (item->kind == SPP_UNREADABLE && !item->why)
		return "must have 'why'";
	return item->kind == SPP_UNKNOWN_VALUE ? read_value(json, item) : NULL;
}

static enum spp_status add_item(struct spp_json_reader *r, const json_t *json,
				struct spp_unknowns *unknowns)
{
	struct spp_unknown item = { .key = NULL };
	const char *what = json_is_object(json) ? read_item(json, &item)
						: "must be an object";
	enum spp_status st = what ? spp_json_complain(r, "%s", what)
				  : spp_unknowns_add(unknowns, &item, r->err);

	spp_value_release(&item.value); /* everything else is borrowed */
	return st;
}

enum spp_status spp_json_unknowns_read(struct spp_json_reader *r,
				       const json_t *json,
				       struct spp_unknowns *unknowns)
{
	enum spp_status st = SPP_OK;
	size_t i;

	if (!json_is_array(json))
		return spp_json_complain(r, "must be an array");
	for (i = 0; !st && i < json_array_size(json); i++) {
		spp_json_push(r, NULL, i);
		st = add_item(r, json_array_get(json, i), unknowns);
		spp_json_pop(r);
	}
	return st;
}

static json_t *of_type(const char *type)
{
	return json_pack("{s:s}", "type", type);
}

static json_t *words(bool places)
{
	int i, n = places ? (int)SPP_PLACE_COUNT : (int)SPP_UNKNOWN_KINDS;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(
			list,
			json_string(places ? spp_places[i].name
					   : spp_unknown_word((
						     enum spp_unknown_kind)i)));
	return json_pack("{s:o}", "enum", list);
}

json_t *spp_json_unknown_schema(void)
{
	return json_pack(
		"{s:s, s:[s, s, s], s:{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o}}",
		"type", "object", "required", "kind", "place", "key",
		"properties", "kind", words(false), "hive", of_type("string"),
		"place", words(true), "key", of_type("string"), "name",
		of_type("string"), "size", of_type("integer"), "hex",
		of_type("string"), "text", of_type("string"), "why",
		of_type("string"));
}
