/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/change.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "cli/terminal.h"
#include "policy/model/publish_list.h"
#include "policy/text/printable.h"

/* Bytes of longer data on one line. */
#define HEX_LINE 24

/* Comparisons of larger lists are cut short: the table takes about 16 MB. */
#define CELLS_MAX 4000000

/* '-' marks what was there, '+' what is there now. */
static const char *colour_of(char sign)
{
	return cli_colour(sign == '-' ? CLI_RED : CLI_GREEN);
}

/* Prints the bytes of one side, as stored in the registry. */
static void print_bytes(const struct cli_call *call, FILE *to, char sign,
			const struct spp_setting *setting,
			const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) type = SPP_BUF_INIT;
	bool hide =
		setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);
	size_t i;

	if (!value) {
		fprintf(to, "    %s%c absent%s\n", colour_of(sign), sign,
			cli_plain());
		return;
	}
	spp_type_show(value->type, &type, NULL);
	fprintf(to, "    %s%c %s, %zu bytes:", colour_of(sign), sign,
		spp_buf_text(&type), value->size);
	for (i = 0; i < value->size && !hide; i++)
		fprintf(to, "%s%02x",
			value->size > HEX_LINE && !(i % HEX_LINE) ? "\n        "
								  : " ",
			value->data[i]);
	fprintf(to, "%s%s\n", hide ? " not shown; see --show-keys" : "",
		cli_plain());
}

/* Both sides of a change of the list of domains. */
struct lists {
	struct spp_publish_list before, after;
};

static void release(struct lists *lists)
{
	spp_publish_list_release(&lists->before);
	spp_publish_list_release(&lists->after);
}

static bool same(const struct lists *l, size_t i, size_t j)
{
	return !strcmp(l->before.entry[i].text, l->after.entry[j].text);
}

static void print_entry(FILE *to, char sign, const struct spp_publish_entry *e)
{
	char CLEANUP(spp_free_string) *text = spp_printable(e->text);

	fprintf(to, "    %s%c %s%s\n", colour_of(sign), sign, text ? text : "?",
		cli_plain());
}

/*
 * Prints the entries before[i..n) and after[j..m) that are not in the longest
 * common subsequence; table[x][y] is its length from before[i + x] and after[j
 * + y] on.
 */
static void print_unlike(const struct lists *l, FILE *to, size_t i, size_t n,
			 size_t j, size_t m)
{
	size_t rows = n - i + 1, columns = m - j + 1, x, y;
	uint32_t *table = NULL;

	if (rows <= CELLS_MAX / columns)
		table = calloc(rows * columns, sizeof(*table));
	for (x = rows - 1; table && x-- > 0;)
		for (y = columns - 1; y-- > 0;) {
			uint32_t *cell = &table[x * columns + y];
			uint32_t skip = cell[columns] > cell[1] ? cell[columns]
								: cell[1];

			*cell = same(l, i + x, j + y) ? cell[columns + 1] + 1
						      : skip;
		}
	for (x = y = 0; x + 1 < rows || y + 1 < columns;) {
		const uint32_t *cell = table ? &table[x * columns + y] : NULL;

		if (cell && x + 1 < rows && y + 1 < columns &&
		    same(l, i + x, j + y)) {
			x++;
			y++;
		} else if (x + 1 < rows && (!cell || y + 1 == columns ||
					    cell[columns] >= cell[1])) {
			print_entry(to, '-', &l->before.entry[i + x++]);
		} else {
			print_entry(to, '+', &l->after.entry[j + y++]);
		}
	}
	free(table);
}

static void print_entries(const struct lists *l, FILE *to)
{
	size_t i = 0, n = l->before.count, m = l->after.count;

	while (i < n && i < m && same(l, i, i))
		i++;
	while (n > i && m > i && same(l, n - 1, m - 1)) {
		n--;
		m--;
	}
	print_unlike(l, to, i, n, i, m);
}

