/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text file in UTF-8 or UTF-16, with or without a byte order mark, read as
 * UTF-8 line by line.
 *
 *	struct spp_lines text = SPP_LINES_INIT;
 *
 *	spp_lines_open(name, data, size, &text, err);
 *	while (spp_lines_next(&text, &line, &n))
 *		...	n bytes, no NUL, no line end
 *	spp_lines_release(&text);
 *
 * Strict: text that is not valid in its encoding, or has a NUL, is SPP_CORRUPT.
 * UTF-8 without a mark is not copied.
 */
#ifndef POLICY_LINES_H
#define POLICY_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "hive/base/buf.h"

struct spp_lines {
	const char *data;
	size_t size;
	size_t at;   /* where the next line begins */
	size_t line; /* the number of the last line, from 1 */
	struct spp_buf copy;
};

#define SPP_LINES_INIT     \
	{                  \
		.data = "" \
	}

/* name is the file's, for messages; data must outlive the lines. */
enum spp_status spp_lines_open(const char *name, const uint8_t *data,
			       size_t size, struct spp_lines *text,
			       struct spp_error *err);
void spp_lines_release(struct spp_lines *text);

bool spp_lines_next(struct spp_lines *text, const char **line, size_t *n);

/*
 * The first bytes as ASCII, for recognising formats; other characters become
 * '?'.  Never fails.
 */
void spp_lines_head(const uint8_t *data, size_t size, char *head, size_t room);

/*
 * Appends text as UTF-16LE with a mark, as Windows writes it, or unchanged
 * (utf8).
 */
enum spp_status spp_lines_write(const struct spp_buf *text, bool utf8,
				struct spp_buf *out, struct spp_error *err);

/* Removes blanks at both ends. */
void spp_lines_trim(const char **text, size_t *n);

#endif
