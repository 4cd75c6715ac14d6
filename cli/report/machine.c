/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One machine: identity, findings with meaning and fix, settings, evidence. */
#include "cli/report/report.h"

static void print_pair(FILE *to, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	fprintf(to, "<tr><th scope=\"row\">%s</th>", name);
	cli_html_cell(to, text);
	fputs("</tr>\n", to);
}

static void print_identity(const struct cli_report_machine *m,
			   const json_t *line, FILE *to)
{
	const json_t *identity = json_object_get(line, "identity");

	fputs("<table><caption>Identity</caption>\n", to);
	print_pair(to, "Target", m->path);
	print_pair(to, "Kind", cli_member_text(line, "kind"));
	print_pair(to, "Windows", cli_member_text(identity, "title"));
	print_pair(to, "Edition", cli_member_text(identity, "edition"));
	print_pair(to, "Computer", cli_member_text(identity, "computer"));
	print_pair(to, "Full name", cli_member_text(identity, "fqdn"));
	if (json_object_get(line, "kms_host"))
		print_pair(to, "KMS host",
			   json_is_true(json_object_get(line, "kms_host"))
				   ? "yes"
				   : "no");
	print_pair(to, "Role by the site file", cli_member_text(line, "role"));
	fputs("</table>\n", to);
}

void cli_report_exception(const json_t *exception, struct spp_buf *text)
{
	static const struct {
		const char *before, *member;
	} parts[] = { { "", "reason" },
		      { " (", "author" },
		      { ", until ", "expires" } };
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *word = cli_member_text(exception, parts[i].member);

		spp_buf_printf(text, NULL, "%s%s", parts[i].before,
			       word ? word : "?");
	}
	spp_buf_puts(text, ")", NULL);
}

static void print_finding(const json_t *f, FILE *to)
{
	const json_t *exception = json_object_get(f, "suppressed");
	struct spp_buf CLEANUP(spp_buf_release) accepted = SPP_BUF_INIT;
	const char *id = cli_member_text(f, "rule");
	const char *word = cli_member_text(f, "severity");
	const char *remedy = cli_member_text(f, "remedy");
	const char *advice = cli_member_text(f, "advice");
	const struct spp_rule *rule = id ? spp_rule_find(id) : NULL;
	enum spp_grade grade = SPP_GRADE_INFO;

	if (word)
		spp_grade_find(word, &grade);
	fputs("<tr><td>", to);
	if (json_is_object(exception)) {
		cli_report_exception(exception, &accepted);
		fputs("<span class=\"b info\">accepted</span>", to);
	} else {
		cli_html_badge(to, grade);
	}
	fputs("</td><td>", to);
	cli_html(to, id);
	fputs("</td><td>", to);
	cli_html(to, cli_member_text(f, "text"));
	if (cli_member_text(f, "key")) {
		fputs("<br><code class=\"dim\">", to);
		cli_html(to, cli_member_text(f, "key"));
		fputs("\\", to);
		cli_html(to, cli_member_text(f, "registry"));
		fputs("</code>", to);
	}
	fputs("</td>", to);
	cli_html_cell(to, rule ? rule->rationale : NULL);
	if (accepted.size) {
		cli_html_cell(to, spp_buf_text(&accepted));
		fputs("</tr>\n", to);
		return;
	}
	fputs("<td>", to);
	if (remedy) {
		fputs("<code>", to);
		cli_html(to, remedy);
		fputs("</code>", to);
	}
	if (advice) {
		fputs(remedy ? "<br>" : "", to);
		cli_html(to, advice);
	}
	fputs("</td></tr>\n", to);
}

static void print_findings(const json_t *line, FILE *to)
{
	const json_t *list = json_object_get(line, "findings");
	size_t i;

	if (!json_is_array(list)) {
		fputs("<p class=\"dim\">Not audited.</p>\n", to);
		return;
	}
	if (!json_array_size(list)) {
		fputs("<p class=\"ok\">No findings.</p>\n", to);
		return;
	}
	fputs("<table><caption>Findings, the worst first</caption>\n"
	      "<tr><th scope=\"col\">Severity</th><th scope=\"col\">Rule</th>"
	      "<th scope=\"col\">What was found</th><th scope=\"col\">What it "
	      "means</th><th scope=\"col\">Fix</th></tr>\n",
	      to);
	for (i = 0; i < json_array_size(list); i++)
		if (!json_is_object(json_object_get(json_array_get(list, i),
						    "suppressed")))
			print_finding(json_array_get(list, i), to);
	for (i = 0; i < json_array_size(list); i++)
		if (json_is_object(json_object_get(json_array_get(list, i),
						   "suppressed")))
			print_finding(json_array_get(list, i), to);
	fputs("</table>\n", to);
}

