/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by reg.c and reg_write.c. */
#ifndef POLICY_FMT_REG_H
#define POLICY_FMT_REG_H

#include "policy/format/format.h"

enum spp_status spp_reg_write(const struct spp_document *document,
			      const struct spp_export *options,
			      struct spp_buf *out, struct spp_notes *notes,
			      struct spp_error *err);

#endif
