/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the reader and the writer of policy documents, and their schema. */
#ifndef POLICY_FMT_JSON_H
#define POLICY_FMT_JSON_H

#include "policy/format/format.h"

#define SPP_JSON_VERSION 1

enum spp_status spp_json_write(const struct spp_document *document,
			       const struct spp_export *options,
			       struct spp_buf *out, struct spp_notes *notes,
			       struct spp_error *err);

/* Appends the JSON Schema of policy documents. */
enum spp_status spp_json_schema(struct spp_buf *out, struct spp_error *err);

#endif
