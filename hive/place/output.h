/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that the user names for a result: whole, or as it was before.
 *
 *	spp_output_write(path, data, n, secret, err);
 *	spp_output_create(path, fill, ctx, err);	what is not in memory
 *
 * A file that is there keeps its owner, mode and attributes; a new one has
 * the mode that the caller's umask leaves, or 0600 where the result is
 * secret.  A link is followed if the caller or root made it.  What is not a
 * regular file, such as a pipe or a terminal, is written to.
 */
#ifndef HIVE_OUTPUT_H
#define HIVE_OUTPUT_H

#include <stddef.h>

#include "hive/base/error.h"

/*
 * SPP_REFUSED for a link, pipe or device of another user; SPP_BUSY if the
 * file is locked, or was replaced meanwhile.
 */
enum spp_status spp_output_write(const char *path, const void *data, size_t n,
				 bool secret, struct spp_error *err);

typedef enum spp_status (*spp_output_fill)(void *ctx, int fd,
					   struct spp_error *err);

/* A new file of mode 0600; SPP_REFUSED if anything has its name. */
enum spp_status spp_output_create(const char *path, spp_output_fill fill,
				  void *ctx, struct spp_error *err);

#endif
