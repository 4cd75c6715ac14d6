/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WIM as a target; shared by the files that implement it. */
#ifndef HIVE_TARGET_WIM_H
#define HIVE_TARGET_WIM_H

#include "hive/place/replace.h"
#include "hive/target.h"
#include "hive/wim/about.h"
#include "hive/wim/write.h"

struct spp_target_wim {
	struct spp_target base;
	struct spp_target_options options;
	char *file;		/* its path, without the image */
	struct spp_place place; /* one descriptor for reading and writing */
	struct spp_replace replace;
	struct spp_wim wim;
	struct spp_wim_tree tree;
	struct spp_wim_about about;
};

/* Reads from the XML what it says about the images, as far as possible. */
enum spp_status spp_target_wim_names(struct spp_target_wim *t,
				     struct spp_error *err);
/* Chooses the image that the user names; NULL: the only one. */
enum spp_status spp_target_wim_choose(struct spp_target_wim *t,
				      const char *image, struct spp_error *err);
/* Fills in the rest of about, for an inspection. */
enum spp_status spp_target_wim_inspect(struct spp_target_wim *t,
				       struct spp_error *err);
/* Makes the edit visible; in a dry run only whether that would be possible. */
enum spp_status spp_target_wim_commit(struct spp_target_wim *t,
				      struct spp_wim_edit *edit,
				      struct spp_error *err);
void spp_target_wim_forget(struct spp_target_wim *t);

/* Opens the hive of a role; does nothing if the image lacks it. */
enum spp_status spp_store_wim_open(struct spp_target_wim *t, enum spp_role role,
				   struct spp_error *err);
void spp_store_wim_close(struct spp_store *store);
/* The prepared change; false if there is none. */
bool spp_store_wim_change(struct spp_store *store,
			  struct spp_wim_change *change, uint64_t *now);

#endif
