/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_firewall.h"

#include <string.h>

json_t *spp_json_firewall(const struct spp_firewall *firewall)
{
	json_t *off = json_array(), *rules = json_array();
	size_t i;
	int k;

	for (k = 0; k < SPP_PROFILE_COUNT; k++)
		if (firewall->off >> k & 1)
			json_array_append_new(off,
					      json_string(spp_profile_word(
						      (enum spp_profile)k)));
	for (i = 0; i < firewall->count; i++)
		json_array_append_new(rules,
				      json_pack("{s:s, s:s}", "name",
						firewall->rule[i].name, "rule",
						firewall->rule[i].text));
	return json_pack("{s:o, s:b, s:o}", "off", off, "more", firewall->more,
			 "rules", rules);
}

static bool read_off(const json_t *json, unsigned int *off)
{
	size_t i;
	int k;

	for (i = 0; i < json_array_size(json); i++) {
		const char *word = json_string_value(json_array_get(json, i));

		for (k = 0; word && k < SPP_PROFILE_COUNT; k++)
			if (!strcmp(word,
				    spp_profile_word((enum spp_profile)k)))
				break;
		if (!word || k == SPP_PROFILE_COUNT)
			return false;
		*off |= 1u << k;
	}
	return json_is_array(json);
}

enum spp_status spp_json_firewall_read(const json_t *json,
				       struct spp_firewall *firewall,
				       const char **what, struct spp_error *err)
{
	const json_t *more = json_object_get(json, "more");
	const json_t *rules = json_object_get(json, "rules");
	enum spp_status st = SPP_OK;
	size_t i;

	*what = "must have 'off', 'more' and 'rules' alone";
	if (json_object_size(json) != 3 || !json_is_boolean(more) ||
	    !json_is_array(rules) ||
	    !read_off(json_object_get(json, "off"), &firewall->off))
		return SPP_INVALID;
	firewall->known = true;
	firewall->more = json_is_true(more);
	*what = "a rule must have 'name' and 'rule' alone";
	for (i = 0; !st && i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);
		const char *name =
			json_string_value(json_object_get(rule, "name"));
		const char *text =
			json_string_value(json_object_get(rule, "rule"));

		if (!name || !text || json_object_size(rule) != 2)
			return SPP_INVALID;
		st = spp_firewall_add(firewall, name, text, err);
	}
	return st;
}

json_t *spp_json_firewall_schema(void)
{
	return json_pack(
		"{s:s, s:[s, s, s], s:b, s:{s:{s:s, s:{s:[s, s, s]}}, s:{s:s}, "
		"s:{s:s, s:{s:s, s:[s, s], s:b, s:{s:{s:s}, s:{s:s}}}}}}",
		"type", "object", "required", "off", "more", "rules",
		"additionalProperties", 0, "properties", "off", "type", "array",
		"items", "enum", spp_profile_word(SPP_PROFILE_DOMAIN),
		spp_profile_word(SPP_PROFILE_PRIVATE),
		spp_profile_word(SPP_PROFILE_PUBLIC), "more", "type", "boolean",
		"rules", "type", "array", "items", "type", "object", "required",
		"name", "rule", "additionalProperties", 0, "properties", "name",
		"type", "string", "rule", "type", "string");
}
