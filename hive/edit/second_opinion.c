/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/second_opinion.h"

#include <errno.h>
#include <hivex.h>
#include <stdlib.h>
#include <string.h>

#include "hive/regf/regf.h"

struct trial {
	const char *path;
	const struct spp_verdict *verdicts;
	size_t count;
};

struct creation {
	const char *file;
	uint32_t parent;
	const char *path;
};

/* Looks for the value among those that libhivex lists. */
static bool is_listed(const hive_value_h *values, uint32_t offset)
{
	for (; *values; values++)
		if (*values == spp_file_offset(offset))
			return true;
	return false;
}

static enum spp_status check_data(hive_h *h, const struct spp_verdict *v,
				  struct spp_error *err)
{
	hive_type type;
	size_t size;
	char *data;
	bool same;

	data = hivex_value_value(h, spp_file_offset(v->value), &type, &size);
	if (!data)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex cannot read the value written "
				      "at 0x%x",
				      v->value);
	same = (uint32_t)type == v->data.type && size == v->data.size &&
	       (!size || !memcmp(data, v->data.data, size));
	free(data);
	if (!same)
		return spp_fail(err, SPP_BUG,
				"libhivex reads another value than was "
				"written at 0x%x",
				v->value);
	return SPP_OK;
}

static enum spp_status check_key(hive_h *h, const struct spp_verdict *v,
				 struct spp_error *err)
{
	hive_value_h *values, *end;
	enum spp_status st = SPP_OK;

	values = hivex_node_values(h, spp_file_offset(v->key));
	if (!values)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex cannot read the edited key at "
				      "0x%x",
				      v->key);
	for (end = values; *end; end++)
		;
	if ((size_t)(end - values) != v->values)
		st = spp_fail(err, SPP_BUG,
			      "libhivex counts %zu values of %u in the edited "
			      "key at 0x%x",
			      (size_t)(end - values), v->values, v->key);
	else if (v->value && !is_listed(values, v->value))
		st = spp_fail(err, SPP_BUG,
			      "libhivex does not list the value written at "
			      "0x%x",
			      v->value);
	free(values);
	if (!st && v->value)
		st = check_data(h, v, err);
	return st;
}

static enum spp_status try(void *ctx, struct spp_error *err)
{
	const struct trial *trial = ctx;
	hive_h *h = hivex_open(trial->path, 0);
	enum spp_status st = SPP_OK;
	size_t i;

	if (!h)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex does not accept the new hive");
	for (i = 0; !st && i < trial->count; i++)
		st = check_key(h, &trial->verdicts[i], err);
	hivex_close(h);
	return st;
}

enum spp_status spp_judge_start(struct spp_child *child, const char *path,
				const struct spp_verdict *verdicts,
				size_t count, struct spp_error *err)
{
	struct trial trial = { path, verdicts, count };

	return spp_child_start(child, try, &trial, err);
}

enum spp_status spp_judge_wait(struct spp_child *child, struct spp_error *err)
{
	return spp_child_wait(child, "libhivex", err);
}

static enum spp_status add_keys(hive_h *h, const struct creation *c,
				struct spp_error *err)
{
	hive_node_h node = spp_file_offset(c->parent);
	const char *at = c->path;
	char *name;
	size_t n;

	while (*at) {
		n = strcspn(at, "\\");
		name = strndup(at, n);
		if (!name)
			return spp_nomem(err);
		node = hivex_node_add_child(h, node, name);
		if (!node)
			spp_fail_errno(err, SPP_CORRUPT,
				       "libhivex cannot create the key '%s'",
				       name);
		free(name);
		if (!node)
			return SPP_CORRUPT;
		at += at[n] ? n + 1 : n;
	}
	if (hivex_commit(h, c->file, 0))
		return spp_fail_errno(err, SPP_IO,
				      "libhivex cannot write the new keys");
	return SPP_OK;
}

static enum spp_status create(void *ctx, struct spp_error *err)
{
	const struct creation *c = ctx;
	hive_h *h = hivex_open(c->file, HIVEX_OPEN_WRITE);
	enum spp_status st;

	if (!h)
		return spp_fail_errno(err, SPP_CORRUPT,
				      "libhivex does not accept this hive");
	st = add_keys(h, c, err);
	hivex_close(h);
	return st;
}

enum spp_status spp_judge_create(const char *file, uint32_t parent,
				 const char *path, struct spp_error *err)
{
	struct creation creation = { file, parent, path };
	struct spp_child child = SPP_CHILD_INIT;
	enum spp_status st;

	st = spp_child_start(&child, create, &creation, err);
	return st ? st : spp_judge_wait(&child, err);
}