/* A scope below another inherits from it, so the default is not printed. */
static void print_absent(FILE *to, const struct spp_change *c)
{
	const char *fallback = *c->scope.app ? NULL : c->setting->fallback.text;

	fprintf(to, "not set%s%s%s", fallback ? " (" : "",
		fallback ? fallback : "", fallback ? ")" : "");
}

/* Prints one side in words, with its type if that changes. */
static void print_words(const struct cli_call *call, FILE *to,
			const struct spp_change *c,
			const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (!value) {
		print_absent(to, c);
		return;
	}
	if (!cli_show_value(call, c->setting, value, SPP_TERMS_OWN, &text,
			    NULL))
		fputs(text.size ? spp_buf_text(&text) : "(empty)", to);
	if (c->before && c->after && c->before->type != c->after->type) {
		struct spp_buf CLEANUP(spp_buf_release) type = SPP_BUF_INIT;

		spp_type_show(value->type, &type, NULL);
		fprintf(to, " as %s", spp_buf_text(&type));
	}
}

static void print_count(FILE *to, const struct spp_change *c,
			const struct spp_value *value,
			const struct spp_publish_list *list)
{
	if (!value)
		print_absent(to, c);
	else
		fprintf(to, "%zu %s", list->count,
			list->count == 1 ? "entry" : "entries");
}

/* Whether both sides are lists whose entries can be compared. */
static bool are_lists(const struct spp_change *c, struct lists *lists)
{
	if (c->setting->kind != SPP_KIND_PUBLISH ||
	    (c->before && c->before->type != SPP_REG_MULTI_SZ) ||
	    (c->after && c->after->type != SPP_REG_MULTI_SZ))
		return false;
	return (!c->before ||
		!spp_publish_list_read(c->before, &lists->before, NULL)) &&
	       (!c->after ||
		!spp_publish_list_read(c->after, &lists->after, NULL));
}

static void print_title(FILE *to, const struct spp_change *c)
{
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
	struct spp_scope home = spp_policy_home(c->setting);

	fprintf(to, "  %s%s%s", cli_bold(), c->setting->name, cli_plain());
	if (spp_scope_cmp(&c->scope, &home)) {
		spp_scope_show(&c->scope, &scope, NULL);
		fprintf(to, " in %s", spp_buf_text(&scope));
	}
	fputs(": ", to);
}

void cli_print_change(const struct cli_call *call, FILE *to,
		      const struct spp_change *c)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct lists CLEANUP(release)
		lists = { SPP_PUBLISH_LIST_INIT, SPP_PUBLISH_LIST_INIT };
	bool entries = are_lists(c, &lists);

	print_title(to, c);
	fputs(colour_of('-'), to);
	if (entries)
		print_count(to, c, c->before, &lists.before);
	else
		print_words(call, to, c, c->before);
	fprintf(to, "%s -> %s", cli_plain(), colour_of('+'));
	if (entries)
		print_count(to, c, c->after, &lists.after);
	else
		print_words(call, to, c, c->after);
	spp_scope_path(&c->scope, &path, NULL);
	fprintf(to, "%s\n    %s\\%s\n", cli_plain(), spp_buf_text(&path),
		c->setting->value);
	if (entries)
		print_entries(&lists, to);
	if (cli_has(call, OPT_VERBOSE)) {
		print_bytes(call, to, '-', c->setting, c->before);
		print_bytes(call, to, '+', c->setting, c->after);
	}
}

static json_t *json_change(const struct cli_call *call,
			   const struct spp_change *c)
{
	struct spp_buf scope = SPP_BUF_INIT, path = SPP_BUF_INIT;
	bool secret =
		c->setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);

	spp_scope_show(&c->scope, &scope, NULL);
	spp_scope_path(&c->scope, &path, NULL);
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "name",
			 c->setting->name, "scope", cli_json_take(&scope),
			 "key", cli_json_take(&path), "registry",
			 c->setting->value, "before",
			 cli_json_value(c->before, secret), "after",
			 cli_json_value(c->after, secret));
}

json_t *cli_json_changes(const struct cli_call *call,
			 const struct spp_changes *changes)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < changes->count; i++)
		json_array_append_new(list,
				      json_change(call, &changes->change[i]));
	return list;
}
