/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/xml.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 16
#define PATH  128

/* An element with text and without children. */
struct leaf {
	const char *path;    /* "WIM/IMAGE/NAME" */
	unsigned long image; /* INDEX of its IMAGE, or 0 */
	size_t at, n;	     /* offset and length of its text */
};

typedef enum spp_status (*visitor)(void *ctx, const char *text,
				   const struct leaf *leaf,
				   struct spp_error *err);

struct scan {
	const char *text;
	size_t n;
	char path[PATH];
	size_t end[DEPTH]; /* end of the path at each depth */
	size_t depth;
	unsigned long image;
	size_t opened; /* after the last opening tag */
	bool leaf;
};

static size_t find_byte(const struct scan *s, size_t from, char c)
{
	const char *p = memchr(s->text + from, c, s->n - from);

	return p ? (size_t)(p - s->text) : s->n;
}

/* Skips a comment or the like. */
static size_t skip_special(const struct scan *s, size_t at)
{
	static const char *const ends[][2] = {
		{ "<!--", "-->" },
		{ "<![CDATA[", "]]>" },
	};
	const char *p;
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(ends[i][0]);
		if (s->n - at < n || memcmp(s->text + at, ends[i][0], n) != 0)
			continue;
		p = memmem(s->text + at + n, s->n - at - n, ends[i][1], 3);
		return p ? (size_t)(p - s->text) + 3 : s->n;
	}
	n = find_byte(s, at, '>');
	return n < s->n ? n + 1 : n;
}

static unsigned long index_of(const char *tag, size_t n)
{
	const char *p = memmem(tag, n, " INDEX=\"", 8);
	char digits[8] = "";
	size_t i;

	if (!p)
		return 0;
	p += 8;
	for (i = 0; i < sizeof(digits) - 1 && p + i < tag + n && p[i] >= '0' &&
		    p[i] <= '9';
	     i++)
		digits[i] = p[i];
	return strtoul(digits, NULL, 10);
}

/* Enters an element; false if it is nested deeper than those of any WIM. */
static bool open_tag(struct scan *s, size_t at, size_t end)
{
	const char *tag = s->text + at + 1;
	size_t all = end - at - 1, n = 0;
	size_t from = s->depth ? s->end[s->depth - 1] : 0;

	while (n < all && !strchr(" \t\r\n/", tag[n]))
		n++;
	if (s->depth == DEPTH || n + 2 > PATH - from)
		return false;
	if (from)
		s->path[from++] = '/';
	memcpy(s->path + from, tag, n);
	s->path[from + n] = '\0';
	s->end[s->depth++] = from + n;
	if (!strcmp(s->path, "WIM/IMAGE"))
		s->image = index_of(tag, all);
	s->opened = end + 1;
	s->leaf = true;
	return true;
}

static void close_tag(struct scan *s)
{
	s->depth--;
	s->path[s->depth ? s->end[s->depth - 1] : 0] = '\0';
	s->leaf = false;
}

static enum spp_status malformed(struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "the XML is not well-formed");
}

static enum spp_status scan(const char *text, size_t n, visitor visit,
			    void *ctx, struct spp_error *err)
{
	struct scan s = { .text = text, .n = n };
	enum spp_status st = SPP_OK;
	struct leaf leaf;
	size_t at, end;

	for (at = find_byte(&s, 0, '<'); !st && at < n;
	     at = find_byte(&s, end, '<')) {
		if (at + 1 < n && strchr("!?", text[at + 1])) {
			end = skip_special(&s, at);
			s.leaf = false;
			continue;
		}
		end = find_byte(&s, at, '>');
		if (end == n)
			return malformed(err);
		if (text[at + 1] != '/') {
			if (!open_tag(&s, at, end))
				return malformed(err);
			if (text[end - 1] == '/')
				close_tag(&s);
			continue;
		}
		if (!s.depth)
			return malformed(err);
		leaf = (struct leaf){ s.path, s.image, s.opened,
				      at - s.opened };
		if (s.leaf)
			st = visit(ctx, text, &leaf, err);
		close_tag(&s);
	}
	return st;
}

/* Decodes text with the five named entities and numeric ASCII ones. */
static enum spp_status unescape(const char *text, size_t n, struct spp_buf *out,
				struct spp_error *err)
{
	static const struct {
		const char *name, *is;
	} entities[] = { { "&amp;", "&" },
			 { "&lt;", "<" },
			 { "&gt;", ">" },
			 { "&quot;", "\"" },
			 { "&apos;", "'" } };
	enum spp_status st = SPP_OK;
	size_t at = 0, i, len;

	while (!st && at < n) {
		for (i = 0; i < 5; i++) {
			len = strlen(entities[i].name);
			if (n - at >= len &&
			    !memcmp(text + at, entities[i].name, len))
				break;
		}
		if (i < 5) {
			st = spp_buf_puts(out, entities[i].is, err);
			at += len;
		} else {
			st = spp_buf_append(out, text + at++, 1, err);
		}
	}
	return st;
}

struct about {
	struct spp_wim_image_about *image;
	size_t count;
	char (*number)[4][12]; /* of each image: parts of its version */
};

static enum spp_status take_text(char **to, const char *text,
				 const struct leaf *leaf, struct spp_error *err)
{
	struct spp_buf out = SPP_BUF_INIT;
	enum spp_status st = unescape(text + leaf->at, leaf->n, &out, err);

	if (!st) {
		free(*to);
		*to = spp_buf_take(&out);
	}
	spp_buf_release(&out);
	return st || *to ? st : spp_nomem(err);
}

