/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of sppctl audit, and its rules, for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/evidence/evidence.h"
#include "cli/fold.h"
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/terminal.h"
#include "cli/wrap.h"
#include "hive/base/utf16.h"
#include "policy/text/printable.h"

#define INDENT 17 /* of what is said of a finding */

/* Appends a text from a hive, after a comma and a word. */
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
	       line.size ? spp_buf_text(&line) : "unknown");
}

/*
 * Prints a text as stored, if the finding shows only the part that counts: the
 * name of a host without its port.
 */
static void print_stored(const struct cli_audit *a,
			 const struct spp_audit_finding *f)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_value *v = &f->stored;
	size_t size = v->size;

	if ((v->type != SPP_REG_SZ && v->type != SPP_REG_EXPAND_SZ) || !size)
		return;
	if (size >= 2 && !v->data[size - 1] && !v->data[size - 2])
		size -= 2;
	spp_utf16_show(v->data, size, &text, NULL, NULL);
	if (!a->options.show_keys && text.size)
		spp_printable_redact((char *)text.data);
	if (strstr(f->text, spp_buf_text(&text)) || text.size > 1000 ||
	    (!a->options.show_keys && cli_audit_is_secret(f)))
		return;
	printf("                 stored: '%s'\n",
	       cli_path(spp_buf_text(&text)));
}

/* On a terminal as lines that a shell takes for one. */
static void print_fix(const char *remedy)
{
	struct spp_buf CLEANUP(spp_buf_release) lines = SPP_BUF_INIT;

	printf("%*sfix: ", INDENT, "");
	if (!cli_on_terminal(stdout)) {
		puts(remedy);
		return;
	}
	cli_wrap_command(&lines, remedy, INDENT + 5, INDENT + 2, cli_width());
	cli_fold_whole(spp_buf_text(&lines));
}

static void print_finding(const struct cli_audit *a,
			  const struct spp_audit_finding *f)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_site_exception *e = f->exception;

	if (f->scope)
		spp_buf_printf(&text, NULL, "%s %s: ", f->scope, f->name);
	spp_buf_puts(&text, f->text, NULL);
	printf("  %s%-8s%s  %s  ",
	       e ? "" : cli_colour_of(spp_grade_word(f->grade)),
	       e ? "accepted" : spp_grade_word(f->grade), e ? "" : cli_plain(),
	       f->rule->id);
	cli_flow(INDENT, INDENT, spp_buf_text(&text));
	if (e) {
		printf("                 %s (%s, until %s)\n",
		       cli_path(e->reason), cli_path(e->author), e->expires);
		return;
	}
	print_stored(a, f);
	if (f->remedy)
		print_fix(f->remedy);
	if (f->rule->advice)
		printf("%*s%s", INDENT, "", f->remedy ? "" : "fix: ");
	if (f->rule->advice)
		cli_flow(f->remedy ? INDENT : INDENT + 5, INDENT,
			 f->rule->advice);
}

/* "  5 rules not judged, 2 in part: no NetworkService hive; --limits ..." */
static void print_unknown(const struct cli_audit *a, size_t i)
{
	unsigned int unknown = spp_audit_unknown(&a->audit, i, &a->site), bit;
	unsigned int none = 0, part = 0, words = 0;
	size_t k;

	for (k = 0; k < SPP_RULE_COUNT; k++) {
		none += (spp_rules[k]->needs & unknown) != 0;
		part += !(spp_rules[k]->needs & unknown) &&
			spp_rules[k]->wants & unknown;
	}
	if (!none && !part)
		return;
	printf("  %u rules not judged, %u in part: ", none, part);
	for (bit = 0; bit < SPP_NEED_COUNT; bit++)
		if (unknown >> bit & 1)
			printf("%s%s", words++ ? ", " : "", spp_need_word(bit));
	puts(cli_has(a->call, OPT_LIMITS) ? "" : "; --limits lists them");
}

