/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/help/help.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "policy/model/setting.h"

static json_t *json_of(const struct spp_setting *s)
{
	struct spp_buf range = SPP_BUF_INIT;

	spp_setting_range(s, &range, NULL);
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:b, "
		"s:s, s:s, s:s, s:o, s:o}",
		"name", s->name, "registry", s->value, "type",
		spp_type_name((uint32_t)s->type), "kind",
		spp_kind_word(s->kind), "range", cli_json_take(&range),
		"default", cli_json_text(s->fallback.text), "unit",
		cli_json_text(s->unit), "role", spp_audience_word(s->audience),
		"scope", spp_places[s->home].name, "settable",
		!(s->flags & SPP_STATE), "source", s->source, "confidence",
		spp_trust_word(s->trust), "summary", s->summary, "group_policy",
		cli_json_text(s->policy), "group_policy_source",
		cli_json_text(s->policy_source));
}

/* only NULL: all. */
static void print_json(const struct spp_setting *only)
{
	json_t *document = cli_json_document("settings", 1);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++)
		if (!only || only == &spp_settings[i])
			json_array_append_new(list, json_of(&spp_settings[i]));
	json_object_set_new(document, "settings", list);
	cli_json_print(document, stdout);
}

static void print_row(struct cli_table *t, const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;

	if (s->flags & SPP_STATE)
		spp_buf_puts(&range, "kept by Windows", NULL);
	else
		spp_setting_range(s, &range, NULL);
	if (s->unit && !(s->flags & SPP_STATE))
		spp_buf_printf(&range, NULL, " %s", s->unit);
	cli_row(t, s->name, spp_buf_text(&range),
		s->fallback.text ? s->fallback.text : "",
		spp_audience_word(s->audience), s->value,
		spp_type_name((uint32_t)s->type), spp_trust_word(s->trust),
		NULL);
}

static enum cli_exit show_one(const struct cli_call *call)
{
	const struct spp_setting *setting;
	struct cli_page page = { .to = stdout };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_terms terms;

	if (cli_setting(call->operand[0], &setting, &terms, &err))
		return cli_fail(call, &err);
	if (cli_has(call, OPT_JSON))
		print_json(setting);
	else
		cli_help_setting(&page, setting);
	cli_page_end(&page);
	return CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_table *t;
	size_t i;

	if (call->operands)
		return show_one(call);

	if (cli_has(call, OPT_JSON)) {
		print_json(NULL);
		return CLI_OK;
	}
	t = cli_table_open("NAME|VALUES|DEFAULT|ROLE|REGISTRY|TYPE|KNOWN");
	for (i = 0; i < SPP_SETTING_COUNT; i++)
		print_row(t, &spp_settings[i]);
	cli_table_close(t, stdout, 0);
	return CLI_OK;
}

const struct cli_command cli_command_settings = {
	.name = "settings",
	.operands = "[NAME]",
	.least = 0,
	.most = 1,
	.summary = "list the settings, or explain one in full",
	.options = CLI_OPTIONS(OPT_JSON),
	.paged = true,
	.run = run,
};
