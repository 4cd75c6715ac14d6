/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes preference items from a policy: Update, Delete, and Create for a
 * default.  Keys of users can be expressed.  Refused: a value that is
 * malformed, of a type without a preference or not of its type's size, and an
 * empty string inside a list.
 */
#include <ctype.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "hive/base/bytes.h"
#include "hive/base/filetime.h"
#include "policy/format/derived_id.h"
#include "policy/format/gpp.h"
#include "policy/format/regop.h"

#define COLLECTION "KMS settings" /* if the policy has no name */

static const char *property(const struct spp_gpp_item *item,
			    enum spp_gpp_property which)
{
	return item->property[which] ? item->property[which] : "";
}

struct maker {
	const struct spp_gpp_flavour *flavour;
	const struct spp_export *options;
	char changed[32];
	struct spp_gpp *gpp;
	struct spp_gpp_item *item; /* the one being made */
	const struct spp_regop *line;
	struct spp_buf joined; /* the strings of a list */
	struct spp_error *err;
};

static enum spp_status set(struct maker *m, enum spp_gpp_attribute which,
			   const char *text)
{
	return spp_gpp_set(&m->item->attribute[which], text, m->err);
}

static enum spp_status put(struct maker *m, enum spp_gpp_property which,
			   const char *text)
{
	return spp_gpp_set(&m->item->property[which], text, m->err);
}

static enum spp_status cannot(struct maker *m, const char *why)
{
	return spp_regop_cannot("gpp", m->line, why, m->err);
}

static enum spp_status put_number(struct maker *m)
{
	const struct spp_value *value = m->line->value;
	char digits[20];

	if (value->size != (value->type == SPP_REG_DWORD ? 4 : 8))
		return cannot(m, "its size does not match its type");
	if (value->type == SPP_REG_DWORD)
		snprintf(digits, sizeof(digits), "%08X",
			 spp_get32(value->data));
	else
		snprintf(digits, sizeof(digits), "%016llX",
			 (unsigned long long)spp_get64(value->data));
	return put(m, SPP_GPP_VALUE, digits);
}

static enum spp_status put_binary(struct maker *m)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_value *value = m->line->value;
	bool spaced = m->flavour->spaced_bytes;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < value->size; i++)
		st = spp_buf_printf(&text, m->err, spaced ? "%s%02x" : "%s%02X",
				    spaced && i ? " " : "", value->data[i]);
	return st ? st : put(m, SPP_GPP_VALUE, spp_buf_text(&text));
}

static enum spp_status put_text(struct maker *m)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = spp_regop_text("gpp", m->line, &text, m->err);

	return st ? st : put(m, SPP_GPP_VALUE, spp_buf_text(&text));
}

static enum spp_status put_string(void *ctx, size_t i, const char *text,
				  struct spp_error *err)
{
	struct maker *m = ctx;
	enum spp_status st = spp_gpp_add_string(m->gpp, text, err);

	return st ? st
		  : spp_buf_printf(&m->joined, err, "%s%s", i ? " " : "", text);
}

static enum spp_status put_list(struct maker *m)
{
	enum spp_status st;

	m->item->has_values = true;
	st = spp_regop_list("gpp", m->line, put_string, m, m->err);
	if (!st)
		st = put(m, SPP_GPP_VALUE, spp_buf_text(&m->joined));
	spp_buf_release(&m->joined);
	return st;
}

static enum spp_status put_value(struct maker *m)
{
	switch (m->line->value->type) {
	case SPP_REG_DWORD:
	case SPP_REG_QWORD:
		return put_number(m);
	case SPP_REG_BINARY:
		return put_binary(m);
	case SPP_REG_SZ:
	case SPP_REG_EXPAND_SZ:
		return put_text(m);
	case SPP_REG_MULTI_SZ:
		return put_list(m);
	default:
		return cannot(m, "its type");
	}
}

/* The icon in the editor, which has no other meaning. */
static unsigned int image_of(const struct maker *m, uint32_t type, char action)
{
	unsigned int base = 0;

	if (m->flavour->type_images)
		base = type == SPP_REG_DWORD || type == SPP_REG_QWORD ? 10
		       : type == SPP_REG_BINARY			      ? 15
								      : 5;
	return base + (action == 'C' ? 0 : action == 'U' ? 2 : 3);
}

/*
 * Makes a uid that the same item gets again: from the time, the key and the
 * content, in the form of a UUID of version 8 (RFC 9562).
 */
