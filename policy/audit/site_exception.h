/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "suppressions" of a site file; site.c shows the format. */
#ifndef POLICY_SITE_EXCEPTION_H
#define POLICY_SITE_EXCEPTION_H

#include "policy/audit/site.h"
#include "policy/format/json_reader.h"

/* row is zeroed; release it even after a failure. */
enum spp_status spp_site_exception_read(struct spp_json_reader *r, json_t *json,
					struct spp_site_exception *row);
void spp_site_exception_release(struct spp_site_exception *row);

/* Whether a row's match means this target: its path, computer or host name. */
bool spp_site_matches(const char *match, const char *path,
		      const struct spp_identity *identity);

#endif
