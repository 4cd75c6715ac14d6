/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files that open an image. */
#ifndef HIVE_IMAGE_PRIVATE_H
#define HIVE_IMAGE_PRIVATE_H

#include "hive/base/buf.h"
#include "hive/image/image.h"

/* Closes *fd, if it is open, and sets it to -1. */
void spp_image_close_fd(int *fd);

/* Opens all layers below the image, as named or trusted by the user. */
enum spp_status spp_image_layers_open(struct spp_image *f,
				      const struct spp_image_options *options,
				      struct spp_error *err);

/* Whether the path is a URI of an export; only nbd+unix: is known. */
bool spp_image_export_is(const char *path);
/* Finds the folder of its socket, and the name for files beside it. */
enum spp_status spp_image_export_find(struct spp_image *f, const char *uri,
				      struct spp_buf *path,
				      struct spp_error *err);
/* Locks the export and connects to it. */
enum spp_status spp_image_export_open(struct spp_image *f, const char *uri,
				      bool write, struct spp_error *err);
/* Whether another socket now has its name. */
bool spp_image_export_taken(const struct spp_image *f);

#endif
