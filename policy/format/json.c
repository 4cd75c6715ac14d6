/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The policy document.
 *
 *   {
 *     "sppctl-policy": 1,
 *     "name": "primary KMS host", "description": "...",
 *     "scopes": {
 *       "spp": {
 *         "dns-publishing": "on",           a word, a number, or
 *         "listening-port": 1689,
 *         "kms-host": null,                 the value must be absent
 *         "publish-list": [
 *           { "domain": "corp.example", "priority": 10, "weight": 100 },
 *           "branch.example, 10, 100"
 *         ],
 *         "kms-port": { "type": "REG_DWORD", "hex": "98060000" },  as found
 *         "kms-host": { "default": "kms1.corp.example" },  if it has none
 *         "rearm": { "keep": true }         an exception from "*"
 *       },
 *       "spp/office": { "*": null }        nothing else in this scope
 *     },
 *     "observed": { ... }, "unknown": [ ... ], "image": { ... }
 *                                   in a dump; apply ignores them
 *     "evidence": { ... }           who made it, of what; nobody reads it
 *   }
 *
 * What is not mentioned is left alone.  In a scope, "*" may stand for any
 * application or SKU id; then all values must be null.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/format/format.h"
#include "policy/format/json.h"
#include "policy/format/json_image.h"
#include "policy/format/json_reader.h"
#include "policy/format/json_unknown.h"
#include "policy/model/publish_list.h"

/* A document being read. */
struct reader {
	struct spp_json_reader base;
	size_t noted; /* places recorded for apply to refuse */
	struct spp_import *import;
	struct spp_document *doc;
};

#define PLACES_NOTED 100

static enum spp_status parse_hex(struct reader *r, const char *hex,
				 uint32_t type, struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	size_t n = strlen(hex), i;
	enum spp_status st = SPP_OK;
	char pair[3] = "";

	if (n % 2 || hex[strspn(hex, "0123456789abcdefABCDEF")])
		return spp_json_complain(&r->base,
					 "'hex' must be pairs of hex digits");
	for (i = 0; !st && i < n; i += 2) {
		uint8_t b;

		memcpy(pair, hex + i, 2);
		b = (uint8_t)strtoul(pair, NULL, 16);
		st = spp_buf_append(&data, &b, 1, r->base.err);
	}
	return st ? st
		  : spp_value_set(value, type, data.data, data.size,
				  r->base.err);
}

/* { "type": "REG_SZ", "hex": "...", "text": "of a dump, ignored" } */
static enum spp_status read_raw(struct reader *r, const json_t *json,
				struct spp_value *value)
{
	static const char *const known[] = { "type", "hex", "text", NULL };
	const json_t *type = json_object_get(json, "type");
	const json_t *text = json_object_get(json, "text");
	const char *hex = json_string_value(json_object_get(json, "hex"));
	const char *name = json_string_value(type);
	enum spp_status st;
	uint32_t number;

	if (!hex || !type)
		return spp_json_complain(
			&r->base, "an object must have 'type' and 'hex', or "
				  "'keep', or 'default'");
	st = spp_json_only(&r->base, json, known);
	if (st)
		return st;
	if (text && !json_is_string(text))
		return spp_json_complain(&r->base, "'text' must be text");
	if (json_is_integer(type) && json_integer_value(type) >= 0 &&
	    json_integer_value(type) <= 0xffffffff)
		return parse_hex(r, hex, (uint32_t)json_integer_value(type),
				 value);
	for (number = 0; name && spp_type_name(number); number++)
		if (!strcmp(spp_type_name(number), name))
			return parse_hex(r, hex, number, value);
	return spp_json_complain(
		&r->base, "'type' must be a name such as REG_SZ, or a number");
}

/* Makes the text that spp_publish_list_add() takes from one element. */
static enum spp_status read_entry(struct reader *r, const json_t *json,
				  struct spp_buf *text)
{
	const char *domain = json_string_value(json_object_get(json, "domain"));
	const json_t *priority = json_object_get(json, "priority");
	const json_t *weight = json_object_get(json, "weight");

