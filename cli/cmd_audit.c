/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/out.h"
#include "policy/text/printable.h"

bool cli_audit_fails(const struct cli_audit *a)
{
	int grade;

	for (grade = (int)a->fail_on; grade < SPP_GRADE_COUNT; grade++)
		if (a->audit.grade[grade])
			return true;
	return false;
}

uint64_t cli_audit_rules_of(unsigned int bit, bool needs)
{
	uint64_t rules = 0;
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if ((needs ? spp_rules[i]->needs : spp_rules[i]->wants) >> bit &
		    1)
			rules |= SPP_RULE_BIT(i);
	return rules;
}

const struct spp_audit_finding *cli_audit_findings(const struct cli_audit *a,
						   size_t subject,
						   size_t *count)
{
	size_t lo = 0, hi = a->audit.findings, mid, end;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (a->audit.finding[mid].subject < subject)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < a->audit.findings; end++)
		if (a->audit.finding[end].subject != subject)
			break;
	*count = end - lo;
	return *count ? &a->audit.finding[lo] : NULL;
}

/* Appends a text of a hive, with a comma before it and a word if need be. */
static void part(struct spp_buf *line, const char *word, const char *text)
{
	char CLEANUP(spp_free_string) *plain =
		text ? spp_printable(text) : NULL;

	if (plain && *plain)
		spp_buf_printf(line, NULL, "%s%s%s", line->size ? ", " : "",
			       word, plain);
}

/* "Windows 11 Pro 23H2, build 22631.3155, edition Professional, ..." */
static void print_heading(const struct cli_audit *a, size_t i)
{
	const struct spp_subject *s = &a->audit.subject[i];
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(s->identity);
	char CLEANUP(spp_free_string) *path = spp_printable(s->path);
	struct spp_buf CLEANUP(spp_buf_release) title = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) line = SPP_BUF_INIT;
	int role;

	spp_identity_title(s->identity, &title, NULL);
	part(&line, "", spp_buf_text(&title));
	part(&line, "edition ", s->identity->fact[SPP_FACT_EDITION]);
	part(&line, "computer ", s->identity->fact[SPP_FACT_COMPUTER]);
	if (fqdn)
		part(&line, "", fqdn);
	else
		part(&line, "in ", spp_identity_suffix(s->identity));
	if (spp_subject_is_host(s))
		part(&line, "", "KMS host");
	else if (s->duty)
		part(&line, "", spp_duty_word(s->duty));
	if (!s->is_state)
		part(&line, "", "a policy");
	for (role = 0; !line.size && role < SPP_ROLE_COUNT; role++)
		if (s->hives >> role & 1)
			part(&line, "a hive of ",
			     spp_role_name((enum spp_role)role));
	printf("%s%s%s: %s\n", cli_bold(), path ? path : "?", cli_plain(),
	       line.size ? spp_buf_text(&line) : "what it is is not known");
}

static void print_finding(const struct spp_audit_finding *f)
{
	printf("  %-8s  %s  ", spp_grade_word(f->grade), f->rule->id);
	if (f->scope)
		printf("%s %s: ", f->scope, f->name);
	printf("%s\n", f->text);
	if (f->remedy)
		printf("                 fix: %s\n", f->remedy);
	if (f->rule->advice)
		printf("                 %s%s\n",
		       f->remedy ? "" : "fix: ", f->rule->advice);
}

static void print_subject(const struct cli_audit *a, size_t i)
{
	const struct spp_subject *s = &a->audit.subject[i];
	const struct spp_audit_finding *f;
	size_t count, k;

	print_heading(a, i);
	f = cli_audit_findings(a, i, &count);
	for (k = 0; k < count; k++)
		print_finding(&f[k]);
	for (k = 0; k < SPP_RULE_COUNT; k++)
		if (s->left_out[k])
			printf("  and %u more of %s\n", s->left_out[k],
			       spp_rules[k]->id);
	if (!count)
		puts("  nothing found");
}

/* "not judged: R10; "; of nearly all, those that are left. */
static void print_rules(const char *what, uint64_t rules)
{
	uint64_t all = SPP_RULE_BIT(SPP_RULE_COUNT) - 1;
	bool most = __builtin_popcountll(rules) > SPP_RULE_COUNT / 2;
	size_t i, n = 0;

	if (!rules)
		return;
	printf("%s%s", what, most ? "all but " : "");
	for (i = 0; i < SPP_RULE_COUNT; i++)
		if ((most ? all & ~rules : rules) >> i & 1)
			printf("%s%s", n++ ? ", " : "", spp_rules[i]->id);
	fputs("; ", stdout);
}

