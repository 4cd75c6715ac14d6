/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk image as a target; shared by the files that implement it.
 *
 * The disk has two views.  `was` is for reading: the disk and, above it, the
 * outcome of an interrupted edit from its journal.  `edit` is for editing,
 * above the same.  The journal is carried out only after everything was judged,
 * right before the edit itself.
 */
#ifndef HIVE_TARGET_DISK_H
#define HIVE_TARGET_DISK_H

#include "hive/image/image.h"
#include "hive/place/commit.h"
#include "hive/target.h"
#include "hive/target/disk_about.h"

struct spp_target_disk {
	struct spp_target base;
	struct spp_target_options options;
	struct spp_image *image;
	struct spp_overlay *was, *edit;
	struct spp_disk disk;
	/* An earlier edit that was interrupted, or NULL. */
	struct spp_journal *pending;
	enum spp_journal_fit fit;
	struct spp_seek_query query; /* what is looked for */
	struct spp_volume volume;    /* the chosen one, before the edit */
	struct spp_volume after;     /* the same, after the edit */
};

/*
 * Finds the volume with Windows, or the one that the user chose; probes it and
 * judges its state.
 */
enum spp_status spp_target_disk_choose(struct spp_target_disk *t,
				       struct spp_error *err);

/* Probes the chosen volume with the edit. */
enum spp_status spp_target_disk_probe_edit(struct spp_target_disk *t,
					   struct spp_error *err);

/* The same; a hive that was not edited must be unchanged. */
enum spp_status spp_target_disk_reprobe(struct spp_target_disk *t,
					struct spp_error *err);

/* The place of the image's journal and undo files. */
struct spp_commit_place spp_target_disk_place(const struct spp_target_disk *t);

/* As in struct spp_target_ops. */
enum spp_status spp_target_disk_publish(struct spp_target *target,
					struct spp_error *err);
enum spp_status spp_target_disk_restore(struct spp_target *target,
					const char *suffix, bool dry,
					struct spp_restores *restores,
					struct spp_error *err);
/*
 * SPP_REFUSED while an edit with a backup is interrupted: that backup is newer
 * than any other, and gets its name when the edit is completed.
 */
enum spp_status spp_target_disk_newest_known(const struct spp_target_disk *t,
					     struct spp_error *err);
/* Completes the interrupted edit in pending, or undoes it. */
enum spp_status spp_target_disk_settle(struct spp_target_disk *t, bool discard,
				       struct spp_error *err);

/*
 * Whether the journal and the requested backup can be written; asked before
 * anything is done.
 */
enum spp_status spp_target_disk_possible(const struct spp_target_disk *t,
					 struct spp_error *err);

/* Opens the hive of a role; does nothing if the volume lacks it. */
enum spp_status spp_store_disk_open(struct spp_target_disk *t,
				    enum spp_role role, struct spp_error *err);
void spp_store_disk_close(struct spp_store *store);

#endif
