/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values in lines: words where words give the same bytes again, else bytes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/number.h"
#include "hive/base/utf16.h"
#include "policy/format/conf.h"
#include "policy/model/publish_list.h"
#include "policy/text/lines.h"
#include "policy/text/printable.h"

#define RAW	  "hex("
#define RAW_ENTRY "hex:"
#define HEX_LINE  32  /* bytes on a line */
#define SHOWN	  200 /* of what bytes say, beside them */

const char *const spp_conf_word[SPP_CONF_WORDS] = {
	[SPP_CONF_SET] = "",
	[SPP_CONF_UNSET] = "unset",
	[SPP_CONF_KEEP] = "keep",
	[SPP_CONF_DEFAULT] = "default",
	[SPP_CONF_READ_ONLY] = "read-only",
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Pairs of hex digits; blanks, commas and line ends may stand between. */
static enum spp_status read_hex(const char *text, struct spp_buf *data,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t byte;

	while (!st && *(text += strspn(text, " \t\n,"))) {
		int hi = hex_digit(text[0]);
		int lo = hi < 0 ? -1 : hex_digit(text[1]);

		if (lo < 0)
			return spp_fail(err, SPP_INVALID,
					"bytes must be pairs of hex digits");
		byte = (uint8_t)(hi << 4 | lo);
		st = spp_buf_append(data, &byte, 1, err);
		text += 2;
	}
	return st;
}

static bool read_type(const char *name, uint32_t *type)
{
	uint64_t n;

	for (*type = 0; spp_type_name(*type); (*type)++)
		if (!strcasecmp(spp_type_name(*type), name))
			return true;
	if (!spp_number_parse_hex(name, UINT32_MAX, &n))
		return false;
	*type = (uint32_t)n;
	return true;
}

/* "REG_SZ): 61 00": what follows "hex(". */
static enum spp_status read_raw(const char *text, struct spp_value *value,
				struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	const char *end = strstr(text, "):");
	char CLEANUP(spp_free_string) *name = NULL;
	enum spp_status st;
	uint32_t type;

	if (end) {
		name = strndup(text, (size_t)(end - text));
		if (!name)
			return spp_nomem(err);
	}
	if (!name || !read_type(name, &type))
		return spp_fail(err, SPP_INVALID,
				"bytes must be hex(TYPE): and pairs of hex "
				"digits; TYPE is a name such as REG_SZ, or a "
				"number");
	st = read_hex(end + 2, &data, err);
	return st ? st : spp_value_set(value, type, data.data, data.size, err);
}

/* A list under way: all its strings, and those that were given in words. */
struct list {
	struct spp_items items;
	struct spp_publish_list worded;
};

static void release(struct list *l)
{
	spp_items_release(&l->items);
	spp_publish_list_release(&l->worded);
}

static enum spp_status add_raw(struct list *l, const uint8_t *raw, size_t size,
			       struct spp_error *err)
{
	struct spp_item *grown =
		spp_grow(l->items.item, l->items.count, sizeof(*grown));
	uint8_t *copy = grown ? malloc(size + 1) : NULL;

	if (grown)
		l->items.item = grown;
	if (!copy)
		return spp_nomem(err);
	if (size)
		memcpy(copy, raw, size);
	grown[l->items.count++] =
		(struct spp_item){ .raw = copy, .raw_size = size };
	return SPP_OK;
}

/* "TEXT": an entry that is stored as it stands. */
static bool is_quoted(const char *line)
{
	size_t n = strlen(line);

	return n > 1 && line[0] == '"' && line[n - 1] == '"';
}

static enum spp_status add_line(struct list *l, const char *line,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	size_t i = l->worded.count;
	enum spp_status st;

	if (is_quoted(line) || !strncmp(line, RAW_ENTRY, strlen(RAW_ENTRY))) {
		st = is_quoted(line)
			     ? spp_utf16_from(line + 1, strlen(line) - 2, &data,
					      err)
			     : read_hex(line + strlen(RAW_ENTRY), &data, err);
		return st ? st : add_raw(l, data.data, data.size, err);
	}
	st = spp_publish_list_paste(&l->worded, line, false, notes, err);
	for (; !st && i < l->worded.count; i++)
		st = add_raw(l, l->worded.entry[i].raw,
			     l->worded.entry[i].raw_size, err);
	return st;
}

static enum spp_status read_list(const char *text, struct spp_value *value,
				 size_t *number, struct spp_notes *notes,
				 struct spp_error *err)
{
	struct list CLEANUP(release)
		l = { SPP_ITEMS_INIT, SPP_PUBLISH_LIST_INIT };
	enum spp_status st = SPP_OK;
	size_t n;

	for (*number = 0;; text += n + 1, (*number)++) {
		char CLEANUP(spp_free_string) *line = NULL;

		n = strcspn(text, "\n");
		line = strndup(text, n);
		if (!line)
			return spp_nomem(err);
		if (*line)
			st = add_line(&l, line, notes, err);
		if (st)
			return st;
		if (!text[n])
			break;
	}
	*number = 0;
	if (!l.items.count)
		return spp_fail(err, SPP_INVALID,
				"the list has no entry; to unset it, make its "
				"line a comment");
	return spp_value_set_items(value, &l.items, err);
}

/* What Windows keeps has no words of its own: by type. */
static enum spp_status read_kept(const struct spp_setting *s, const char *text,
				 struct spp_value *value, struct spp_error *err)
{
	uint32_t n;

	if (s->flags & SPP_SECRET &&
	    !strncmp(text, SPP_CONF_REDACTED, strlen(SPP_CONF_REDACTED)))
		text += strlen(SPP_CONF_REDACTED);
	if (s->type == SPP_REG_SZ || s->type == SPP_REG_EXPAND_SZ)
		return spp_value_set_text(value, s->type, text, err);
	if (s->type == SPP_REG_DWORD && spp_number_parse_u32(text, &n))
		return spp_value_set_dword(value, n, err);
	return spp_fail(err, SPP_INVALID, "invalid value '%s' for %s", text,
			s->name);
}

enum spp_status spp_conf_parse(const struct spp_setting *s, const char *text,
			       enum spp_terms terms, struct spp_value *value,
			       size_t *line, struct spp_notes *notes,
			       struct spp_error *err)
{
	*line = 0;
	if (!strncmp(text, RAW, strlen(RAW)))
		return read_raw(text + strlen(RAW), value, err);
	if (s->kind == SPP_KIND_PUBLISH)
		return read_list(text, value, line, notes, err);
	if (s->flags & SPP_STATE)
		return read_kept(s, text, value, err);
	return spp_setting_parse(s, text, terms, value, notes, err);
}

/* What the bytes say, and what is odd about them, for the eye. */
static enum spp_status show_comment(const struct spp_setting *s,
				    const struct spp_value *value,
				    struct spp_buf *out, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *shown = NULL;
	unsigned int odd = spp_setting_examine(s, value), bit;
	enum spp_status st =
		spp_setting_show(s, value, SPP_TERMS_REGISTRY, &text, err);

	if (st)
		return st;
	shown = spp_printable_cut(spp_buf_text(&text), SHOWN);
	if (!shown)
		return spp_nomem(err);
	st = spp_buf_printf(out, err, "\t# '%s'", shown);
	for (bit = 0; !st && bit < SPP_ODDITY_COUNT; bit++)
		if (odd >> bit & 1)
			st = spp_buf_printf(out, err, "; %s",
					    spp_oddity_text(bit));
	return st ? st : spp_buf_puts(out, "\n", err);
}

static enum spp_status show_raw(const struct spp_setting *s,
				const struct spp_value *value,
				struct spp_buf *out, struct spp_error *err)
{
	const char *name = spp_type_name(value->type);
	enum spp_status st;
	size_t i;

	st = name ? spp_buf_printf(out, err, " " RAW "%s):", name)
		  : spp_buf_printf(out, err, " " RAW "0x%x):", value->type);
	if (!st)
		st = spp_buf_puts(out, "\n", err);
	if (!st)
		st = show_comment(s, value, out, err);
	for (i = 0; !st && i < value->size; i++)
		st = spp_buf_printf(out, err, "%s%02x%s",
				    i % HEX_LINE ? " " : "\t", value->data[i],
				    i + 1 == value->size ||
						    i % HEX_LINE == HEX_LINE - 1
					    ? "\n"
					    : "");
	return st;
}

/* Whether a line gives the bytes of an entry again. */
static bool gives(const char *line, const struct spp_publish_entry *entry)
{
	struct list CLEANUP(release)
		l = { SPP_ITEMS_INIT, SPP_PUBLISH_LIST_INIT };
	char CLEANUP(spp_free_string) *shown = spp_printable(line);

	return shown && !strcmp(shown, line) &&
	       !add_line(&l, line, NULL, NULL) && l.items.count == 1 &&
	       l.items.item[0].raw_size == entry->raw_size &&
	       (!entry->raw_size ||
		!memcmp(l.items.item[0].raw, entry->raw, entry->raw_size));
}

/* An entry in words, or as it is stored: as text, or else as bytes. */
static enum spp_status show_entry(const struct spp_publish_entry *entry,
				  struct spp_buf *out, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) quoted = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *shown = NULL;
	enum spp_status st;

	if (!entry->flaws && gives(entry->text, entry))
		return spp_buf_printf(out, err, "\t%s\n", entry->text);
	st = spp_buf_printf(&quoted, err, "\"%s\"", entry->text);
	if (!st && entry->flaws)
		st = spp_buf_printf(out, err, "\t# %s:\n",
				    spp_flaws_text(entry->flaws));
	if (st)
		return st;
	if (gives(spp_buf_text(&quoted), entry))
		return spp_buf_printf(out, err, "\t%s\n",
				      spp_buf_text(&quoted));
	shown = spp_printable_cut(entry->text, SHOWN);
	if (!shown)
		return spp_nomem(err);
	st = spp_buf_printf(out, err, "\t# '%s'\n\t" RAW_ENTRY, shown);
	if (!st)
		st = spp_hex_show(entry->raw, entry->raw_size, out, err);
	return st ? st : spp_buf_puts(out, "\n", err);
}

