/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_image.h"

#include <string.h>

#include "policy/format/json_firewall.h"

static enum spp_status read_hook(struct spp_json_reader *r, const json_t *json,
				 struct spp_identity *identity)
{
	static const char *const known[] = { "program", "value", "data", NULL };
	const char *program =
		json_string_value(json_object_get(json, "program"));
	const char *value = json_string_value(json_object_get(json, "value"));
	const char *data = json_string_value(json_object_get(json, "data"));
	enum spp_status st;

	if (!program || !value || !data)
		return spp_json_complain(
			r, "a hook must have 'program', 'value' and "
			   "'data'");
	st = spp_json_only(r, json, known);
	return st ? st
		  : spp_identity_add_hook(identity, program, value, data,
					  r->err);
}

static enum spp_status read_hooks(struct spp_json_reader *r, const json_t *json,
				  struct spp_identity *identity)
{
	enum spp_status st = SPP_OK;
	size_t i;

	if (!json_is_array(json))
		return spp_json_complain(r, "must be a list of hooks");
	for (i = 0; !st && i < json_array_size(json); i++) {
		spp_json_push(r, NULL, i);
		st = read_hook(r, json_array_get(json, i), identity);
		spp_json_pop(r);
	}
	return st;
}

static enum spp_status read_fact(struct spp_json_reader *r, const char *name,
				 json_t *json, void *ctx)
{
	struct spp_identity *identity = ctx;
	const char *what = NULL;
	int fact = 0;
	enum spp_status st;

	if (!strcmp(name, "hooks"))
		return read_hooks(r, json, identity);
	if (!strcmp(name, "firewall")) {
		st = spp_json_firewall_read(json, &identity->firewall, &what,
					    r->err);
		return st == SPP_INVALID ? spp_json_complain(r, "%s", what)
					 : st;
	}
	if (!strcmp(name, "has_system")) {
		if (!json_is_boolean(json))
			return spp_json_complain(r, "must be true or false");
		identity->has_system = json_is_true(json);
		return SPP_OK;
	}
	while (fact < SPP_FACT_COUNT &&
	       strcmp(name, spp_fact_name((enum spp_fact)fact)))
		fact++;
	if (fact == SPP_FACT_COUNT)
		return spp_json_complain(r, "unknown member '%s' of an image",
					 name);
	if (!json_is_string(json))
		return spp_json_complain(r, "must be text");
	if (fact == SPP_FACT_KEY)
		return spp_identity_set_key(identity, json_string_value(json),
					    r->err);
	return spp_identity_set(identity, (enum spp_fact)fact,
				json_string_value(json), r->err);
}

enum spp_status spp_json_image_read(struct spp_json_reader *r, json_t *json,
				    struct spp_identity *identity)
{
	if (!json_is_object(json))
		return spp_json_complain(r, "must be an object");
	return spp_json_members(r, json, read_fact, identity);
}
