/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts between the values of settings and words. */
#include "policy/model/setting.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/number.h"
#include "hive/base/utf16.h"
#include "policy/model/dns_name.h"
#include "policy/model/publish_list.h"

static const char *const choices[] = { "all", "ad", "kms", "token" };
#define CHOICES (sizeof(choices) / sizeof(choices[0]))

static const struct {
	const char *word;
	bool on;
} switch_words[] = {
	{ "on", true },	     { "off", false },	    { "yes", true },
	{ "no", false },     { "true", true },	    { "false", false },
	{ "enabled", true }, { "disabled", false }, { "1", true },
	{ "0", false },
};

#define SWITCH_WORDS (sizeof(switch_words) / sizeof(switch_words[0]))

static const struct {
	const char *word, *text;
} oddities[SPP_ODDITY_COUNT] = {
	{ "wrong-type", "not of the documented type" },
	{ "wrong-size", "a number of the wrong size" },
	{ "out-of-range", "outside the documented range" },
	{ "not-a-number", "not a number" },
	{ "bad-name", "not a valid host or domain name" },
	{ "odd-length", "an odd number of bytes" },
	{ "unterminated", "not terminated" },
	{ "data-after-nul", "bytes after the end of the text" },
	{ "not-text", "not valid text" },
	{ "bad-entry", "an entry that a KMS host may not understand" },
	{ "duplicate-domain", "a domain listed twice" },
};

const char *spp_setting_word(const struct spp_setting *s, size_t i)
{
	if (s->kind == SPP_KIND_SWITCH)
		return i < SWITCH_WORDS ? switch_words[i].word : NULL;
	return s->kind == SPP_KIND_CHOICE && i < CHOICES ? choices[i] : NULL;
}

const char *spp_oddity_word(unsigned int bit)
{
	return oddities[bit].word;
}

const char *spp_oddity_text(unsigned int bit)
{
	return oddities[bit].text;
}

bool spp_setting_number(const struct spp_value *value, uint32_t *n)
{
	char CLEANUP(spp_free_string) *text = NULL;

	if (spp_value_get_dword(value, n))
		return true;
	if (value->type != SPP_REG_SZ && value->type != SPP_REG_EXPAND_SZ)
		return false;
	return !spp_value_get_text(value, &text, NULL, NULL) &&
	       spp_number_parse_u32(text, n);
}

enum spp_status spp_setting_range(const struct spp_setting *s,
				  struct spp_buf *out, struct spp_error *err)
{
	switch (s->kind) {
	case SPP_KIND_SWITCH:
		return spp_buf_puts(out, "on|off", err);
	case SPP_KIND_CHOICE:
		return spp_buf_puts(out, "all|ad|kms|token", err);
	case SPP_KIND_NUMBER:
	case SPP_KIND_PORT:
		return spp_buf_printf(out, err, "%u..%u", s->min, s->max);
	case SPP_KIND_HOST:
		return spp_buf_puts(out, "name or address", err);
	case SPP_KIND_DOMAIN:
		return spp_buf_puts(out, "domain", err);
	case SPP_KIND_PUBLISH:
		return spp_buf_puts(out, "domain, priority, weight; ...", err);
	case SPP_KIND_TEXT:
	case SPP_KIND_PATH:
		return spp_buf_puts(out, "text", err);
	case SPP_KIND_OPAQUE:
		return spp_buf_puts(out, "anything", err);
	}
	return SPP_OK;
}

static enum spp_status refuse(const struct spp_setting *s, const char *text,
			      enum spp_terms terms, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;

	if (terms == SPP_TERMS_REGISTRY && s->kind == SPP_KIND_CHOICE)
		spp_buf_puts(&range, "0..3", NULL);
	else if (terms == SPP_TERMS_REGISTRY && s->kind == SPP_KIND_SWITCH)
		spp_buf_puts(&range, "0 or 1", NULL);
	else
		spp_setting_range(s, &range, NULL);
	if (s->unit && terms != SPP_TERMS_REGISTRY)
		spp_buf_printf(&range, NULL, " %s, also such as 2h or 7d",
			       s->unit);
	return spp_fail(err, SPP_INVALID,
			"invalid value '%s' for %s; allowed: %s", text,
			spp_setting_name(s, terms), spp_buf_text(&range));
}

