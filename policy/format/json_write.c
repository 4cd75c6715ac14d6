/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes policy documents; json.c shows them. */
#include "policy/format/json.h"
#include "policy/text/printable.h"

#include <jansson.h>
#include <stdlib.h>

#include "policy/format/json_firewall.h"
#include "policy/format/json_unknown.h"
#include "policy/model/publish_list.h"

static json_t *write_raw(const struct spp_setting *setting,
			 const struct spp_value *value)
{
	struct spp_buf hex = SPP_BUF_INIT, text = SPP_BUF_INIT;
	const char *name = spp_type_name(value->type);

	spp_hex_show(value->data, value->size, &hex, NULL);
	spp_setting_show(setting, value, SPP_TERMS_REGISTRY, &text, NULL);
	return json_pack("{s:o, s:o, s:o}", "type",
			 name ? json_string(name)
			      : json_integer((json_int_t)value->type),
			 "hex", spp_json_take(&hex), "text",
			 spp_json_take(&text));
}

static json_t *write_list(const struct spp_value *value)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	json_t *json = json_array();
	size_t i;

	if (spp_publish_list_read(value, &list, NULL))
		return json;
	for (i = 0; i < list.count; i++)
		json_array_append_new(
			json, json_pack("{s:s, s:i, s:i}", "domain",
					list.entry[i].domain, "priority",
					(int)list.entry[i].priority, "weight",
					(int)list.entry[i].weight));
	return json;
}

/*
 * Writes a value in words if these give the same bytes again, else as bytes: a
 * dump loses nothing.
 */
static json_t *write_value(const struct spp_setting *setting,
			   const struct spp_value *value)
{
	struct spp_value CLEANUP(spp_value_release) again = SPP_VALUE_INIT;
	struct spp_buf text = SPP_BUF_INIT;
	bool same;
	uint32_t n;

	spp_setting_show(setting, value, SPP_TERMS_OWN, &text, NULL);
	same = !spp_setting_parse(setting, spp_buf_text(&text), SPP_TERMS_OWN,
				  &again, NULL, NULL) &&
	       spp_value_equal(value, &again);
	if (!same) {
		spp_buf_release(&text);
		return write_raw(setting, value);
	}
	if (setting->kind == SPP_KIND_PUBLISH) {
		spp_buf_release(&text);
		return write_list(value);
	}
	if ((setting->kind == SPP_KIND_NUMBER ||
	     setting->kind == SPP_KIND_PORT) &&
	    spp_setting_number(value, &n)) {
		spp_buf_release(&text);
		return json_integer((json_int_t)n);
	}
	return spp_json_take(&text);
}

static json_t *write_item(const struct spp_policy_item *item)
{
	if (item->wish == SPP_KEEP)
		return json_pack("{s:b}", "keep", 1);
	if (item->wish == SPP_ABSENT || !item->setting)
		return json_null(); /* a wish for all has no value */
	if (item->wish == SPP_DEFAULT)
		return json_pack("{s:o}", "default",
				 write_value(item->setting, &item->value));
	return write_value(item->setting, &item->value);
}

/* Writes an observed value; hides what may be a product key. */
static json_t *write_observed(const struct spp_policy_item *item,
			      bool show_keys)
{
	struct spp_buf text = SPP_BUF_INIT;

	if (!(item->setting->flags & SPP_SECRET) || show_keys)
		return write_raw(item->setting, &item->value);
	spp_setting_show(item->setting, &item->value, SPP_TERMS_REGISTRY, &text,
			 NULL);
	spp_printable_redact_all(&text);
	return json_pack("{s:o}", "redacted", spp_json_take(&text));
}

static json_t *write_scopes(const struct spp_policy *policy, bool observed,
			    bool show_keys)
{
	json_t *scopes = json_object(), *scope;
	size_t i;

	for (i = 0; i < policy->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
		const struct spp_policy_item *item = &policy->item[i];

		spp_scope_show(&item->scope, &name, NULL);
		scope = json_object_get(scopes, spp_buf_text(&name));
		if (!scope) {
			scope = json_object();
			json_object_set_new(scopes, spp_buf_text(&name), scope);
		}
		json_object_set_new(scope,
				    item->setting ? item->setting->name : "*",
				    observed && item->setting
					    ? write_observed(item, show_keys)
					    : write_item(item));
	}
	return scopes;
}

static json_t *write_unknown(const struct spp_unknowns *unknown, bool show_keys)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < unknown->count; i++)
		json_array_append_new(
			list, spp_json_unknown(&unknown->item[i], show_keys));
	return list;
}

static json_t *write_image(const struct spp_identity *identity)
{
	json_t *json = json_object(), *hooks = json_array();
	size_t i;

	for (i = 0; i < SPP_FACT_COUNT; i++)
		if (identity->fact[i])
			json_object_set_new(json,
					    spp_fact_name((enum spp_fact)i),
					    json_string(identity->fact[i]));
	json_object_set_new(json, "has_system",
			    json_boolean(identity->has_system));
	for (i = 0; i < identity->hooks; i++)
		json_array_append_new(
			hooks, json_pack("{s:s, s:s, s:s}", "program",
					 identity->hook[i].program, "value",
					 identity->hook[i].value, "data",
					 identity->hook[i].data));
	json_object_set_new(json, "hooks", hooks);
	if (identity->firewall.known)
		json_object_set_new(json, "firewall",
				    spp_json_firewall(&identity->firewall));
	return json;
}

enum spp_status spp_json_write(const struct spp_document *document,
			       const struct spp_export *options,
			       struct spp_buf *out, struct spp_notes *notes,
			       struct spp_error *err)
{
	unsigned int short_before = spp_memory_shortages();
	enum spp_status st;
	json_t *root;
	char *text, *safe;

	(void)notes;
	root = json_pack("{s:i}", "sppctl-policy", SPP_JSON_VERSION);
	if (document->name)
		json_object_set_new(root, "name", json_string(document->name));
	if (document->description)
		json_object_set_new(root, "description",
				    json_string(document->description));
	json_object_set_new(root, "scopes",
			    write_scopes(&document->policy, false, false));
	if (document->observed.count)
		json_object_set_new(root, "observed",
				    write_scopes(&document->observed, true,
						 options->show_keys));
	if (document->unknown.count)
		json_object_set_new(
			root, "unknown",
			write_unknown(&document->unknown, options->show_keys));
	if (document->unknown.left_out)
		json_object_set_new(
			root, "unknown_left_out",
			json_integer((json_int_t)document->unknown.left_out));
	if (document->is_dump)
		json_object_set_new(root, "image",
				    write_image(&document->identity));
	if (options->evidence)
		json_object_set_new(root, "evidence",
				    json_loads(options->evidence, 0, NULL));
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	safe = text ? spp_printable_json(text) : NULL;
	if (!safe || spp_memory_shortages() != short_before)
		st = spp_nomem(err);
	else
		st = spp_buf_puts(out, safe, err);
	if (!st)
		st = spp_buf_puts(out, "\n", err);
	free(safe);
	free(text);
	return st;
}
