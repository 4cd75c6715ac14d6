/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of targets. */
#ifndef HIVE_TARGET_KIND_H
#define HIVE_TARGET_KIND_H

enum spp_target_kind {
	SPP_TARGET_AUTO, /* found out from the content */
	SPP_TARGET_HIVE,
	SPP_TARGET_FOLDER,
	SPP_TARGET_WIM, /* an image in a WIM */
	/* Disk images. */
	SPP_TARGET_RAW,
	SPP_TARGET_QCOW2,
	SPP_TARGET_VHDX,
	SPP_TARGET_VHD,
	SPP_TARGET_VMDK,
	SPP_TARGET_VDI,
	SPP_TARGET_NBD, /* an export, by its URI */
};
#define SPP_TARGET_KINDS (SPP_TARGET_NBD + 1)

/* "auto", "hive", "folder", "wim", "raw", "qcow2", "vhdx", "vhd", ... */
const char *spp_target_kind_name(enum spp_target_kind kind);
/*
 * The kind of this name; qemu's "vpc" means "vhd".  SPP_TARGET_KINDS if there
 * is none.
 */
enum spp_target_kind spp_target_kind_find(const char *name);

#endif
