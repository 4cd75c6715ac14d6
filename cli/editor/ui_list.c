/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The publish list as a table, with the records that it gives and whom clients
 * ask then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/editor/ui.h"
#include "cli/editor/ui_pane.h"
#include "hive/base/number.h"
#include "policy/dns/records.h"
#include "policy/model/publish_list.h"

#define KEYS                                                                \
	"a add Enter change d delete K J move p w rank all u undo f h fail" \
	"over Esc back"

struct table {
	struct ui *ui;
	const struct spp_scope *scope;
	struct spp_publish_list list;
	size_t at;
};

static const struct spp_setting *const setting =
	&spp_settings[SPP_SETTING_PUBLISH_LIST];

static enum spp_status load(struct table *t, struct spp_error *err)
{
	const struct spp_policy_item *item =
		spp_policy_get(&t->ui->model.now, t->scope, setting);

	spp_publish_list_release(&t->list);
	return item ? spp_publish_list_read(&item->value, &t->list, err)
		    : SPP_OK;
}

/* Each key is a step of its own: the list as it is now, into the model. */
static enum spp_status store(struct table *t, struct spp_notes *notes,
			     struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st = spp_publish_list_write(&t->list, &value, err);

	return st ? st
		  : cli_model_set(&t->ui->model, t->scope, setting,
				  t->list.count ? &value : NULL, notes, err);
}

/* The records, those of the domain under the cursor first. */
static void draw_records(struct table *t, int row)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	const struct ui *ui = t->ui;
	bool any = t->at < t->list.count;
	size_t i, room = (size_t)(ui_rows() - 1 - row);
	char more[80];

	cli_hosts_show(&ui->hosts, &ui->model.state, &ui->model.now,
		       any ? t->list.entry[t->at].domain : "", &lines, NULL);
	for (i = 0; i < lines.count && i < room; i++, row++)
		ui_put(row, 0, ui_columns(),
		       strncmp(lines.text[i], SPP_SRV_PREFIX,
			       sizeof(SPP_SRV_PREFIX) - 1)
			       ? i ? UI_PLAIN : UI_QUIET
			       : UI_TITLE,
		       lines.text[i]);
	if (lines.count <= room)
		return;
	snprintf(more, sizeof(more), "  %zu more lines: F4",
		 lines.count - room + 1);
	ui_put(row - 1, 0, ui_columns(), UI_QUIET, more);
}

static void draw(struct table *t)
{
	int room = (ui_rows() - 6) / 2, row = 2;
	size_t i, top = t->at >= (size_t)room ? t->at - (size_t)room + 1 : 0;
	char line[600];

	ui_clear();
	ui_put(0, 0, ui_columns(), UI_TITLE,
	       "publish-list: DNS domains in which the host publishes");
	ui_put(1, 0, ui_columns(), UI_QUIET,
	       "  DOMAIN                             PRIORITY WEIGHT");
	for (i = top; i < t->list.count && row < 2 + room; i++, row++) {
		const struct spp_publish_entry *e = &t->list.entry[i];

		if (spp_publish_entry_understood(e))
			snprintf(line, sizeof(line), "  %-34s %8u %6u  %s",
				 e->domain, e->priority, e->weight,
				 e->flaws ? spp_flaws_text(e->flaws) : "");
		else
			snprintf(line, sizeof(line), "  '%.200s': %s", e->text,
				 spp_flaws_text(e->flaws));
		ui_put(row, 0, ui_columns(), i == t->at ? UI_CHOSEN : UI_PLAIN,
		       line);
	}
	if (!t->list.count)
		ui_put(row, 0, ui_columns(), UI_QUIET,
		       "  no entries: the primary DNS suffix alone");
	row = 3 + room;
	ui_put(row++, 0, ui_columns(), UI_TITLE,
	       "SRV records, and whom clients ask (f: another host is down, "
	       "h: add a host)");
	draw_records(t, row);
	ui_say_whole(t->ui->bad ? UI_BAD : UI_QUIET,
		     *t->ui->said ? t->ui->said : KEYS);
	ui_show();
}

static void swap(struct table *t, size_t a, size_t b)
{
	struct spp_publish_entry keep = t->list.entry[a];

	t->list.entry[a] = t->list.entry[b];
	t->list.entry[b] = keep;
	t->at = b;
}

