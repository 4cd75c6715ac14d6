/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contents that are not settings, in policy documents and in the output of
 * show:
 *
 *   { "kind": "value", "hive": "SOFTWARE", "place": "spp",
 *     "key": "Microsoft\\...", "name": "Odd",
 *     "type": "REG_SZ", "size": 8, "hex": "...", "text": "..." }
 *
 * kind "key" has neither name nor data; "unreadable" has "why" and, if known,
 * the name of the value.
 */
#ifndef POLICY_FMT_JSON_UNKNOWN_H
#define POLICY_FMT_JSON_UNKNOWN_H

#include "policy/format/json_reader.h"
#include "policy/format/json_value.h"
#include "policy/model/unknown.h"

json_t *spp_json_unknown(const struct spp_unknown *item, bool show_keys);
/* Reads an array of them. */
enum spp_status spp_json_unknowns_read(struct spp_json_reader *r,
				       const json_t *json,
				       struct spp_unknowns *unknowns);
/* The schema of one item. */
json_t *spp_json_unknown_schema(void);

#endif
