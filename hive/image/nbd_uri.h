/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nbd+unix:///EXPORT?socket=PATH, as far as sppctl itself looks into it.
 * Source: uri.md of the NBD protocol.
 */
#ifndef HIVE_NBDURI_H
#define HIVE_NBDURI_H

#include "hive/base/buf.h"

/* Appends the path of the socket; SPP_USAGE if the URI names none. */
enum spp_status spp_nbd_uri_socket(const char *uri, struct spp_buf *path,
				   struct spp_error *err);

/*
 * Appends a path to name files by that belong to the export: that of the
 * socket, and "-EXPORT" if the export has a name, in which a slash becomes an
 * underscore.  SPP_USAGE if the URI names no socket.
 */
enum spp_status spp_nbd_uri_path(const char *uri, struct spp_buf *path,
				 struct spp_error *err);

#endif
