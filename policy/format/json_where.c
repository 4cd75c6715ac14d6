/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_where.h"

#include <string.h>

struct text {
	const char *at, *end;
};

static void blanks(struct text *t)
{
	while (t->at < t->end && strchr(" \t\r\n", *t->at))
		t->at++;
}

static void skip_string(struct text *t)
{
	for (t->at++; t->at < t->end && *t->at != '"'; t->at++)
		if (*t->at == '\\')
			t->at++;
	t->at++;
}

/* Skips a value of any kind without recursion: only brackets count. */
static void skip_value(struct text *t)
{
	size_t depth = 0;

	do {
		blanks(t);
		if (t->at >= t->end)
			return;
		if (*t->at == '"') {
			skip_string(t);
		} else if (*t->at == '{' || *t->at == '[') {
			depth++;
			t->at++;
		} else if (*t->at == '}' || *t->at == ']') {
			depth--;
			t->at++;
		} else {
			t->at += strcspn(t->at, ",:]}\" \t\r\n");
		}
		blanks(t);
		while (depth && t->at < t->end && strchr(",:", *t->at)) {
			t->at++;
			blanks(t);
		}
	} while (depth && t->at < t->end);
}

/* Compares the spelling in the text, so a name with escapes is not found. */
static int is_name(const struct text *t, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(t->end - t->at) > n + 1 && *t->at == '"' &&
	       !memcmp(t->at + 1, name, n) && t->at[n + 1] == '"';
}

/* Enters the object or array at t; false if there is no such member. */
static int enter(struct text *t, const char *name, size_t index)
{
	size_t i;

	t->at++; /* the bracket */
	for (i = 0;; i++) {
		blanks(t);
		if (t->at >= t->end || *t->at == '}' || *t->at == ']')
			return 0;
		if (!name && i == index)
			return 1;
		if (name && is_name(t, name))
			return 1;
		skip_value(t); /* the name, or the element */
		blanks(t);
		if (name && t->at < t->end && *t->at == ':') {
			t->at++;
			skip_value(t);
			blanks(t);
		}
		if (t->at < t->end && *t->at == ',')
			t->at++;
	}
}

void spp_json_where(const char *text, size_t size,
		    const struct spp_json_path *path, size_t *line,
		    size_t *column)
{
	struct text t = { text, text + size };
	const char *found, *at;
	int i;

	blanks(&t);
	found = t.at;
	for (i = 0; i < path->depth; i++) {
		if (!enter(&t, path->step[i].name, path->step[i].index))
			break;
		found = t.at;
		if (!path->step[i].name || i + 1 == path->depth)
			continue;
		skip_value(&t); /* the name */
		blanks(&t);
		t.at++; /* the colon */
		blanks(&t);
	}
	*line = *column = 1;
	for (at = text; at < found; at++) {
		++*column;
		if (*at == '\n') {
			++*line;
			*column = 1;
		}
	}
}
