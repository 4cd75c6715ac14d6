/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_reader.h"

#include <stdio.h>
#include <string.h>

#include "policy/text/printable.h"

static size_t mark_size(const void *data, size_t size)
{
	return size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3) ? 3 : 0;
}

int spp_json_probe(const uint8_t *data, size_t size)
{
	size_t at = mark_size(data, size);

	while (at < size && memchr(" \t\r\n", data[at], 4))
		at++;
	return at < size && data[at] == '{' ? 80 : 0;
}

enum spp_status spp_json_load(struct spp_json_reader *r, json_t **root)
{
	size_t skip = mark_size(r->text, r->size);
	json_error_t where;

	*root = json_loadb(r->text + skip, r->size - skip,
			   JSON_REJECT_DUPLICATES, &where);
	if (*root)
		return SPP_OK;
	if (json_error_code(&where) == json_error_out_of_memory || !*where.text)
		return spp_nomem(r->err);
	return spp_fail_at(r->err, SPP_CORRUPT, r->name, (size_t)where.line,
			   (size_t)where.column, "%s", where.text);
}

void spp_json_push(struct spp_json_reader *r, const char *name, size_t index)
{
	if (r->path.depth < SPP_JSON_DEEP) {
		r->path.step[r->path.depth].name = name;
		r->path.step[r->path.depth].index = index;
	}
	r->path.depth++;
}

void spp_json_pop(struct spp_json_reader *r)
{
	r->path.depth--;
}

enum spp_status spp_json_members(struct spp_json_reader *r, json_t *object,
				 spp_json_read_member read, void *ctx)
{
	enum spp_status st = SPP_OK;
	const char *name;
	json_t *member;

	json_object_foreach(object, name, member)
	{
		spp_json_push(r, name, 0);
		st = read(r, name, member, ctx);
		spp_json_pop(r);
		if (st)
			break;
	}
	return st;
}

void spp_json_place(const struct spp_json_reader *r, size_t *line,
		    size_t *column)
{
	struct spp_json_path path = r->path;

	if (path.depth > SPP_JSON_DEEP)
		path.depth = SPP_JSON_DEEP;
	spp_json_where(r->text, r->size, &path, line, column);
}

enum spp_status spp_json_complain(struct spp_json_reader *r, const char *fmt,
				  ...)
{
	char CLEANUP(spp_free_string) *plain = NULL;
	size_t line, column;
	char what[600];
	va_list ap;

	spp_json_place(r, &line, &column);
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	plain = spp_printable(what);
	return plain ? spp_fail_at(r->err, SPP_INVALID, r->name, line, column,
				   "%s", plain)
		     : spp_nomem(r->err);
}

static enum spp_status check_member(struct spp_json_reader *r, const char *name,
				    json_t *json, void *ctx)
{
	const char *const *known = ctx;
	size_t i;

	(void)json;
	for (i = 0; known[i]; i++)
		if (!strcmp(known[i], name))
			return SPP_OK;
	return spp_json_complain(r, "unknown member '%s' beside '%s'", name,
				 known[0]);
}

enum spp_status spp_json_only(struct spp_json_reader *r, const json_t *object,
			      const char *const *known)
{
	return spp_json_members(r, (json_t *)object, check_member,
				(void *)known);
}
