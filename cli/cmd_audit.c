/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/fail.h"
#include "cli/fleet/record.h"
#include "cli/fleet/results.h"
#include "cli/fleet/targets.h"
#include "cli/out.h"
#include "cli/target.h"
#include "policy/text/near.h"

static enum spp_status unknown_rule(const char *name, struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		spp_near_try(&near, spp_rules[i]->name);
	return spp_near_fail(&near, "rule", "list: sppctl audit --rules", err);
}

/* Each --ignore names one rule, or several with commas between them. */
static enum spp_status read_ignored(struct cli_audit *a, struct spp_error *err)
{
	const struct spp_rule *rule;
	size_t i, n;

	for (i = 0; i < a->call->given_count; i++) {
		const char *at = a->call->given[i].value;

		if (a->call->given[i].id != OPT_IGNORE)
			continue;
		for (; *at; at += at[n] ? n + 1 : n) {
			char CLEANUP(spp_free_string) *name = NULL;

			n = strcspn(at, ",");
			name = strndup(at, n);
			if (!name)
				return spp_nomem(err);
			rule = spp_rule_find(name);
			if (!rule)
				return unknown_rule(name, err);
			a->options.ignore |= SPP_RULE_BIT(rule->index);
		}
	}
	return SPP_OK;
}

static enum spp_status read_options(struct cli_audit *a, struct spp_error *err)
{
	const char *word = cli_value(a->call, OPT_FAIL_ON);

	a->fail_on = SPP_GRADE_MEDIUM;
	a->options.show_keys = cli_has(a->call, OPT_SHOW_KEYS);
	if (!a->call->targets)
		return spp_fail(
			err, SPP_USAGE,
			"missing argument: a target or policy to audit");
	if (word && !spp_grade_find(word, &a->fail_on))
		return spp_near_few("severity", word,
				    "info, low, medium, high, critical", err);
	if (cli_one_target(a->call, (int)a->call->targets, err))
		return SPP_USAGE;
	return read_ignored(a, err);
}

static enum spp_status judge_exception(const struct cli_audit *a,
				       const struct spp_site_exception *e,
				       struct spp_error *err)
{
	if (!spp_rule_find(e->rule))
		return unknown_rule(e->rule, err);
	if (spp_site_expired(e, a->options.now))
		cli_warn("'%s': the suppression of %s by %s expired on %s",
			 cli_value(a->call, OPT_SITE), e->rule, e->author,
			 e->expires);
	return SPP_OK;
}

static enum spp_status carry_options(struct cli_audit *a, struct spp_error *err)
{
	struct spp_buf out = SPP_BUF_INIT;

	cli_target_words(a->call, &out);
	a->with = out.size ? spp_buf_take(&out) : NULL;
	a->options.with = a->with;
	return cli_now(&a->options.now, err);
}

static enum spp_status read_site(struct cli_audit *a, const char *text,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	const char *path = cli_value(a->call, OPT_SITE);
	enum spp_status st;
	size_t i;

	if (text)
		return spp_site_read("fleet", text, strlen(text), &a->site,
				     err);
	if (!path)
		return SPP_OK;
	st = cli_read_file(path, &buf, err);
	if (!st)
		a->salt = cli_hash(CLI_HASH_INIT, buf.data, buf.size);
	if (!st)
		st = spp_site_read(path, buf.data, buf.size, &a->site, err);
	for (i = 0; !st && i < a->site.exceptions; i++)
		st = judge_exception(a, &a->site.exception[i], err);
	return st;
}

/* A target without the hives that rules judge is an error, not clean. */
static enum spp_status judge_hives(const struct cli_member *m,
				   struct spp_error *err)
{
	const struct spp_document *d = &m->document;

	if (m->hives & (1u << SPP_ROLE_SOFTWARE | 1u << SPP_ROLE_NETSVC) ||
	    (!m->hives &&
	     (!d->is_dump || d->policy.count || d->observed.count ||
	      d->identity.hooks || d->identity.fact[SPP_FACT_PRODUCT])))
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"'%s' has neither a SOFTWARE nor a NetworkService "
			"hive, so there is nothing to audit",
			m->path);
}

