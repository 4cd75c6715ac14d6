/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes changed hives into a WIM.
 *
 *	struct spp_wim_edit edit = { &wim, &tree, changes, count, ... };
 *	struct spp_wim_writer *w = NULL;
 *
 *	spp_wim_begin(&edit, &w, err);	nothing is written yet
 *	spp_wim_append(w, fd, err);	after the end: not visible yet
 *	spp_wim_switch(fd, edit.head, label, err);	visible now
 *	spp_wim_end(&w);
 *
 * Appending writes everything new after the end of the WIM: the hives, the
 * metadata of the image with their hashes, the table, the XML and, if there was
 * one, the integrity table.
 *
 *	before    head -> ... table, XML |
 *	append    head -> ... table, XML | hives, metadata, table, XML
 *	switch    head ----------------------------------------^
 *
 * Nothing before the end is touched until all of this is on disk and the header
 * is overwritten: 208 bytes in one write at the start of a sector.  An
 * interruption before that leaves the old WIM, with some bytes after its end
 * that the next edit overwrites; afterwards there is the new one.
 *
 * The table's entry of an old hive goes when no image has the file any more.
 * When its references get few, all images are searched for its hash, since some
 * programs state fewer than there are.
 *
 * Data that the WIM no longer uses stays in the file until it is rebuilt:
 *
 *	spp_wim_rebuild(w, fd, err);	a new file, header included
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
	int dir;      /* folder for work files */
	bool rebuild; /* or appended to */
	bool dry;     /* only begun */
	/* The result. */
	uint8_t head[SPP_WIM_HEAD];
	uint64_t end; /* of the file */
};

/* An edit that has begun. */
struct spp_wim_writer;

/*
 * Does all that comes before the first write, so that a damaged WIM is refused
 * with every byte and its time as they were; changes the tree.  To be ended even
 * if it fails.
 */
enum spp_status spp_wim_begin(struct spp_wim_edit *edit,
			      struct spp_wim_writer **writer,
			      struct spp_error *err);
void spp_wim_end(struct spp_wim_writer **writer);

/* One of these, once, as edit.rebuild says. */
enum spp_status spp_wim_append(struct spp_wim_writer *w, int fd,
			       struct spp_error *err);
enum spp_status spp_wim_rebuild(struct spp_wim_writer *w, int fd,
				struct spp_error *err);

/* Overwrites the header. */
enum spp_status spp_wim_switch(int fd, const uint8_t head[SPP_WIM_HEAD],
			       const char *label, struct spp_error *err);

#endif
