/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON Schema of a document, made from the table of its members, so that
 * the two cannot disagree.
 */
#include "cli/help/schema.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/help/json.h"
#include "policy/text/near.h"

static const struct cli_json_row *shape(const char *name)
{
	size_t i;

	for (i = 0; i < cli_json_row_count; i++)
		if (!cli_json_rows[i].type &&
		    !strcmp(cli_json_rows[i].name, name))
			return &cli_json_rows[i];
	return NULL;
}

/* Whether the words "show, slmgr /dlv" have a command. */
static bool prints(const struct cli_json_row *row, const char *command)
{
	const char *at = row->says;
	size_t n = strlen(command);

	while (*at) {
		if (strcspn(at, ", ") == n && !strncmp(at, command, n))
			return true;
		at += strcspn(at, ",");
		at += strspn(at, ", ");
	}
	return false;
}

/* The document of a kind, or the one that a command prints. */
static const struct cli_json_row *find_document(const char *name)
{
	const struct cli_json_row *row = shape(name);
	size_t i;

	if (row && row->version && strcmp(name, "COMMAND") != 0)
		return row;
	for (i = 0; i < cli_json_row_count; i++)
		if (cli_json_rows[i].version && prints(&cli_json_rows[i], name))
			return &cli_json_rows[i];
	return NULL;
}

static json_t *json_types(const char *type, size_t n);

/* " or " that is not in brackets; n if there is none. */
static size_t end_of_first(const char *type, size_t n)
{
	size_t i, depth = 0;

	for (i = 0; i + 4 <= n; i++) {
		depth += type[i] == '[' || type[i] == '{';
		depth -= type[i] == ']' || type[i] == '}';
		if (!depth && !strncmp(type + i, " or ", 4))
			return i;
	}
	return n;
}

static json_t *json_one(const char *type, size_t n)
{
	static const struct {
		const char *word, *type;
	} plain[] = { { "text", "string" },
		      { "number", "number" },
		      { "bool", "boolean" },
		      { "null", "null" },
		      { "document", "object" } };
	char ref[64];
	size_t i;

	if (*type == '[')
		return json_pack("{s:s, s:o}", "type", "array", "items",
				 json_types(type + 1, n - 2));
	if (*type == '{')
		return json_pack("{s:s, s:o}", "type", "object",
				 "additionalProperties",
				 json_types(type + 1, n - 2));
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strlen(plain[i].word) == n &&
		    !strncmp(plain[i].word, type, n))
			return json_pack("{s:s}", "type", plain[i].type);
	snprintf(ref, sizeof(ref), "#/definitions/%.*s", (int)n, type);
	return json_pack("{s:s}", "$ref", ref);
}

static json_t *json_types(const char *type, size_t n)
{
	json_t *list;
	size_t first = end_of_first(type, n);

	if (first == n)
		return json_one(type, n);
	list = json_array();
	for (;;) {
		json_array_append_new(list, json_one(type, first));
		if (first == n)
			break;
		type += first + 4;
		n -= first + 4;
		first = end_of_first(type, n);
	}
	return json_pack("{s:o}", "anyOf", list);
}

/* The members of a shape, and which of them are always there. */
static void add_members(const struct cli_json_row *row, json_t *members,
			json_t *required)
{
	const struct cli_json_row *end = cli_json_rows + cli_json_row_count;

	for (row++; row < end && row->type; row++) {
		size_t n = strcspn(row->name, "?");
		json_t *name, *type = json_types(row->type, strlen(row->type));

		if (!strcmp(row->name, "...")) {
			json_decref(type);
			add_members(shape(row->type), members, required);
			continue;
		}
		json_object_set_new(type, "description",
				    json_string(row->says));
		name = json_stringn(row->name, n);
		json_object_set_new(members, json_string_value(name), type);
		if (!row->name[n])
			json_array_append(required, name);
		json_decref(name);
	}
}

static json_t *json_shape(json_t *members, json_t *required)
{
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties",
			 members, "required", required, "additionalProperties",
			 0);
}

static json_t *json_definitions(void)
{
	json_t *json = json_object();
	size_t i;

	for (i = 0; i < cli_json_row_count; i++) {
		json_t *members, *required;

		if (cli_json_rows[i].type || cli_json_rows[i].version)
			continue;
		members = json_object();
		required = json_array();
		add_members(&cli_json_rows[i], members, required);
		json_object_set_new(json, cli_json_rows[i].name,
				    json_shape(members, required));
	}
	return json;
}

/* A document of this kind with the members of a shape. */
static json_t *json_document(const struct cli_json_row *row, const char *kind)
{
	json_t *members = json_pack("{s:{s:s}, s:{s:s}, s:{s:i}}", "sppctl",
				    "type", "string", "document", "const", kind,
				    "version", "const", row->version);
	json_t *required =
		json_pack("[s, s, s]", "sppctl", "document", "version");

	add_members(row, members, required);
	return json_shape(members, required);
}

enum spp_status cli_help_schema_of(const char *name, struct spp_error *err)
{
	const struct cli_json_row *row = find_document(name);
	struct spp_near near = SPP_NEAR_INIT(name);
	json_t *json;
	size_t i;

	if (!row) {
		for (i = 0; i < cli_json_row_count; i++)
			if (cli_json_rows[i].version)
				spp_near_try(&near, cli_json_rows[i].name);
		for (i = 0; i < cli_commands_count; i++)
			if (find_document(cli_commands[i]->name))
				spp_near_try(&near, cli_commands[i]->name);
		return spp_near_fail(&near, "document",
				     "list: sppctl help json", err);
	}
	json = json_pack("{s:s, s:s, s:[o, o], s:o}", "$schema",
			 "http://json-schema.org/draft-07/schema#", "title",
			 row->name, "anyOf", json_document(row, row->name),
			 json_document(shape("COMMAND"), name), "definitions",
			 json_definitions());
	if (!json)
		return spp_nomem(err);
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return SPP_OK;
}
