/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Administrative templates, written only: one policy for every setting that
 * somebody may set, where it usually lives, so that a domain can manage them
 * from the Group Policy editor.  [MS-GPREG] 2.2.4 and 7; the schema's own
 * namespace is not the one that Windows uses.
 *
 *	NAME.admx		<policyDefinitions>: keys, values, elements
 *	en-US/NAME.adml		<policyDefinitionResources>: their texts
 *
 * The template is about all settings, so the document does not matter.
 *
 *	kind of setting		Enabled			element
 *	switch			0 or 1, Disabled the other
 *	number, port		what is entered		decimal (as text)
 *	choice			what is chosen		enum
 *	host, domain, text	what is entered		text
 *	publish list		one entry a line	multiText
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/regline.h"
#include "policy/xmlout.h"

#define NAMESPACE \
	"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
#define OURS	 "Sppctl.Policies.VolumeActivation"
#define LANGUAGE "en-US"
#define NAME	 64 /* a setting's name, as an identifier */

static const struct {
	unsigned int role; /* of the settings in it; 0: the one above all */
	const char *name, *text;
} categories[] = {
	{ 0, "VolumeActivation", "Volume activation" },
	{ SPP_HOST, "KmsHost", "KMS host" },
	{ SPP_CLIENT, "KmsClient", "KMS client" },
	{ SPP_GENERAL, "General", "General" },
};
#define CATEGORIES (sizeof(categories) / sizeof(categories[0]))

/* Indented XML. */
struct writer {
	struct spp_xmlout *xml;
	int depth;
};

static void new_line(struct writer *w)
{
	char blanks[64];

	snprintf(blanks, sizeof(blanks), "\r\n%*s", 2 * w->depth, "");
	spp_xmlout_raw(w->xml, blanks);
}

static void begin(struct writer *w, const char *name)
{
	new_line(w);
	spp_xmlout_start(w->xml, name);
	w->depth++;
}

static void attribute(struct writer *w, const char *name, const char *value)
{
	spp_xmlout_attribute(w->xml, name, value);
}

/* Ends an element without content. */
static void close_empty(struct writer *w)
{
	w->depth--;
	spp_xmlout_end(w->xml, " ");
}

/* Ends an element with elements in it. */
static void finish(struct writer *w)
{
	w->depth--;
	new_line(w);
	spp_xmlout_end(w->xml, "");
}

static void text_element(struct writer *w, const char *name, const char *text)
{
	new_line(w);
	spp_xmlout_element(w->xml, name, text);
}

static void reference(struct writer *w, const char *name, const char *ref)
{
	begin(w, name);
	attribute(w, "ref", ref);
	close_empty(w);
}

static void number_attribute(struct writer *w, const char *name, uint32_t n)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%u", n);
	attribute(w, name, digits);
}

/* $(string.ID), with a suffix to the id */
static void string_attribute(struct writer *w, const char *name,
			     const char *table, const char *id,
			     const char *suffix)
{
	char ref[2 * NAME];

	snprintf(ref, sizeof(ref), "$(%s.%s%s)", table, id, suffix);
	attribute(w, name, ref);
}

/* "dns-publishing" as "DnsPublishing" */
static void identifier(const struct spp_setting *s, char id[NAME])
{
	bool upper = true;
	const char *c;
	size_t n = 0;

	for (c = s->name; *c && n + 1 < NAME; c++) {
		if (*c != '-')
			id[n++] = upper ? (char)toupper((unsigned char)*c) : *c;
		upper = *c == '-';
	}
	id[n] = '\0';
}

static bool is_offered(const struct spp_setting *s)
{
	return !(s->flags & SPP_STATE) && s->kind != SPP_KIND_OPAQUE;
}

static const char *category_of(const struct spp_setting *s)
{
	size_t i;

	for (i = 1; i < CATEGORIES; i++)
		if (s->role & categories[i].role)
			return categories[i].name;
	return categories[0].name;
}

/* <enabledValue><decimal value="1" /></enabledValue> */
static void switch_value(struct writer *w, const char *name, uint32_t n)
{
	begin(w, name);
	begin(w, "decimal");
	number_attribute(w, "value", n);
	close_empty(w);
	finish(w);
}

