/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Helpers around jansson for all code that makes JSON. */
#ifndef POLICY_FMT_JSON_VALUE_H
#define POLICY_FMT_JSON_VALUE_H

#include <jansson.h>

#include "hive/base/buf.h"

/*
 * Makes spp_memory_shortages() count jansson's failed allocations, which
 * jansson itself passes over.  Called once, by main().
 */
void spp_json_watch_memory(void);

/* Text from a buffer, which is released. */
json_t *spp_json_take(struct spp_buf *buf);

#endif