/* What could not be judged, once for all targets. */
static void print_limits(const struct cli_audit *a)
{
	size_t of[SPP_NEED_COUNT] = { 0 }, i;
	unsigned int bit, unknown;

	for (i = 0; i < a->audit.subjects; i++) {
		unknown = spp_audit_unknown(&a->audit, i, &a->site);
		for (bit = 0; bit < SPP_NEED_COUNT; bit++)
			of[bit] += unknown >> bit & 1;
	}
	for (bit = 0; bit < SPP_NEED_COUNT; bit++) {
		if (!of[bit])
			continue;
		print_rules("not judged: ", cli_audit_rules_of(bit, true));
		print_rules("in part: ", cli_audit_rules_of(bit, false));
		fputs(spp_need_text(bit), stdout);
		if (a->audit.subjects > 1)
			printf(" (%zu of %zu targets)", of[bit],
			       a->audit.subjects);
		putchar('\n');
	}
}

static void print_summary(const struct cli_audit *a)
{
	size_t n = a->audit.subjects, found = 0;
	int grade;

	if (!n) {
		puts("no target could be judged");
		return;
	}
	printf("%zu %s:", n, n == 1 ? "target" : "targets");
	for (grade = SPP_GRADE_COUNT - 1; grade >= 0; grade--)
		if (a->audit.grade[grade])
			printf("%s %llu %s", found++ ? "," : "",
			       (unsigned long long)a->audit.grade[grade],
			       spp_grade_word((enum spp_grade)grade));
	if (!found)
		fputs(" nothing found", stdout);
	if (a->audit.ignored)
		printf("; %llu of ignored rules left out",
		       (unsigned long long)a->audit.ignored);
	if (a->fleet.loaded < a->fleet.count)
		printf("; %zu could not be judged",
		       a->fleet.count - a->fleet.loaded);
	putchar('\n');
}

static void print_text(const struct cli_audit *a)
{
	size_t i;

	for (i = 0; i < a->audit.subjects; i++)
		print_subject(a, i);
	if (a->audit.subjects)
		print_limits(a);
	print_summary(a);
}

char *cli_audit_remedy(const struct spp_rule *rule)
{
	static const struct {
		const char *word, *says;
	} words[] = { { "{target}", " TARGET" },
		      { "{names}", " NAME..." },
		      { "{scope}", " [--scope SCOPE]" } };
	struct spp_buf out = SPP_BUF_INIT;
	const char *at = rule->remedy;
	size_t i, n;

	while (at && *at) {
		n = strcspn(at, "{");
		spp_buf_append(&out, at, n, NULL);
		at += n;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strncmp(at, words[i].word, strlen(words[i].word)))
				spp_buf_puts(&out, words[i].says, NULL);
		at += *at ? strcspn(at, "}") + 1 : 0;
	}
	return rule->remedy ? spp_buf_take(&out) : NULL;
}

static void print_rule(const struct spp_rule *r)
{
	char CLEANUP(spp_free_string) *remedy = cli_audit_remedy(r);

	printf("%s%s%s  %s%s%s  %s\n", cli_bold(), r->id, cli_plain(),
	       spp_grade_word(r->grade), r->others ? "; " : "",
	       r->others ? r->others : "", r->name);
	printf("     %s\n     %s (%s)\n", r->summary, r->rationale, r->source);
	if (remedy)
		printf("     fix: %s\n", remedy);
	if (r->advice)
		printf("     %s%s\n", remedy ? "" : "fix: ", r->advice);
}

static enum cli_exit list_rules(const struct cli_call *call)
{
	size_t i;

	if (cli_has(call, OPT_JSON)) {
		cli_audit_rules_json();
		return CLI_OK;
	}
	for (i = 0; i < SPP_RULE_COUNT; i++)
		print_rule(spp_rules[i]);
	return CLI_OK;
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
				return spp_fail(err, SPP_USAGE,
						"'%.*s' is no rule; see sppctl "
						"audit --rules",
						(int)n, at);
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
	if (!a->call->operands)
		return spp_fail(err, SPP_USAGE,
				"there is nothing to audit; name a target");
	if (cli_has(a->call, OPT_JSON) && cli_has(a->call, OPT_SARIF))
		return spp_fail(err, SPP_USAGE,
				"--json and --sarif do not go together");
	if (word && !spp_grade_find(word, &a->fail_on))
		return spp_fail(err, SPP_USAGE,
				"'%s' is no severity; allowed: info, low, "
				"medium, high, critical",
				word);
	if (cli_one_target(a->call, a->call->operands, err))
		return SPP_USAGE;
	return read_ignored(a, err);
}

