/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The findings of sppctl audit as SARIF 2.1.0 (OASIS), one run:
 *
 *   tool.driver.rules      the table of rules, all of them
 *   artifacts              the targets, with what Windows they are, then
 *                          their hives and logs with their hashes
 *   results                the findings; level error, warning or note
 *   invocations            who called it, when and how; targets that could
 *                          not be read, warnings, what could not be judged,
 *                          rules that were ignored
 *
 * Dashboards that grade by "security-severity" get a number in the middle of
 * its band.  A region is asked for by some of them: line 1 stands for the
 * whole file, since a hive has no lines; the registry path is the logical
 * location.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/evidence/evidence.h"
#include "cli/fleet/targets.h"
#include "cli/remedy.h"
#include "policy/text/printable.h"

#define SCHEMA                                                                \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
	"sarif-schema-2.1.0.json"

static const struct {
	const char *level, *score; /* NULL: none */
} grades[SPP_GRADE_COUNT] = {
	[SPP_GRADE_INFO] = { "note", NULL },
	[SPP_GRADE_LOW] = { "note", "2.0" },
	[SPP_GRADE_MEDIUM] = { "warning", "5.5" },
	[SPP_GRADE_HIGH] = { "error", "8.0" },
	[SPP_GRADE_CRITICAL] = { "error", "9.5" },
};

/*
 * Makes a message of the text.  Braces are doubled, because "{0}" would be a
 * placeholder (3.11.5), and "](" is separated, because a text from a hive could
 * form a link (3.11.6).
 */
static json_t *message(const char *text)
{
	char CLEANUP(spp_free_string) *plain = spp_printable(text);
	struct spp_buf out = SPP_BUF_INIT;
	const char *p;

	for (p = plain ? plain : ""; *p; p++) {
		if (*p == '{' || *p == '}')
			spp_buf_append(&out, p, 1, NULL);
		else if (*p == ']' && p[1] == '(')
			spp_buf_puts(&out, "\\", NULL);
		spp_buf_append(&out, p, 1, NULL);
	}
	return json_pack("{s:o}", "text", cli_json_take(&out));
}

/* A path as a URI reference: relative ones stay relative. */
static json_t *uri(const char *path)
{
	struct spp_buf out = SPP_BUF_INIT;
	const unsigned char *p = (const unsigned char *)path;

	if (*p == '/')
		spp_buf_puts(&out, "file://", NULL);
	for (; *p; p++) {
		if (*p < 0x80 && (isalnum(*p) || strchr("/-._~", *p)))
			spp_buf_append(&out, p, 1, NULL);
		else
			spp_buf_printf(&out, NULL, "%%%02X", *p);
	}
	return cli_json_take(&out);
}

static json_t *rule_tags(const struct spp_rule *r)
{
	const char *score = grades[r->grade].score;
	json_t *json = json_pack("{s:[s, s], s:s}", "tags", "security",
				 "volume-activation", "severity",
				 spp_grade_word(r->grade));

	if (score)
		json_object_set_new(json, "security-severity",
				    json_string(score));
	return json;
}

/* Only for texts of the table, which hold no markup. */
static json_t *markdown(const struct spp_rule *r, const char *remedy)
{
	struct spp_buf out = SPP_BUF_INIT;

	spp_buf_printf(&out, NULL, "## %s %s\n\n%s\n\n**Why:** %s\n\n", r->id,
		       r->name, r->summary, r->rationale);
	if (remedy)
		spp_buf_printf(&out, NULL, "**Fix:** `%s`\n\n", remedy);
	if (r->advice)
		spp_buf_printf(&out, NULL, "%s%s\n\n",
			       remedy ? "" : "**Fix:** ", r->advice);
	spp_buf_printf(&out, NULL, "*Source:* %s\n", r->source);
	return cli_json_take(&out);
}

