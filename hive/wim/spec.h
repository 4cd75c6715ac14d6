/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's way to name an image of a WIM: "install.wim#2",
 * "install.wim#NAME", "install.wim#all".  Also in a build without WIMs.
 */
#ifndef HIVE_WIM_SPEC_H
#define HIVE_WIM_SPEC_H

#include "hive/base/error.h"

/*
 * Splits a name at a '#' that follows the name of a file; *file is yours,
 * *image borrowed from spec.  If spec as a whole is a file's name, or no part
 * of it is, *image is NULL.
 */
enum spp_status spp_wim_split(const char *spec, char **file, const char **image,
			      struct spp_error *err);

#endif
