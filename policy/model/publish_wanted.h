/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An entry of DnsDomainPublishList as typed or pasted, parsed strictly:
 * "DOMAIN[,PRIORITY[,WEIGHT]]".  A refusal names the entry and what it looks
 * like: a placeholder, a line that lost its domain, the name of a record.
 * Leading zeros are read as decimal, with a note, since the service's reading
 * is not documented.
 */
#ifndef POLICY_PUBLISH_WANTED_H
#define POLICY_PUBLISH_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "hive/base/error.h"
#include "hive/base/notes.h"

struct spp_publish_wanted {
	char *domain; /* yours */
	uint16_t priority, weight;
	bool has_priority, has_weight;
};

enum spp_status spp_publish_wanted_parse(const char *text,
					 struct spp_publish_wanted *wanted,
					 struct spp_notes *notes,
					 struct spp_error *err);

/*
 * The next entry of a text with several, yours; NULL if memory is short.  *text
 * moves past its separator, a line end or (without lines) a semicolon, and past
 * blank lines.
 */
char *spp_publish_entry(const char **text, bool lines);

/*
 * The next field of an entry, without the blanks around it, yours.  *at moves
 * past its comma, and is NULL after the last.
 */
char *spp_publish_field(const char **at);

/* Reads a priority or weight; the result says whether it has leading zeros. */
bool spp_publish_number(const char *text, uint16_t *n);
bool spp_publish_has_zeros(const char *text);

#endif