/* Whether zero means on. */
static bool is_negated(const struct spp_setting *s, enum spp_terms terms)
{
	return !!(s->flags & SPP_NEGATED) != (terms == SPP_TERMS_OLD);
}

static enum spp_status parse_switch(const struct spp_setting *s,
				    const char *text, enum spp_terms terms,
				    struct spp_value *value,
				    struct spp_error *err)
{
	uint32_t n;
	size_t i;

	if (terms == SPP_TERMS_REGISTRY) {
		if (!spp_number_parse_u32(text, &n) || n > 1)
			return refuse(s, text, terms, err);
		return spp_value_set_dword(value, n, err);
	}
	for (i = 0; i < SWITCH_WORDS; i++)
		if (!strcasecmp(switch_words[i].word, text))
			return spp_value_set_dword(value,
						   switch_words[i].on !=
							   is_negated(s, terms),
						   err);
	return refuse(s, text, terms, err);
}

static enum spp_status parse_choice(const struct spp_setting *s,
				    const char *text, enum spp_terms terms,
				    struct spp_value *value,
				    struct spp_error *err)
{
	uint32_t n;

	if (spp_number_parse_u32(text, &n) && n < CHOICES)
		return spp_value_set_dword(value, n, err);
	for (n = 0; n < CHOICES; n++)
		if (!strcasecmp(choices[n], text))
			return spp_value_set_dword(value, n, err);
	return refuse(s, text, terms, err);
}

/* "7d" where minutes are meant; a plain number is of minutes. */
static bool parse_minutes(const char *text, uint32_t *n)
{
	static const struct {
		char letter;
		uint32_t minutes;
	} units[] = { { 'm', 1 }, { 'h', 60 }, { 'd', 1440 }, { 'w', 10080 } };
	size_t i, digits = strspn(text, "0123456789");
	char number[16];
	uint64_t v = 0;

	if (!digits || digits >= sizeof(number) || strlen(text) != digits + 1)
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (tolower((unsigned char)text[digits]) == units[i].letter &&
		    spp_number_parse(number, UINT32_MAX / units[i].minutes,
				     &v)) {
			*n = (uint32_t)v * units[i].minutes;
			return true;
		}
	return false;
}

static bool parse_count(const struct spp_setting *s, const char *text,
			enum spp_terms terms, uint32_t *n)
{
	return spp_number_parse_u32(text, n) ||
	       (s->unit && terms != SPP_TERMS_REGISTRY &&
		parse_minutes(text, n));
}

static enum spp_status parse_port(const struct spp_setting *s, const char *text,
				  enum spp_terms terms, struct spp_value *value,
				  struct spp_error *err)
{
	char decimal[16];
	uint32_t n;

	if (!spp_number_parse_u32(text, &n) || n < s->min || n > s->max)
		return refuse(s, text, terms, err);
	snprintf(decimal, sizeof(decimal), "%u", n);
	return spp_value_set_text(value, SPP_REG_SZ, decimal, err);
}

static enum spp_status parse_name(const struct spp_setting *s, const char *text,
				  struct spp_value *value,
				  struct spp_notes *notes,
				  struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = NULL;
	const char *port;
	enum spp_status st;

	if (!*text)
		return spp_fail_remedy(err, SPP_INVALID, SPP_REMEDY_UNSET,
				       "%s cannot be empty", s->name);
	if (s->kind == SPP_KIND_HOST && spp_dns_name_after_srv(text))
		return spp_fail(err, SPP_INVALID,
				"'%s' is the name of an SRV record, not of a "
				"host; clients look it up while %s is not set",
				text, s->name);
	st = spp_dns_name_refuse_srv(text, err);
	if (st)
		return st;
	if (s->kind == SPP_KIND_HOST &&
	    spp_dns_name_split_port(text, &name, &port))
		return spp_fail(err, SPP_INVALID,
				"'%s' has a port, which is a setting of its "
				"own: kms-host=%s kms-port=%s",
				text, name, port);
	st = s->kind == SPP_KIND_HOST
		     ? spp_dns_name_parse_host(text, &name, notes, err)
		     : spp_dns_name_parse(text, &name, notes, err);
	return st ? st : spp_value_set_text(value, SPP_REG_SZ, name, err);
}

