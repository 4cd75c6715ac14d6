/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/hint.h"
#include "hive/base/number.h"
#include "hive/target.h"
#include "policy/model/setting.h"
#include "policy/text/near.h"

/* Names longer than these are no paths. */
#define NAME_LENGTH_MAX 65536
#define SHARDS_MAX	1000000

void cli_targets_release(struct cli_targets *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->name[i]);
	free(list->name);
	*list = (struct cli_targets)CLI_TARGETS_INIT;
}

/* Takes the name. */
static enum spp_status add(struct cli_targets *list, char *name,
			   struct spp_error *err)
{
	char **names = spp_grow(list->name, list->count, sizeof(*names));

	if (names)
		list->name = names;
	if (!names || !name) {
		free(name);
		return spp_nomem(err);
	}
	list->name[list->count++] = name;
	return SPP_OK;
}

/* WIM#all: where its images cannot be counted, opening it tells why. */
enum spp_status cli_targets_add(struct cli_targets *list, const char *name,
				struct spp_error *err)
{
	char CLEANUP(spp_free_string) *file = NULL;
	enum spp_status st = spp_target_all_of(name, &file, err);
	unsigned int i, n = 0;
	char *word;

	if (st)
		return st;
	if (!file || spp_target_wim_count(file, &n, NULL))
		return add(list, strdup(name), err);
	for (i = 1; !st && i <= n; i++) {
		if (asprintf(&word, "%s#%u", file, i) < 0)
			word = NULL;
		st = add(list, word, err);
	}
	return st;
}

static enum spp_status read_list(struct cli_targets *list, FILE *f,
				 const char *path, int end,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *line = NULL;
	enum spp_status st = SPP_OK;
	size_t room = 0, number = 0;
	ssize_t n;

	while (!st && (n = getdelim(&line, &room, end, f)) > 0) {
		number++;
		if (line[n - 1] == end)
			line[--n] = '\0';
		if (!n)
			continue;
		if (n > NAME_LENGTH_MAX)
			return spp_fail(err, SPP_LIMIT,
					"'%s': name %zu is longer than %d "
					"bytes",
					path, number, NAME_LENGTH_MAX);
		if (strlen(line) != (size_t)n)
			return spp_fail(err, SPP_INVALID,
					"'%s': line %zu has a NUL byte; use "
					"--null if the names end with them",
					path, number);
		st = cli_targets_add(list, line, err);
	}
	if (!st && ferror(f))
		st = spp_fail_errno(err, SPP_IO, "cannot read '%s'", path);
	return st;
}

enum spp_status cli_targets_read(struct cli_targets *list, const char *path,
				 int end, struct spp_error *err)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : fopen(path, "re");
	enum spp_status st;

	if (!f)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	st = read_list(list, f, path, end, err);
	if (!standard)
		fclose(f);
	return st;
}

static enum spp_status add_listed(struct cli_targets *list,
				  const struct cli_call *call,
				  struct spp_error *err)
{
	int end = cli_has(call, OPT_NULL) ? '\0' : '\n';
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < call->given_count; i++)
		if (call->given[i].id == OPT_TARGETS_FROM)
			st = cli_targets_read(list, call->given[i].value, end,
					      err);
	return st;
}

static bool is_setting(const char *word)
{
	enum spp_terms terms;

	return spp_setting_find(word, &terms) != NULL;
}

/* A word that can be nothing but the name of a target. */
static bool is_target(const char *word)
{
	return strpbrk(word, "/#") ||
	       (!is_setting(word) && !access(word, F_OK));
}

/* How many operands are targets; least: so many are without a look. */
static int count_operands(const struct cli_call *call, int least)
{
	int n = least, all = call->operands;

	switch (call->command->targets) {
	case CLI_TARGETS_NONE:
		return 0;
	case CLI_TARGETS_ALL:
		return all;
	case CLI_TARGETS_BUT_LAST:
		return all ? all - 1 : 0;
	case CLI_TARGETS_BEFORE_ASSIGNMENT:
		while (n < all && !strchr(call->operand[n], '='))
			n++;
		return n;
	case CLI_TARGETS_BEFORE_NAME:
		while (n < all && is_target(call->operand[n]))
			n++;
		return n;
	case CLI_TARGETS_BEFORE_LAST_NAMES:
		for (n = all > least ? all - 1 : all;
		     n > least && is_setting(call->operand[n - 1]);)
			n--;
		if (n < all && !is_setting(call->operand[n]) &&
		    is_target(call->operand[n]))
			n++;
		return n;
	case CLI_TARGETS_BEFORE_VERB:
		while (n < all && !strchr("/-", call->operand[n][0]) &&
		       is_target(call->operand[n]))
			n++;
		return n;
	}
	return 0;
}

uint64_t cli_hash(uint64_t hash, const void *data, size_t n)
{
	const uint8_t *byte = data;

	while (n--)
		hash = (hash ^ *byte++) * 0x100000001b3ULL;
	return hash;
}

/* All images of a WIM are in one part. */
static uint64_t shard_of(const char *name, uint64_t shards)
{
	uint64_t hash = cli_hash(CLI_HASH_INIT, name, strcspn(name, "#"));

	return (hash ^ hash >> 32) % shards;
}

static enum spp_status keep_shard(struct cli_targets *list,
				  const struct cli_call *call,
				  struct spp_error *err)
{
	const char *text = cli_value(call, OPT_SHARD);
	const char *slash = text ? strchr(text, '/') : NULL;
	char CLEANUP(spp_free_string) *first =
		slash ? strndup(text, (size_t)(slash - text)) : NULL;
	uint64_t part = 0, parts = 0;
	size_t i, n = 0;

