/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A block device as a disk: a loop device, a logical volume, a zvol, a volume
 * opened by cryptsetup, /dev/nbdN.  It is read and written like a raw image.
 *
 * It is opened with O_EXCL, which the kernel refuses while the device or a part
 * of it is mounted, used as swap, or part of another device, and which keeps it
 * free of such use until it is closed.
 */
#ifndef HIVE_DEVICE_H
#define HIVE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "hive/place/place.h"

/* SPP_BUSY if the device is mounted or in use; *fd is yours. */
enum spp_status spp_device_claim(const struct spp_place *place, bool write,
				 int *fd, struct spp_error *err);
/* Whether the kernel refuses writes, though it opens the device for writing. */
bool spp_device_read_only(int fd);
enum spp_status spp_device_size(int fd, const char *label, uint64_t *size,
				struct spp_error *err);

/*
 * The name for files that belong to the device: its name in the device mapper,
 * which survives a restart, or its own.
 */
enum spp_status spp_device_name(const struct spp_place *place, char **name,
				struct spp_error *err);

#endif
