/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help on one word: a setting, a rule, a format, a scope, a SKU. */
#include <string.h>
#include <strings.h>

#include "cli/audit/audit.h"
#include "cli/help/help.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"

static void line(struct cli_page *page, const char *what, const char *text)
{
	if (text && *text)
		cli_page_item(page, what, text);
}

void cli_help_setting(struct cli_page *page, const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) scopes = SPP_BUF_INIT;
	int place;

	if (s->flags & SPP_STATE)
		spp_buf_puts(&range, "kept by Windows", NULL);
	else
		spp_setting_range(s, &range, NULL);
	for (place = 0; place < SPP_PLACE_COUNT; place++)
		if (s->places >> place & 1)
			spp_buf_printf(&scopes, NULL, "%s%s",
				       scopes.size ? ", " : "",
				       spp_places[place].name);
	cli_page_say(page, "%s: %s", s->name, s->summary);
	line(page, "values", spp_buf_text(&range));
	line(page, "unit", s->unit);
	line(page, "default", s->fallback.text);
	line(page, "role", spp_audience_word(s->audience));
	line(page, "registry", s->value);
	line(page, "type", spp_type_name((uint32_t)s->type));
	line(page, "scopes", spp_buf_text(&scopes));
	line(page, "old name", s->old);
	line(page, "known", spp_trust_word(s->trust));
	line(page, "source", s->source);
	line(page, "policy", s->policy);
	line(page, "named by", s->policy_source);
}

static void print_rule(struct cli_page *page, const struct spp_rule *r)
{
	char CLEANUP(spp_free_string) *remedy = cli_audit_remedy(r);

	cli_page_say(page, "%s %s: %s", r->id, r->name, r->summary);
	line(page, "severity", spp_grade_word(r->grade));
	line(page, "other", r->others);
	line(page, "reason", r->rationale);
	line(page, "source", r->source);
	line(page, "fix", remedy);
	line(page, remedy ? "advice" : "fix", r->advice);
}

static void print_format(struct cli_page *page, const struct spp_format *f)
{
	bool reads = f->read || f->read_tree;
	bool writes = f->write || f->write_tree;

	cli_page_say(page, "%s: %s", f->name, f->summary);
	line(page, "is",
	     reads && writes ? "read and written"
	     : reads	     ? "read"
			     : "written");
	line(page, "suffix", f->suffix);
}

static const struct spp_place_row *find_place(const char *word)
{
	size_t i, n = strcspn(word, "/");

	for (i = 0; i < SPP_PLACE_COUNT; i++)
		if (!strncasecmp(spp_places[i].name, word, n) &&
		    !spp_places[i].name[n])
			return &spp_places[i];
	return NULL;
}

static void print_place(struct cli_page *page, const struct spp_place_row *p)
{
	cli_page_say(page, "scope %s: %s", p->name, p->summary);
	line(page, "hive", spp_role_name(p->role));
	line(page, "key", p->path);
	line(page, "source", p->source);
}

bool cli_help_word(struct cli_page *page, const char *word)
{
	enum spp_terms terms;
	const struct spp_setting *setting = spp_setting_find(word, &terms);
	const struct spp_rule *rule = spp_rule_find(word);
	const struct spp_format *format = spp_format_find(word);
	const struct spp_place_row *place = find_place(word);
	const struct spp_sku *sku = spp_sku_find(word);

	if (setting)
		cli_help_setting(page, setting);
	else if (rule)
		print_rule(page, rule);
	else if (place)
		print_place(page, place);
	else if (format)
		print_format(page, format);
	else if (sku)
		cli_page_say(page, "%s: %s, a SKU of %s", sku->guid, sku->name,
			     spp_apps[sku->app].name);
	else
		return false;
	return true;
}
