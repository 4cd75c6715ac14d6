/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a disk, whatever they are kept in: a raw file, or an export
 * that somebody else unpacks for us.
 *
 *	struct spp_block *block;
 *
 *	spp_block_file(fd, size, label, &block, err);	or spp_block_nbd()
 *	spp_block_read(block, off, buf, n, err);
 *	spp_block_write(block, off, buf, n, err);
 *	spp_block_flush(block, err);	on the disk, not on its way
 *	spp_block_close(block);
 *
 * Offsets and sizes are bytes and need no alignment.  What lies outside of
 * the disk is SPP_CORRUPT: the caller has it from the image.  Everything that
 * is read and written is counted.
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
 * One that stands for another, which can be exchanged for one of the same
 * size: to write to a disk that has only been read until now.
 */
enum spp_status spp_block_switch(const char *label, struct spp_block **block,
				 struct spp_error *err);
/* Takes inner, closes what was there; NULL: nothing is there any more. */
enum spp_status spp_block_switch_to(struct spp_block *block,
				    struct spp_block *inner,
				    struct spp_error *err);

/* A raw image: fd is borrowed, label too. */
enum spp_status spp_block_file(int fd, uint64_t size, bool write,
			       const char *label, struct spp_block **block,
			       struct spp_error *err);

/*
 * An NBD export on a connected socket, which is taken, or behind a URI if
 * socket is negative.  Wanting to write to a read-only export is SPP_REFUSED,
 * a server that says nothing for spp_nbd_silence milliseconds SPP_NOANSWER.
 */
extern int spp_nbd_silence;
enum spp_status spp_block_nbd(int socket, const char *uri, bool write,
			      const char *label, struct spp_block **block,
			      struct spp_error *err);

#endif
