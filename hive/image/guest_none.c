/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In place of libguestfs, in a build without it. */
#include "hive/image/guest.h"

const char *spp_guest_built(void)
{
	return NULL;
}

enum spp_status spp_guest_start(struct spp_overlay *disk,
				const struct spp_guest_options *options,
				const char *label, struct spp_guest **guest,
				struct spp_error *err)
{
	(void)disk;
	(void)options;
	(void)guest;
	return spp_fail(err, SPP_UNSUPPORTED,
			"cannot open '%s' by libguestfs: this sppctl was built "
			"without it",
			label);
}

void spp_guest_close(struct spp_guest *guest)
{
	(void)guest;
}

size_t spp_guest_count(const struct spp_guest *guest)
{
	(void)guest;
	return 0;
}

const struct spp_guest_device *spp_guest_device(const struct spp_guest *guest,
						size_t i)
{
	(void)guest;
	(void)i;
	return NULL;
}

struct spp_block *spp_guest_block(struct spp_guest *guest)
{
	(void)guest;
	return NULL;
}

enum spp_status spp_guest_stop(struct spp_guest *guest, struct spp_error *err)
{
	(void)guest;
	(void)err;
	return SPP_OK;
}