static enum spp_status add(struct cli_audit *a, struct cli_member *m,
			   struct spp_error *err)
{
	if (m->err.status)
		return SPP_OK;
	if (judge_hives(m, &m->err)) {
		cli_complain("%s", m->err.text);
		a->fleet.loaded--;
		if (a->failed < CLI_USAGE)
			a->failed = CLI_USAGE;
		return SPP_OK;
	}
	a->member[a->audit.subjects] = m;
	return spp_audit_add(&a->audit, m->path, &m->document, m->hives, err);
}

/* Rules that see more than one target come later: see revise(). */
static enum spp_status judge_alone(void *ctx, struct cli_member *m, bool *found,
				   struct spp_error *err)
{
	struct cli_audit one = *(const struct cli_audit *)ctx;
	const struct cli_member *member[] = { m };
	enum spp_status st = judge_hives(m, err);
	const char *name;
	json_t *line, *value;

	if (st)
		return st;
	one.member = member;
	one.audit = (struct spp_audit)SPP_AUDIT_INIT;
	st = spp_audit_add(&one.audit, m->path, &m->document, m->hives, err);
	if (!st)
		st = spp_audit_run(&one.audit, &one.site, &one.options, err);
	if (!st) {
		line = cli_audit_line(&one, 0);
		json_object_foreach(line, name, value)
			cli_record(name, json_incref(value));
		json_decref(line);
		*found = cli_audit_fails(&one);
	}
	spp_audit_release(&one.audit);
	return st;
}

static enum spp_status judge(struct cli_audit *a, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	a->member = calloc(a->fleet.count + 1, sizeof(*a->member));
	if (!a->member)
		return spp_nomem(err);
	for (i = 0; !st && i < a->fleet.count; i++)
		st = add(a, &a->fleet.member[i], err);
	return st ? st : spp_audit_run(&a->audit, &a->site, &a->options, err);
}

void cli_audit_release(struct cli_audit *a)
{
	spp_audit_release(&a->audit);
	spp_site_release(&a->site);
	cli_fleet_release(&a->fleet);
	free(a->member);
	free(a->with);
}

/* The subjects of an audit by their paths. */
struct by_path {
	const struct cli_audit *a;
	const struct spp_subject **subject;
};

