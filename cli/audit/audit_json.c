/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of sppctl audit, and its rules, as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/evidence/evidence.h"
#include "cli/remedy.h"
#include "policy/text/printable.h"

static json_t *json_exception(const struct spp_site_exception *e)
{
	return e ? json_pack("{s:s, s:s, s:s}", "reason", e->reason, "author",
			     e->author, "expires", e->expires)
		 : json_null();
}

static bool looks_secret(const struct spp_value *value)
{
	char CLEANUP(spp_free_string) *text = NULL;
	char CLEANUP(spp_free_string) *hidden = NULL;

	if (spp_value_get_text(value, &text, NULL, NULL))
		return true;
	hidden = strdup(text);
	if (hidden)
		spp_printable_redact(hidden);
	return !hidden || strcmp(hidden, text) != 0;
}

/* Whether the stored bytes are, or hold, a product key. */
static bool is_secret(const struct cli_audit *a,
		      const struct spp_audit_finding *f)
{
	return !a->options.show_keys &&
	       (cli_audit_is_secret(f) ||
		(!f->name && looks_secret(&f->stored)));
}

static json_t *json_finding(const struct cli_audit *a,
			    const struct spp_audit_finding *f)
{
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"rule", f->rule->id, "name", f->rule->name, "severity",
		spp_grade_word(f->grade), "scope", cli_json_text(f->scope),
		"setting", cli_json_text(f->name), "key", cli_json_text(f->key),
		"registry", cli_json_text(f->value), "text",
		cli_json_text(f->text), "remedy", cli_json_text(f->remedy),
		"advice", cli_json_text(f->rule->advice), "stored",
		cli_json_value(f->stored.data ? &f->stored : NULL,
			       is_secret(a, f)),
		"suppressed", json_exception(f->exception));
}

static json_t *json_findings(const struct cli_audit *a, size_t i)
{
	json_t *list = json_array();
	const struct spp_audit_finding *f;
	size_t count, k;

	f = cli_audit_findings(a, i, &count);
	for (k = 0; k < count; k++)
		json_array_append_new(list, json_finding(a, &f[k]));
	return list;
}

static json_t *json_rules(uint64_t rules)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if (rules >> i & 1)
			json_array_append_new(list,
					      json_string(spp_rules[i]->id));
	return list;
}

static json_t *json_need(unsigned int bit)
{
	return json_sprintf("%s%s", spp_need_text(bit),
			    cli_remedy(spp_need_remedy(bit)));
}

/* [{"because", "not_judged": ["R10"], "in_part": []}] */
static json_t *json_limits(const struct cli_audit *a, size_t i)
{
	unsigned int unknown = spp_audit_unknown(&a->audit, i, &a->site);
	json_t *list = json_array();
	unsigned int bit;

	for (bit = 0; bit < SPP_NEED_COUNT; bit++)
		if (unknown >> bit & 1)
			json_array_append_new(
				list, json_pack("{s:o, s:o, s:o}", "because",
						json_need(bit), "not_judged",
						json_rules(cli_audit_rules_of(
							bit, true)),
						"in_part",
						json_rules(cli_audit_rules_of(
							bit, false))));
	return list;
}

static json_t *json_left_out(const struct spp_subject *s)
{
	json_t *json = json_object();
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if (s->left_out[i])
			json_object_set_new(
				json, spp_rules[i]->id,
				json_integer((json_int_t)s->left_out[i]));
	return json;
}

static json_t *json_subject(const struct cli_audit *a, size_t i)
{
	const struct spp_subject *s = &a->audit.subject[i];
	json_t *json = cli_json_member(a->member[i]);

	json_object_update_new(
		json, json_pack("{s:o, s:b, s:b, s:s, s:s, s:o, s:o, s:o}",
				"identity", cli_json_identity(s->identity),
				"kms_host", spp_subject_is_host(s), "is_state",
				s->is_state, "role", spp_duty_word(s->duty),
				"platform", spp_platform_word(s->platform),
				"findings", json_findings(a, i), "left_out",
				json_left_out(s), "limits", json_limits(a, i)));
	return json;
}