/* Puts an entry where the old one was. */
static enum spp_status change(struct table *t, const char *text,
			      struct spp_notes *notes, struct spp_error *err)
{
	struct spp_publish_list *list = &t->list;
	struct spp_publish_entry old = list->entry[t->at], added;
	size_t i, count;
	enum spp_status st;

	memmove(&list->entry[t->at], &list->entry[t->at + 1],
		(--list->count - t->at) * sizeof(old));
	count = list->count;
	st = spp_publish_list_paste(list, text, false, notes, err);
	if (!st && list->count == count)
		st = spp_fail(err, SPP_INVALID,
			      "no domain; d deletes the entry");
	if (!st) {
		added = list->entry[list->count - 1];
		for (i = list->count - 1; i > t->at; i--)
			list->entry[i] = list->entry[i - 1];
		list->entry[t->at] = added;
	}
	free(old.text);
	free(old.domain);
	free(old.name);
	free(old.raw);
	return st;
}

static enum spp_status drop(struct table *t)
{
	struct spp_publish_entry *e = &t->list.entry[t->at];

	free(e->text);
	free(e->domain);
	free(e->name);
	free(e->raw);
	memmove(e, e + 1, (--t->list.count - t->at) * sizeof(*e));
	return SPP_OK;
}

static enum spp_status rank(struct table *t, bool weight, const char *text,
			    struct spp_error *err)
{
	uint64_t n;

	if (!spp_number_parse(text, SPP_PRIORITY_MAX, &n))
		return spp_fail(err, SPP_INVALID,
				"'%s' is not a number from 0 to %d", text,
				SPP_PRIORITY_MAX);
	return spp_publish_list_rank(&t->list, weight ? -1 : (long)n,
				     weight ? (long)n : -1, err);
}

/* Does what a key says to the list; *changed: it did. */
static enum spp_status act(struct table *t, int key, bool *changed,
			   struct spp_notes *notes, struct spp_error *err)
{
	bool on_entry = t->at < t->list.count;
	char text[600];

	*changed = true;
	if (key == 'a' &&
	    ui_ask("DOMAIN, PRIORITY, WEIGHT: ", NULL, text, sizeof(text)))
		return spp_publish_list_paste(&t->list, text, false, notes,
					      err);
	if (key == UI_KEY_ENTER && on_entry &&
	    ui_ask("DOMAIN, PRIORITY, WEIGHT: ", t->list.entry[t->at].text,
		   text, sizeof(text)))
		return change(t, text, notes, err);
	if ((key == 'd' || key == UI_KEY_DELETE) && on_entry)
		return drop(t);
	if ((key == 'p' || key == 'w') && on_entry &&
	    ui_ask(key == 'p' ? "priority of all: " : "weight of all: ", NULL,
		   text, sizeof(text)))
		return rank(t, key == 'w', text, err);
	if (key == 'K' && on_entry && t->at)
		swap(t, t->at, t->at - 1);
	else if (key == 'J' && t->at + 1 < t->list.count)
		swap(t, t->at, t->at + 1);
	else
		*changed = false;
	return SPP_OK;
}

static void take_key(struct table *t, int key)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	bool changed = false;
	size_t at;

	*t->ui->said = '\0';
	if ((key == UI_KEY_UP || key == 'k') && t->at)
		t->at--;
	else if (key == UI_KEY_DOWN || key == 'j')
		t->at++;
	else if (key == 'u')
		cli_model_undo(&t->ui->model);
	else if (key == 'f')
		cli_hosts_next(&t->ui->hosts);
	else if (key == 'h')
		ui_add_host(t->ui);
	else if (key == UI_KEY_F1 + 3)
		ui_pane_dns(t->ui);
	else if (!act(t, key, &changed, &notes, &err) && changed)
		store(t, &notes, &err);
	if (err.status || changed)
		ui_tell(t->ui, &err, &notes, NULL);
	at = t->at;
	load(t, NULL);
	t->at = at < t->list.count ? at : t->list.count ? t->list.count - 1 : 0;
}

void ui_list(struct ui *ui, const struct spp_scope *scope)
{
	struct table t = { .ui = ui, .scope = scope };
	struct spp_error err = SPP_ERROR_INIT;
	int key = UI_KEY_NONE;

	if (load(&t, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return;
	}
	while (key != UI_KEY_ESCAPE && key != 'q' && !ui_over()) {
		draw(&t);
		key = ui_key();
		if (key != UI_KEY_NONE && key != UI_KEY_RESIZED)
			take_key(&t, key);
	}
	spp_publish_list_release(&t.list);
}
