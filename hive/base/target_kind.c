/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <strings.h>

#include "hive/base/target_kind.h"

static const char *const kinds[SPP_TARGET_KINDS] = {
	[SPP_TARGET_AUTO] = "auto",	[SPP_TARGET_HIVE] = "hive",
	[SPP_TARGET_FOLDER] = "folder", [SPP_TARGET_WIM] = "wim",
	[SPP_TARGET_RAW] = "raw",	[SPP_TARGET_QCOW2] = "qcow2",
	[SPP_TARGET_VHDX] = "vhdx",	[SPP_TARGET_VHD] = "vhd",
	[SPP_TARGET_VMDK] = "vmdk",	[SPP_TARGET_VDI] = "vdi",
	[SPP_TARGET_NBD] = "nbd",
};

const char *spp_target_kind_name(enum spp_target_kind kind)
{
	return kinds[kind];
}

enum spp_target_kind spp_target_kind_find(const char *name)
{
	int kind;

	if (!strcasecmp(name, "vpc"))
		return SPP_TARGET_VHD;
	for (kind = 0; kind < SPP_TARGET_KINDS; kind++)
		if (!strcasecmp(kinds[kind], name))
			break;
	return (enum spp_target_kind)kind;
}
