/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence as text: the same members as in JSON, one a line, so that both forms
 * contain the same.
 */
#include "cli/evidence/evidence.h"
#include "cli/out.h"

static void print_any(const char *name, const json_t *json, int depth,
		      FILE *to);

static void print_members(const json_t *json, int depth, FILE *to)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)json, name, member)
	{
		print_any(name, member, depth, to);
	}
}

/* A list of words on one line, as a command line is. */
static void print_words(const json_t *list, FILE *to)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		fprintf(to, " %s",
			cli_path(json_string_value(json_array_get(list, i))));
	putc('\n', to);
}

static void print_scalar(const json_t *json, FILE *to)
{
	if (json_is_string(json))
		fprintf(to, " %s\n", cli_path(json_string_value(json)));
	else if (json_is_integer(json))
		fprintf(to, " %lld\n", (long long)json_integer_value(json));
	else if (json_is_boolean(json))
		fprintf(to, " %s\n", json_is_true(json) ? "yes" : "no");
	else
		fputs(" -\n", to);
}

static void print_any(const char *name, const json_t *json, int depth, FILE *to)
{
	size_t i;

	if (json_is_array(json) && json_is_object(json_array_get(json, 0))) {
		for (i = 0; i < json_array_size(json); i++) {
			fprintf(to, "%*s%s %zu:\n", 2 * depth, "", name, i + 1);
			print_members(json_array_get(json, i), depth + 1, to);
		}
		return;
	}
	fprintf(to, "%*s%s:", 2 * depth, "", name);
	if (json_is_object(json)) {
		putc('\n', to);
		print_members(json, depth + 1, to);
	} else if (json_is_array(json)) {
		print_words(json, to);
	} else {
		print_scalar(json, to);
	}
}

void cli_evidence_text(const json_t *evidence, FILE *to)
{
	print_any("evidence", evidence, 0, to);
}
