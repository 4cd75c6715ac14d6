/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SKU ids ("activation ids") of volume editions: their names, so that nobody
 * needs to know a GUID by heart, and their applications, which neither slmgr's
 * activation id nor a hive without that SKU tells.
 *
 * Microsoft publishes no list.  Source: the data of the py-kms project, read
 * from the pkeyconfig files of Windows and Office, so they are third-party.
 * Previews, home editions and editions for devices are left out.  An id that is
 * not in the table works like any other.
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

/* NULL if unknown; guid in any case. */
const struct spp_sku *spp_sku_find(const char *guid);

#endif