	if (json_is_string(json))
		return spp_buf_puts(text, json_string_value(json), r->base.err);
	if (!domain || (priority && !json_is_integer(priority)) ||
	    (weight && !json_is_integer(weight)) ||
	    json_object_size(json) != 1u + !!priority + !!weight)
		return spp_json_complain(
			&r->base, "an entry must be text or have 'domain', "
				  "'priority' and 'weight' alone");
	return spp_buf_printf(
		text, r->base.err,
		"%s, %" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT, domain,
		json_integer_value(priority), json_integer_value(weight));
}

static enum spp_status read_list(struct reader *r, const json_t *json,
				 struct spp_value *value)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < json_array_size(json); i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		spp_json_push(&r->base, NULL, i);
		st = read_entry(r, json_array_get(json, i), &text);
		if (!st)
			st = spp_publish_list_add(&list, spp_buf_text(&text),
						  &r->import->notes, &why);
		if (!st && list.count != i + 1)
			st = spp_fail(&why, SPP_INVALID,
				      "domain '%s' is listed twice",
				      spp_buf_text(&text));
		if (!st)
			st = spp_publish_list_fits(&list, &why);
		if (st && why.status)
			st = spp_json_complain(&r->base, "%s", why.text);
		spp_json_pop(&r->base);
	}
	return st ? st : spp_publish_list_write(&list, value, r->base.err);
}

/* Reads a word, number or truth value, by the rules of the setting. */
static enum spp_status read_word(struct reader *r, const json_t *json,
				 const struct spp_setting *setting,
				 enum spp_terms terms, struct spp_value *value)
{
	struct spp_error why = SPP_ERROR_INIT;
	const char *text = json_string_value(json);
	char number[32];

	if (json_is_integer(json)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(json));
		text = number;
	} else if (json_is_boolean(json) && setting->kind == SPP_KIND_SWITCH) {
		text = json_is_true(json) ? "on" : "off";
		if (terms == SPP_TERMS_REGISTRY)
			terms = SPP_TERMS_OWN;
	} else if (!text) {
		return spp_json_complain(&r->base,
					 "%s cannot have a value of this kind",
					 setting->name);
	}
	if (spp_setting_parse(setting, text, terms, value, &r->import->notes,
			      &why))
		return spp_json_complain(&r->base, "%s", why.text);
	return SPP_OK;
}

static enum spp_status read_present(struct reader *r, const json_t *json,
				    const struct spp_setting *setting,
				    enum spp_terms terms,
				    struct spp_value *value)
{
	if (json_is_object(json))
		return read_raw(r, json, value);
	if (json_is_array(json) && setting->kind == SPP_KIND_PUBLISH)
		return read_list(r, json, value);
	return read_word(r, json, setting, terms, value);
}

/* { "keep": true } */
static enum spp_status read_keep(struct reader *r, const json_t *json,
				 const struct spp_scope *scope,
				 const struct spp_setting *setting,
				 struct spp_policy *policy)
{
	static const char *const known[] = { "keep", NULL };
	enum spp_status st = spp_json_only(&r->base, json, known);

	if (st)
		return st;
	if (!json_is_true(json_object_get(json, "keep")))
		return spp_json_complain(&r->base, "'keep' must be true");
	return spp_policy_wish(policy, scope, setting, SPP_KEEP, r->base.err);
}

/*
 * Records the place of a value that apply may refuse.  Only raw bytes need it,
 * since words are judged here; finding a place reads the text once more.
 */
static void note_where(struct reader *r, const struct spp_setting *setting,
		       const struct spp_value *value, struct spp_policy *policy)
{
	policy->where = (struct spp_where){ .source = r->base.name };
	if (spp_setting_examine(setting, value) && r->noted++ < PLACES_NOTED)
		spp_json_place(&r->base, &policy->where.line,
			       &policy->where.column);
}

/* { "default": VALUE } */
static enum spp_status read_default(struct reader *r, const json_t *json,
				    const struct spp_scope *scope,
				    const struct spp_setting *setting,
				    enum spp_terms terms,
				    struct spp_policy *policy)
{
	static const char *const known[] = { "default", NULL };
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const json_t *offer = json_object_get(json, "default");
	enum spp_status st = spp_json_only(&r->base, json, known);