static int path_order(const void *a, const void *b)
{
	const struct spp_subject *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

static bool fails(const struct cli_audit *a, size_t subject)
{
	const struct spp_audit_finding *f;
	size_t count, i;

	f = cli_audit_findings(a, subject, &count);
	for (i = 0; i < count; i++)
		if (f[i].grade >= a->fail_on && !f[i].exception)
			return true;
	return false;
}

/* All that is found in a target, now that all of them are known. */
static void revise(void *ctx, const char *target, json_t *line)
{
	const struct by_path *all = ctx;
	struct spp_subject key = { .path = (char *)(uintptr_t)target };
	const struct spp_subject *it = &key, **found;
	json_t *more;
	size_t i;

	found = bsearch(&it, all->subject, all->a->audit.subjects,
			sizeof(*all->subject), path_order);
	if (!found)
		return;
	i = (size_t)(*found - all->a->audit.subject);
	more = cli_audit_verdict(all->a, i);
	if (fails(all->a, i) &&
	    !json_integer_value(json_object_get(line, "exit"))) {
		json_object_set_new(line, "exit", json_integer(CLI_FINDINGS));
		json_object_set_new(line, "status",
				    json_string(cli_outcome_word[CLI_FOUND]));
	}
	json_object_update(line, more);
	json_decref(more);
}

/* What the rules about several targets find goes into the lines, too. */
static enum spp_status revise_lines(struct cli_audit *a, struct spp_error *err)
{
	size_t i, n = a->audit.subjects;
	struct by_path all = { a, calloc(n + 1, sizeof(*all.subject)) };
	enum spp_status st;

	if (!all.subject)
		return spp_nomem(err);
	for (i = 0; i < n; i++)
		all.subject[i] = &a->audit.subject[i];
	qsort(all.subject, n, sizeof(*all.subject), path_order);
	st = cli_results_revise(a->fleet.results, revise, &all, err);
	free(all.subject);
	return st;
}

static void print(const struct cli_audit *a, FILE *lines)
{
	if (lines)
		cli_audit_ndjson(a, lines);
	else if (cli_has(a->call, OPT_SARIF))
		cli_audit_sarif(a);
	else if (cli_has(a->call, OPT_CSV))
		cli_audit_csv(a);
	else if (cli_has(a->call, OPT_JUNIT))
		cli_audit_junit(a);
	else if (cli_has(a->call, OPT_JSON))
		cli_audit_json(a);
	else
		cli_audit_text(a);
}

enum spp_status cli_audit_begin(struct cli_audit *a,
				const struct cli_call *call, const char *site,
				struct spp_error *err)
{
	uint64_t now = 0;
	enum spp_status st = cli_now(&now, err);

	*a = (struct cli_audit){ .call = call };
	a->fleet.judge = judge_alone;
	a->fleet.ctx = a;

	if (!st && !spp_filetime_text(now, a->started))
		*a->started = '\0';
	if (!st)
		st = read_options(a, err);
	if (!st)
		st = carry_options(a, err);
	if (!st)
		st = read_site(a, site, err);
	a->fleet.salt = a->salt;
	return st;
}

enum cli_exit cli_audit_end(struct cli_audit *a, FILE *lines)
{
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	if (!a->fleet.whole)
		return a->failed;
	st = judge(a, &err);
	if (!st && a->fleet.results)
		st = revise_lines(a, &err);
	if (st)
		return cli_fail(a->call, &err);
	print(a, lines);
	if (a->failed)
		return a->failed;
	return cli_audit_fails(a) ? CLI_FINDINGS : CLI_OK;
}

static enum cli_exit audit(const struct cli_call *call, FILE *lines)
{
	struct cli_audit CLEANUP(cli_audit_release) a = { .call = call };
	struct spp_error err = SPP_ERROR_INIT;

	if (cli_has(call, OPT_RULES) && call->targets) {
		spp_fail(&err, SPP_USAGE,
			 "--rules lists the rules; name no target");
		return cli_fail(call, &err);
	}
	if (cli_has(call, OPT_RULES)) {
		if (cli_has(call, OPT_JSON))
			cli_audit_rules_json();
		else
			cli_audit_rules_text();
		return CLI_OK;
	}
	if (cli_audit_begin(&a, call, NULL, &err))
		return cli_fail(call, &err);
	a.failed = cli_fleet_load(call, &a.fleet);
	return cli_audit_end(&a, lines);
}

enum cli_exit cli_audit_lines(const struct cli_call *call, FILE *to)
{
	return audit(call, to);
}

static enum cli_exit run(const struct cli_call *call)
{
	return audit(call, NULL);
}

const struct cli_command cli_command_audit = {
	.name = "audit",
	.operands = "TARGET...",
	.least = 0,
	.most = -1,
	.summary = "check targets or policies against the audit rules; exit 1 "
		   "on findings",
	.about = "TARGET may also be a policy document; a target and its dump "
		 "get the same findings. Rules that\ncompare hosts see all "
		 "targets of one command. Exits with 1 on findings of severity "
		 "medium or\nhigher, or of the severity of --fail-on. Anything "
		 "that cannot be judged, because a hive or a\nsite file is "
		 "missing, is reported. Product keys are printed only with "
		 "--show-keys.",
	.options = CLI_OPTIONS(OPT_FAIL_ON, OPT_IGNORE, OPT_LIMITS, OPT_RULES,
			       OPT_SITE, OPT_SARIF, OPT_CSV, OPT_JUNIT,
			       OPT_SHOW_KEYS, CLI_POLICY_OPTIONS,
			       CLI_OPEN_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "audit /mnt/Windows", "one image, all its hives" },
		{ "audit images/*/Windows --site site.json --fail-on high",
		  "a fleet, with what the site knows of itself" },
		{ "audit SOFTWARE --sarif >sppctl.sarif",
		  "for a code-scanning dashboard" },
		{ "audit images/* --junit >audit.xml", "for a pipeline" },
		{ "audit --rules",
		  "the rules, the reason for each, and the fix" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.files = CLI_FILES_LINES,
	.run = run,
};
