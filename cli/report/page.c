/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page: the verdict on top, then machine by machine. */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/report/report.h"
#include "policy/audit/known_hosts.h"

#define WORST 10

static void print_head(const struct cli_report *r, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	      "charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\""
	      " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n<title>Audit of volume activation</title>\n"
	      "<style>",
	      to);
	fputs(cli_report_style, to);
	fputs("</style></head>\n<body><a class=\"skip\" href=\"#machines\">To "
	      "the machines</a>\n<header><h1>Audit of volume activation</h1>\n"
	      "<p class=\"dim\">Made ",
	      to);
	cli_html(to, r->made);
	fprintf(to,
		" by sppctl " CLI_VERSION
		" of %zu machine%s.</p></header>\n<main>\n",
		r->count, r->count == 1 ? "" : "s");
}

/* Machines with a finding of this grade or worse. */
static size_t as_bad_as(const struct cli_report *r, enum spp_grade grade)
{
	size_t i, n = 0;

	for (i = 0; i < r->count; i++)
		n += r->machine[i].worst >= (int)grade;
	return n;
}

static void print_verdict(const struct cli_report *r, FILE *to)
{
	size_t bad = as_bad_as(r, SPP_GRADE_MEDIUM);
	size_t high = as_bad_as(r, SPP_GRADE_HIGH);

	fprintf(to, "<h2>Verdict</h2>\n<p class=\"verdict %s\">",
		high || r->failed ? "high"
		: bad		  ? "medium"
				  : "ok");
	if (high)
		fprintf(to,
			"%zu of %zu machine%s need%s action: findings of "
			"severity high or critical.",
			high, r->count, r->count == 1 ? "" : "s",
			high == 1 ? "s" : "");
	else if (bad)
		fprintf(to,
			"%zu of %zu machine%s %s findings of severity medium.",
			bad, r->count, r->count == 1 ? "" : "s",
			bad == 1 ? "has" : "have");
	else if (r->judged)
		fprintf(to,
			"No finding of severity medium or higher in %zu "
			"machine%s.",
			r->judged, r->judged == 1 ? "" : "s");
	else
		fputs("Nothing was audited.", to);
	if (r->failed)
		fprintf(to, " %zu could not be read.", r->failed);
	if (r->judged + r->failed < r->count)
		fprintf(to, " %zu %s not audited.",
			r->count - r->judged - r->failed,
			r->count - r->judged - r->failed == 1 ? "was" : "were");
	fputs("</p>\n", to);
}

static void print_counts(const struct cli_report *r, FILE *to)
{
	int grade;

	fputs("<table><caption>Findings by severity</caption>\n<tr><th "
	      "scope=\"col\">Severity</th><th scope=\"col\">Findings</th><th "
	      "scope=\"col\">Machines with none worse</th></tr>\n",
	      to);
	for (grade = SPP_GRADE_COUNT - 1; grade >= 0; grade--) {
		size_t i, n = 0;

		for (i = 0; i < r->count; i++)
			n += r->machine[i].worst == grade;
		fputs("<tr><td>", to);
		cli_html_badge(to, (enum spp_grade)grade);
		fprintf(to,
			"</td><td class=\"n\">%llu</td><td "
			"class=\"n\">%zu</td></tr>\n",
			(unsigned long long)r->grade[grade], n);
	}
	fputs("</table>\n", to);
}

static void print_row(const struct cli_report *r, size_t i, FILE *to)
{
	const struct cli_report_machine *m = &r->machine[i];
	int grade;

	fprintf(to, "<tr><td><a href=\"#m%zu\">", i + 1);
	cli_html(to, m->name);
	fputs("</a></td>", to);
	cli_html_cell(to, m->title);
	cli_html_cell(to, m->failed    ? "not read"
			  : !m->judged ? "not audited"
			  : m->host    ? "host"
				       : "client");
	for (grade = SPP_GRADE_COUNT - 1; grade >= 0; grade--)
		fprintf(to, "<td class=\"n\">%u</td>", m->grade[grade]);
	fputs("</tr>\n", to);
}

