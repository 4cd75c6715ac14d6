/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "image" of a dump: facts about the Windows that it is from. */
#ifndef POLICY_JSON_IMAGE_H
#define POLICY_JSON_IMAGE_H

#include "policy/format/json_reader.h"
#include "policy/windows/identity.h"

enum spp_status spp_json_image_read(struct spp_json_reader *r, json_t *json,
				    struct spp_identity *identity);

#endif