	if (st)
		return st;
	spp_json_push(&r->base, "default", 0);
	st = read_present(r, offer, setting, terms, &value);
	if (!st)
		note_where(r, setting, &value, policy);
	spp_json_pop(&r->base);
	return st ? st
		  : spp_policy_offer(policy, scope, setting, &value,
				     r->base.err);
}

/* setting NULL: "*", every setting without a wish of its own. */
static enum spp_status read_wish(struct reader *r, const json_t *json,
				 const struct spp_scope *scope,
				 const struct spp_setting *setting,
				 enum spp_terms terms,
				 struct spp_policy *policy)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st;

	if (json_is_null(json))
		return spp_policy_wish(policy, scope, setting, SPP_ABSENT,
				       r->base.err);
	if (json_object_get(json, "keep"))
		return read_keep(r, json, scope, setting, policy);
	if (!setting || spp_scope_is_wide(scope))
		return spp_json_complain(&r->base,
					 "a wish for many may only be null");
	if (!spp_setting_settable(setting, scope->place))
		return spp_json_complain(
			&r->base,
			spp_places[scope->place].is_mistaken
				? "%s is in a key that nothing reads; "
				  "it may only be null"
				: "%s is kept by Windows itself; it "
				  "may only be null",
			setting->name);
	if (json_object_get(json, "default"))
		return read_default(r, json, scope, setting, terms, policy);
	st = read_present(r, json, setting, terms, &value);
	if (st)
		return st;
	note_where(r, setting, &value, policy);
	return spp_policy_set(policy, scope, setting, &value, r->base.err);
}

static enum spp_status read_setting(struct reader *r, const char *name,
				    const json_t *json,
				    const struct spp_scope *scope,
				    struct spp_policy *policy)
{
	const struct spp_setting *setting = NULL;
	enum spp_terms terms = SPP_TERMS_OWN;

	if (!strcmp(name, "*"))
		return read_wish(r, json, scope, NULL, terms, policy);
	setting = spp_setting_find(name, &terms);
	if (!setting)
		return spp_json_complain(&r->base, "unknown setting '%s'",
					 name);
	if (!spp_setting_known(setting, scope->place))
		return spp_json_complain(
			&r->base, "%s does not belong in this scope", name);
	if (spp_policy_get(policy, scope, setting))
		return spp_json_complain(&r->base, "%s is given twice",
					 setting->name);
	return read_wish(r, json, scope, setting, terms, policy);
}

static enum spp_status read_observed(struct reader *r, const char *name,
				     const json_t *json,
				     const struct spp_scope *scope,
				     struct spp_policy *policy)
{
	static const char *const known[] = { "redacted", NULL };
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const json_t *redacted = json_object_get(json, "redacted");
	const struct spp_setting *setting;
	enum spp_status st;
	enum spp_terms terms;

	setting = spp_setting_find(name, &terms);
	if (!setting)
		return spp_json_complain(&r->base, "unknown setting '%s'",
					 name);
	st = redacted ? spp_json_only(&r->base, json, known)
		      : read_raw(r, json, &value);
	if (!st && redacted && !json_is_string(redacted))
		return spp_json_complain(&r->base, "'redacted' must be text");
	if (!st && redacted)
		st = spp_value_set_text(&value, SPP_REG_SZ,
					json_string_value(redacted),
					r->base.err);
	return st ? st
		  : spp_policy_set(policy, scope, setting, &value, r->base.err);
}

typedef enum spp_status (*read_item)(struct reader *r, const char *name,
				     const json_t *json,
				     const struct spp_scope *scope,
				     struct spp_policy *policy);

/* The scopes of a policy, and how an item of theirs is read. */
struct scopes {
	struct reader *reader;
	bool wide; /* "*" may stand for ids */
	read_item read;
	struct spp_policy *policy;
	struct spp_scope scope; /* the present one */
};

static enum spp_status read_member(struct spp_json_reader *r, const char *name,
				   json_t *json, void *ctx)
{
	struct scopes *s = ctx;

	(void)r;
	return s->read(s->reader, name, json, &s->scope, s->policy);
}