static const char *arch_word(const char *text, size_t n)
{
	static const struct {
		const char *number, *word;
	} words[] = { { "0", "x86" },
		      { "5", "arm" },
		      { "9", "x64" },
		      { "12", "arm64" } };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].number) == n &&
		    !memcmp(words[i].number, text, n))
			return words[i].word;
	return NULL;
}

static enum spp_status look(void *ctx, const char *text,
			    const struct leaf *leaf, struct spp_error *err)
{
	static const char *const parts[] = {
		"WIM/IMAGE/WINDOWS/VERSION/MAJOR",
		"WIM/IMAGE/WINDOWS/VERSION/MINOR",
		"WIM/IMAGE/WINDOWS/VERSION/BUILD",
		"WIM/IMAGE/WINDOWS/VERSION/SPBUILD",
	};
	struct about *a = ctx;
	struct spp_wim_image_about *image;
	const char *word;
	size_t i;

	if (!leaf->image || leaf->image > a->count)
		return SPP_OK;
	image = &a->image[leaf->image - 1];
	if (!strcmp(leaf->path, "WIM/IMAGE/NAME"))
		return take_text(&image->name, text, leaf, err);
	if (!strcmp(leaf->path, "WIM/IMAGE/WINDOWS/EDITIONID"))
		return take_text(&image->edition, text, leaf, err);
	if (!strcmp(leaf->path, "WIM/IMAGE/WINDOWS/ARCH")) {
		word = arch_word(text + leaf->at, leaf->n);
		if (word && !image->arch)
			image->arch = strdup(word);
		return word && !image->arch ? spp_nomem(err) : SPP_OK;
	}
	for (i = 0; i < 4; i++)
		if (!strcmp(leaf->path, parts[i]) && leaf->n &&
		    leaf->n < sizeof(a->number[0][0]))
			memcpy(a->number[leaf->image - 1][i], text + leaf->at,
			       leaf->n);
	return SPP_OK;
}

static enum spp_status join_version(struct spp_wim_image_about *image,
				    char part[4][12], struct spp_error *err)
{
	struct spp_buf out = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	int i;

	if (!*part[0])
		return SPP_OK;
	for (i = 0; !st && i < 4 && *part[i]; i++)
		st = spp_buf_printf(&out, err, "%s%s", i ? "." : "", part[i]);
	image->version = spp_buf_take(&out);
	return st || image->version ? st : spp_nomem(err);
}

enum spp_status spp_wim_xml_about(const char *text, size_t n,
				  struct spp_wim_image_about *image,
				  size_t count, struct spp_error *err)
{
	struct about a = { image, count, calloc(count + 1, sizeof(*a.number)) };
	enum spp_status st;
	size_t i;

	if (!a.number)
		return spp_nomem(err);
	st = scan(text, n, look, &a, err);
	for (i = 0; !st && i < count; i++)
		st = join_version(&image[i], a.number[i], err);
	free(a.number);
	return st;
}

/* The text that is patched so far. */
struct patching {
	const struct spp_wim_patch *patch;
	struct spp_buf *out;
	size_t done;
};

static enum spp_status put(struct patching *p, const char *text,
			   const struct leaf *leaf, const char *value,
			   struct spp_error *err)
{
	enum spp_status st =
		spp_buf_append(p->out, text + p->done, leaf->at - p->done, err);

	p->done = leaf->at + leaf->n;
	return st ? st : spp_buf_puts(p->out, value, err);
}

static bool number_of(const char *text, const struct leaf *leaf,
		      uint64_t *number)
{
	char digits[24] = "", *end;

	if (!leaf->n || leaf->n >= sizeof(digits))
		return false;
	memcpy(digits, text + leaf->at, leaf->n);
	errno = 0;
	*number = strtoull(digits, &end, 10);
	return !errno && !*end && digits[0] != '-';
}

static enum spp_status change(void *ctx, const char *text,
			      const struct leaf *leaf, struct spp_error *err)
{
#define CHANGED "WIM/IMAGE/LASTMODIFICATIONTIME/"
	struct patching *p = ctx;
	const struct spp_wim_patch *patch = p->patch;
	uint64_t number = 0;
	char value[32];

	if (!strcmp(leaf->path, "WIM/TOTALBYTES"))
		snprintf(value, sizeof(value), "%" PRIu64, patch->all);
	else if (leaf->image != patch->image)
		return SPP_OK;
	else if (!strcmp(leaf->path, "WIM/IMAGE/TOTALBYTES") &&
		 number_of(text, leaf, &number))
		snprintf(value, sizeof(value), "%" PRIu64,
			 number + (uint64_t)patch->grown);
	else if (patch->now && !strcmp(leaf->path, CHANGED "HIGHPART"))
		snprintf(value, sizeof(value), "0x%08" PRIX32,
			 (uint32_t)(patch->now >> 32));
	else if (patch->now && !strcmp(leaf->path, CHANGED "LOWPART"))
		snprintf(value, sizeof(value), "0x%08" PRIX32,
			 (uint32_t)patch->now);
	else
		return SPP_OK;
	return put(p, text, leaf, value, err);
}

enum spp_status spp_wim_xml_patch(const char *text, size_t n,
				  const struct spp_wim_patch *patch,
				  struct spp_buf *out, struct spp_error *err)
{
	struct patching p = { patch, out, 0 };
	enum spp_status st = scan(text, n, change, &p, err);

	return st ? st : spp_buf_append(out, text + p.done, n - p.done, err);
}
