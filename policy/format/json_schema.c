/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON Schema (draft-07) of policy documents, made from the tables of
 * settings, places and applications.
 *
 *   definitions
 *     NAME.value    allowed values of a setting: words, numbers, text, bytes
 *     NAME          the same, or null, or {"keep"}, or {"default"}; NAME is
 *                   the friendly name, or the registry's or an old one if
 *                   that means other values
 *     PLACE.scope   the settings of a scope
 *     PLACE.wide    the same in a scope with "*"
 *     found.scope   any settings, as a dump found them
 *
 * Some rules cannot be expressed and are left to the reader: a setting given
 * under two of its names, a domain listed twice, the range of a number given as
 * text, whether a name has a form in the DNS.  On the other hand the schema
 * requires names and words exactly as sppctl prints them.
 */
#include <jansson.h>
#include <stdlib.h>

#include "policy/format/json.h"
#include "policy/format/json_firewall.h"
#include "policy/format/json_unknown.h"
#include "policy/model/publish_list.h"

#define GUID                                                               \
	"[{]?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-" \
	"[0-9A-Fa-f]{12}[}]?"
#define NUMBER "^(0[xX][0-9A-Fa-f]+|[0-9]+)$"
#define PLAIN  "^[^\\u0000-\\u001f\\u007f]*$"

/* A label has at most 63 characters; a domain is not a number or address. */
#define LABEL	"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
#define LABELS	LABEL "(\\." LABEL ")*\\.?"
#define DOMAIN	"^(?![0-9.]*$)" LABELS "$"
#define OCTET	"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define ADDRESS "^(" OCTET "(\\." OCTET "){3}|\\[[0-9A-Fa-f:.]+\\])$"
/* International letters are left to the reader. */
#define FOREIGN "[^\\u0000-\\u007f]"

#define BLANK  "[ \\t]*"
#define LISTED BLANK "(?![0-9.]*" BLANK "([,;]|$))" LABELS BLANK
#define RANK   "(," BLANK "[0-9]{1,5}" BLANK ")"
#define ENTRY  LISTED RANK "{0,2}"

/* "FIRST" "SECOND" as the name of a member. */
static void put(json_t *object, const char *first, const char *second,
		json_t *value)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;

	spp_buf_printf(&name, NULL, "%s%s", first, second);
	json_object_set_new(object, spp_buf_text(&name), value);
}

static void add(json_t *list, json_t *schema)
{
	json_array_append_new(list, schema);
}

static json_t *of_type(const char *type)
{
	return json_pack("{s:s}", "type", type);
}

static json_t *text_like(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *whole(json_int_t min, json_int_t max)
{
	return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", min,
			 "maximum", max);
}

static json_t *refer(const char *name, const char *part)
{
	struct spp_buf to = SPP_BUF_INIT;

	spp_buf_printf(&to, NULL, "#/definitions/%s%s", name, part);
	return json_pack("{s:o}", "$ref", spp_json_take(&to));
}

/* An object that has this member. */
static json_t *having(const char *name, json_t *value)
{
	return json_pack("{s:s, s:[s], s:{s:o}}", "type", "object", "required",
			 name, "properties", name, value);
}

static json_t *closed(json_t *properties)
{
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties",
			 properties, "additionalProperties", 0);
}

/* { "type": "REG_SZ", "hex": "..." }; a dump adds the text. */
static json_t *make_bytes(void)
{
	json_t *names = json_array();
	uint32_t i;

	for (i = 0; spp_type_name(i); i++)
		add(names, json_string(spp_type_name(i)));
	return json_pack(
		"{s:s, s:[s, s], s:{s:{s:[{s:o}, o]}, s:o, s:o}}", "type",
		"object", "required", "type", "hex", "properties", "type",
		"anyOf", "enum", names, whole(0, UINT32_MAX), "hex",
		text_like("^([0-9A-Fa-f]{2})*$"), "text", of_type("string"));
}

static json_t *make_entry(void)
{
	return json_pack(
		"{s:[o, o, {s:s, s:[s], s:b, s:{s:{s:[o, o]}, s:o, s:o}}]}",
		"anyOf", text_like("^" ENTRY "$"), text_like(FOREIGN), "type",
		"object", "required", "domain", "additionalProperties", 0,
		"properties", "domain", "anyOf", text_like("^" LISTED "$"),
		text_like(FOREIGN), "priority", whole(0, SPP_PRIORITY_MAX),
		"weight", whole(0, SPP_WEIGHT_MAX));
}

static void add_words(json_t *any, const struct spp_setting *s)
{
	json_t *words = json_array();
	size_t i;

	for (i = 0; spp_setting_word(s, i); i++)
		add(words, json_string(spp_setting_word(s, i)));
	add(any, json_pack("{s:o}", "enum", words));
}

/* A one-digit number given as text, decimal or 0x. */
static json_t *digit_to(uint32_t max)
{
	struct spp_buf CLEANUP(spp_buf_release) pattern = SPP_BUF_INIT;

	spp_buf_printf(&pattern, NULL, "^(0[xX])?0*[0-%u]$", max);
	return text_like(spp_buf_text(&pattern));
}

