/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/result.h"

#include <ctype.h>
#include <nettle/base64.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"

/* A line that is longer was not written by sppctl. */
#define LINE_MAX_BYTES ((size_t)64 << 20)

const char *const cli_outcome_word[CLI_OUTCOMES] = {
	[CLI_CHANGED] = "changed", [CLI_UNCHANGED] = "unchanged",
	[CLI_PENDING] = "pending", [CLI_READ] = "read",
	[CLI_FOUND] = "found",	   [CLI_INVALID] = "invalid",
	[CLI_REFUSAL] = "refused", [CLI_FAILURE] = "failed",
};

enum cli_outcome cli_outcome_find(const char *word)
{
	int i = 0;

	while (i < CLI_OUTCOMES && (!word || strcmp(word, cli_outcome_word[i])))
		i++;
	return (enum cli_outcome)i;
}

void cli_result_name(json_t *line, const char *target)
{
	cli_json_set_path(line, "target", target);
}

/* The name as bytes, or NULL; yours. */
static char *name_of(const json_t *line)
{
	const char *base64 =
		json_string_value(json_object_get(line, "target_bytes"));
	const char *text = json_string_value(json_object_get(line, "target"));
	struct base64_decode_ctx decoder;
	size_t size = base64 ? strlen(base64) : 0, n;
	char *name;

	if (!base64)
		return text ? strdup(text) : NULL;
	n = BASE64_DECODE_LENGTH(size);
	name = calloc(n + 1, 1);
	base64_decode_init(&decoder);
	if (name && (!base64_decode_update(&decoder, &n, (uint8_t *)name, size,
					   base64) ||
		     !base64_decode_final(&decoder))) {
		free(name);
		return NULL;
	}
	return name;
}

void cli_result_release(struct cli_result *r)
{
	free(r->target);
	free(r->job);
	free(r->started);
	json_decref(r->line);
	*r = (struct cli_result)CLI_RESULT_INIT;
}

static char *text_of(const json_t *line, const char *member)
{
	const char *text = json_string_value(json_object_get(line, member));

	return strdup(text ? text : "");
}

static enum spp_status no_result(const char *path, size_t number,
				 struct spp_error *err)
{
	return spp_fail_at(err, SPP_INVALID, path, number, 0,
			   "not a line of --results");
}

enum spp_status cli_result_read(struct cli_result *r, const char *text,
				size_t n, const char *path, size_t number,
				struct spp_error *err)
{
	json_t *line = json_loadb(text, n, 0, NULL);
	const char *kind = json_string_value(json_object_get(line, "document"));
	bool right =
		kind && (!strcmp(kind, "result") || !strcmp(kind, "judged") ||
			 !strcmp(kind, "failed"));

	r->target = name_of(line);
	r->job = text_of(line, "job");
	r->started = text_of(line, "started");
	r->outcome = cli_outcome_find(
		json_string_value(json_object_get(line, "status")));
	r->exit = (int)json_integer_value(json_object_get(line, "exit"));
	r->line = line;
	if (right && r->target && (!r->job || !r->started))
		return spp_nomem(err);
	if (!right || !r->target || r->outcome == CLI_OUTCOMES || r->exit < 0 ||
	    r->exit > 4)
		return no_result(path, number, err);
	return SPP_OK;
}

/* Goes past a word as far as the text reaches; false: there is another. */
static bool pass(const char **text, size_t *n, const char *word)
{
	size_t m = strlen(word) < *n ? strlen(word) : *n;

	if (memcmp(*text, word, m) != 0)
		return false;
	*text += m;
	*n -= m;
	return true;
}

/* Whether a line of ours begins so, of whatever version. */
static bool begins(const char *text, size_t n)
{
	if (!pass(&text, &n, "{\"sppctl\":\""))
		return false;
	for (; n && *text != '"'; text++, n--)
		if (!isalnum((unsigned char)*text) && !memchr(".+~-", *text, 4))
			return false;
	return pass(&text, &n, "\",\"document\":\"") &&
	       (pass(&text, &n, "result\"") || pass(&text, &n, "judged\"") ||
		pass(&text, &n, "failed\""));
}

/*
 * Whether what has no end is a line that a run could not write whole.  After a
 * power cut a file system may have made it longer with NUL bytes.
 */
static bool is_cut_short(const struct spp_buf *text, size_t lines_before)
{
	const char *bytes = spp_buf_text(text);
	size_t n = text->size;

	if (n > LINE_MAX_BYTES)
		return false;
	while (n && !bytes[n - 1])
		n--;
	return n ? begins(bytes, n) : lines_before || !text->size;
}

enum spp_status cli_result_line(FILE *f, const char *path, size_t number,
				struct spp_buf *text, bool *whole,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char byte = '\0';
	int c;

	text->size = 0;
	while (!st && byte != '\n' && text->size <= LINE_MAX_BYTES &&
	       (c = getc_unlocked(f)) != EOF) {
		byte = (char)c;
		st = spp_buf_append(text, &byte, 1, err);
	}
	if (!st && ferror(f))
		st = spp_fail_errno(err, SPP_IO, "cannot read '%s'", path);
	*whole = byte == '\n' && text->size <= LINE_MAX_BYTES;
	if (!st && !*whole && !is_cut_short(text, number - 1))
		st = no_result(path, number, err);
	return st;
}
