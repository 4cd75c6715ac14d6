/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Putting changed hives into a WIM.
 *
 *	struct spp_wim_edit edit = { &wim, &tree, changes, count, ... };
 *
 *	spp_wim_append(&edit, fd, err);	after the end: nobody sees it
 *	spp_wim_switch(fd, edit.head, label, err);	now everybody does
 *
 * To append, everything that is new is written after the end of the WIM:
 * the hives, the metadata of the image with their hashes, the table, the XML
 * and the integrity table where there is one.  Nothing that was there before
 * is touched until, with all that on disk, the header is written over: 208
 * bytes in one write at the start of a sector.  Whoever ends this run, or
 * the machine, before that leaves the old WIM with some bytes after its
 * end, which the next edit writes over; after it, the new one.
 *
 * What the WIM no longer uses stays in the file until it is rebuilt:
 *
 *	spp_wim_rebuild(&edit, fd, err);	a new file, header included
 */
#ifndef HIVE_WIM_WRITE_H
#define HIVE_WIM_WRITE_H

#include "hive/wim/piece.h"
#include "hive/wim/tree.h"

struct spp_wim_change {
	const struct spp_wim_file *file;
	const struct spp_wim_piece *piece;
};

struct spp_wim_edit {
	const struct spp_wim *wim;
	struct spp_wim_tree *tree; /* its hashes are changed */
	const struct spp_wim_change *change;
	size_t changes;
	uint64_t now; /* FILETIME */
	int dir;      /* for work files */
	/* The result. */
	uint8_t head[SPP_WIM_HEAD];
	uint64_t end; /* of the file */
};

enum spp_status spp_wim_append(struct spp_wim_edit *edit, int fd,
			       struct spp_error *err);
enum spp_status spp_wim_rebuild(struct spp_wim_edit *edit, int fd,
				struct spp_error *err);

/* Writes a header over the one that is there. */
enum spp_status spp_wim_switch(int fd, const uint8_t head[SPP_WIM_HEAD],
			       const char *label, struct spp_error *err);

#endif
