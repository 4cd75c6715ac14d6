/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of administrative templates; admx.c shows both files. */
#include <ctype.h>
#include <stdio.h>

#include "policy/format/admx.h"
#include "policy/format/xml_writer.h"

static void put_string(struct spp_admx *w, const char *id, const char *suffix,
		       const char *text)
{
	char name[2 * SPP_ADMX_ID];

	snprintf(name, sizeof(name), "%s%s", id, suffix);
	spp_admx_line(w);
	spp_xml_writer_start(w->xml, "string");
	spp_admx_attribute(w, "id", name);
	spp_xml_writer_text(w->xml, text);
	spp_xml_writer_end(w->xml, "");
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
	if (!st && s->fallback.text)
		st = spp_buf_printf(text, err, ". Default: %s",
				    s->fallback.text);
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

static void put_choices(struct spp_admx *w, const struct spp_setting *s,
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
		    !spp_setting_show(s, &value, SPP_TERMS_OWN, &word, NULL))
			put_string(w, id, suffix, spp_buf_text(&word));
	}
}

static enum spp_status put_strings(struct spp_admx *w, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	spp_admx_begin(w, "stringTable");
	for (i = 0; i < spp_admx_support_count; i++)
		put_string(w, spp_admx_supports[i].name, "",
			   spp_admx_supports[i].text);
	for (i = 0; i < spp_admx_category_count; i++)
		put_string(w, spp_admx_categories[i].name, "",
			   spp_admx_categories[i].text);
	for (i = 0; !st && i < SPP_SETTING_COUNT; i++) {
		struct spp_buf CLEANUP(spp_buf_release) help = SPP_BUF_INIT;
		const struct spp_setting *s = &spp_settings[i];
		char id[SPP_ADMX_ID], title[160];

		if (!spp_admx_offers(s))
			continue;
		spp_admx_id(s, id);
		snprintf(title, sizeof(title), "%s (%s)", s->name, s->value);
		put_string(w, id, "", title);
		st = explain(s, &help, err);
		if (!st)
			put_string(w, id, "_Help", spp_buf_text(&help));
		put_choices(w, s, id);
	}
	spp_admx_finish(w);
	return st;
}

/* The default as a number, which the editor shows before anything is set. */
static void put_default(struct spp_admx *w, const struct spp_setting *s,
			const char *attribute)
{
	char digits[12];

	if (!s->fallback.is_number)
		return;
	snprintf(digits, sizeof(digits), "%u", s->fallback.number);
	spp_admx_attribute(w, attribute, digits);
}

static void put_presentation(struct spp_admx *w, const struct spp_setting *s)
{
	char id[SPP_ADMX_ID];

	spp_admx_id(s, id);
	spp_admx_begin(w, "presentation");
	spp_admx_attribute(w, "id", id);
	switch (s->kind) {
	case SPP_KIND_NUMBER:
	case SPP_KIND_PORT:
		spp_admx_begin(w, "decimalTextBox");
		spp_admx_attribute(w, "refId", id);
		put_default(w, s, "defaultValue");
		w->depth--;
		spp_xml_writer_text(w->xml, s->unit ? s->unit : s->name);
		spp_xml_writer_end(w->xml, "");
		break;
	case SPP_KIND_CHOICE:
		spp_admx_begin(w, "dropdownList");
		spp_admx_attribute(w, "refId", id);
		put_default(w, s, "defaultItem");
		w->depth--;
		spp_xml_writer_text(w->xml, s->name);
		spp_xml_writer_end(w->xml, "");
		break;
	case SPP_KIND_PUBLISH:
		spp_admx_text(w, "text",
			      "One entry a line: domain, priority, weight");
		spp_admx_begin(w, "multiTextBox");
		spp_admx_attribute(w, "refId", id);
		spp_admx_empty(w);
		break;
	default:
		spp_admx_begin(w, "textBox");
		spp_admx_attribute(w, "refId", id);
		spp_admx_text(w, "label", s->name);
		spp_admx_finish(w);
		break;
	}
	spp_admx_finish(w);
}

enum spp_status spp_admx_texts(struct spp_admx *w, struct spp_error *err)
{
	enum spp_status st;
	size_t i;

	spp_admx_root(w, "policyDefinitionResources");
	spp_admx_text(w, "displayName", "Volume activation");
	spp_admx_text(w, "description",
		      "Settings of the Software Protection Platform that "
		      "sppctl knows");
	spp_admx_begin(w, "resources");
	st = put_strings(w, err);
	spp_admx_begin(w, "presentationTable");
	for (i = 0; i < SPP_SETTING_COUNT; i++)
		if (spp_admx_offers(&spp_settings[i]) &&
		    spp_settings[i].kind != SPP_KIND_SWITCH)
			put_presentation(w, &spp_settings[i]);
	spp_admx_finish(w);
	spp_admx_finish(w);
	spp_admx_finish(w);
	return st;
}
