/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new resource for a WIM, packed like the WIM's others, in a file without a
 * name until its place is known.
 *
 *	struct spp_wim_piece piece = SPP_WIM_PIECE_INIT;
 *
 *	spp_wim_piece_make(&wim, &source, &edit, dirfd, &piece, err);
 *	spp_wim_piece_unpack(&wim, &piece, fd, err);	the proof
 *	spp_wim_piece_write(&piece, fd, off, label, err);
 *	spp_wim_piece_release(&piece);
 *
 * A chunk that packing does not shorten is stored unpacked.  If an existing
 * resource was edited, its unchanged chunks are copied packed.
 */
#ifndef HIVE_WIM_PIECE_H
#define HIVE_WIM_PIECE_H

#include "hive/regf/tmpfile.h"
#include "hive/wim/wim.h"

struct spp_wim_piece {
	struct spp_tmpfile file;
	struct spp_wim_resource resource; /* at offset 0 of the file */
	uint8_t sha1[SPP_WIM_HASH];	  /* of the unpacked bytes */
};

#define SPP_WIM_PIECE_INIT                \
	{                                 \
		.file = SPP_TMPFILE_INIT, \
	}

/* The resource that was edited. */
struct spp_wim_edited {
	const struct spp_wim_place *old;
	const struct spp_pages *pages; /* dirty where they differ from old */
};

/* edited may be NULL: the resource replaces none. */
enum spp_status spp_wim_piece_make(const struct spp_wim *wim,
				   const struct spp_source *source,
				   const struct spp_wim_edited *edited,
				   int dirfd, struct spp_wim_piece *piece,
				   struct spp_error *err);
void spp_wim_piece_release(struct spp_wim_piece *piece);

/* Unpacks it into a file, as a reader of the WIM will, and checks its hash. */
enum spp_status spp_wim_piece_unpack(const struct spp_wim *wim,
				     const struct spp_wim_piece *piece, int fd,
				     struct spp_error *err);
enum spp_status spp_wim_piece_write(const struct spp_wim_piece *piece, int fd,
				    uint64_t off, const char *label,
				    struct spp_error *err);

#endif