static json_t *rule(const struct spp_rule *r)
{
	char CLEANUP(spp_free_string) *remedy = cli_audit_remedy(r);
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) help = SPP_BUF_INIT;
	json_t *json;

	spp_buf_printf(&why, NULL, "%s Source: %s.", r->rationale, r->source);
	spp_buf_printf(&help, NULL, "%s%s%s%s%s", spp_buf_text(&why),
		       remedy ? " Fix: " : "", remedy ? remedy : "",
		       !r->advice ? ""
		       : remedy	  ? "; "
				  : " ",
		       r->advice ? r->advice : "");
	json = json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:{s:s}, s:o, s:s}", "id", r->id,
		"name", r->name, "shortDescription", message(r->summary),
		"fullDescription", message(spp_buf_text(&why)), "help",
		message(spp_buf_text(&help)), "defaultConfiguration", "level",
		grades[r->grade].level, "properties", rule_tags(r), "helpUri",
		SPPCTL_DOC "/cli/pages/auditing.md");
	json_object_set_new(json_object_get(json, "help"), "markdown",
			    markdown(r, remedy));
	return json;
}

static json_t *driver(void)
{
	json_t *rules = json_array();
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		json_array_append_new(rules, rule(spp_rules[i]));
	return json_pack("{s:{s:s, s:s, s:s, s:s, s:o}}", "driver", "name",
			 "sppctl", "version", CLI_VERSION, "semanticVersion",
			 CLI_VERSION, "informationUri", SPPCTL_DOC "/README.md",
			 "rules", rules);
}

/* A hive or a log that was hashed; its parent is the target. */
static void add_hashed(json_t *list, const json_t *filed, const char *path,
		       size_t parent)
{
	const char *hash = json_string_value(json_object_get(filed, "sha256"));

	if (!hash || !path)
		return;
	json_array_append_new(list, json_pack("{s:{s:o}, s:I, s:O, s:{s:s}}",
					      "location", "uri", uri(path),
					      "parentIndex", (json_int_t)parent,
					      "length",
					      json_object_get(filed, "size"),
					      "hashes", "sha-256", hash));
}

static void add_hives(json_t *list, const json_t *exhibit, size_t parent)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	const json_t *hive, *log;
	size_t i, k;

	json_array_foreach(json_object_get(exhibit, "hives"), i, hive)
	{
		const char *name =
			json_string_value(json_object_get(hive, "path"));

		add_hashed(list, hive, name, parent);
		json_array_foreach(json_object_get(hive, "logs"), k, log)
		{
			path.size = 0;
			spp_buf_printf(
				&path, NULL, "%s%s", name ? name : "",
				json_string_value(json_object_get(log, "log")));
			add_hashed(list, log, spp_buf_text(&path), parent);
		}
	}
}

static json_t *artifacts(const struct cli_audit *a)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < a->audit.subjects; i++)
		json_array_append_new(
			list,
			json_pack(
				"{s:{s:o}, s:{s:o, s:s}}", "location", "uri",
				uri(a->audit.subject[i].path), "properties",
				"identity",
				cli_json_identity(a->audit.subject[i].identity),
				"role",
				spp_duty_word(a->audit.subject[i].duty)));
	for (i = 0; i < a->audit.subjects; i++)
		add_hives(list, a->member[i]->exhibit, i);
	return list;
}

