/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A resource for a WIM, packed as the WIM's others are, in a nameless file
 * until it is known where it goes.
 *
 *	struct spp_wim_piece piece = SPP_WIM_PIECE_INIT;
 *
 *	spp_wim_piece_make(&wim, &source, dirfd, &piece, err);
 *	spp_wim_piece_read(&wim, &piece, &bytes, err);	the proof
 *	spp_wim_piece_write(&piece, fd, off, label, err);
 *	spp_wim_piece_release(&piece);
 *
 * What does not get smaller is stored as it is.
 */
#ifndef HIVE_WIM_PIECE_H
#define HIVE_WIM_PIECE_H

#include "hive/edit/tmpfile.h"
#include "hive/wim/wim.h"

struct spp_wim_piece {
	struct spp_scratch file;
	struct spp_wim_resource resource; /* at offset 0 of the file */
	uint8_t sha1[SPP_WIM_HASH];	  /* unpacked */
};

#define SPP_WIM_PIECE_INIT                \
	{                                 \
		.file = SPP_SCRATCH_INIT, \
	}

enum spp_status spp_wim_piece_make(const struct spp_wim *wim,
				   const struct spp_source *source, int dirfd,
				   struct spp_wim_piece *piece,
				   struct spp_error *err);
void spp_wim_piece_release(struct spp_wim_piece *piece);

/* Unpacks it again, as a reader of the WIM will, and checks its hash. */
enum spp_status spp_wim_piece_read(const struct spp_wim *wim,
				   const struct spp_wim_piece *piece,
				   struct spp_wim_bytes *bytes,
				   struct spp_error *err);

enum spp_status spp_wim_piece_write(const struct spp_wim_piece *piece, int fd,
				    uint64_t off, const char *label,
				    struct spp_error *err);

/* n bytes from one file to another. */
enum spp_status spp_wim_copy(int from, uint64_t off, uint64_t n, int to,
			     uint64_t at, const char *label,
			     struct spp_error *err);

#endif
