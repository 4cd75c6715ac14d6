/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk image as a target; shared by the files that make it one.
 *
 * Two views of the disk are kept.  What is there is read through was: the
 * disk, and above it, where an edit was interrupted and this run must not
 * write, what its journal will make of it.  What is edited goes to edit.
 */
#ifndef HIVE_TARGET_DISK_H
#define HIVE_TARGET_DISK_H

#include "hive/place/commit.h"
#include "hive/target/disk_about.h"
#include "hive/image/guest.h"
#include "hive/image/image.h"
#include "hive/target/target.h"

struct spp_target_disk {
	struct spp_target base;
	struct spp_target_options options;
	struct spp_imagefile *file;
	struct spp_overlay *was, *edit;
	/*
	 * Where libguestfs finds the volumes, the views above are of what it
	 * makes of the disk, and these are the disk's own.
	 */
	struct spp_guest *guest;
	struct spp_overlay *disk_was, *disk_edit;
	struct spp_disk disk;
	struct spp_volume volume; /* the chosen one, as it was */
	struct spp_volume after;  /* the same with the edit */
};

/*
 * Finds the volume with Windows, or the one that the user chose, probes it
 * and judges the state in which Windows left it.
 */
enum spp_status spp_target_disk_choose(struct spp_target_disk *t,
				       struct spp_error *err);

/* Probes the chosen volume with the edit; what was not edited must be as it
 * was. */
enum spp_status spp_target_disk_reprobe(struct spp_target_disk *t,
					struct spp_error *err);

/* Starts libguestfs, which takes the place of the disk and its table. */
enum spp_status spp_target_guest_open(struct spp_target_disk *t,
				      struct spp_error *err);

/*
 * Brings the edit from what libguestfs makes of the disk to disk_edit, and
 * ends it.  With nothing edited, only makes sure that disk_edit has nothing.
 */
enum spp_status spp_target_guest_settle(struct spp_target_disk *t,
					struct spp_error *err);

/* Whether a backup that was asked for can be kept; before anything is done. */
enum spp_status spp_target_disk_backup(const struct spp_target_disk *t,
				       struct spp_error *err);

/* The hive of a role; nothing if it is not there. */
enum spp_status spp_store_disk_open(struct spp_target_disk *t,
				    enum spp_role role, struct spp_error *err);
void spp_store_disk_close(struct spp_store *store);

#endif