static enum spp_status show_list(const struct spp_value *value,
				 struct spp_buf *out, struct spp_error *err)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	enum spp_status st = spp_publish_list_read(value, &list, err);
	size_t i;

	if (!st)
		st = spp_buf_puts(out, "\n", err);
	for (i = 0; !st && i < list.count; i++)
		st = show_entry(&list.entry[i], out, err);
	return st;
}

/*
 * As the reader sees lines: without the blanks around them, and empty for a
 * comment, which the first cannot be.
 */
static enum spp_status strip(const struct spp_buf *lines, struct spp_buf *out,
			     struct spp_error *err)
{
	const char *first = spp_buf_text(lines), *text = first, *line;
	enum spp_status st = SPP_OK;
	size_t n, length;

	for (; !st && *text; text += n + (text[n] != '\0')) {
		n = length = strcspn(text, "\n");
		line = text;
		spp_lines_trim(&line, &length);
		if (text != first && length && *line == '#')
			length = 0;
		st = spp_buf_append(out, line, length, err);
		if (!st && text[n] && text[n + 1])
			st = spp_buf_puts(out, "\n", err);
	}
	return st;
}

enum spp_status spp_conf_show(const struct spp_setting *s,
			      const struct spp_value *value,
			      struct spp_buf *out, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) again = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) words = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) lines = SPP_BUF_INIT;
	enum spp_status st;
	size_t line;

	if (s->kind == SPP_KIND_PUBLISH) {
		st = show_list(value, &words, err);
	} else {
		st = spp_buf_puts(&words, " ", err);
		if (!st)
			st = spp_setting_show(s, value, SPP_TERMS_OWN, &words,
					      err);
		if (!st)
			st = spp_buf_puts(&words, "\n", err);
	}
	if (!st)
		st = strip(&words, &lines, err);
	if (st)
		return st;
	if (!spp_conf_parse(s, spp_buf_text(&lines), SPP_TERMS_OWN, &again,
			    &line, NULL, NULL) &&
	    spp_value_equal(value, &again))
		return spp_buf_puts(out, spp_buf_text(&words), err);
	return show_raw(s, value, out, err);
}
