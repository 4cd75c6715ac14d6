/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of text, in UTF-8 or UTF-16 with or without its mark, as UTF-8 and
 * line by line.
 *
 *	struct spp_text text = SPP_TEXT_INIT;
 *
 *	spp_text_open(&input, &text, err);
 *	while (spp_text_line(&text, &line, &n))
 *		...	line is no string: n bytes, no line end
 *	spp_text_release(&text);
 *
 * Strict: what is not valid in its encoding, or holds a NUL, is SPP_CORRUPT.
 * UTF-8 without a mark is not copied.
 */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "policy/format/format.h"

struct spp_text {
	const char *data;
	size_t size;
	size_t at;   /* where the next line begins */
	size_t line; /* the number of the last line, from 1 */
	struct spp_buf copy;
};

#define SPP_TEXT_INIT      \
	{                  \
		.data = "" \
	}

enum spp_status spp_text_open(const struct spp_input *in, struct spp_text *text,
			      struct spp_error *err);
void spp_text_release(struct spp_text *text);

bool spp_text_line(struct spp_text *text, const char **line, size_t *n);

/*
 * The beginning of some bytes as ASCII, for those who tell formats apart:
 * other characters are '?'.  Never fails.
 */
void spp_text_head(const uint8_t *data, size_t size, char *head, size_t room);

/* Appends text as UTF-16LE with its mark, as Windows writes it, or as it is. */
enum spp_status spp_text_write(const struct spp_buf *text, bool utf8,
			       struct spp_buf *out, struct spp_error *err);

/* Without the blanks at both ends. */
void spp_text_trim(const char **text, size_t *n);

#endif
