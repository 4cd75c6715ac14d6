/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Administrative templates, written only: one policy for every setting that can
 * be set, in its usual place, so that a domain can manage them from the Group
 * Policy editor.  [MS-GPREG] 7; Windows does not use the schema's own
 * namespace.
 *
 *	NAME.admx		<policyDefinitions>: keys, values, elements
 *	en-US/NAME.adml		<policyDefinitionResources>: their texts
 *
 * The template covers all settings and ignores the document.
 *
 *	kind of setting		Enabled			element
 *	switch			0 or 1, Disabled the other
 *	number, port		the number		decimal (as text)
 *	choice			the choice		enum
 *	host, domain, text	the text		text
 *	publish list		one entry a line	multiText
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/format/admx.h"
#include "policy/format/format.h"
#include "policy/format/xml_writer.h"

#define OURS	 "Sppctl.Policies.VolumeActivation"
#define LANGUAGE "en-US"

static void reference(struct spp_admx *w, const char *name, const char *ref)
{
	spp_admx_begin(w, name);
	spp_admx_attribute(w, "ref", ref);
	spp_admx_empty(w);
}

static void number_attribute(struct spp_admx *w, const char *name, uint32_t n)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%u", n);
	spp_admx_attribute(w, name, digits);
}

/* $(string.ID), with a suffix to the id */
static void string_attribute(struct spp_admx *w, const char *name,
			     const char *table, const char *id,
			     const char *suffix)
{
	char ref[2 * SPP_ADMX_ID];

	snprintf(ref, sizeof(ref), "$(%s.%s%s)", table, id, suffix);
	spp_admx_attribute(w, name, ref);
}

static const char *category_of(const struct spp_setting *s)
{
	size_t i;

	for (i = 1; i < spp_admx_category_count; i++)
		if (s->audience & spp_admx_categories[i].audience)
			return spp_admx_categories[i].name;
	return spp_admx_categories[0].name;
}

/* <enabledValue><decimal value="1" /></enabledValue> */
static void switch_value(struct spp_admx *w, const char *name, uint32_t n)
{
	spp_admx_begin(w, name);
	spp_admx_begin(w, "decimal");
	number_attribute(w, "value", n);
	spp_admx_empty(w);
	spp_admx_finish(w);
}

static void choice_items(struct spp_admx *w, const struct spp_setting *s,
			 const char *id)
{
	uint32_t n;

	for (n = 0; n <= s->max; n++) {
		char suffix[16];

		snprintf(suffix, sizeof(suffix), "_%u", n);
		spp_admx_begin(w, "item");
		string_attribute(w, "displayName", "string", id, suffix);
		switch_value(w, "value", n);
		spp_admx_finish(w);
	}
}

static const char *element_of(const struct spp_setting *s)
{
	switch (s->kind) {
	case SPP_KIND_NUMBER:
	case SPP_KIND_PORT:
		return "decimal";
	case SPP_KIND_CHOICE:
		return "enum";
	case SPP_KIND_PUBLISH:
		return "multiText";
	default:
		return "text";
	}
}

static void element(struct spp_admx *w, const struct spp_setting *s,
		    const char *id)
{
	spp_admx_begin(w, "elements");
	spp_admx_begin(w, element_of(s));
	spp_admx_attribute(w, "id", id);
	spp_admx_attribute(w, "valueName", s->value);
	spp_admx_attribute(w, "required", "true");
	if (s->kind == SPP_KIND_NUMBER || s->kind == SPP_KIND_PORT) {
		number_attribute(w, "minValue", s->min);
		number_attribute(w, "maxValue", s->max);
	}
	if (s->kind == SPP_KIND_PORT)
		spp_admx_attribute(w, "storeAsText", "true");
	if (s->kind == SPP_KIND_PATH)
		spp_admx_attribute(w, "expandable", "true");
	if (s->kind == SPP_KIND_CHOICE) {
		choice_items(w, s, id);
		spp_admx_finish(w);
	} else {
		spp_admx_empty(w);
	}
	spp_admx_finish(w);
}