static enum spp_status set_uid(struct maker *m)
{
	uint8_t d[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	char uid[SPP_DERIVED_ID];
	size_t i;

	sha256_init(&ctx);
	sha256_update(&ctx, sizeof(m->changed), (uint8_t *)m->changed);
	for (i = 0; i < SPP_GPP_PROPERTIES; i++)
		if (m->item->property[i])
			sha256_update(&ctx, strlen(m->item->property[i]) + 1,
				      (uint8_t *)m->item->property[i]);
	sha256_digest(&ctx, sizeof(d), d);
	spp_derived_id(d, uid);
	return set(m, SPP_GPP_UID, m->options->uid ? m->options->uid : uid);
}

static enum spp_status set_properties(struct maker *m, char action,
				      uint32_t type)
{
	const struct spp_regop *line = m->line;
	bool number = type == SPP_REG_DWORD || type == SPP_REG_QWORD;
	char letter[2] = { action, '\0' };
	enum spp_status st = put(m, SPP_GPP_ACTION, letter);

	if (!st)
		st = put(m, SPP_GPP_DECIMAL,
			 m->flavour->decimal && number ? "1" : "0");
	if (!st)
		st = put(m, SPP_GPP_DEFAULT, "0");
	if (!st)
		st = put(m, SPP_GPP_HIVE, spp_root_name(line->root));
	if (!st)
		st = put(m, SPP_GPP_KEY, line->key);
	if (!st)
		st = put(m, SPP_GPP_NAME, line->name);
	if (!st && !spp_type_name(type))
		st = cannot(m, "its type");
	if (!st)
		st = put(m, SPP_GPP_TYPE, spp_type_name(type));
	if (!st && line->value)
		st = put_value(m);
	else if (!st)
		st = put(m, SPP_GPP_VALUE, number ? "00000000" : "");
	return st;
}

static enum spp_status make_item(struct maker *m)
{
	const struct spp_regop *line = m->line;
	char action = line->op == SPP_REGOP_DELETE  ? 'D'
		      : line->op == SPP_REGOP_OFFER ? 'C'
						    : 'U';
	uint32_t type =
		line->value ? line->value->type : (uint32_t)line->setting->type;
	enum spp_status st = spp_gpp_add(m->gpp, &m->item, m->err);
	char image[12];

	snprintf(image, sizeof(image), "%u", image_of(m, type, action));
	if (!st)
		st = set(m, SPP_GPP_LABEL, line->name);
	if (!st)
		st = set(m, SPP_GPP_STATUS, line->name);
	if (!st)
		st = set(m, SPP_GPP_IMAGE, image);
	if (!st)
		st = set(m, SPP_GPP_CHANGED, m->changed);
	if (!st && m->flavour->disabled)
		st = set(m, SPP_GPP_DISABLED, "0");
	if (!st)
		st = set_properties(m, action, type);
	return st ? st : set_uid(m);
}

/* "2026-01-02 3:04:05" */
static bool is_time(const char *text)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd";
	const char *f = form;

	for (; *f && *text; f++, text++) {
		if (f == form + 11 && text[1] == ':')
			f++; /* an hour of one digit */
		if (*f == 'd' ? !isdigit((unsigned char)*text) : *f != *text)
			return false;
	}
	return !*f && !*text;
}

static enum spp_status set_time(struct maker *m)
{
	time_t seconds = (time_t)spp_filetime_unix(m->options->now);
	const char *given = m->options->changed;
	struct tm t;

	if (given && !is_time(given))
		return spp_fail(m->err, SPP_USAGE,
				"'%s' is not a time such as '2026-01-02 "
				"03:04:05'",
				given);
	if (given) {
		snprintf(m->changed, sizeof(m->changed), "%s", given);
		return SPP_OK;
	}
	if (!gmtime_r(&seconds, &t))
		return spp_fail(m->err, SPP_USAGE,
				"the time cannot be expressed");
	snprintf(m->changed, sizeof(m->changed),
		 m->flavour->padded_hours ? "%04d-%02d-%02d %02d:%02d:%02d"
					  : "%04d-%02d-%02d %d:%02d:%02d",
		 t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
		 t.tm_sec);
	return SPP_OK;
}

static enum spp_status check_uid(const char *uid, size_t items,
				 struct spp_error *err)
{
	char guid[SPP_GUID_SIZE];

	if (!uid)
		return SPP_OK;
	if (*uid != '{' || !spp_guid_parse(uid, guid))
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a uid; give a GUID in braces",
				uid);
	if (items != 1)
		return spp_fail(err, SPP_USAGE,
				"one uid cannot be that of %zu items", items);
	return SPP_OK;
}

/*
 * Warns of text that looks like a variable: preferences replace it, even in
 * plain strings.
 */
static void warn_of_variables(const struct spp_gpp *gpp,
			      struct spp_notes *notes)
{
	const char *text, *first;
	size_t i;

	for (i = 0; i < gpp->count; i++) {
		text = property(&gpp->item[i], SPP_GPP_VALUE);
		first = strchr(text, '%');
		if (first && strchr(first + 1, '%'))
			spp_note(notes,
				 "'%s' has what Group Policy may take for a "
				 "variable: %s",
				 property(&gpp->item[i], SPP_GPP_NAME), text);
	}
}

enum spp_status spp_gpp_from_document(const struct spp_document *document,
				      const struct spp_export *options,
				      const struct spp_gpp_flavour *flavour,
				      struct spp_gpp *gpp,
				      struct spp_notes *notes,
				      struct spp_error *err)
{
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	struct spp_regops_rules rules = { .format = "gpp",
					  .users = true,
					  .offers = true };
	struct maker m = {
		.flavour = flavour, .options = options, .gpp = gpp, .err = err
	};
	enum spp_status st = set_time(&m);
	size_t i;

	if (!st)
		st = spp_regops_make(&document->policy, &rules, &lines, notes,
				     err);
	if (!st)
		st = check_uid(options->uid, lines.count, err);
	if (!st && options->collection)
		st = spp_gpp_set(&gpp->collection,
				 document->name ? document->name : COLLECTION,
				 err);
	for (i = 0; !st && i < lines.count; i++) {
		m.line = &lines.line[i];
		st = make_item(&m);
	}
	if (!st)
		warn_of_variables(gpp, notes);
	return st;
}