static void choice_items(struct writer *w, const struct spp_setting *s,
			 const char *id)
{
	uint32_t n;

	for (n = 0; n <= s->max; n++) {
		char suffix[16];

		snprintf(suffix, sizeof(suffix), "_%u", n);
		begin(w, "item");
		string_attribute(w, "displayName", "string", id, suffix);
		switch_value(w, "value", n);
		finish(w);
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

static void element(struct writer *w, const struct spp_setting *s,
		    const char *id)
{
	begin(w, "elements");
	begin(w, element_of(s));
	attribute(w, "id", id);
	attribute(w, "valueName", s->value);
	attribute(w, "required", "true");
	if (s->kind == SPP_KIND_NUMBER || s->kind == SPP_KIND_PORT) {
		number_attribute(w, "minValue", s->min);
		number_attribute(w, "maxValue", s->max);
	}
	if (s->kind == SPP_KIND_PORT)
		attribute(w, "storeAsText", "true");
	if (s->kind == SPP_KIND_PATH)
		attribute(w, "expandable", "true");
	if (s->kind == SPP_KIND_CHOICE) {
		choice_items(w, s, id);
		finish(w);
	} else {
		close_empty(w);
	}
	finish(w);
}

static enum spp_status policy(struct writer *w, const struct spp_setting *s,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
	struct spp_scope home = spp_policy_home(s);
	bool is_switch = s->kind == SPP_KIND_SWITCH;
	uint32_t on = s->flags & SPP_NEGATED ? 0 : 1;
	enum spp_status st;
	char id[NAME];

	st = spp_buf_puts(&key, "SOFTWARE\\", err);
	if (!st)
		st = spp_scope_path(&home, &key, err);
	if (st)
		return st;
	identifier(s, id);
	begin(w, "policy");
	attribute(w, "name", id);
	attribute(w, "class", "Machine");
	string_attribute(w, "displayName", "string", id, "");
	string_attribute(w, "explainText", "string", id, "_Help");
	if (!is_switch)
		string_attribute(w, "presentation", "presentation", id, "");
	attribute(w, "key", spp_buf_text(&key));
	if (is_switch)
		attribute(w, "valueName", s->value);
	reference(w, "parentCategory", category_of(s));
	reference(w, "supportedOn", "Windows7");
	if (is_switch) {
		switch_value(w, "enabledValue", on);
		switch_value(w, "disabledValue", !on);
	} else {
		element(w, s, id);
	}
	finish(w);
	return SPP_OK;
}

static void put_categories(struct writer *w)
{
	size_t i;

	begin(w, "categories");
	for (i = 0; i < CATEGORIES; i++) {
		begin(w, "category");
		attribute(w, "name", categories[i].name);
		string_attribute(w, "displayName", "string", categories[i].name,
				 "");
		if (i) {
			reference(w, "parentCategory", categories[0].name);
			finish(w);
		} else {
			close_empty(w);
		}
	}
	finish(w);
}

static void put_root(struct writer *w, const char *name)
{
	spp_xmlout_raw(w->xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
	begin(w, name);
	attribute(w, "xmlns", NAMESPACE);
	attribute(w, "revision", "1.0");
	attribute(w, "schemaVersion", "1.0");
}

static enum spp_status put_template(struct writer *w, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	put_root(w, "policyDefinitions");
	begin(w, "policyNamespaces");
	begin(w, "target");
	attribute(w, "prefix", "sppctl");
	attribute(w, "namespace", OURS);
	close_empty(w);
	finish(w);
	begin(w, "resources");
	attribute(w, "minRequiredRevision", "1.0");
	close_empty(w);
	begin(w, "supportedOn");
	begin(w, "definitions");
	begin(w, "definition");
	attribute(w, "name", "Windows7");
	attribute(w, "displayName", "$(string.Windows7)");
	close_empty(w);
	finish(w);
	finish(w);
	put_categories(w);
	begin(w, "policies");
	for (i = 0; !st && i < spp_setting_count; i++)
		if (is_offered(&spp_settings[i]))
			st = policy(w, &spp_settings[i], err);
	finish(w);
	finish(w);
	return st;
}

static void put_string(struct writer *w, const char *id, const char *suffix,
		       const char *text)
{
	char name[2 * NAME];

	snprintf(name, sizeof(name), "%s%s", id, suffix);
	new_line(w);
	spp_xmlout_start(w->xml, "string");
	attribute(w, "id", name);
	spp_xmlout_text(w->xml, text);
	spp_xmlout_end(w->xml, "");
}

static enum spp_status explain(const struct spp_setting *s,
			       struct spp_buf *text, struct spp_error *err)
{
	struct spp_scope home = spp_policy_home(s);
	bool managed = home.place == SPP_PLACE_POLICIES;
	enum spp_status st;

	st = spp_buf_printf(text, err,
			    "%c%s.\n\nRegistry value %s, %s.\nAllowed: ",
			    toupper((unsigned char)*s->summary), s->summary + 1,
			    s->value, spp_type_name((uint32_t)s->type));
	if (!st)
		st = s->kind == SPP_KIND_PUBLISH
			     ? spp_buf_puts(text,
					    "domain, priority, weight; one "
					    "entry a line",
					    err)
			     : spp_setting_range(s, text, err);
	if (!st && s->unit)
		st = spp_buf_printf(text, err, " %s", s->unit);
	if (!st && s->fallback)
		st = spp_buf_printf(text, err, ". Default: %s", s->fallback);
	if (!st && s->kind != SPP_KIND_SWITCH)
		st = spp_buf_puts(text, ".\n\nDisabled removes the value", err);
	if (!st && !managed)
		st = spp_buf_puts(text,
				  ".\n\nThe value lies outside the Policies "
				  "keys: it stays when this policy no longer "
				  "applies. Set it to Disabled, or remove the "
				  "value, to undo it",
				  err);
	if (!st)
		st = spp_buf_printf(text, err, ".\n\nSource: %s.", s->source);
	return st;
}

static void put_choices(struct writer *w, const struct spp_setting *s,
			const char *id)
{
	uint32_t n;

	for (n = 0; s->kind == SPP_KIND_CHOICE && n <= s->max; n++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;
		struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;
		char suffix[16];

		snprintf(suffix, sizeof(suffix), "_%u", n);
		if (!spp_value_set_dword(&value, n, NULL) &&
		    !spp_setting_show(s, &value, false, &word, NULL))
			put_string(w, id, suffix, spp_buf_text(&word));
	}
}

static enum spp_status put_strings(struct writer *w, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	begin(w, "stringTable");
	put_string(w, "Windows7", "",
		   "Windows 7, Windows Server 2008 R2 and later");
	for (i = 0; i < CATEGORIES; i++)
		put_string(w, categories[i].name, "", categories[i].text);
	for (i = 0; !st && i < spp_setting_count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) help = SPP_BUF_INIT;
		const struct spp_setting *s = &spp_settings[i];
		char id[NAME], title[160];

		if (!is_offered(s))
			continue;
		identifier(s, id);
		snprintf(title, sizeof(title), "%s (%s)", s->name, s->value);
		put_string(w, id, "", title);
		st = explain(s, &help, err);
		if (!st)
			put_string(w, id, "_Help", spp_buf_text(&help));
		put_choices(w, s, id);
	}
	finish(w);
	return st;
}

static void put_presentation(struct writer *w, const struct spp_setting *s)
{
	char id[NAME];

	identifier(s, id);
	begin(w, "presentation");
	attribute(w, "id", id);
	switch (s->kind) {
	case SPP_KIND_NUMBER:
	case SPP_KIND_PORT:
		begin(w, "decimalTextBox");
		attribute(w, "refId", id);
		attribute(w, "defaultValue", s->fallback);
		w->depth--;
		spp_xmlout_text(w->xml, s->unit ? s->unit : s->name);
		spp_xmlout_end(w->xml, "");
		break;
	case SPP_KIND_CHOICE:
		begin(w, "dropdownList");
		attribute(w, "refId", id);
		attribute(w, "defaultItem", "0");
		w->depth--;
		spp_xmlout_text(w->xml, s->name);
		spp_xmlout_end(w->xml, "");
		break;
	case SPP_KIND_PUBLISH:
		text_element(w, "text",
			     "One entry a line: domain, priority, weight");
		begin(w, "multiTextBox");
		attribute(w, "refId", id);
		close_empty(w);
		break;
	default:
		begin(w, "textBox");
		attribute(w, "refId", id);
		text_element(w, "label", s->name);
		finish(w);
		break;
	}
	finish(w);
}

static enum spp_status put_texts(struct writer *w, struct spp_error *err)
{
	enum spp_status st;
	size_t i;

	put_root(w, "policyDefinitionResources");
	text_element(w, "displayName", "Volume activation");
	text_element(w, "description",
		     "Settings of the Software Protection Platform that "
		     "sppctl knows");
	begin(w, "resources");
	st = put_strings(w, err);
	begin(w, "presentationTable");
	for (i = 0; i < spp_setting_count; i++)
		if (is_offered(&spp_settings[i]) &&
		    spp_settings[i].kind != SPP_KIND_SWITCH)
			put_presentation(w, &spp_settings[i]);
	finish(w);
	finish(w);
	finish(w);
	return st;
}

static enum spp_status write_admx(const struct spp_document *document,
				  const struct spp_export *options,
				  struct spp_buf *out, struct spp_notes *notes,
				  struct spp_error *err)
{
	struct writer w = { .depth = 0 };
	enum spp_status st, end;

	(void)document;
	(void)notes;
	if (options->language && strcasecmp(options->language, LANGUAGE) != 0)
		return spp_fail(err, SPP_USAGE,
				"there are no texts in '%s', only in " LANGUAGE,
				options->language);
	st = spp_xmlout_open(&w.xml, err);
	if (st)
		return st;
	st = options->language ? put_texts(&w, err) : put_template(&w, err);
	spp_xmlout_raw(w.xml, "\r\n");
	end = spp_xmlout_close(w.xml, st ? NULL : out, err);
	return st ? st : end;
}

const struct spp_format spp_format_admx = {
	.name = "admx",
	.suffix = "admx",
	.summary = "administrative templates, for a domain",
	.write = write_admx,
};