/*
 * Refuses characters that are displayed as escapes: the displayed text could
 * not be typed again.
 */
static enum spp_status refuse_escaped(const struct spp_setting *s,
				      const struct spp_value *value,
				      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) shown = SPP_BUF_INIT;
	bool plain;
	enum spp_status st = spp_utf16_show(value->data, value->size - 2,
					    &shown, &plain, err);

	if (!st && !plain)
		st = spp_fail(
			err, SPP_INVALID,
			"%s has characters that do not show, or \"\\u{\", "
			"by which those are shown",
			s->name);
	return st;
}

static enum spp_status parse_text(const struct spp_setting *s, const char *text,
				  struct spp_value *value,
				  struct spp_error *err)
{
	enum spp_status st;

	if (strlen(text) > SPP_TEXT_MAX)
		return spp_fail(err, SPP_INVALID,
				"%s may have %d characters at the most",
				s->name, SPP_TEXT_MAX);
	st = spp_value_set_text(value, s->type, text, err);
	if (!st)
		st = refuse_escaped(s, value, err);
	if (st)
		spp_value_release(value);
	return st;
}

/* Parses entries on separate lines, or separated by semicolons. */
static enum spp_status parse_list(const char *text, struct spp_value *value,
				  struct spp_notes *notes,
				  struct spp_error *err)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	enum spp_status st =
		spp_publish_list_paste(&list, text, false, notes, err);

	return st ? st : spp_publish_list_write(&list, value, err);
}

enum spp_status spp_setting_parse(const struct spp_setting *s, const char *text,
				  enum spp_terms terms, struct spp_value *value,
				  struct spp_notes *notes,
				  struct spp_error *err)
{
	uint32_t n;

	if (s->flags & SPP_STATE)
		return spp_fail(err, SPP_INVALID,
				"%s is kept by Windows itself; it can be "
				"removed, not set",
				s->name);
	switch (s->kind) {
	case SPP_KIND_SWITCH:
		return parse_switch(s, text, terms, value, err);
	case SPP_KIND_CHOICE:
		return parse_choice(s, text, terms, value, err);
	case SPP_KIND_NUMBER:
		if (!parse_count(s, text, terms, &n) || n < s->min ||
		    n > s->max)
			return refuse(s, text, terms, err);
		return spp_value_set_dword(value, n, err);
	case SPP_KIND_PORT:
		return parse_port(s, text, terms, value, err);
	case SPP_KIND_HOST:
	case SPP_KIND_DOMAIN:
		return parse_name(s, text, value, notes, err);
	case SPP_KIND_PUBLISH:
		return parse_list(text, value, notes, err);
	case SPP_KIND_TEXT:
	case SPP_KIND_PATH:
		return parse_text(s, text, value, err);
	case SPP_KIND_OPAQUE:
		break;
	}
	return refuse(s, text, terms, err);
}

static bool is_text(uint32_t type)
{
	return type == SPP_REG_SZ || type == SPP_REG_EXPAND_SZ ||
	       type == SPP_REG_MULTI_SZ;
}

/*
 * Shows a value that the kind cannot interpret: text as it is, other types as
 * hex.
 */
static enum spp_status show_bytes(const struct spp_value *value,
				  struct spp_buf *out, struct spp_error *err)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	enum spp_status st;
	uint32_t n;
	size_t i;

	if (spp_value_get_dword(value, &n))
		return spp_buf_printf(out, err, "%u", n);
	if (!is_text(value->type)) {
		st = spp_buf_puts(out, "hex:", err);
		return st ? st
			  : spp_hex_show(value->data, value->size, out, err);
	}
	st = spp_value_get_items(value, &items, err);
	for (i = 0; !st && i < items.count; i++)
		st = spp_buf_printf(out, err, "%s%s", i ? "; " : "",
				    items.item[i].text);
	return st;
}

enum spp_status spp_setting_show(const struct spp_setting *s,
				 const struct spp_value *value,
				 enum spp_terms terms, struct spp_buf *out,
				 struct spp_error *err)
{
	uint32_t n;

