/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replaces WIMs in a build without their library. */
#include "hive/target.h"

const char *spp_target_wim_built(void)
{
	return NULL;
}

enum spp_status spp_target_wim_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err)
{
	(void)options;
	(void)target;
	return spp_fail(err, SPP_UNSUPPORTED,
			"'%s' is a WIM, and this sppctl was built without "
			"libwim",
			path);
}

enum spp_status spp_target_wim_count(const char *path, unsigned int *images,
				     struct spp_error *err)
{
	(void)images;
	return spp_target_wim_open(path, NULL, NULL, err);
}
