/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The firewall of an image in a dump. */
#ifndef POLICY_JSON_FIREWALL_H
#define POLICY_JSON_FIREWALL_H

#include <jansson.h>

#include "policy/windows/firewall.h"

json_t *spp_json_firewall(const struct spp_firewall *firewall);
/* *what: the mistake, on SPP_INVALID. */
enum spp_status spp_json_firewall_read(const json_t *json,
				       struct spp_firewall *firewall,
				       const char **what,
				       struct spp_error *err);
json_t *spp_json_firewall_schema(void);

#endif