static json_t *json_totals(const struct spp_audit *audit)
{
	json_t *json = json_object();
	int grade;

	for (grade = 0; grade < SPP_GRADE_COUNT; grade++)
		json_object_set_new(
			json, spp_grade_word((enum spp_grade)grade),
			json_integer((json_int_t)audit->grade[grade]));
	json_object_set_new(json, "ignored",
			    json_integer((json_int_t)audit->ignored));
	json_object_set_new(json, "suppressed",
			    json_integer((json_int_t)audit->suppressed));
	return json;
}

void cli_audit_json(const struct cli_audit *a)
{
	json_t *document = cli_json_document("audit", 1);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < a->audit.subjects; i++)
		json_array_append_new(list, json_subject(a, i));
	for (i = 0; i < a->fleet.count; i++)
		if (a->fleet.member[i].err.status)
			json_array_append_new(
				list, cli_json_member(&a->fleet.member[i]));
	json_object_update_new(
		document,
		json_pack("{s:s, s:b, s:I, s:I, s:o, s:o, s:s, s:o, s:o}",
			  "fail_on", spp_grade_word(a->fail_on), "fails",
			  cli_audit_fails(a), "judged",
			  (json_int_t)a->audit.subjects, "failed",
			  (json_int_t)(a->fleet.count - a->audit.subjects),
			  "site", cli_json_text(cli_value(a->call, OPT_SITE)),
			  "ignored", json_rules(a->options.ignore),
			  "public_hosts_date", spp_known_hosts_date, "totals",
			  json_totals(&a->audit), "targets", list));
	cli_evidence_put(a->call, document,
			 cli_fleet_exhibits(a->call, &a->fleet));
	cli_json_print(document, stdout);
}

static void print_line(const char *kind, json_t *members, FILE *to)
{
	json_t *line = cli_json_document(kind, 1);

	json_object_update_new(line, members);
	json_dumpf(line, to, JSON_COMPACT);
	putc('\n', to);
	json_decref(line);
}

json_t *cli_audit_line(const struct cli_audit *a, size_t i)
{
	json_t *json = json_subject(a, i);

	json_object_set_new(json, "ignored", json_rules(a->options.ignore));
	json_object_set_new(json, "made", json_string(a->started));
	return json;
}

json_t *cli_audit_verdict(const struct cli_audit *a, size_t i)
{
	return json_pack("{s:o, s:o, s:o}", "findings", json_findings(a, i),
			 "left_out", json_left_out(&a->audit.subject[i]),
			 "limits", json_limits(a, i));
}

void cli_audit_ndjson(const struct cli_audit *a, FILE *to)
{
	json_t *json;
	size_t i;

	for (i = 0; i < a->audit.subjects; i++) {
		json = cli_audit_line(a, i);
		json_object_set(json, "exhibit", a->member[i]->exhibit);
		json_object_set_new(
			json, "dump",
			cli_fleet_dump(a->member[i], a->options.show_keys));
		print_line("judged", json, to);
	}
	for (i = 0; i < a->fleet.count; i++)
		if (a->fleet.member[i].err.status)
			print_line("failed",
				   cli_json_member(&a->fleet.member[i]), to);
}

static json_t *json_rule(const struct spp_rule *r)
{
	char CLEANUP(spp_free_string) *remedy = cli_audit_remedy(r);

	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o, "
			 "s:o}",
			 "id", r->id, "name", r->name, "severity",
			 spp_grade_word(r->grade), "otherwise",
			 cli_json_text(r->others), "summary", r->summary,
			 "rationale", r->rationale, "source", r->source,
			 "remedy", cli_json_text(remedy), "advice",
			 cli_json_text(r->advice), "silenced_by",
			 json_rules(r->silenced_by), "worse_with",
			 json_rules(r->worse_with));
}

void cli_audit_rules_json(void)
{
	json_t *document = cli_json_document("rules", 1);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		json_array_append_new(list, json_rule(spp_rules[i]));
	json_object_set_new(document, "rules", list);
	cli_json_print(document, stdout);
}