static json_t *location(const struct cli_audit *a,
			const struct spp_audit_finding *f)
{
	struct spp_buf full = SPP_BUF_INIT;
	json_t *json =
		json_pack("{s:{s:{s:o, s:I}, s:{s:i}}}", "physicalLocation",
			  "artifactLocation", "uri",
			  uri(a->audit.subject[f->subject].path), "index",
			  (json_int_t)f->subject, "region", "startLine", 1);

	if (!f->key)
		return json;
	spp_buf_printf(&full, NULL, "%s\\%s", f->key, f->value);
	json_object_set_new(
		json, "logicalLocations",
		json_pack("[{s:o, s:o, s:s}]", "name", cli_json_text(f->value),
			  "fullyQualifiedName", cli_json_take(&full), "kind",
			  "registry value"));
	return json;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_place(const struct spp_audit_finding *a,
		       const struct spp_audit_finding *b)
{
	return a->subject == b->subject && a->rule == b->rule &&
	       same_text(a->key, b->key) && same_text(a->value, b->value);
}

/* Identifies a finding from run to run: rule, value, and its number there. */
static json_t *fingerprint(const struct cli_audit *a, size_t i)
{
	const struct spp_audit_finding *f = &a->audit.finding[i];
	struct spp_buf text = SPP_BUF_INIT, line = SPP_BUF_INIT;
	size_t n = 0, k;

	for (k = i; k-- && a->audit.finding[k].subject == f->subject;)
		n += same_place(&a->audit.finding[k], f);
	spp_buf_printf(&text, NULL, "%s|%s|%s", f->rule->id,
		       f->key ? f->key : "", f->value ? f->value : "");
	/* The form that code scanning has for a line: a hash and a number. */
	spp_buf_printf(&line, NULL, "%016" PRIx64 ":%zu",
		       cli_hash(CLI_HASH_INIT, text.data, text.size), n + 1);
	spp_buf_printf(&text, NULL, "|%zu", n + 1);
	return json_pack("{s:o, s:o}", "sppctl/v1", cli_json_take(&text),
			 "primaryLocationLineHash", cli_json_take(&line));
}

static json_t *result(const struct cli_audit *a, size_t i)
{
	const struct spp_audit_finding *f = &a->audit.finding[i];
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_buf why = SPP_BUF_INIT;
	json_t *json;

	if (f->scope)
		spp_buf_printf(&text, NULL, "%s %s: ", f->scope, f->name);
	spp_buf_printf(&text, NULL, "%s%s%s", f->text,
		       f->remedy ? "; fix: " : "", f->remedy ? f->remedy : "");
	json = json_pack(
		"{s:s, s:I, s:s, s:o, s:[o], s:o, s:{s:s, s:o}}", "ruleId",
		f->rule->id, "ruleIndex", (json_int_t)f->rule->index, "level",
		grades[f->grade].level, "message", message(spp_buf_text(&text)),
		"locations", location(a, f), "partialFingerprints",
		fingerprint(a, i), "properties", "severity",
		spp_grade_word(f->grade), "remedy", cli_json_text(f->remedy));
	if (!f->exception)
		return json;
	cli_audit_exception(f->exception, &why);
	json_object_set_new(json, "suppressions",
			    json_pack("[{s:s, s:o}]", "kind", "external",
				      "justification", cli_json_take(&why)));
	return json;
}

static json_t *results(const struct cli_audit *a)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < a->audit.findings; i++)
		json_array_append_new(list, result(a, i));
	return list;
}

static void notify(json_t *list, const char *level, const char *text)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "level", level,
					      "message", message(text)));
}

static void notify_of(json_t *list, const struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	spp_buf_printf(&text, NULL, "%s%s", err->text, cli_remedy(err->remedy));
	notify(list, "error", spp_buf_text(&text));
}

static void notify_limits(const struct cli_audit *a, json_t *list)
{
	unsigned int bit, known = ~0u;
	size_t i, k;

	for (i = 0; i < a->audit.subjects; i++)
		known &= ~spp_audit_unknown(&a->audit, i, &a->site);
	for (bit = 0; bit < SPP_NEED_COUNT; bit++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
		uint64_t rules = cli_audit_rules_of(bit, true) |
				 cli_audit_rules_of(bit, false);

		if (known >> bit & 1 || !a->audit.subjects)
			continue;
		spp_buf_puts(&text, "not judged, or in part:", NULL);
		for (k = 0; k < SPP_RULE_COUNT; k++)
			if (rules >> k & 1)
				spp_buf_printf(&text, NULL, " %s",
					       spp_rules[k]->id);
		spp_buf_printf(&text, NULL, "; %s%s", spp_need_text(bit),
			       cli_remedy(spp_need_remedy(bit)));
		notify(list, "note", spp_buf_text(&text));
	}
}