static enum spp_status read_scope(struct spp_json_reader *r, const char *name,
				  json_t *json, void *ctx)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct scopes *s = ctx;

	if (spp_scope_parse(name, s->wide, &s->scope, &why))
		return spp_json_complain(r, "%s", why.text);
	if (!json_is_object(json))
		return spp_json_complain(r, "a scope must be an object");
	return spp_json_members(r, json, read_member, s);
}

static enum spp_status read_scopes(struct reader *r, json_t *json, bool wide,
				   read_item read, struct spp_policy *policy)
{
	struct scopes s = { r, wide, read, policy, SPP_SCOPE_INIT };

	if (!json_is_object(json))
		return spp_json_complain(&r->base,
					 "must be an object of scopes");
	return spp_json_members(&r->base, json, read_scope, &s);
}

static enum spp_status read_text(struct reader *r, const json_t *json,
				 char **to)
{
	if (!json_is_string(json))
		return spp_json_complain(&r->base, "must be text");
	free(*to);
	*to = strdup(json_string_value(json));
	return *to ? SPP_OK : spp_nomem(r->base.err);
}

static enum spp_status read_top(struct spp_json_reader *base, const char *name,
				json_t *json, void *ctx)
{
	struct reader *r = ctx;
	struct spp_document *doc = r->doc;

	if (!strcmp(name, "sppctl-policy") || !strcmp(name, "$schema"))
		return SPP_OK;
	if (!strcmp(name, "name"))
		return read_text(r, json, &doc->name);
	if (!strcmp(name, "description"))
		return read_text(r, json, &doc->description);
	if (!strcmp(name, "scopes"))
		return read_scopes(r, json, true, read_setting, &doc->policy);
	if (!strcmp(name, "observed"))
		return read_scopes(r, json, false, read_observed,
				   &doc->observed);
	if (!strcmp(name, "unknown"))
		return spp_json_unknowns_read(base, json, &doc->unknown);
	if (!strcmp(name, "unknown_left_out")) {
		doc->unknown.left_out += (size_t)json_integer_value(json);
		return SPP_OK;
	}
	if (!strcmp(name, "image")) {
		doc->is_dump = true;
		return spp_json_image_read(base, json, &doc->identity);
	}
	if (!strcmp(name, "evidence"))
		return json_is_object(json)
			       ? SPP_OK
			       : spp_json_complain(&r->base,
						   "must be an object");
	return spp_json_complain(
		&r->base, "unknown member '%s' of a policy document", name);
}

static enum spp_status read_document(struct reader *r, json_t *root)
{
	if (!json_is_object(root))
		return spp_json_complain(&r->base,
					 "a policy document must be an object");
	if (json_integer_value(json_object_get(root, "sppctl-policy")) !=
	    SPP_JSON_VERSION)
		return spp_json_complain(
			&r->base,
			"'sppctl-policy' must be %d; is this a "
			"policy document?",
			SPP_JSON_VERSION);
	return spp_json_members(&r->base, root, read_top, r);
}

static enum spp_status read_json(const struct spp_input *in,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err)
{
	struct spp_document CLEANUP(spp_document_release) doc =
		SPP_DOCUMENT_INIT;
	struct reader r = { .base = { .name = in->name,
				      .text = (const char *)in->data,
				      .size = in->size,
				      .err = err },
			    .import = import,
			    .doc = &doc };
	json_t *root;
	enum spp_status st = spp_json_load(&r.base, &root);

	if (st)
		return st;
	st = read_document(&r, root);
	json_decref(root);
	if (st)
		return st;
	spp_document_release(document);
	*document = doc;
	doc = (struct spp_document)SPP_DOCUMENT_INIT;
	return SPP_OK;
}

const struct spp_format spp_format_json = {
	.name = "json",
	.suffix = "json",
	.summary = "the policy document",
	.takes = SPP_TAKES_SHOW_KEYS,
	.probe = spp_json_probe,
	.read = read_json,
	.write = spp_json_write,
};
