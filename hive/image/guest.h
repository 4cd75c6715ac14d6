/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libguestfs as the one who knows where volumes lie: dynamic disks, encrypted
 * ones, and whatever else a small Linux can put together.
 *
 *	struct spp_guest *guest;
 *
 *	spp_guest_start(disk, &options, label, &guest, err);	takes seconds
 *	... spp_guest_count(guest), spp_guest_device(guest, i) ...
 *	spp_block_read(spp_guest_block(guest), device->off + at, ...);
 *	spp_block_write(...); spp_block_flush(...);
 *	spp_guest_stop(guest, err);		all is in the overlay
 *	spp_guest_close(guest);
 *
 * The library is loaded, at run time, by a child process, which does what it
 * is told through a socket.  The virtual machine that it starts has the disk
 * through an NBD export of ours: it sees the overlay and can write nowhere
 * else, so that no byte of the image changes here, whatever happens inside.
 * Nothing is mounted: file systems are read by those who always read them.
 *
 * All volumes are parts of one block device, each at an offset of its own.
 */
#ifndef HIVE_GUEST_H
#define HIVE_GUEST_H

#include "hive/image/overlay.h"

#define SPP_GUEST_DEVICES 128
#define SPP_GUEST_NAME	  112
#define SPP_GUEST_TYPE	  40
#define SPP_GUEST_KEY	  1024
/* Longer than any start takes, without hardware's help. */
#define SPP_GUEST_SECONDS 300

struct spp_guest;

struct spp_guest_options {
	bool backend; /* the environment says how machines are started */
	const char *key_file; /* with the key of encrypted volumes, or NULL */
};

struct spp_guest_device {
	char name[SPP_GUEST_NAME]; /* "/dev/sda2" */
	char type[SPP_GUEST_TYPE]; /* "ntfs", "BitLocker", "unknown" */
	uint64_t size;		   /* bytes */
	uint64_t off;		   /* on the common block device */
};

/* "loaded on demand", or NULL: not in this build. */
const char *spp_guest_built(void);

/*
 * SPP_UNSUPPORTED if the library is not there.  The overlay is what the
 * machine sees and writes to; it must outlive the guest.
 */
enum spp_status spp_guest_start(struct spp_overlay *disk,
				const struct spp_guest_options *options,
				const char *label, struct spp_guest **guest,
				struct spp_error *err);
void spp_guest_close(struct spp_guest *guest);

size_t spp_guest_count(const struct spp_guest *guest);
const struct spp_guest_device *spp_guest_device(const struct spp_guest *guest,
						size_t i);
struct spp_block *spp_guest_block(struct spp_guest *guest);

/* Shuts the machine down; the block is of no use any more. */
enum spp_status spp_guest_stop(struct spp_guest *guest, struct spp_error *err);

#endif
