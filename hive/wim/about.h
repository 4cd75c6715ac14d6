/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts about a WIM, for display: its images and their hives.  Plain data,
 * declared even in a build without WIMs.
 */
#ifndef HIVE_WIM_ABOUT_H
#define HIVE_WIM_ABOUT_H

#include "hive/store.h"

/* A hive in an image of a WIM. */
struct spp_wim_hive {
	bool there;
	bool dirty; /* its sequence numbers differ */
	uint64_t size;
	const char *odd; /* why it cannot be edited, or NULL */
};

struct spp_wim_image_about {
	/* From the XML; NULL if it does not say. */
	char *name, *edition, *version, *arch;
	struct spp_wim_hive hive[SPP_ROLE_COUNT];
	struct spp_error why; /* why its tree cannot be read */
};

struct spp_wim_about {
	uint64_t size;	    /* of the file */
	uint64_t dead;	    /* bytes after the end: of an interrupted write */
	const char *method; /* "none", "XPRESS", "LZX", "LZMS" */
	uint32_t chunk;	    /* bytes */
	bool solid, integrity, read_only, in_progress;
	unsigned int boot;   /* number of the bootable image, or 0 */
	unsigned int chosen; /* number of the chosen image, or 0 */
	struct spp_wim_image_about *image;
	size_t images;
	struct spp_error refusal; /* why an edit would be refused */
};

#endif
