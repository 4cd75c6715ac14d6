/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The findings of sppctl audit as JUnit XML: a suite for each target, a test
 * case for each rule.  A case fails if a finding has the severity of --fail-on;
 * less severe findings are its output; a rule that could not judge, or was
 * ignored, is skipped, with the reason.
 */
#include <stdio.h>

#include "cli/audit/audit.h"
#include "cli/markup.h"

static void attribute(const char *name, const char *text)
{
	printf(" %s=\"", name);
	cli_markup(stdout, text, "'");
	putchar('"');
}

/* A finding that the site accepts is not a failure. */
static bool is_failing(const struct cli_audit *a,
		       const struct spp_audit_finding *f)
{
	return f->grade >= a->fail_on && !f->exception;
}

static void print_texts(const struct cli_audit *a, size_t subject,
			const struct spp_rule *rule, bool failing)
{
	const struct spp_audit_finding *f;
	size_t count, i;

	f = cli_audit_findings(a, subject, &count);
	for (i = 0; i < count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;

		if (f[i].rule != rule || is_failing(a, &f[i]) != failing)
			continue;
		printf("%s: ", f[i].exception ? "accepted"
					      : spp_grade_word(f[i].grade));
		if (f[i].scope) {
			cli_markup(stdout, f[i].scope, "'");
			putchar(' ');
			cli_markup(stdout, f[i].name, "'");
			fputs(": ", stdout);
		}
		cli_markup(stdout, f[i].text, "'");
		if (f[i].exception) {
			cli_audit_exception(f[i].exception, &why);
			fputs("; ", stdout);
			cli_markup(stdout, spp_buf_text(&why), "'");
		} else if (f[i].remedy) {
			fputs("; fix: ", stdout);
			cli_markup(stdout, f[i].remedy, "'");
		}
		fputs("&#10;", stdout);
	}
}

/* Counts the findings of a rule that fail the case, and the others. */
static void tally(const struct cli_audit *a, size_t subject,
		  const struct spp_rule *rule, size_t n[2])
{
	const struct spp_audit_finding *f;
	size_t count, i;

	n[0] = n[1] = 0;
	f = cli_audit_findings(a, subject, &count);
	for (i = 0; i < count; i++)
		if (f[i].rule == rule)
			n[is_failing(a, &f[i])]++;
}

/* Why a rule could not judge a target, or NULL. */
static const char *not_judged(const struct cli_audit *a, size_t subject,
			      size_t rule)
{
	unsigned int unknown = spp_audit_unknown(&a->audit, subject, &a->site);
	unsigned int bit;

	if (a->options.ignore >> rule & 1)
		return "ignored: --ignore";
	for (bit = 0; bit < SPP_NEED_COUNT; bit++)
		if (unknown >> bit & 1 && spp_rules[rule]->needs >> bit & 1)
			return spp_need_text(bit);
	return NULL;
}

static void print_case(const struct cli_audit *a, size_t subject, size_t i)
{
	const struct spp_rule *r = spp_rules[i];
	const char *why = not_judged(a, subject, i);
	size_t n[2];

	tally(a, subject, r, n);
	printf("    <testcase classname=\"sppctl.audit\" name=\"%s %s\"", r->id,
	       r->name);
	if (!n[0] && !n[1] && !why) {
		puts("/>");
		return;
	}
	puts(">");
	if (n[1]) {
		fputs("      <failure", stdout);
		attribute("type", spp_grade_word(r->grade));
		attribute("message", r->summary);
		putchar('>');
		print_texts(a, subject, r, true);
		puts("</failure>");
	} else if (!n[0]) {
		fputs("      <skipped", stdout);
		attribute("message", why);
		puts("/>");
	}
	if (n[0]) {
		fputs("      <system-out>", stdout);
		print_texts(a, subject, r, false);
		puts("</system-out>");
	}
	puts("    </testcase>");
}

static void print_suite(const struct cli_audit *a, size_t subject)
{
	size_t i, failures = 0, skipped = 0, n[2];

	for (i = 0; i < SPP_RULE_COUNT; i++) {
		tally(a, subject, spp_rules[i], n);
		failures += n[1] != 0;
		skipped += !n[0] && !n[1] && not_judged(a, subject, i);
	}
	fputs("  <testsuite", stdout);
	attribute("name", a->audit.subject[subject].path);
	printf(" tests=\"%d\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
	       SPP_RULE_COUNT, failures, skipped);
	for (i = 0; i < SPP_RULE_COUNT; i++)
		print_case(a, subject, i);
	puts("  </testsuite>");
}

static void print_failure(const struct cli_member *m)
{
	fputs("  <testsuite", stdout);
	attribute("name", m->path);
	puts(" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
	     "    <testcase classname=\"sppctl.audit\" name=\"read\">");
	fputs("      <error", stdout);
	attribute("type", spp_status_word(m->err.status));
	attribute("message", m->err.text);
	puts("/>\n    </testcase>\n  </testsuite>");
}

void cli_audit_junit(const struct cli_audit *a)
{
	size_t i;

	puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	     "<testsuites name=\"sppctl audit\">");
	for (i = 0; i < a->audit.subjects; i++)
		print_suite(a, i);
	for (i = 0; i < a->fleet.count; i++)
		if (a->fleet.member[i].err.status)
			print_failure(&a->fleet.member[i]);
	puts("</testsuites>");
}
