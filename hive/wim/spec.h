/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a user names an image of a WIM: "install.wim#2", "install.wim#NAME",
 * "install.wim#all".  Also in a build without WIMs.
 */
#ifndef HIVE_WIM_SPEC_H
#define HIVE_WIM_SPEC_H

#include "hive/base/error.h"

/*
 * Parts a name at a '#' in front of which there is a file; *file is yours,
 * *image borrowed from spec.  A file that has all of spec for its name is
 * meant itself: *image is NULL then, as it is where no part is a file.
 */
enum spp_status spp_wim_split(const char *spec, char **file, const char **image,
			      struct spp_error *err);

#endif
