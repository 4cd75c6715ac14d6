/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a disk, whether in a raw file or in an export that another
 * program unpacks.
 *
 *	struct spp_block *block;
 *
 *	spp_block_file(fd, size, label, &block, err);	or spp_block_nbd()
 *	spp_block_read(block, off, buf, n, err);
 *	spp_block_write(block, off, buf, n, err);
 *	spp_block_flush(block, err);	durably
 *	spp_block_close(block);
 *
 * Offsets and sizes are bytes and need no alignment.  A range outside the disk
 * is SPP_CORRUPT, since the caller got it from the image.  All reads and writes
 * are counted.
 */
#ifndef HIVE_BLOCK_H
#define HIVE_BLOCK_H

#include <stdint.h>

#include "hive/base/error.h"

struct spp_block;

struct spp_block_ops {
	enum spp_status (*read)(struct spp_block *block, uint64_t off,
				void *buf, size_t n, struct spp_error *err);
	enum spp_status (*write)(struct spp_block *block, uint64_t off,
				 const void *buf, size_t n,
				 struct spp_error *err);
	enum spp_status (*flush)(struct spp_block *block,
				 struct spp_error *err);
	void (*close)(struct spp_block *block);
};

struct spp_block {
	const struct spp_block_ops *ops;
	const char *label; /* for messages; borrowed */
	uint64_t size;	   /* of the disk, in bytes */
	uint64_t bytes_read, bytes_written;
	bool write; /* may be written to */
};

enum spp_status spp_block_read(struct spp_block *block, uint64_t off, void *buf,
			       size_t n, struct spp_error *err);
enum spp_status spp_block_write(struct spp_block *block, uint64_t off,
				const void *buf, size_t n,
				struct spp_error *err);
enum spp_status spp_block_flush(struct spp_block *block, struct spp_error *err);
void spp_block_close(struct spp_block *block);

/*
 * A block that forwards to another one of the same size, which can be
 * exchanged: to write to a disk that was only read until now.
 */
enum spp_status spp_block_switch(const char *label, struct spp_block **block,
				 struct spp_error *err);
/* Takes inner and closes the previous one; NULL only closes. */
enum spp_status spp_block_switch_to(struct spp_block *block,
				    struct spp_block *inner,
				    struct spp_error *err);

/* A raw image; borrows fd and label. */
enum spp_status spp_block_file(int fd, uint64_t size, bool write,
			       const char *label, struct spp_block **block,
			       struct spp_error *err);

/*
 * An NBD export on a connected socket, which is taken, or at a URI if socket is
 * negative.  SPP_REFUSED for writing to a read-only export; SPP_NOANSWER if the
 * server is silent for spp_nbd_silence milliseconds.
 */
extern int spp_nbd_silence;
enum spp_status spp_block_nbd(int socket, const char *uri, bool write,
			      const char *label, struct spp_block **block,
			      struct spp_error *err);

#endif
