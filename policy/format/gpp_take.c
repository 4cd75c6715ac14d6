/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The meaning of preference items for a policy.
 *
 * Update and Replace set a value, Delete removes it, Create sets it if there is
 * none.  An item without a value's name is about the key, unless it is about
 * the default value (default="1"): Delete and Replace clear the key and
 * everything below it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "policy/format/gpp.h"
#include "policy/format/regop.h"

static const char *property(const struct spp_gpp_item *item,
			    enum spp_gpp_property which)
{
	return item->property[which] ? item->property[which] : "";
}

static enum spp_status broken(const struct spp_input *in,
			      const struct spp_gpp_item *item, const char *what,
			      struct spp_error *err)
{
	return spp_fail_at(err, SPP_CORRUPT, in->name, item->line, 0,
			   "'%s': %s", property(item, SPP_GPP_NAME), what);
}

/* The value that is being decoded. */
struct decoder {
	const char *type;
	uint32_t number;
	const char *(*decode)(const struct spp_gpp_item *item, uint32_t number,
			      struct spp_value *value, struct spp_error *err);
};

static const char *decode_text(const struct spp_gpp_item *item, uint32_t number,
			       struct spp_value *value, struct spp_error *err)
{
	spp_value_set_text(value, (enum spp_type)number,
			   property(item, SPP_GPP_VALUE), err);
	return NULL;
}

/* Whether text is n hex digits. */
static bool is_hex(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "0123456789abcdefABCDEF") == n;
}

static const char *decode_dword(const struct spp_gpp_item *item,
				uint32_t number, struct spp_value *value,
				struct spp_error *err)
{
	const char *text = property(item, SPP_GPP_VALUE);

	(void)number;
	if (!is_hex(text, 8))
		return "a REG_DWORD must be 8 hex digits; fewer could be meant "
		       "as decimal";
	spp_value_set_dword(value, (uint32_t)strtoul(text, NULL, 16), err);
	return NULL;
}

static const char *decode_qword(const struct spp_gpp_item *item,
				uint32_t number, struct spp_value *value,
				struct spp_error *err)
{
	const char *text = property(item, SPP_GPP_VALUE);
	uint8_t data[8];

	if (!is_hex(text, 16))
		return "a REG_QWORD must be 16 hex digits";
	spp_put64(data, strtoull(text, NULL, 16));
	spp_value_set(value, number, data, sizeof(data), err);
	return NULL;
}

/* "CAFE01" or "ca fe 01" */
static const char *decode_binary(const struct spp_gpp_item *item,
				 uint32_t number, struct spp_value *value,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	const char *text = property(item, SPP_GPP_VALUE);
	char pair[3] = "";
	uint8_t byte;

	for (; *text; text += 2) {
		while (*text == ' ')
			text++;
		if (!*text)
			break;
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]))
			return "a REG_BINARY must be pairs of hex digits";
		memcpy(pair, text, 2);
		byte = (uint8_t)strtoul(pair, NULL, 16);
		if (spp_buf_append(&data, &byte, 1, err))
			return NULL;
	}
	spp_value_set(value, number, data.data, data.size, err);
	return NULL;
}

static const char *decode_list(const struct spp_gpp_item *item, uint32_t number,
			       struct spp_value *value, struct spp_error *err)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	size_t i;

	(void)number;
	if (!item->strings && *property(item, SPP_GPP_VALUE))
		return "a REG_MULTI_SZ without its strings in Values, and "
		       "from \"value\" they cannot be told apart";
	for (i = 0; i < item->strings; i++)
		if (spp_items_add(&items, item->string[i], err))
			return NULL;
	spp_value_set_items(value, &items, err);
	return NULL;
}

static const struct decoder decoders[] = {
	{ "REG_SZ", SPP_REG_SZ, decode_text },
	{ "REG_EXPAND_SZ", SPP_REG_EXPAND_SZ, decode_text },
	{ "REG_DWORD", SPP_REG_DWORD, decode_dword },
	{ "REG_QWORD", SPP_REG_QWORD, decode_qword },
	{ "REG_BINARY", SPP_REG_BINARY, decode_binary },
	{ "REG_MULTI_SZ", SPP_REG_MULTI_SZ, decode_list },
};
#define DECODERS (sizeof(decoders) / sizeof(decoders[0]))

