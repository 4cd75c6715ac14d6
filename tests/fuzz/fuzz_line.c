/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a child of a run left: its code (1), a byte of flags, the lengths of
 * what it printed and what it complained (2 each), these, and its record.  It
 * becomes a line that reads as one of results, about the same target.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/fleet/line.h"
#include "hive/base/bytes.h"

#define TARGET "images/\xe4.vhdx"

enum { EDITS = 1, JUDGES = 2, BEGUN = 4, JSON = 8, DRY = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct cli_line *line)
{
	struct cli_result r = CLI_RESULT_INIT;
	char *text = json_dumps(line->json, JSON_COMPACT);

	if (!text || cli_result_read(&r, text, strlen(text), "file", 1, NULL) ||
	    strcmp(r.target, TARGET) != 0 || strcmp(r.job, "1") != 0 ||
	    r.outcome != line->outcome || r.exit != (int)line->code)
		abort();
	cli_result_release(&r);
	free(text);
}

static void take(struct cli_ended *ended, enum cli_worker_stream stream,
		 const uint8_t **at, const uint8_t *end, size_t n)
{
	if (n > (size_t)(end - *at))
		n = (size_t)(end - *at);
	if (spp_buf_append(&ended->said[stream], *at, n, NULL))
		abort();
	*at += n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cli_command command = { .name = "set" };
	struct cli_given given[2];
	struct cli_call call = { .command = &command, .given = given };
	struct cli_line line = { .call = &call, .job = "1", .target = TARGET };
	struct cli_ended ended = { .index = 0 };
	const uint8_t *at = data + 6, *end = data + size;

	if (size < 6)
		return 0;
	if (data[1] & JSON)
		given[call.given_count++] =
			(struct cli_given){ OPT_JSON, NULL };
	if (data[1] & DRY)
		given[call.given_count++] =
			(struct cli_given){ OPT_DRY_RUN, NULL };
	line.edits = data[1] & EDITS;
	line.judges = data[1] & JUDGES;
	line.interrupted = data[1] & BEGUN;
	ended.code = (int8_t)data[0];
	if (ended.code < 0) {
		ended.code = -1;
		spp_fail(&ended.why, SPP_CORRUPT, "the process crashed");
	}
	take(&ended, CLI_WORKER_OUT, &at, end, spp_get16(data + 2));
	take(&ended, CLI_WORKER_ERR, &at, end, spp_get16(data + 4));
	take(&ended, CLI_WORKER_RECORD, &at, end, size);
	cli_line_make(&line, &ended, true, true);
	check(&line);
	json_decref(line.json);
	json_decref(line.entry);
	json_decref(line.facts);
	cli_ended_release(&ended);
	return 0;
}
