/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/design.h"

#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/target.h"
#include "policy/text/printable.h"

enum spp_status cli_design_load(const struct cli_call *call,
				struct cli_design *design,
				struct spp_error *err)
{
	enum spp_status st = cli_one_target(call, (int)call->targets, err);
	size_t i;

	if (st)
		return st;
	design->failed = cli_fleet_load(call, &design->fleet);
	if (!design->fleet.whole)
		return SPP_OK;
	for (i = 0; !st && i < design->fleet.count; i++) {
		struct spp_policy CLEANUP(spp_policy_release) state =
			SPP_POLICY_INIT;
		const struct cli_member *m = &design->fleet.member[i];

		if (m->err.status)
			continue;
		st = spp_document_meant(&m->document, &state, err);
		if (!st)
			st = spp_records_add(&design->dns, m->path, &state,
					     &m->document.identity, err);
	}
	if (st)
		return st;
	spp_records_finish(&design->dns);
	return cli_design_judge(design, err);
}

enum spp_status cli_design_judge(struct cli_design *design,
				 struct spp_error *err)
{
	enum spp_status st =
		spp_rights_find(&design->dns, &design->rights, err);

	/* The design is not judged while a target is missing. */
	if (st || design->failed)
		return st;
	spp_resilience_release(&design->found);
	return spp_resilience_judge(&design->dns, &design->found, err);
}

void cli_design_release(struct cli_design *design)
{
	spp_rights_release(&design->rights);
	spp_resilience_release(&design->found);
	spp_records_release(&design->dns);
	cli_fleet_release(&design->fleet);
}

const char *cli_design_host(const struct cli_design *design,
			    const struct spp_srv *srv)
{
	return spp_machine_name(&design->dns.machine[srv->machine]);
}

/* Prints a line whose texts come from targets. */
static void line(const char *prefix, const char *who, const char *text)
{
	char CLEANUP(spp_free_string) *name = who ? spp_printable(who) : NULL;
	char CLEANUP(spp_free_string) *plain = spp_printable(text);

	printf("%s%s%s%s\n", prefix, name ? name : "", name ? ": " : "",
	       plain ? plain : "");
}

static void note_line(const char *prefix, const char *who,
		      const struct spp_notes *notes, size_t i)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	spp_buf_printf(&text, NULL, "%s%s", notes->text[i],
		       cli_remedy(notes->remedy[i]));
	line(prefix, who, spp_buf_text(&text));
}

/* Whether a client looks where none of the hosts publishes. */
static bool is_unserved(const struct cli_design *design,
			const struct spp_machine *m)
{
	return m->silence == SPP_SILENT_CLIENT && m->looks &&
	       design->dns.count && !design->failed &&
	       !spp_machine_served(&design->dns, m);
}

static void print_machine(const struct cli_design *design,
			  const struct spp_machine *m, const char *prefix,
			  bool clients)
{
	size_t i;

	if (m->silence != SPP_PUBLISHES &&
	    (clients || m->silence != SPP_SILENT_CLIENT)) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		spp_buf_printf(&text, NULL, "no records: %s",
			       spp_silence_text(m->silence));
		line(prefix, m->label, spp_buf_text(&text));
	}
	for (i = 0; i < m->notes.count; i++)
		note_line(prefix, m->label, &m->notes, i);
	if (is_unserved(design, m))
		line(prefix, m->label,
		     "none of these hosts publishes in a domain in which it "
		     "looks");
}

void cli_design_notes(const struct cli_design *design, const char *prefix,
		      bool clients)
{
	const struct spp_resilience *found = &design->found;
	size_t i;

	for (i = 0; i < design->dns.machines; i++)
		print_machine(design, &design->dns.machine[i], prefix, clients);
	if (design->failed)
		printf("%sthe design is not checked: a target could not be "
		       "read\n",
		       prefix);
	for (i = 0; i < found->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		spp_buf_printf(&text, NULL, "weak: %s",
			       found->weakness[i].text);
		line(prefix, NULL, spp_buf_text(&text));
	}
	for (i = 0; i < SPP_WEAKNESS_COUNT; i++)
		if (found->total[i] > SPP_WEAKNESS_KEPT)
			printf("%sweak: and %zu more of %s\n", prefix,
			       found->total[i] - SPP_WEAKNESS_KEPT,
			       spp_weakness_word((enum spp_weakness_kind)i));
}

static json_t *json_machine(const struct cli_design *design,
			    const struct spp_machine *m)
{
	json_t *json = json_object();

	cli_json_set_path(json, "target", m->label);
	json_object_update_new(
		json, json_pack("{s:o, s:o, s:o, s:b, s:s, s:o, s:b, s:o}",
				"computer", cli_json_text(m->computer), "fqdn",
				cli_json_text(m->fqdn), "home_domain",
				cli_json_text(m->home), "publishes",
				m->silence == SPP_PUBLISHES, "because",
				spp_silence_word(m->silence), "looks_in",
				cli_json_text(m->looks), "unserved",
				is_unserved(design, m), "notes",
				cli_json_notes(&m->notes)));
	return json;
}

json_t *cli_json_machines(const struct cli_design *design)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < design->dns.machines; i++)
		json_array_append_new(
			list, json_machine(design, &design->dns.machine[i]));
	return list;
}

json_t *cli_json_weaknesses(const struct cli_design *design)
{
	json_t *list = design->failed ? json_null() : json_array();
	size_t i;

	for (i = 0; i < design->found.count; i++) {
		const struct spp_weakness *w = &design->found.weakness[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:o, s:o}", "kind",
				  spp_weakness_word(w->kind), "rule",
				  cli_json_text(spp_weakness_rule(w->kind)),
				  "domain", cli_json_text(w->domain), "text",
				  cli_json_text(w->text)));
	}
	return list;
}

json_t *cli_json_failures(const struct cli_design *design)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < design->fleet.count; i++)
		if (design->fleet.member[i].err.status)
			json_array_append_new(
				list,
				cli_json_member(&design->fleet.member[i]));
	return list;
}
