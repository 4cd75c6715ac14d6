/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/report/report.h"
#include "cli/target.h"

/* The lines of what was just judged, in a file that nobody else sees. */
static enum spp_status judge(const struct cli_call *call, FILE *lines,
			     enum cli_exit *code, struct spp_error *err)
{
	*code = cli_audit_lines(call, lines);
	if (fflush(lines) || ferror(lines))
		return spp_fail(err, SPP_IO, "cannot write the results");
	return SPP_OK;
}

static enum spp_status open_lines(const struct cli_call *call,
				  struct cli_report *r, enum cli_exit *code,
				  struct spp_error *err)
{
	const char *from = cli_value(call, OPT_FROM);

	if (!from == !call->targets)
		return spp_fail(err, SPP_USAGE,
				"name targets, or results with --from");
	r->name = from;
	r->lines = from ? fopen(from, "rbe") : tmpfile();
	if (!r->lines)
		return spp_fail_errno(
			err, from && errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
			"cannot open '%s'", from ? from : "a temporary file");
	return from ? SPP_OK : judge(call, r->lines, code, err);
}

static enum spp_status print(const struct cli_call *call, struct cli_report *r,
			     struct spp_error *err)
{
	const char *output = cli_value(call, OPT_OUTPUT);
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	enum spp_status st;

	if (!to)
		return spp_nomem(err);
	st = cli_report_print(r, to, err);
	if (fclose(to) && !st)
		st = spp_nomem(err);
	if (!st)
		st = cli_write_file(output, text, size, false, err);
	free(text);
	return st;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_report CLEANUP(cli_report_release) r = { .lines = NULL };
	struct spp_error err = SPP_ERROR_INIT;
	char now[SPP_TIME_TEXT] = "";
	enum cli_exit code = CLI_OK;
	uint64_t filetime = 0;
	enum spp_status st = cli_now(&filetime, &err);

	spp_time_text(spp_filetime_unix(filetime), 0, 0, now);
	r.made = now;
	if (!st)
		st = open_lines(call, &r, &code, &err);
	/*
	 * A target that could not be read goes into the page; a file that
	 * is not of an audit ends the command.
	 */
	if (!st && code == CLI_USAGE)
		return code;
	if (!st)
		st = cli_report_index(&r, &err);
	if (!st)
		st = print(call, &r, &err);
	if (st)
		return cli_fail(call, &err);
	if (cli_value(call, OPT_OUTPUT))
		printf("%s: %zu machine%s\n",
		       cli_path(cli_value(call, OPT_OUTPUT)), r.count,
		       r.count == 1 ? "" : "s");
	return code > CLI_FINDINGS ? code : CLI_OK;
}

const struct cli_command cli_command_report = {
	.name = "report",
	.operands = "[TARGET...]",
	.least = 0,
	.most = -1,
	.summary = "make one HTML page of an audit: verdict, machines, "
		   "findings, failover",
	.about = "The page needs no network and no script. It is made of the "
		 "targets, which are audited, or with\n--from of the lines "
		 "that sppctl audit --results wrote, and names the SHA-256 of "
		 "these lines. A line\nof another command has no findings and "
		 "is marked as not audited.",
	.options =
		CLI_OPTIONS(OPT_OUTPUT, OPT_FROM, OPT_SITE, OPT_IGNORE,
			    OPT_FORMAT, OPT_GPO, OPT_PREFIX, OPT_IGNORE_FILTERS,
			    OPT_STRICT, CLI_OPEN_OPTIONS, CLI_MANY_OPTIONS),
	.examples = CLI_EXAMPLES(
		{ "report images/*/Windows --site site.json -o report.html",
		  "audit and report" },
		{ "report --from audit.ndjson -o report.html",
		  "from the lines of sppctl audit --results" }),
	.targets = CLI_TARGETS_ALL,
	.files = CLI_FILES_ALWAYS,
	.exact = true,
	.run = run,
};
