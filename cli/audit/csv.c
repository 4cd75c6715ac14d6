/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The findings of sppctl audit as CSV (RFC 4180), one a line.
 *
 * Spreadsheets execute a cell that begins with = + - @, a tab or a carriage
 * return, and texts come from untrusted hives.  Such a cell begins with '
 * instead, which spreadsheets show as text.
 */
#include <stdio.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "policy/text/printable.h"

static void cell(const char *text, const char *end)
{
	char CLEANUP(spp_free_string) *plain = spp_printable(text ? text : "");
	bool runs = text && *text && strchr("=+-@\t\r", *text);
	const char *p = plain ? plain : "";

	if (!runs && !p[strcspn(p, "\",\n")]) {
		printf("%s%s", p, end);
		return;
	}
	printf("\"%s", runs ? "'" : "");
	for (; *p; p++)
		printf(*p == '"' ? "\"\"" : "%c", *p);
	printf("\"%s", end);
}

static void print_finding(const struct cli_audit *a,
			  const struct spp_audit_finding *f)
{
	const struct spp_subject *s = &a->audit.subject[f->subject];
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(s->identity);
	struct spp_buf CLEANUP(spp_buf_release) title = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;

	spp_identity_title(s->identity, &title, NULL);
	if (f->exception)
		cli_audit_exception(f->exception, &why);
	cell(s->path, ",");
	cell(fqdn ? fqdn : s->identity->fact[SPP_FACT_COMPUTER], ",");
	cell(spp_buf_text(&title), ",");
	cell(f->exception ? "accepted" : spp_grade_word(f->grade), ",");
	cell(f->rule->id, ",");
	cell(f->rule->name, ",");
	cell(f->scope, ",");
	cell(f->name, ",");
	cell(f->key, ",");
	cell(f->value, ",");
	cell(f->text, ",");
	cell(f->remedy, ",");
	cell(f->rule->advice, ",");
	cell(spp_buf_text(&why), "\r\n");
}

/* A target that was not judged gets a line, too: silence would look clean. */
static void print_failure(const struct cli_member *m)
{
	cell(m->path, ",,,");
	cell("error", ",,");
	cell(spp_status_word(m->err.status), ",,,,,");
	cell(m->err.text, ",,,\r\n");
}

void cli_audit_csv(const struct cli_audit *a)
{
	size_t i;

	fputs("target,machine,windows,severity,rule,name,scope,setting,key,"
	      "registry,text,fix,advice,accepted\r\n",
	      stdout);
	for (i = 0; i < a->audit.findings; i++)
		print_finding(a, &a->audit.finding[i]);
	for (i = 0; i < a->fleet.count; i++)
		if (a->fleet.member[i].err.status)
			print_failure(&a->fleet.member[i]);
}
