/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An entry of DnsDomainPublishList as people write or paste it, read strictly:
 * "DOMAIN[,PRIORITY[,WEIGHT]]".  What is refused names the entry and says what
 * it looks like: a placeholder, a line that lost its domain, the name of a
 * record.  Leading zeros are read as decimal, with a note: how the service
 * reads them is not documented.
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
 * The next entry of a text of several, yours; NULL for want of memory.  *text
 * moves past its separator, a semicolon (not with lines) or the end of a line,
 * and past lines that are blank.
 */
char *spp_publish_entry(const char **text, bool lines);

/*
 * The next field of an entry without the blanks around it, yours.  *at moves
 * past its comma, and is NULL after the last.
 */
char *spp_publish_field(const char **at);

/* A priority or a weight; whether it has zeros in front. */
bool spp_publish_number(const char *text, uint16_t *n);
bool spp_publish_has_zeros(const char *text);

#endif
