/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replaces disk images in a build without their libraries. */
#include "hive/target.h"

const char *spp_target_disk_built(void)
{
	return NULL;
}

const char *spp_target_disk_confined(void)
{
	return NULL;
}

enum spp_status spp_target_disk_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err)
{
	(void)options;
	(void)target;
	return spp_fail(err, SPP_UNSUPPORTED,
			"'%s' is a disk image, and this sppctl was built "
			"without libntfs-3g and libnbd",
			path);
}

enum spp_status spp_target_recover(struct spp_target *target, bool discard,
				   size_t *pages, struct spp_error *err)
{
	(void)target;
	(void)discard;
	(void)pages;
	(void)err;
	return SPP_NOTFOUND;
}
