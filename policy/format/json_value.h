/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all who make JSON need of jansson. */
#ifndef POLICY_FMT_JSON_VALUE_H
#define POLICY_FMT_JSON_VALUE_H

#include <jansson.h>

#include "hive/base/buf.h"

/*
 * jansson goes on without what it has no memory for; from now on
 * spp_memory_shortages() counts that.  Called once, by main().
 */
void spp_json_watch_memory(void);

/* Text from a buffer, which is released. */
json_t *spp_json_take(struct spp_buf *buf);

#endif