static enum spp_status decode(const struct spp_gpp_item *item,
			      const struct spp_input *in,
			      struct spp_value *value, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	const char *wrong;
	size_t i;

	for (i = 0; i < DECODERS; i++) {
		if (strcmp(decoders[i].type, property(item, SPP_GPP_TYPE)))
			continue;
		wrong = decoders[i].decode(item, decoders[i].number, value,
					   &why);
		if (wrong)
			return broken(in, item, wrong, err);
		return why.status ? spp_fail_from(err, why.status, &why, "%s",
						  why.text)
				  : SPP_OK;
	}
	return broken(in, item, "its type is not one that preferences have",
		      err);
}

/* The operation of the item; false for an unknown action. */
static bool operation(const struct spp_gpp_item *item, enum spp_regop_kind *op)
{
	const char *action = item->property[SPP_GPP_ACTION];
	char what = action ? *action : 'U';
	bool key = !*property(item, SPP_GPP_NAME) &&
		   strcmp(property(item, SPP_GPP_DEFAULT), "1") != 0;

	if (action && (!what || action[1] || !strchr("CRUD", what)))
		return false;
	if (key)
		*op = what == 'D' || what == 'R' ? SPP_REGOP_DELETE_KEY
						 : SPP_REGOP_CREATE_KEY;
	else
		*op = what == 'D'   ? SPP_REGOP_DELETE
		      : what == 'C' ? SPP_REGOP_OFFER
				    : SPP_REGOP_SET;
	return true;
}

/*
 * The key without backslashes at its ends; including its hive if that is
 * unusual.
 */
static enum spp_status locate(const struct spp_gpp_item *item,
			      struct spp_regop *line, struct spp_buf *key,
			      struct spp_error *err)
{
	const char *hive = property(item, SPP_GPP_HIVE);
	const char *path = property(item, SPP_GPP_KEY);
	enum spp_status st = SPP_OK;

	line->root = spp_root_find(hive, strlen(hive));
	path += strspn(path, "\\");
	if (line->root == SPP_ROOT_OTHER)
		st = spp_buf_printf(key, err, "%s\\", hive);
	if (!st)
		st = spp_buf_puts(key, path, err);
	while (!st && key->size && key->data[key->size - 1] == '\\')
		key->data[--key->size] = '\0';
	line->key = spp_buf_text(key);
	line->name = property(item, SPP_GPP_NAME);
	return st;
}

/* Whether to import an item about our settings; *st: a refusal. */
static bool admit(const struct spp_gpp_item *item, const struct spp_input *in,
		  struct spp_import *import, enum spp_status *st,
		  struct spp_error *err)
{
	*st = SPP_OK;
	if (item->off) {
		spp_import_note(import, "%s:%zu: '%s' is disabled and left out",
				in->name, item->line,
				property(item, SPP_GPP_NAME));
		return false;
	}
	if (item->limit && !in->ignore_filters) {
		*st = spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_FILTERS,
				      "%s:%zu: '%s' is not simply to be set: "
				      "%s",
				      in->name, item->line,
				      property(item, SPP_GPP_NAME),
				      item->limit);
		return false;
	}
	if (item->limit)
		spp_import_note(import, "%s:%zu: '%s' is taken although: %s",
				in->name, item->line,
				property(item, SPP_GPP_NAME), item->limit);
	return true;
}

static enum spp_status take_item(const struct spp_gpp_item *item,
				 const struct spp_input *in,
				 struct spp_policy *policy,
				 struct spp_import *import,
				 struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
	struct spp_regop line = { .value = &value,
				  .where = { in->name, item->line, 0 } };
	bool known = operation(item, &line.op);
	enum spp_status st = locate(item, &line, &key, err);

	if (st)
		return st;
	if (!spp_regop_is_ours(&line))
		return spp_regop_take(&line, policy, import, err);
	if (!known)
		return broken(in, item, "its action is not C, R, U or D", err);
	if (!admit(item, in, import, &st, err))
		return st;
	if (line.op == SPP_REGOP_SET || line.op == SPP_REGOP_OFFER)
		st = decode(item, in, &value, err);
	return st ? st : spp_regop_take(&line, policy, import, err);
}

enum spp_status spp_gpp_take(const struct spp_gpp *gpp,
			     const struct spp_input *in,
			     struct spp_policy *policy,
			     struct spp_import *import, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < gpp->count; i++)
		st = take_item(&gpp->item[i], in, policy, import, err);
	return st;
}

enum spp_status spp_gpp_to_document(const struct spp_gpp *gpp,
				    const struct spp_input *in,
				    struct spp_document *document,
				    struct spp_import *import,
				    struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) policy = SPP_POLICY_INIT;
	enum spp_status st = spp_gpp_take(gpp, in, &policy, import, err);

	return st ? st : spp_regop_finish(&policy, document, import, err);
}
