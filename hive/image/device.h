/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A block device as a disk: a loop device, a logical volume, a zvol, what
 * cryptsetup opened, /dev/nbdN.  It is read and written like a raw image.
 *
 * It is opened with O_EXCL, which the kernel refuses where the device or a
 * part of it is mounted, swapped to, or part of another device, and which
 * keeps it from becoming so until it is closed.
 */
#ifndef HIVE_DEVICE_H
#define HIVE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "hive/place/place.h"

/* SPP_BUSY if it is mounted or in use; *fd is yours. */
enum spp_status spp_device_claim(const struct spp_place *place, bool write,
				 int *fd, struct spp_error *err);
/* Whether the kernel takes no writes, though it may be opened for them. */
bool spp_device_read_only(int fd);
enum spp_status spp_device_size(int fd, const char *label, uint64_t *size,
				struct spp_error *err);

/*
 * The name to keep things under that belong to it: that of the device mapper,
 * which is the same after a restart, or the device's own.
 */
enum spp_status spp_device_name(const struct spp_place *place, char **name,
				struct spp_error *err);

#endif
