/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/out.h"
#include "cli/stop.h"
#include "hive/target.h"

/* The operands after expansion. */
struct operands {
	char **word;
	bool *follows;
	size_t count;
};

static void release(struct operands *o)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		free(o->word[i]);
	free(o->word);
	free(o->follows);
}

static enum spp_status add(struct operands *o, char *word, bool follows,
			   struct spp_error *err)
{
	char **grown = realloc(o->word, (o->count + 2) * sizeof(*grown));
	bool *more = realloc(o->follows, (o->count + 2) * sizeof(*more));

	if (grown)
		o->word = grown;
	if (more)
		o->follows = more;
	if (!grown || !more || !word) {
		free(word);
		return spp_nomem(err);
	}
	o->follows[o->count] = follows;
	o->word[o->count++] = word;
	o->word[o->count] = NULL;
	return SPP_OK;
}

static enum spp_status add_images(struct operands *o, const char *file,
				  struct spp_error *err)
{
	enum spp_status st;
	unsigned int i, n = 0;
	char *word;

	st = spp_target_wim_count(file, &n, err);
	for (i = 1; !st && i <= n; i++) {
		if (asprintf(&word, "%s#%u", file, i) < 0)
			word = NULL;
		st = add(o, word, i > 1, err);
	}
	return st;
}

static enum spp_status expand(const struct cli_call *call, int count,
			      struct operands *o, bool *any,
			      struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char *file = NULL;
	int i;

	*any = false;
	for (i = 0; !st && i < call->operands; i++) {
		file = NULL;
		if (i < count)
			st = spp_target_all_of(call->operand[i], &file, err);
		if (!st && file) {
			*any = true;
			st = add_images(o, file, err);
		} else if (!st) {
			st = add(o, strdup(call->operand[i]), false, err);
		}
		free(file);
	}
	return st;
}

/* One call for each image, with the operands after it. */
static enum cli_exit run_each(struct cli_call *call, const struct operands *o)
{
	size_t images = o->count - (size_t)call->operands + 1, i;
	enum cli_exit code, worst = CLI_OK;
	struct spp_error err = SPP_ERROR_INIT;
	char *first = call->operand[0];
	int failed = 0;

	if (cli_has(call, OPT_JSON)) {
		spp_fail(&err, SPP_USAGE,
			 "--json prints one document; name one image of '%s'",
			 first);
		return cli_fail(call, &err);
	}
	for (i = 0; i < images && !cli_stop_reason(); i++) {
		call->operand[0] = o->word[i];
		code = call->command->run(call);
		worst = code > worst ? code : worst;
		failed += code > CLI_FINDINGS;
	}
	call->operand[0] = first;
	cli_stop_tell(o->word, (int)i, (int)images, failed);
	return i < images ? CLI_FAILED : worst;
}

enum cli_exit cli_run_images(struct cli_call *call)
{
	struct operands CLEANUP(release) o = { NULL, NULL, 0 };
	bool many = !strncmp(call->command->operands, "TARGET...", 9);
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_call with = *call;
	bool any = false;

	if (!call->operands || (!many && !call->command->each))
		return call->command->run(call);
	if (expand(call, many ? call->operands : 1, &o, &any, &err))
		return cli_fail(call, &err);
	if (!any)
		return call->command->run(call);
	with.images = o.word;
	with.follows = o.follows;
	with.images_count = o.count;
	if (!many)
		return run_each(&with, &o);
	with.operand = o.word;
	with.operands = (int)o.count;
	return call->command->run(&with);
}

bool cli_follows(const struct cli_call *call, const char *path)
{
	size_t i;

	for (i = 0; i < call->images_count; i++)
		if (call->images[i] == path)
			return call->follows[i];
	return false;
}
