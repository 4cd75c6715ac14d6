/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SKU ids ("activation ids") of volume editions by name, so that people need
 * not know a GUID by heart, and by application, which slmgr's activation id
 * does not say and a hive without that SKU cannot.
 *
 * Microsoft lists none of them.  Source: the data of the py-kms project, which
 * were read out of Windows' and Office's own pkeyconfig files, so they are
 * third-party; previews, home editions and editions for devices are left out.
 * An id that is not here is one like any other.
 */
#ifndef POLICY_SKU_H
#define POLICY_SKU_H

#include "policy/model/scope.h"

struct spp_sku {
	const char *guid; /* lower case */
	enum spp_app_id app;
	const char *name;
};

extern const struct spp_sku spp_skus[];
extern const size_t spp_sku_count;

/* NULL if it is not known; guid in any case. */
const struct spp_sku *spp_sku_find(const char *guid);

#endif
