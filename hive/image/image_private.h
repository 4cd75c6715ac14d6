/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that open an image. */
#ifndef HIVE_IMAGE_PRIVATE_H
#define HIVE_IMAGE_PRIVATE_H

#include "hive/base/buf.h"
#include "hive/image/image.h"

/* Closes what is open, and sets it to -1. */
void spp_image_close_fd(int *fd);

/* Opens all layers below the image, each named by the user. */
enum spp_status spp_image_layers_open(struct spp_image *f,
				      const struct spp_image_options *options,
				      struct spp_error *err);

/* Whether the path is a URI of an export, the only one that there is. */
bool spp_image_export_is(const char *path);
/* Finds the folder of its socket, path, and the name for what is kept there. */
enum spp_status spp_image_export_find(struct spp_image *f, const char *uri,
				      struct spp_buf *path,
				      struct spp_error *err);
/* Locks and connects it. */
enum spp_status spp_image_export_open(struct spp_image *f, const char *uri,
				      bool write, struct spp_error *err);
/* Whether another socket has got its name. */
bool spp_image_export_taken(const struct spp_image *f);

#endif