static enum spp_status read_site(struct cli_audit *a, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	const char *path = cli_value(a->call, OPT_SITE);
	enum spp_status st;

	if (!path)
		return SPP_OK;
	st = cli_read_file(path, &buf, err);
	return st ? st : spp_site_read(path, buf.data, buf.size, &a->site, err);
}

/* What has none of the hives that rules are about is not clean. */
static bool has_nothing(struct cli_member *m)
{
	const struct spp_document *d = &m->document;

	if (m->hives & (1u << SPP_ROLE_SOFTWARE | 1u << SPP_ROLE_NETSVC) ||
	    (!m->hives &&
	     (!d->is_dump || d->policy.count || d->observed.count ||
	      d->identity.hooks || d->identity.fact[SPP_FACT_PRODUCT])))
		return false;
	spp_fail(&m->err, SPP_USAGE,
		 "'%s' has neither a SOFTWARE nor a NetworkService hive; "
		 "there is nothing to audit",
		 m->path);
	cli_complain("%s", m->err.text);
	return true;
}

static enum spp_status add(struct cli_audit *a, struct cli_member *m,
			   struct spp_error *err)
{
	if (m->err.status)
		return SPP_OK;
	if (has_nothing(m)) {
		a->fleet.loaded--;
		if (a->failed < CLI_USAGE)
			a->failed = CLI_USAGE;
		return SPP_OK;
	}
	a->member[a->audit.subjects] = m;
	return spp_audit_add(&a->audit, m->path, &m->document, m->hives, err);
}

static enum spp_status judge(struct cli_audit *a, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	a->failed = cli_fleet_load(a->call, &a->fleet);
	a->member = calloc(a->fleet.count + 1, sizeof(*a->member));
	if (!a->member)
		return spp_nomem(err);
	for (i = 0; !st && i < a->fleet.count; i++)
		st = add(a, &a->fleet.member[i], err);
	return st ? st : spp_audit_run(&a->audit, &a->site, &a->options, err);
}

static void release(struct cli_audit *a)
{
	spp_audit_release(&a->audit);
	spp_site_release(&a->site);
	cli_fleet_release(&a->fleet);
	free(a->member);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_audit CLEANUP(release) a = { .call = call };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	if (cli_has(call, OPT_RULES))
		return list_rules(call);
	st = read_options(&a, &err);
	if (!st)
		st = read_site(&a, &err);
	if (!st)
		st = judge(&a, &err);
	if (st)
		return cli_fail(call, &err);
	if (cli_has(call, OPT_SARIF))
		cli_audit_sarif(&a);
	else if (cli_has(call, OPT_JSON))
		cli_audit_json(&a);
	else
		print_text(&a);
	if (a.failed)
		return a.failed;
	return cli_audit_fails(&a) ? CLI_FINDINGS : CLI_OK;
}

const struct cli_command cli_command_audit = {
	.name = "audit",
	.operands = "TARGET...",
	.least = 0,
	.most = -1,
	.summary = "judge targets or policies by 32 rules; exit 1 on findings",
	.about = "TARGET may be a policy document, too; a target and its dump "
		 "get the same findings. Rules that\ncompare hosts see all "
		 "targets of one command. Exit 1 if anything is found that is "
		 "medium or\nworse, or what --fail-on says. What cannot be "
		 "judged, because a hive or a site file is missing,\nis said. "
		 "Product keys are not printed unless --show-keys is given.",
	.options = { OPT_FAIL_ON, OPT_IGNORE, OPT_RULES, OPT_SITE, OPT_SARIF,
		     OPT_SHOW_KEYS, OPT_FORMAT, OPT_PREFIX, OPT_IGNORE_FILTERS,
		     OPT_STRICT, OPT_AS, CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "audit /mnt/Windows", "one image, all its hives" },
		{ "audit images/*/Windows --site site.json --fail-on high",
		  "a fleet, with what the site knows of itself" },
		{ "audit SOFTWARE --sarif >sppctl.sarif",
		  "for a code-scanning dashboard" },
		{ "audit --rules", "the rules, why they are, what mends" },
	},
	.run = run,
};
