/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/live_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters that occur in product keys; look-alikes are left out. */
#define KEY_LETTERS "BCDFGHJKMPQRTVWXY2346789Nbcdfghjkmpqrtvwxyn"
#define KEY_SIZE    29 /* five groups of five */

void spp_live_script_release(struct spp_live_script *live)
{
	size_t i;

	if (!live)
		return;
	free(live->covered);
	for (i = 0; i < live->verbs; i++)
		free(live->verb[i].argument);
	*live = (struct spp_live_script)SPP_LIVE_SCRIPT_INIT;
}

static enum spp_status check_key(const char *key, struct spp_error *err)
{
	size_t i, n = strlen(key);
	bool ok = n == KEY_SIZE;

	for (i = 0; ok && i < n; i++)
		ok = i % 6 == 5 ? key[i] == '-'
				: strchr(KEY_LETTERS, key[i]) != NULL;
	if (ok)
		return SPP_OK;
	/* The message does not quote the key. */
	return spp_fail(err, SPP_USAGE,
			"the product key does not have the form "
			"XXXXX-XXXXX-XXXXX-XXXXX-XXXXX");
}

static enum spp_status add_verb(struct spp_live_script *live, const char *name,
				const char *argument, struct spp_error *err)
{
	struct spp_live_script_verb *verb = &live->verb[live->verbs];

	*verb = (struct spp_live_script_verb){ .name = name };
	if (argument) {
		verb->argument = strdup(argument);
		if (!verb->argument)
			return spp_nomem(err);
	}
	live->verbs++;
	return SPP_OK;
}

/*
 * The index of the line about a setting in the service's own key, or
 * lines->count.
 */
static size_t find(const struct spp_regops *lines, const char *setting)
{
	struct spp_scope scope = SPP_SCOPE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	size_t i = lines->count;

	if (spp_buf_puts(&path, "SOFTWARE\\", NULL) ||
	    spp_scope_path(&scope, &path, NULL))
		return i;
	for (i = 0; i < lines->count; i++)
		if (!strcmp(lines->line[i].setting->name, setting) &&
		    lines->line[i].op != SPP_REGOP_OFFER &&
		    !strcmp(lines->line[i].key, spp_buf_text(&path)))
			break;
	return i;
}

/* The text of a line's value if it has the documented form, else NULL. */
static char *clean_text(const struct spp_regop *line)
{
	char *text;

	if (!line->value || spp_setting_examine(line->setting, line->value) ||
	    spp_value_get_text(line->value, &text, NULL, NULL))
		return NULL;
	if (*text && !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz"
					"0123456789.-_:[]")])
		return text;
	free(text);
	return NULL;
}

static enum spp_status plan_host(const struct spp_regops *lines,
				 struct spp_live_script *live,
				 struct spp_error *err)
{
	size_t host = find(lines, "kms-host"), port = find(lines, "kms-port");
	char CLEANUP(spp_free_string) *name = NULL;
	char CLEANUP(spp_free_string) *number = NULL;
	char CLEANUP(spp_free_string) *both = NULL;
	enum spp_status st;

	/* /skms and /ckms always change host and port together. */
	if (host == lines->count || port == lines->count)
		return SPP_OK;
	name = clean_text(&lines->line[host]);
	number = clean_text(&lines->line[port]);
	if ((lines->line[host].value && !name) ||
	    (lines->line[port].value && (!number || !name)))
		return SPP_OK;
	if (name && asprintf(&both, "%s%s%s", name, number ? ":" : "",
			     number ? number : "") < 0) {
		both = NULL;
		return spp_nomem(err);
	}
	st = add_verb(live, name ? "/skms" : "/ckms", both, err);
	live->covered[host] = live->covered[port] = true;
	return st;
}

static enum spp_status plan_domain(const struct spp_regops *lines,
				   struct spp_live_script *live,
				   struct spp_error *err)
{
	size_t at = find(lines, "lookup-domain");
	char CLEANUP(spp_free_string) *name = NULL;

	if (at == lines->count)
		return SPP_OK;
	name = clean_text(&lines->line[at]);
	if (lines->line[at].value && !name)
		return SPP_OK;
	live->covered[at] = true;
	return add_verb(live, name ? "/skms-domain" : "/ckms-domain", name,
			err);
}

static enum spp_status plan_key(const char *key, struct spp_live_script *live,
				struct spp_notes *notes, struct spp_error *err)
{
	enum spp_status st;

	if (!key)
		return SPP_OK;
	st = add_verb(live, "/ipk", key, err);
	if (!st)
		st = add_verb(live, "/ato", NULL, err);
	spp_note(notes, "the script holds the product key as plain text");
	return st;
}

enum spp_status spp_live_script_plan(const struct spp_regops *lines,
				     const char *product_key,
				     struct spp_live_script *live,
				     struct spp_notes *notes,
				     struct spp_error *err)
{
	struct spp_live_script made = SPP_LIVE_SCRIPT_INIT;
	enum spp_status st = SPP_OK;

	if (product_key)
		st = check_key(product_key, err);
	if (st)
		return st;
	made.covered = calloc(lines->count + 1, sizeof(*made.covered));
	if (!made.covered)
		return spp_nomem(err);
	st = plan_host(lines, &made, err);
	if (!st)
		st = plan_domain(lines, &made, err);
	if (!st)
		st = plan_key(product_key, &made, notes, err);
	if (st) {
		spp_live_script_release(&made);
		return st;
	}
	*live = made;
	return SPP_OK;
}

static enum spp_status put_script(
	const struct spp_live_script_language *language,
	const struct spp_regops *lines, const struct spp_live_script *live,
	struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, language->head, err);
	bool any = lines->wides;
	size_t i;

	for (i = 0; !st && i < lines->wides; i++)
		st = language->put_wide(out, &lines->wide[i], i + 1, err);
	for (i = 0; !st && i < lines->count; i++) {
		if (live->covered[i])
			continue;
		any = true;
		st = language->put_line(out, &lines->line[i], err);
	}
	if (!st && any)
		st = spp_buf_puts(out, language->stop, err);
	for (i = 0; !st && i < live->verbs; i++)
		st = language->put_verb(out, &live->verb[i], err);
	if (!st)
		st = spp_buf_puts(out, language->tail, err);
	return st || !lines->wides || !language->put_loops
		       ? st
		       : language->put_loops(out, lines, err);
}

enum spp_status spp_live_script_write(
	const struct spp_live_script_language *language,
	const struct spp_document *document, const struct spp_export *options,
	struct spp_buf *out, struct spp_notes *notes, struct spp_error *err)
{
	struct spp_live_script CLEANUP(spp_live_script_release) live =
		SPP_LIVE_SCRIPT_INIT;
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	struct spp_regops_rules rules = { .format = language->format,
					  .users = true,
					  .offers = true,
					  .loops = true };
	enum spp_status st;

	st = spp_regops_make(&document->policy, &rules, &lines, notes, err);
	if (!st)
		st = spp_live_script_plan(&lines, options->product_key, &live,
					  notes, err);
	return st ? st : put_script(language, &lines, &live, out, err);
}