/* Adds the forms other than words, which depend only on the kind. */
static void add_kind(json_t *any, const struct spp_setting *s,
		     enum spp_terms terms)
{
	switch (s->kind) {
	case SPP_KIND_SWITCH:
		if (terms == SPP_TERMS_REGISTRY)
			add(any, digit_to(s->max));
		else
			add_words(any, s);
		add(any, whole(s->min, s->max));
		add(any, of_type("boolean"));
		break;
	case SPP_KIND_CHOICE:
		add_words(any, s);
		add(any, digit_to(s->max));
		add(any, whole(s->min, s->max));
		break;
	case SPP_KIND_NUMBER:
	case SPP_KIND_PORT:
		add(any, whole(s->min, s->max));
		add(any, text_like(NUMBER));
		break;
	case SPP_KIND_HOST:
		add(any, text_like(ADDRESS));
		/* fall through */
	case SPP_KIND_DOMAIN:
		add(any, text_like(DOMAIN));
		add(any, text_like(FOREIGN));
		break;
	case SPP_KIND_PUBLISH:
		add(any, json_pack("{s:s, s:o}", "type", "array", "items",
				   refer("entry", "")));
		add(any, text_like("^(" ENTRY "(;" ENTRY ")*;?)?$"));
		add(any, text_like(FOREIGN));
		break;
	case SPP_KIND_TEXT:
	case SPP_KIND_PATH:
		add(any,
		    json_pack("{s:s, s:s, s:i}", "type", "string", "pattern",
			      PLAIN, "maxLength", SPP_TEXT_MAX));
		add(any, of_type("integer"));
		break;
	case SPP_KIND_OPAQUE:
		break;
	}
}

/* "TCP port of the KMS host; 1..65535; default 1688" */
static json_t *describe(const struct spp_setting *s, enum spp_terms terms)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;
	struct spp_buf text = SPP_BUF_INIT;

	spp_buf_puts(&text, s->summary, NULL);
	spp_setting_range(s, &range, NULL);
	if (s->flags & SPP_STATE)
		spp_buf_puts(&text, "; kept by Windows itself", NULL);
	else if (terms == SPP_TERMS_REGISTRY)
		spp_buf_printf(&text, NULL, "; as the registry has it, 0 %s",
			       s->flags & SPP_NEGATED ? "is on" : "is off");
	else if (terms == SPP_TERMS_OLD)
		spp_buf_puts(&text, "; the old name, which says the opposite",
			     NULL);
	else
		spp_buf_printf(&text, NULL, "; %s%s%s", spp_buf_text(&range),
			       s->unit ? " " : "", s->unit ? s->unit : "");
	if (s->fallback.text && terms != SPP_TERMS_OLD)
		spp_buf_printf(&text, NULL, "; default %s", s->fallback.text);
	return spp_json_take(&text);
}

/* Defines the wish for a setting under one of its names. */
static void define(json_t *definitions, const struct spp_setting *s,
		   enum spp_terms terms)
{
	const char *name = spp_setting_name(s, terms);
	json_t *value = json_array(), *wish = json_array();

	add(wish, refer("gone", ""));
	if (s->flags & SPP_STATE) {
		json_decref(value);
	} else {
		add_kind(value, s, terms);
		add(value, refer("bytes", ""));
		put(definitions, name, ".value",
		    json_pack("{s:o}", "anyOf", value));
		add(wish, refer(name, ".value"));
		add(wish, having("default", refer(name, ".value")));
	}
	put(definitions, name, "",
	    json_pack("{s:o, s:o}", "description", describe(s, terms), "anyOf",
		      wish));
}

/*
 * The definition for a name; only a switch means something else by another
 * name.
 */
static const char *meaning(const struct spp_setting *s, enum spp_terms terms)
{
	return s->kind == SPP_KIND_SWITCH ? spp_setting_name(s, terms)
					  : s->name;
}

/* place < 0: any place; wide: a scope with "*", where only null is allowed. */
static json_t *make_scope(int place, bool wide, const char *found)
{
	json_t *properties = json_object();
	const char *name;
	bool gone;
	size_t i;
	int t;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		if (place >= 0 && !spp_setting_known(s, (enum spp_place)place))
			continue;
		gone = wide ||
		       (place >= 0 &&
			!spp_setting_settable(s, (enum spp_place)place));
		for (t = 0; t < SPP_TERMS_COUNT; t++) {
			name = spp_setting_name(s, (enum spp_terms)t);
			if (!name)
				continue;
			put(properties, name, "",
			    found  ? refer(found, "")
			    : gone ? refer("gone", "")
				   : refer(meaning(s, (enum spp_terms)t), ""));
		}
	}
	if (!found)
		put(properties, "*", "", refer("gone", ""));
	return closed(properties);
}

/* "windows|office|office2010|GUID" */
static void put_apps(struct spp_buf *pattern)
{
	size_t i;

	for (i = 0; i < spp_app_count; i++)
		spp_buf_printf(pattern, NULL, "%s|", spp_apps[i].name);
	spp_buf_puts(pattern, GUID, NULL);
}

