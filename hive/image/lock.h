/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds out whether another process uses a disk image, and tells others that we
 * do.
 *
 *	spp_image_lock_probe(fd, write, label, err);	free of clashing users
 *	spp_image_lock_take(fd, write, label, err);	held while fd is open
 *
 * Virtual machines lock their images as qemu does: an open file description
 * lock on byte 100 + i of the file for each permission i in use, and on byte
 * 200 + i for each that nobody else may use meanwhile.  Source: "permission
 * bytes" in docs/devel and the file driver of qemu.  RAW_LOCK_PERM_BASE has
 * been 100 and RAW_LOCK_SHARED_BASE 200 since qemu 2.10, and they must stay so,
 * as machines of several versions share files.
 *
 * Other programs take no locks.  A lease at least reveals those on this machine
 * that have the file open for writing.  If the file system or the owner grants
 * no lease, such programs go unnoticed.
 */
#ifndef HIVE_IMAGELOCK_H
#define HIVE_IMAGELOCK_H

#include "hive/base/error.h"

/*
 * SPP_BUSY if another process uses the image in a way that clashes with ours.
 */
enum spp_status spp_image_lock_probe(int fd, bool write, const char *label,
				     struct spp_error *err);

/*
 * The same, and then keeps others out: a reader excludes writers, a writer
 * excludes everybody.  The lock lasts until the last descriptor of the open
 * file is closed, in whatever process.
 */
enum spp_status spp_image_lock_take(int fd, bool write, const char *label,
				    struct spp_error *err);

/*
 * SPP_BUSY if another process has the file open for writing.  fd must be open
 * for reading, and no descriptor of this process for writing.
 */
enum spp_status spp_image_lock_lease(int fd, const char *label,
				     struct spp_error *err);

#endif