	if (!text)
		return SPP_OK;
	if (!first || !spp_number_parse(slash + 1, SHARDS_MAX, &parts) ||
	    !spp_number_parse(first, parts, &part) || !part)
		return spp_fail(err, SPP_USAGE,
				"--shard: '%s' is not I/N with I from 1 to N",
				text);
	for (i = 0; i < list->count; i++) {
		if (shard_of(list->name[i], parts) + 1 != part) {
			free(list->name[i]);
			continue;
		}
		list->name[n++] = list->name[i];
	}
	list->count = n;
	return SPP_OK;
}

static int by_name(const void *a, const void *b)
{
	char *const *const *x = a, *const *const *y = b;
	int order = strcmp(**x, **y);

	return order ? order : *x < *y ? -1 : *x > *y;
}

/* Leaves out the names that were there before. */
static enum spp_status drop_doubles(struct cli_targets *list,
				    struct spp_error *err)
{
	char ***sorted = calloc(list->count + 1, sizeof(*sorted));
	size_t i, n = 0;

	if (!sorted)
		return spp_nomem(err);
	for (i = 0; i < list->count; i++)
		sorted[i] = &list->name[i];
	qsort(sorted, list->count, sizeof(*sorted), by_name);
	for (i = list->count; i-- > 1;)
		if (!strcmp(*sorted[i], *sorted[i - 1])) {
			free(*sorted[i]);
			*sorted[i] = NULL;
			list->twice++;
		}
	free(sorted);
	for (i = 0; i < list->count; i++) {
		if (!list->name[i])
			continue;
		list->name[n++] = list->name[i];
	}
	list->count = n;
	return SPP_OK;
}

bool cli_same_wim(const char *a, const char *b)
{
	const char *x = strrchr(a, '#'), *y = strrchr(b, '#');

	return x && y && x - a == y - b && !memcmp(a, b, (size_t)(x - a));
}

struct image {
	const char *name;
	size_t wim; /* length of the WIM's name in it */
	size_t index;
};

static int by_wim(const void *a, const void *b)
{
	const struct image *x = a, *y = b;
	int order = x->wim == y->wim  ? memcmp(x->name, y->name, x->wim)
		    : x->wim < y->wim ? -1
				      : 1;

	return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

size_t *cli_first_of_wim(char *const *name, size_t n)
{
	size_t *first = calloc(n + 1, sizeof(*first));
	struct image *image = calloc(n + 1, sizeof(*image));
	size_t images = 0, i;

	for (i = 0; first && image && i < n; i++) {
		const char *number = strrchr(name[i], '#');

		first[i] = i;
		if (number)
			image[images++] =
				(struct image){ name[i],
						(size_t)(number - name[i]), i };
	}
	if (images)
		qsort(image, images, sizeof(*image), by_wim);
	for (i = 1; i < images; i++)
		if (cli_same_wim(image[i].name, image[i - 1].name))
			first[image[i].index] = first[image[i - 1].index];
	if (!image) {
		free(first);
		first = NULL;
	}
	free(image);
	return first;
}

static enum spp_status collect(struct cli_targets *list,
			       const struct cli_call *call, int operands,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	int i;

	for (i = 0; !st && i < operands; i++)
		st = cli_targets_add(list, call->operand[i], err);
	if (!st)
		st = add_listed(list, call, err);
	if (!st && !list->count && cli_has(call, OPT_TARGETS_FROM))
		st = spp_fail(err, SPP_USAGE, "the list of targets is empty");
	return st;
}

enum spp_status cli_targets_take(struct cli_targets *list,
				 struct cli_call *call, struct spp_error *err)
{
	enum spp_status st = drop_doubles(list, err);

	if (!st)
		st = keep_shard(list, call, err);
	if (st)
		return st;
	call->target = list->name;
	call->targets = list->count;
	return SPP_OK;
}

/* A word like the name of a setting, where names of settings may stand. */
static enum spp_status check_name(const char *word, struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(word);
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		spp_near_try(&near, spp_settings[i].name);
		spp_near_try(&near, spp_settings[i].value);
	}
	return near.best ? spp_near_fail(&near, "setting",
					 "list: sppctl settings", err)
			 : SPP_OK;
}

/* What should be a file and is not there may be meant for something else. */
static enum spp_status check_words(const struct cli_call *call, int targets,
				   struct spp_error *err)
{
	enum cli_targets_are are = call->command->targets;
	bool names = are == CLI_TARGETS_BEFORE_ASSIGNMENT ||
		     are == CLI_TARGETS_BEFORE_LAST_NAMES ||
		     are == CLI_TARGETS_BEFORE_NAME;
	enum spp_status st = SPP_OK;
	int i;

	/* Others read policies. */
	if (call->command->both)
		targets = call->operands;
	else if (are == CLI_TARGETS_NONE &&
		 cli_option_in(call->command->options, OPT_STRICT))
		targets = call->operands > 0;
	/* slmgr says itself that the first is a verb. */
	for (i = are == CLI_TARGETS_BEFORE_VERB; !st && i < targets; i++) {
		const char *word = call->operand[i];

		if (strchr(*word == '/' ? word + 1 : word, '/') ||
		    !access(word, F_OK))
			continue;
		st = cli_hint(call, word, err);
		if (!st && names && i)
			st = check_name(word, err);
	}
	return st;
}

enum spp_status cli_targets_make(struct cli_targets *list,
				 struct cli_call *call, struct spp_error *err)
{
	bool listed = cli_has(call, OPT_TARGETS_FROM);
	int n = count_operands(call, listed ? 0 : 1);
	enum spp_status st;

	st = check_words(call, n, err);
	if (st || call->command->targets == CLI_TARGETS_NONE)
		return st;
	st = collect(list, call, n, err);
	if (st)
		return st;
	call->operand += n;
	call->operands -= n;
	return cli_targets_take(list, call, err);
}
