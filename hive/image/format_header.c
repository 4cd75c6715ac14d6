/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions shared by the readers of all formats. */
#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/image/format_private.h"

enum spp_status spp_image_format_bytes(const struct spp_image_format *c,
				       uint64_t off, void *buf, size_t n,
				       struct spp_error *err)
{
	if (!spp_within(off, n, c->file_size))
		return spp_fail(err, SPP_TRUNCATED,
				"'%s' is truncated: its header leads past "
				"its end",
				c->label);
	return spp_read_at(c->fd, off, buf, n, c->label, err);
}

enum spp_status spp_image_format_bad(const struct spp_image_format *c,
				     const char *what, struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT,
			"'%s' is damaged: %s is not what a %s image has",
			c->label, what, spp_target_kind_name(c->kind));
}

enum spp_status spp_image_format_unknown(const struct spp_image_format *c,
					 const char *what,
					 struct spp_error *err)
{
	return spp_fail(err, SPP_UNSUPPORTED,
			"'%s' is a %s image with %s, which is not supported",
			c->label, spp_target_kind_name(c->kind), what);
}
