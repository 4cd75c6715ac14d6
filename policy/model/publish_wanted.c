/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/publish_wanted.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/number.h"
#include "policy/model/dns_name.h"

#define BLANKS	 " \t"
#define LINE_END "\r\n"

char *spp_publish_entry(const char **text, bool lines)
{
	const char *start = *text;
	size_t n = strcspn(start, lines ? LINE_END : ";" LINE_END);
	const char *next = start + n;

	/* A semicolon before a line end is one separator with it. */
	if (!lines && *next == ';')
		next++;
	if (strspn(next, BLANKS LINE_END) > strspn(next, BLANKS) ||
	    !next[strspn(next, BLANKS)])
		next += strspn(next, BLANKS LINE_END);
	*text = next;
	return strndup(start, n);
}

char *spp_publish_field(const char **at)
{
	const char *start = *at, *end;
	size_t n = strcspn(start, ",");

	*at = start[n] ? start + n + 1 : NULL;
	end = start + n;
	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return strndup(start, (size_t)(end - start));
}

bool spp_publish_number(const char *text, uint16_t *n)
{
	uint64_t v;

	if (!spp_number_parse(text, UINT16_MAX, &v))
		return false;
	*n = (uint16_t)v;
	return true;
}

bool spp_publish_has_zeros(const char *text)
{
	return text[0] == '0' && text[1];
}

/*
 * Parses the domain; a message also quotes the whole entry if it has numbers.
 */
static enum spp_status parse_domain(const char *text, const char *field,
				    struct spp_publish_wanted *w,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	const char *comma = strchr(text, ',');
	enum spp_status st;

	if (!*field && comma && comma[1 + strspn(comma + 1, "," BLANKS)])
		return spp_fail(err, SPP_INVALID,
				"'%s' has no domain in front; lost in copying?",
				text);
	st = spp_dns_name_refuse_srv(field, &why);
	if (!st)
		st = spp_dns_name_parse(field, &w->domain, notes, &why);
	if (!st || st == SPP_NOMEM)
		return st ? spp_nomem(err) : SPP_OK;
	if (!comma)
		return spp_fail_from(err, st, &why, "%s", why.text);
	return spp_fail_from(err, st, &why, "%s (in '%s')", why.text, text);
}

static enum spp_status parse_number(const char *text, const char *what,
				    const char *field, uint16_t *n, bool *has,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	if (!spp_publish_number(field, n))
		return spp_fail(
			err, SPP_INVALID,
			"%s '%s' in '%s' is not a number from 0 to 65535", what,
			field, text);
	if (spp_publish_has_zeros(field))
		spp_note(notes, "%s '%s' in '%s' is read as %u", what, field,
			 text, *n);
	*has = true;
	return SPP_OK;
}

enum spp_status spp_publish_wanted_parse(const char *text,
					 struct spp_publish_wanted *w,
					 struct spp_notes *notes,
					 struct spp_error *err)
{
	const char *at = text;
	enum spp_status st = SPP_OK;
	char *field;
	int i;

	for (i = 0; !st && at && i < 4; i++) {
		field = spp_publish_field(&at);
		if (!field)
			return spp_nomem(err);
		if (i == 0)
			st = parse_domain(text, field, w, notes, err);
		else if (i == 1)
			st = parse_number(text, "priority", field, &w->priority,
					  &w->has_priority, notes, err);
		else if (i == 2)
			st = parse_number(text, "weight", field, &w->weight,
					  &w->has_weight, notes, err);
		else
			st = spp_fail(err, SPP_INVALID,
				      "'%s' has more than domain, priority "
				      "and weight",
				      text);
		free(field);
	}
	return st;
}
