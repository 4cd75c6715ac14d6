/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that the user names for a result: written completely, or left as it
 * was.
 *
 *	spp_output_write(path, data, n, secret, err);
 *	spp_output_create(path, fill, ctx, err);	not from memory
 *
 * An existing file keeps its owner, mode and attributes; a new one gets the
 * mode that the caller's umask leaves, or 0600 if the result is secret.  A link
 * is followed if the caller or root made it.  A pipe, a terminal and the like
 * are written to directly.
 */
#ifndef HIVE_OUTPUT_H
#define HIVE_OUTPUT_H

#include <stddef.h>

#include "hive/base/error.h"

/*
 * SPP_REFUSED for a link, pipe or device of another user; SPP_BUSY if the file
 * is locked, or was replaced meanwhile.
 */
enum spp_status spp_output_write(const char *path, const void *data, size_t n,
				 bool secret, struct spp_error *err);

typedef enum spp_status (*spp_output_fill)(void *ctx, int fd,
					   struct spp_error *err);

/* Creates a file of mode 0600; SPP_REFUSED if the name is taken. */
enum spp_status spp_output_create(const char *path, spp_output_fill fill,
				  void *ctx, struct spp_error *err);

#endif
