/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WIM as a target; shared by the files that make it one. */
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
	struct spp_place place; /* the one descriptor for reading and writing */
	struct spp_replace replace;
	struct spp_wim wim;
	struct spp_wim_tree tree;
	struct spp_wim_about about;
};

/* Finds out what the XML says of the images, as far as it can be read. */
enum spp_status spp_target_wim_names(struct spp_target_wim *t,
				     struct spp_error *err);
/* The image that the user means; NULL: the only one. */
enum spp_status spp_target_wim_choose(struct spp_target_wim *t,
				      const char *image, struct spp_error *err);
/* The rest of about, for whoever inspects. */
enum spp_status spp_target_wim_inspect(struct spp_target_wim *t,
				       struct spp_error *err);
void spp_target_wim_forget(struct spp_target_wim *t);

/* The hive of a role in the tree; nothing if it is not there. */
enum spp_status spp_store_wim_open(struct spp_target_wim *t, enum spp_role role,
				   struct spp_error *err);
void spp_store_wim_close(struct spp_store *store);
/* What was prepared; false if nothing was. */
bool spp_store_wim_change(struct spp_store *store,
			  struct spp_wim_change *change, uint64_t *now);

#endif
