/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/lines.h"

#include <string.h>
#include <unistr.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

/* Finds the encoding, by the mark or by the position of zeros. */
static bool is_utf16(const uint8_t *data, size_t size, bool *big, size_t *mark)
{
	*mark = 0;
	*big = false;
	if (size < 2)
		return false;
	*big = (data[0] == 0xfe && data[1] == 0xff) || (!data[0] && data[1]);
	if ((data[0] == 0xff && data[1] == 0xfe) ||
	    (data[0] == 0xfe && data[1] == 0xff))
		*mark = 2;
	return *mark || !data[0] != !data[1];
}

static bool has_utf8_mark(const uint8_t *data, size_t size)
{
	return size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3);
}

/* Converts big-endian text, swapped in pieces on the stack. */
static enum spp_status convert_swapped(const uint8_t *data, size_t size,
				       struct spp_buf *out,
				       struct spp_error *err)
{
	uint8_t piece[4096];
	enum spp_status st = SPP_OK;
	size_t n, i;

	for (; !st && size; data += n, size -= n) {
		n = size < sizeof(piece) ? size : sizeof(piece);
		/* Keep a surrogate pair together. */
		if (n < size && (data[n - 2] & 0xfc) == 0xd8)
			n -= 2;
		for (i = 0; i < n; i++)
			piece[i] = data[i ^ 1];
		st = spp_utf16_to(piece, n, out, err);
	}
	return st;
}

static enum spp_status convert(const uint8_t *data, size_t size, bool big,
			       struct spp_buf *out, struct spp_error *err)
{
	/* Check for an even size before swapping pairs. */
	if (size % 2)
		return spp_fail(err, SPP_INVALID,
				"text has an odd number of bytes");
	return big ? convert_swapped(data, size, out, err)
		   : spp_utf16_to(data, size, out, err);
}

enum spp_status spp_lines_open(const char *name, const uint8_t *data,
			       size_t size, struct spp_lines *text,
			       struct spp_error *err)
{
	struct spp_lines made = SPP_LINES_INIT;
	struct spp_error why = SPP_ERROR_INIT;
	size_t mark;
	bool big;

	if (is_utf16(data, size, &big, &mark)) {
		if (convert(data + mark, size - mark, big, &made.copy, &why)) {
			spp_lines_release(&made);
			if (why.status == SPP_NOMEM)
				return spp_nomem(err);
			return spp_fail(err, SPP_CORRUPT, "'%s': %s", name,
					why.text);
		}
		made.data = spp_buf_text(&made.copy);
		made.size = made.copy.size;
	} else {
		mark = has_utf8_mark(data, size) ? 3 : 0;
		made.data = (const char *)data + mark;
		made.size = size - mark;
		if (u8_check((const uint8_t *)made.data, made.size))
			return spp_fail(err, SPP_CORRUPT,
					"'%s' is neither UTF-8 nor UTF-16; "
					"save it as one of these",
					name);
	}
	if (made.size && memchr(made.data, 0, made.size)) {
		spp_lines_release(&made);
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is not text: it has a zero byte", name);
	}
	*text = made;
	return SPP_OK;
}

void spp_lines_release(struct spp_lines *text)
{
	if (!text)
		return;
	spp_buf_release(&text->copy);
	*text = (struct spp_lines)SPP_LINES_INIT;
}

bool spp_lines_next(struct spp_lines *text, const char **line, size_t *n)
{
	const char *end;
	size_t left = text->size - text->at;

	if (!left)
		return false;
	*line = text->data + text->at;
	end = memchr(*line, '\n', left);
	*n = end ? (size_t)(end - *line) : left;
	text->at += *n + (end != NULL);
	text->line++;
	if (*n && (*line)[*n - 1] == '\r')
		(*n)--;
	return true;
}

void spp_lines_head(const uint8_t *data, size_t size, char *head, size_t room)
{
	size_t at, n = 0, step;
	uint16_t c;
	bool big;

	step = is_utf16(data, size, &big, &at) ? 2 : 1;
	if (step == 1 && has_utf8_mark(data, size))
		at = 3;
	for (; n + 1 < room && spp_within(at, step, size); at += step) {
		c = step == 1 ? data[at] : spp_get16(data + at);
		if (step == 2 && big)
			c = (uint16_t)(data[at] << 8 | data[at + 1]);
		head[n++] = c && c < 0x80 ? (char)c : '?';
	}
	head[n] = '\0';
}

void spp_lines_trim(const char **text, size_t *n)
{
	while (*n && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*n)--;
	}
	while (*n && ((*text)[*n - 1] == ' ' || (*text)[*n - 1] == '\t'))
		(*n)--;
}

enum spp_status spp_lines_write(const struct spp_buf *text, bool utf8,
				struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st;

	if (utf8)
		return spp_buf_append(out, text->data, text->size, err);
	st = spp_buf_u16(out, 0xfeff, err);
	return st ? st
		  : spp_utf16_from(spp_buf_text(text), text->size, out, err);
}