/* A list of domains as people write it. */
static void print_entries(const json_t *list, FILE *to)
{
	const json_t *entry;
	size_t i;

	json_array_foreach((json_t *)list, i, entry)
	{
		fputs(i ? "; " : "", to);
		cli_html(to, cli_member_text(entry, "domain"));
		fprintf(to, ", %lld, %lld",
			(long long)json_integer_value(
				json_object_get(entry, "priority")),
			(long long)json_integer_value(
				json_object_get(entry, "weight")));
	}
}

/* A value of a dump as one line; its bytes stay in the lines. */
static void print_value(const json_t *value, FILE *to)
{
	const char *shown = cli_member_text(value, "text");
	char *text;

	if (!shown)
		shown = cli_member_text(value, "redacted");
	if (json_is_string(value) || shown) {
		cli_html(to, shown ? shown : json_string_value(value));
		return;
	}
	if (cli_member_text(json_array_get(value, 0), "domain")) {
		print_entries(value, to);
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	cli_html(to, text);
	free(text);
}

static void print_scopes(const json_t *scopes, FILE *to)
{
	const char *scope, *name;
	json_t *settings, *value;

	json_object_foreach((json_t *)scopes, scope, settings)
	{
		json_object_foreach(settings, name, value)
		{
			fputs("<tr>", to);
			cli_html_cell(to, scope);
			cli_html_cell(to, name);
			fputs("<td>", to);
			print_value(value, to);
			fputs("</td></tr>\n", to);
		}
	}
}

static void print_settings(const json_t *line, FILE *to)
{
	const json_t *dump = json_object_get(line, "dump");
	const json_t *scopes = json_object_get(dump, "scopes");
	const json_t *observed = json_object_get(dump, "observed");

	if (!json_object_size(scopes) && !json_object_size(observed))
		return;
	fputs("<table><caption>Settings that are stored</caption>\n<tr><th "
	      "scope=\"col\">Scope</th><th scope=\"col\">Setting</th><th "
	      "scope=\"col\">Value</th></tr>\n",
	      to);
	print_scopes(scopes, to);
	print_scopes(observed, to);
	fputs("</table>\n", to);
}

static void print_hive(const json_t *hive, FILE *to)
{
	const json_t *base = json_object_get(hive, "base");
	const json_t *file = json_object_get(hive, "file");

	fputs("<tr>", to);
	cli_html_cell(to, cli_member_text(hive, "role"));
	cli_html_cell(to, cli_member_text(file ? file : hive, "path"));
	fprintf(to, "<td class=\"n\">%lld</td>",
		(long long)json_integer_value(json_object_get(hive, "size")));
	fprintf(to, "<td class=\"n\">%lld / %lld</td>",
		(long long)json_integer_value(
			json_object_get(base, "sequence1")),
		(long long)json_integer_value(
			json_object_get(base, "sequence2")));
	cli_html_cell(to, cli_member_text(base, "written"));
	fputs("<td><code>", to);
	cli_html(to, cli_member_text(hive, "sha256"));
	fputs("</code></td></tr>\n", to);
}

static void print_evidence(const json_t *line, FILE *to)
{
	const json_t *exhibit = json_object_get(line, "exhibit");
	const json_t *hives = json_object_get(exhibit, "hives");
	size_t i;

	if (!json_array_size(hives))
		return;
	fputs("<table><caption>Evidence</caption>\n<tr><th scope=\"col\">Hive"
	      "</th><th scope=\"col\">File</th><th scope=\"col\">Bytes</th>"
	      "<th scope=\"col\">Sequence numbers</th><th scope=\"col\">Last "
	      "write (UTC)</th><th scope=\"col\">SHA-256</th></tr>\n",
	      to);
	for (i = 0; i < json_array_size(hives); i++)
		print_hive(json_array_get(hives, i), to);
	fputs("</table>\n", to);
}

static void print_warnings(const json_t *line, FILE *to)
{
	const json_t *list = json_object_get(line, "warnings");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		fputs("<p class=\"medium\">Warning: ", to);
		cli_html(to, json_string_value(json_array_get(list, i)));
		fputs("</p>\n", to);
	}
}

void cli_report_machine(size_t number, const struct cli_report_machine *m,
			const json_t *line, FILE *to)
{
	const json_t *error = json_object_get(line, "error");

	fprintf(to, "<section class=\"m\" id=\"m%zu\"><h3>", number);
	cli_html(to, m->name);
	fputs("</h3>\n", to);
	if (json_is_object(error)) {
		fputs("<p class=\"high\">Could not be read: ", to);
		cli_html(to, cli_member_text(error, "message"));
		fputs("</p>\n", to);
	}
	print_warnings(line, to);
	if (*m->path)
		print_identity(m, line, to);
	if (!m->failed) {
		print_findings(line, to);
		print_settings(line, to);
		print_evidence(line, to);
	}
	fputs("</section>\n", to);
}