static void print_machines(const struct cli_report *r, const char *caption,
			   size_t count, FILE *to)
{
	size_t i;

	fprintf(to,
		"<table><caption>%s</caption>\n<tr><th scope=\"col\">Machine"
		"</th><th scope=\"col\">Windows</th><th scope=\"col\">Is</th>"
		"<th scope=\"col\">Critical</th><th scope=\"col\">High</th>"
		"<th scope=\"col\">Medium</th><th scope=\"col\">Low</th>"
		"<th scope=\"col\">Info</th></tr>\n",
		caption);
	for (i = 0; i < count; i++)
		print_row(r, i, to);
	fputs("</table>\n", to);
}

static void print_reasons(const struct cli_report_reason *list, size_t count,
			  const char *none, FILE *to)
{
	size_t i;

	if (!count) {
		fprintf(to, "<p>%s</p>\n", none);
		return;
	}
	fputs("<ul>\n", to);
	for (i = 0; i < count; i++) {
		fputs("<li>", to);
		cli_html(to, list[i].text);
		fprintf(to, " (%zu machine%s)</li>\n", list[i].machines,
			list[i].machines == 1 ? "" : "s");
	}
	fputs("</ul>\n", to);
}

static void print_foot(const struct cli_report *r, FILE *to)
{
	const char *version;
	json_t *machines;
	size_t i;

	fputs("<h2>Versions and proof</h2>\n<table><caption>What this page was "
	      "made of</caption>\n<tr><th scope=\"row\">SHA-256 of the JSON "
	      "lines</th><td><code>",
	      to);
	for (i = 0; i < sizeof(r->sha256); i++)
		fprintf(to, "%02x", r->sha256[i]);
	fputs("</code></td></tr>\n<tr><th scope=\"row\">Lines</th>", to);
	cli_html_cell(to, r->name ? r->name
				  : "not kept; --results FILE keeps them");
	fprintf(to,
		"</tr>\n<tr><th scope=\"row\">Rules</th><td>%d rules of "
		"sppctl " CLI_VERSION
		"</td></tr>\n<tr><th scope=\"row\">Names of public "
		"KMS hosts</th><td>as of %s</td></tr>\n",
		SPP_RULE_COUNT, spp_known_hosts_date);
	json_object_foreach(r->versions, version, machines)
	{
		fputs("<tr><th scope=\"row\">Results of sppctl</th><td>", to);
		cli_html(to, version);
		fprintf(to, ": %lld machines</td></tr>\n",
			(long long)json_integer_value(machines));
	}
	fputs("</table>\n</main></body></html>\n", to);
}

/* Reads the line of a machine once more. */
static enum spp_status print_machine(const struct cli_report *r, size_t i,
				     char **line, size_t *room, FILE *to,
				     struct spp_error *err)
{
	const struct cli_report_machine *m = &r->machine[i];
	json_t *json;
	ssize_t n;

	if (fseeko(r->lines, m->offset, SEEK_SET))
		return spp_fail_errno(err, SPP_IO, "cannot read the results");
	n = getline(line, room, r->lines);
	json = n < 0 ? NULL : json_loadb(*line, (size_t)n, 0, NULL);
	if (!json)
		return spp_fail(err, SPP_IO,
				"the results changed while they were read");
	cli_report_machine(i + 1, m, json, to);
	json_decref(json);
	return SPP_OK;
}

enum spp_status cli_report_print(struct cli_report *r, FILE *to,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *line = NULL;
	enum spp_status st;
	size_t room = 0, i;

	print_head(r, to);
	print_verdict(r, to);
	print_counts(r, to);
	print_machines(r, "The worst machines",
		       r->count < WORST ? r->count : WORST, to);
	fputs("<h2>DNS and failover</h2>\n", to);
	st = cli_report_failover(r, to, err);
	fputs("<h2>What could not be judged</h2>\n", to);
	print_reasons(r->limit, r->limits, "Everything was judged.", to);
	fputs("<h2>Suppressed findings</h2>\n", to);
	print_reasons(r->quiet, r->quiets, "None.", to);
	fputs("<h2 id=\"machines\">Machines</h2>\n", to);
	if (r->count > WORST)
		print_machines(r, "All machines, the worst first", r->count,
			       to);
	for (i = 0; !st && i < r->count; i++)
		st = print_machine(r, i, &line, &room, to, err);
	print_foot(r, to);
	return st;
}