	if (terms != SPP_TERMS_REGISTRY && s->kind == SPP_KIND_SWITCH &&
	    spp_setting_number(value, &n))
		return spp_buf_puts(
			out, !n == is_negated(s, terms) ? "on" : "off", err);
	if (terms != SPP_TERMS_REGISTRY && s->kind == SPP_KIND_CHOICE &&
	    spp_setting_number(value, &n) && n < CHOICES)
		return spp_buf_puts(out, choices[n], err);
	return show_bytes(value, out, err);
}

uint32_t spp_setting_holds(const struct spp_setting *s,
			   const struct spp_value *value)
{
	uint32_t n;

	if (value && spp_setting_number(value, &n) &&
	    (n || s->kind != SPP_KIND_PORT))
		return n;
	return s->fallback.number;
}

static unsigned int examine_number(const struct spp_setting *s,
				   const struct spp_value *value)
{
	unsigned int odd = 0;
	uint32_t n;

	if (value->type == SPP_REG_DWORD && value->size != 4)
		odd |= SPP_ODD_SIZE;
	else if (!spp_setting_number(value, &n))
		odd |= SPP_ODD_NUMBER;
	/* A switch may have any number: zero and non-zero are documented. */
	else if (s->kind != SPP_KIND_SWITCH && (n < s->min || n > s->max) &&
		 !(s->kind == SPP_KIND_PORT && !n)) /* "0" is the default */
		odd |= SPP_ODD_RANGE;
	return odd;
}

static unsigned int examine_text(const struct spp_setting *s,
				 const struct spp_value *value)
{
	char CLEANUP(spp_free_string) *text = NULL;
	unsigned int marks = 0, odd = 0;

	if (spp_value_get_text(value, &text, &marks, NULL))
		return 0;
	if (marks & SPP_MARK_ODD)
		odd |= SPP_ODD_LENGTH;
	if (marks & SPP_MARK_NO_NUL)
		odd |= SPP_ODD_NUL;
	if (marks & SPP_MARK_AFTER_NUL)
		odd |= SPP_ODD_TAIL;
	if (marks & SPP_MARK_UTF16)
		odd |= SPP_ODD_TEXT;
	if (s->kind == SPP_KIND_HOST && !spp_dns_name_valid_host(text))
		odd |= SPP_ODD_NAME;
	if (s->kind == SPP_KIND_DOMAIN && !spp_dns_name_valid(text))
		odd |= SPP_ODD_NAME;
	return odd;
}

static unsigned int examine_list(const struct spp_value *value)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	unsigned int flaws, odd = 0;

	if (spp_value_get_items(value, &items, NULL) ||
	    spp_publish_list_read(value, &list, NULL))
		return 0;
	flaws = spp_publish_list_flaws(&list);
	if (items.marks & SPP_MARK_ODD)
		odd |= SPP_ODD_LENGTH;
	if (items.marks & SPP_MARK_NO_NUL)
		odd |= SPP_ODD_NUL;
	if (flaws & SPP_FLAW_TEXT)
		odd |= SPP_ODD_TEXT;
	if (flaws & SPP_FLAW_DUPLICATE)
		odd |= SPP_ODD_DUPLICATE;
	if (flaws & ~(unsigned int)SPP_FLAW_DUPLICATE)
		odd |= SPP_ODD_ENTRY;
	return odd;
}

unsigned int spp_setting_examine(const struct spp_setting *s,
				 const struct spp_value *value)
{
	unsigned int odd = value->type != (uint32_t)s->type ? SPP_ODD_TYPE : 0;

	switch (s->kind) {
	case SPP_KIND_SWITCH:
	case SPP_KIND_NUMBER:
	case SPP_KIND_CHOICE:
		return odd | examine_number(s, value);
	case SPP_KIND_PORT:
		odd |= examine_number(s, value);
		return is_text(value->type) ? odd | examine_text(s, value)
					    : odd;
	case SPP_KIND_HOST:
	case SPP_KIND_DOMAIN:
	case SPP_KIND_TEXT:
	case SPP_KIND_PATH:
		return is_text(value->type) ? odd | examine_text(s, value)
					    : odd;
	case SPP_KIND_PUBLISH:
		return is_text(value->type) ? odd | examine_list(value) : odd;
	case SPP_KIND_OPAQUE:
		break;
	}
	return odd;
}