static void print_subject(const struct cli_audit *a, size_t i)
{
	const struct spp_subject *s = &a->audit.subject[i];
	const struct spp_audit_finding *f;
	size_t count, k;

	print_heading(a, i);
	f = cli_audit_findings(a, i, &count);
	for (k = 0; k < count; k++)
		print_finding(a, &f[k]);
	for (k = 0; k < SPP_RULE_COUNT; k++)
		if (s->left_out[k])
			printf("  and %u more of %s\n", s->left_out[k],
			       spp_rules[k]->id);
	if (!count)
		puts("  no findings");
	print_unknown(a, i);
}

/* "not judged: R10; "; or "all but R01; " if that is shorter. */
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

/* Lists what could not be judged, once for all targets. */
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
		printf("%s%s", spp_need_text(bit),
		       cli_remedy(spp_need_remedy(bit)));
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
		puts("no target could be audited");
		return;
	}
	printf("%zu %s:", n, n == 1 ? "target" : "targets");
	for (grade = SPP_GRADE_COUNT - 1; grade >= 0; grade--)
		if (a->audit.grade[grade])
			printf("%s %llu %s", found++ ? "," : "",
			       (unsigned long long)a->audit.grade[grade],
			       spp_grade_word((enum spp_grade)grade));
	if (!found)
		fputs(" no findings", stdout);
	if (a->audit.ignored)
		printf("; %llu suppressed by --ignore",
		       (unsigned long long)a->audit.ignored);
	if (a->audit.suppressed)
		printf("; %llu accepted by the site file",
		       (unsigned long long)a->audit.suppressed);
	if (a->fleet.loaded < a->fleet.count)
		printf("; %zu could not be audited",
		       a->fleet.count - a->fleet.loaded);
	putchar('\n');
}

/*
 * The severity of a target: 0 without a finding that counts, higher if worse.
 */
static int severity(const struct cli_audit *a, size_t i)
{
	size_t count;
	const struct spp_audit_finding *f = cli_audit_findings(a, i, &count);

	return count && !f->exception ? 1 + (int)f->grade : 0;
}

/* The targets, those with the worst findings first; yours. */
static size_t *worst_first(const struct cli_audit *a)
{
	size_t n = a->audit.subjects, at = 0, i;
	size_t *order = calloc(n + 1, sizeof(*order));
	int grade;

	if (!order)
		spp_nomem(NULL);
	for (grade = SPP_GRADE_COUNT; order && grade >= 0; grade--)
		for (i = 0; i < n; i++)
			if (severity(a, i) == grade)
				order[at++] = i;
	return order;
}

void cli_audit_text(const struct cli_audit *a)
{
	size_t *order = worst_first(a);
	size_t i;

	for (i = 0; order && i < a->audit.subjects; i++)
		print_subject(a, order[i]);
	free(order);
	if (a->audit.subjects) {
		if (cli_has(a->call, OPT_LIMITS))
			print_limits(a);
		printf("public KMS hosts: a table of %zu names of %s; a site "
		       "file adds and excepts\n",
		       spp_known_hosts_public.count, spp_known_hosts_date);
	}
	print_summary(a);
	cli_evidence_print(a->call, cli_fleet_exhibits(a->call, &a->fleet));
}

static void print_below(const char *before, const char *text)
{
	printf("     %s", before);
	cli_flow(5 + (int)strlen(before), 5, text);
}

static void print_rule(const struct spp_rule *r)
{
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *remedy = cli_audit_remedy(r);

	printf("%s%s%s  %s%s%s%s%s  %s\n", cli_bold(), r->id, cli_plain(),
	       cli_colour_of(spp_grade_word(r->grade)),
	       spp_grade_word(r->grade), cli_plain(), r->others ? "; " : "",
	       r->others ? r->others : "", r->name);
	print_below("", r->summary);
	spp_buf_printf(&why, NULL, "%s (%s)", r->rationale, r->source);
	print_below("", spp_buf_text(&why));
	if (remedy)
		print_below("fix: ", remedy);
	if (r->advice)
		print_below(remedy ? "" : "fix: ", r->advice);
}

void cli_audit_rules_text(void)
{
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		print_rule(spp_rules[i]);
}