static enum spp_status policy(struct spp_admx *w, const struct spp_setting *s,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
	struct spp_scope home = spp_policy_home(s);
	bool is_switch = s->kind == SPP_KIND_SWITCH;
	uint32_t on = s->flags & SPP_NEGATED ? 0 : 1;
	enum spp_status st;
	char id[SPP_ADMX_ID];

	st = spp_buf_puts(&key, "SOFTWARE\\", err);
	if (!st)
		st = spp_scope_path(&home, &key, err);
	if (st)
		return st;
	spp_admx_id(s, id);
	spp_admx_begin(w, "policy");
	spp_admx_attribute(w, "name", id);
	spp_admx_attribute(w, "class", "Machine");
	string_attribute(w, "displayName", "string", id, "");
	string_attribute(w, "explainText", "string", id, "_Help");
	if (!is_switch)
		string_attribute(w, "presentation", "presentation", id, "");
	spp_admx_attribute(w, "key", spp_buf_text(&key));
	if (is_switch)
		spp_admx_attribute(w, "valueName", s->value);
	reference(w, "parentCategory", category_of(s));
	reference(w, "supportedOn", spp_admx_support_of(s)->name);
	if (is_switch) {
		switch_value(w, "enabledValue", on);
		switch_value(w, "disabledValue", !on);
	} else {
		element(w, s, id);
	}
	spp_admx_finish(w);
	return SPP_OK;
}

/* An element with a name, which the editor shows in its language. */
static void begin_shown(struct spp_admx *w, const char *element,
			const char *name)
{
	spp_admx_begin(w, element);
	spp_admx_attribute(w, "name", name);
	string_attribute(w, "displayName", "string", name, "");
}

static void put_categories(struct spp_admx *w)
{
	size_t i;

	spp_admx_begin(w, "categories");
	for (i = 0; i < spp_admx_category_count; i++) {
		begin_shown(w, "category", spp_admx_categories[i].name);
		if (i) {
			reference(w, "parentCategory",
				  spp_admx_categories[0].name);
			spp_admx_finish(w);
		} else {
			spp_admx_empty(w);
		}
	}
	spp_admx_finish(w);
}

static enum spp_status put_template(struct spp_admx *w, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	spp_admx_root(w, "policyDefinitions");
	spp_admx_begin(w, "policyNamespaces");
	spp_admx_begin(w, "target");
	spp_admx_attribute(w, "prefix", "sppctl");
	spp_admx_attribute(w, "namespace", OURS);
	spp_admx_empty(w);
	spp_admx_finish(w);
	spp_admx_begin(w, "resources");
	spp_admx_attribute(w, "minRequiredRevision", "1.0");
	spp_admx_empty(w);
	spp_admx_begin(w, "supportedOn");
	spp_admx_begin(w, "definitions");
	for (i = 0; i < spp_admx_support_count; i++) {
		begin_shown(w, "definition", spp_admx_supports[i].name);
		spp_admx_empty(w);
	}
	spp_admx_finish(w);
	spp_admx_finish(w);
	put_categories(w);
	spp_admx_begin(w, "policies");
	for (i = 0; !st && i < SPP_SETTING_COUNT; i++)
		if (spp_admx_offers(&spp_settings[i]))
			st = policy(w, &spp_settings[i], err);
	spp_admx_finish(w);
	spp_admx_finish(w);
	return st;
}

static enum spp_status write_admx(const struct spp_document *document,
				  const struct spp_export *options,
				  struct spp_buf *out, struct spp_notes *notes,
				  struct spp_error *err)
{
	struct spp_admx w = { .depth = 0 };
	enum spp_status st, end;

	(void)document;
	(void)notes;
	if (options->language && strcasecmp(options->language, LANGUAGE) != 0)
		return spp_fail(err, SPP_USAGE,
				"there are no texts in '%s', only in " LANGUAGE,
				options->language);
	st = spp_xml_writer_open(&w.xml, err);
	if (st)
		return st;
	st = options->language ? spp_admx_texts(&w, err)
			       : put_template(&w, err);
	spp_xml_writer_raw(w.xml, "\r\n");
	end = spp_xml_writer_close(w.xml, st ? NULL : out, err);
	return st ? st : end;
}

const struct spp_format spp_format_admx = {
	.name = "admx",
	.suffix = "admx",
	.summary = "administrative templates, for a domain",
	.takes = SPP_TAKES_LANGUAGE,
	.write = write_admx,
};
