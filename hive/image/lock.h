/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether somebody else uses a disk image, and telling others that we do.
 *
 *	spp_image_lock_probe(fd, write, label, err);	nobody may be in it
 *	spp_image_lock_take(fd, write, label, err);	held while fd is open
 *
 * Virtual machines lock their images the way qemu does: an open file
 * description lock on byte 100 + i of the file for each permission i that is
 * used, and on byte 200 + i for each that nobody else may use meanwhile.
 * Source: "permission bytes" in docs/devel and the file driver of qemu; that
 * RAW_LOCK_PERM_BASE is 100 and RAW_LOCK_SHARED_BASE 200 has been so since
 * qemu 2.10 and must stay so, as machines of several versions share files.
 *
 * Other programs lock nothing; a lease tells at least of those on this
 * machine that have the file open for writing.  Where file system or owner
 * give no lease, nothing is known of them.
 */
#ifndef HIVE_IMAGELOCK_H
#define HIVE_IMAGELOCK_H

#include "hive/base/error.h"

/* SPP_BUSY if the image is in use in a way that does not go with ours. */
enum spp_status spp_image_lock_probe(int fd, bool write, const char *label,
				     struct spp_error *err);

/*
 * The same, and others are kept out from now on: writers by a reader,
 * everybody by a writer.  The lock goes with the last descriptor of the open
 * file, of whichever process.
 */
enum spp_status spp_image_lock_take(int fd, bool write, const char *label,
				    struct spp_error *err);

/*
 * SPP_BUSY if another process has the file open for writing.  fd must be
 * open for reading only, and nobody in this process have it otherwise.
 */
enum spp_status spp_image_lock_lease(int fd, const char *label,
				     struct spp_error *err);

#endif
