/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A byte of outcomes to repeat, two bytes n, n bytes of FILE.begun, and a FILE
 * of results that a run goes on with.  Where it is refused, both are as before;
 * else FILE has whole lines, those that are kept, and one can be added.  What
 * had no end was the beginning of a line.
 */
#include "cli/fleet/intents.h"
#include "cli/fleet/results.h"
#include "hive/base/bytes.h"
#include "tests/fuzz/folder.h"

#define JOB "1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void see(void *ctx, const struct cli_result *result)
{
	size_t *kept = ctx;

	if (!result->target || !result->line || result->outcome >= CLI_OUTCOMES)
		abort();
	*kept += result->keep;
}

static enum spp_status go_on(unsigned int retry, size_t *kept,
			     struct cli_results **results)
{
	const struct cli_results_options o = { .path = folder_path("results"),
					       .resume = true,
					       .retry = retry,
					       .job = JOB };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	*kept = 0;
	st = cli_results_open(&o, see, kept, results, &err);
	if (st != err.status || st == SPP_BUG || (st && !*err.text))
		abort();
	return st;
}

static void mark(void *ctx, const char *target, json_t *line)
{
	(void)ctx;
	(void)target;
	json_object_set_new(line, "seen", json_true());
}

static size_t count_lines(void)
{
	size_t n, i, lines = 0;
	uint8_t *text = folder_get("results", &n);

	for (i = 0; i < n; i++)
		lines += text[i] == '\n';
	if (n && text[n - 1] != '\n')
		abort();
	free(text);
	return lines;
}

/* What a power cut may have put behind it counts for nothing. */
static bool was_cut_short(const uint8_t *data, size_t size)
{
	static const char begin[] = "{\"sppctl\":\"";
	const uint8_t *last = size ? memrchr(data, '\n', size) : NULL;
	size_t n;

	if (last) {
		size -= (size_t)(last + 1 - data);
		data = last + 1;
	}
	while (size && !data[size - 1])
		size--;
	n = size < sizeof(begin) - 1 ? size : sizeof(begin) - 1;
	return !n || !memcmp(data, begin, n);
}

static void read_results(unsigned int retry, const uint8_t *data, size_t size)
{
	struct cli_results *results = NULL;
	size_t kept, again;
	json_t *line;

	if (go_on(retry, &kept, &results)) {
		if (!folder_same("results", data, size))
			abort();
		return;
	}
	if (count_lines() != kept || !was_cut_short(data, size))
		abort();
	line = json_pack("{s:s, s:s, s:s, s:i}", "document", "result", "job",
			 JOB, "status", "changed", "exit", 0);
	cli_result_name(line, "a\xff");
	if (cli_results_add(results, line, NULL) ||
	    cli_results_revise(results, mark, NULL, NULL))
		abort();
	cli_results_close(results);
	if (go_on(0, &again, &results) || again != kept + 1)
		abort();
	cli_results_close(results);
}

static void read_begun(const uint8_t *data, size_t size)
{
	struct cli_intents *begun = NULL;
	const uint8_t *last = size ? memrchr(data, '\0', size) : NULL;

	if (cli_intents_open(folder_path("results"), true, &begun, NULL)) {
		/* Another file, or one whose first name has no end. */
		if (!size || memchr(data, '\0', size < 8192 ? size : 8192) ||
		    !folder_same("results.begun", data, size))
			abort();
		return;
	}
	if (begun && last &&
	    (!cli_intents_any(begun) ||
	     !cli_intents_had(begun, (const char *)data)))
		abort();
	if (begun && !last && (size || cli_intents_any(begun)))
		abort();
	cli_intents_close(begun, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;

	if (size < 3)
		return 0;
	n = spp_get16(data + 1);
	if (n > size - 3)
		n = size - 3;
	folder_put("results", data + 3 + n, size - 3 - n);
	folder_put("results.begun", data + 3, n);
	read_begun(data + 3, n);
	read_results(data[0], data + 3 + n, size - 3 - n);
	folder_clear();
	return 0;
}
