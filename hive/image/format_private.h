/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the readers of the headers, one file for each format. */
#ifndef HIVE_IMAGE_FORMAT_PRIVATE_H
#define HIVE_IMAGE_FORMAT_PRIVATE_H

#include <stddef.h>

#include "hive/image/format.h"

/* Reads n bytes at off of the file; SPP_TRUNCATED if it is shorter. */
enum spp_status spp_image_format_bytes(const struct spp_image_format *c,
				       uint64_t off, void *buf, size_t n,
				       struct spp_error *err);

/* SPP_CORRUPT: what has an impossible value. */
enum spp_status spp_image_format_bad(const struct spp_image_format *c,
				     const char *what, struct spp_error *err);
/* SPP_UNSUPPORTED: what is an unknown version or feature. */
enum spp_status spp_image_format_unknown(const struct spp_image_format *c,
					 const char *what,
					 struct spp_error *err);

enum spp_status spp_qcow2_read(struct spp_image_format *c,
			       struct spp_error *err);
enum spp_status spp_vhdx_read(struct spp_image_format *c,
			      struct spp_error *err);
enum spp_status spp_vhd_read(struct spp_image_format *c, struct spp_error *err);
enum spp_status spp_vmdk_read(struct spp_image_format *c,
			      struct spp_error *err);
enum spp_status spp_vdi_read(struct spp_image_format *c, struct spp_error *err);

#endif