/* Findings beyond the limit give no result, so a notification counts them. */
static void notify_left_out(const struct cli_audit *a, json_t *list)
{
	size_t i, k;

	for (i = 0; i < a->audit.subjects; i++) {
		const struct spp_subject *s = &a->audit.subject[i];

		for (k = 0; k < SPP_RULE_COUNT; k++) {
			struct spp_buf CLEANUP(spp_buf_release) text =
				SPP_BUF_INIT;

			if (!s->left_out[k])
				continue;
			spp_buf_printf(
				&text, NULL, "'%s' has %u more findings of %s",
				s->path, s->left_out[k], spp_rules[k]->id);
			notify(list, "warning", spp_buf_text(&text));
		}
	}
}

static json_t *notifications(const struct cli_audit *a)
{
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; i < a->fleet.count; i++) {
		const struct cli_member *m = &a->fleet.member[i];

		if (m->err.status)
			notify_of(list, &m->err);
		for (k = 0; k < m->notes.count; k++)
			notify(list, "warning", m->notes.text[k]);
	}
	notify_limits(a, list);
	notify_left_out(a, list);
	return list;
}

static json_t *ignored(const struct cli_audit *a)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if (a->options.ignore >> i & 1)
			json_array_append_new(
				list,
				json_pack("{s:{s:b}, s:{s:s, s:I}}",
					  "configuration", "enabled", 0,
					  "descriptor", "id", spp_rules[i]->id,
					  "index", (json_int_t)i));
	return list;
}

static json_t *copy(const json_t *evidence, const char *member)
{
	return json_incref(json_object_get(evidence, member));
}

/* Who called it, when, where and how: what the evidence says, too. */
static json_t *invocation(const struct cli_audit *a, const json_t *evidence)
{
	struct spp_buf line = SPP_BUF_INIT;
	json_t *arguments = json_array(), *word;
	int code = a->failed ? (int)a->failed : cli_audit_fails(a);
	size_t i;

	json_array_foreach(json_object_get(evidence, "command"), i, word)
	{
		spp_buf_printf(&line, NULL, "%s%s", i ? " " : "",
			       json_string_value(word));
		if (i)
			json_array_append(arguments, word);
	}
	return json_pack(
		"{s:b, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:{s:o}, s:o, s:o}",
		"executionSuccessful", !a->failed, "exitCode", code,
		"startTimeUtc", a->started, "endTimeUtc",
		copy(evidence, "made"), "commandLine", cli_json_take(&line),
		"arguments", arguments, "machine", copy(evidence, "host"),
		"account", copy(evidence, "user"), "workingDirectory", "uri",
		uri(json_string_value(json_object_get(evidence, "folder"))),
		"toolExecutionNotifications", notifications(a),
		"ruleConfigurationOverrides", ignored(a));
}

void cli_audit_sarif(const struct cli_audit *a)
{
	json_t *evidence = cli_evidence_document(a->call, json_array());
	struct spp_buf id = SPP_BUF_INIT;
	json_t *run;

	spp_buf_printf(&id, NULL, "sppctl/audit/%s", a->started);
	run = json_pack("{s:o, s:{s:o}, s:[o], s:o, s:o, s:s}", "tool",
			driver(), "automationDetails", "id", cli_json_take(&id),
			"invocations", invocation(a, evidence), "artifacts",
			artifacts(a), "results", results(a), "columnKind",
			"unicodeCodePoints");
	json_decref(evidence);
	cli_json_print(json_pack("{s:s, s:s, s:[o]}", "$schema", SCHEMA,
				 "version", "2.1.0", "runs", run),
		       stdout);
}