/* Adds the scopes below a place, narrow or wide. */
static void put_below(json_t *patterns, const char *place, bool wide,
		      json_t *scope)
{
	struct spp_buf CLEANUP(spp_buf_release) pattern = SPP_BUF_INIT;

	spp_buf_printf(&pattern, NULL, "^%s/(%s", place,
		       wide ? "[*](/([*]|" GUID "))?|(" : "");
	put_apps(&pattern);
	spp_buf_puts(&pattern, wide ? ")/[*])$" : ")(/" GUID ")?$", NULL);
	put(patterns, spp_buf_text(&pattern), "", scope);
}

/* found: as in a dump, any setting in any narrow scope. */
static json_t *make_scopes(bool found)
{
	json_t *scopes = json_object(), *patterns = json_object(), *schema;
	int i;

	for (i = 0; i < SPP_PLACE_COUNT; i++) {
		const char *name = spp_places[i].name;
		const char *scope = found ? "found" : name;

		put(scopes, name, "", refer(scope, ".scope"));
		if (spp_places[i].applications)
			put_below(patterns, name, false,
				  refer(scope, ".scope"));
		if (spp_places[i].applications && !found)
			put_below(patterns, name, true, refer(name, ".wide"));
	}
	schema = closed(scopes);
	json_object_set_new(schema, "patternProperties", patterns);
	return schema;
}

static json_t *make_image(void)
{
	json_t *facts = json_object();
	int i;

	for (i = 0; i < SPP_FACT_COUNT; i++)
		put(facts, spp_fact_name((enum spp_fact)i), "",
		    of_type("string"));
	put(facts, "has_system", "", of_type("boolean"));
	put(facts, "hooks", "",
	    json_pack("{s:s, s:{s:s, s:[s, s, s], s:b, s:{s:o, s:o, s:o}}}",
		      "type", "array", "items", "type", "object", "required",
		      "program", "value", "data", "additionalProperties", 0,
		      "properties", "program", of_type("string"), "value",
		      of_type("string"), "data", of_type("string")));
	put(facts, "firewall", "", spp_json_firewall_schema());
	return closed(facts);
}

static json_t *make_definitions(void)
{
	json_t *definitions = json_object();
	size_t i;
	int place;

	put(definitions, "bytes", "", make_bytes());
	put(definitions, "entry", "", make_entry());
	put(definitions, "gone", "",
	    json_pack("{s:s, s:[o, o]}", "description",
		      "null: must be absent; keep: unchanged", "anyOf",
		      of_type("null"),
		      having("keep", json_pack("{s:b}", "const", 1))));
	put(definitions, "found", "",
	    json_pack("{s:[o, o]}", "anyOf", refer("bytes", ""),
		      having("redacted", of_type("string"))));
	put(definitions, "found", ".scope", make_scope(-1, false, "found"));
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		define(definitions, &spp_settings[i], SPP_TERMS_OWN);
		if (spp_settings[i].kind == SPP_KIND_SWITCH)
			define(definitions, &spp_settings[i],
			       SPP_TERMS_REGISTRY);
		if (spp_settings[i].old)
			define(definitions, &spp_settings[i], SPP_TERMS_OLD);
	}
	for (place = 0; place < SPP_PLACE_COUNT; place++) {
		const char *name = spp_places[place].name;

		put(definitions, name, ".scope",
		    make_scope(place, false, NULL));
		if (spp_places[place].applications)
			put(definitions, name, ".wide",
			    make_scope(place, true, NULL));
	}
	return definitions;
}

static json_t *make_schema(void)
{
	json_t *schema = json_pack(
		"{s:s, s:s, s:s, s:[s]}", "$schema",
		"http://json-schema.org/draft-07/schema#", "title",
		"policy document of sppctl", "description",
		"names and words in the case in which sppctl prints them",
		"required", "sppctl-policy");
	json_t *members = json_object();

	put(members, "$schema", "", of_type("string"));
	put(members, "sppctl-policy", "",
	    json_pack("{s:i}", "const", SPP_JSON_VERSION));
	put(members, "name", "", of_type("string"));
	put(members, "description", "", of_type("string"));
	put(members, "scopes", "", make_scopes(false));
	put(members, "observed", "", make_scopes(true));
	put(members, "unknown", "",
	    json_pack("{s:s, s:o}", "type", "array", "items",
		      spp_json_unknown_schema()));
	put(members, "unknown_left_out", "", of_type("integer"));
	put(members, "image", "", make_image());
	put(members, "evidence", "", of_type("object"));
	json_object_update_new(schema, closed(members));
	json_object_set_new(schema, "definitions", make_definitions());
	return schema;
}

enum spp_status spp_json_schema(struct spp_buf *out, struct spp_error *err)
{
	unsigned int short_before = spp_memory_shortages();
	enum spp_status st;
	json_t *schema;
	char *text;

	schema = make_schema();
	text = json_dumps(schema, JSON_INDENT(2));
	json_decref(schema);
	if (!text || spp_memory_shortages() != short_before)
		st = spp_nomem(err);
	else
		st = spp_buf_puts(out, text, err);
	if (!st)
		st = spp_buf_puts(out, "\n", err);
	free(text);
	return st;
}
