/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of nbd+unix:///EXPORT?socket=PATH that sppctl itself needs.
 * Source: uri.md of the NBD protocol.
 */
#ifndef HIVE_NBDURI_H
#define HIVE_NBDURI_H

#include "hive/base/buf.h"

/* Appends the socket's path; SPP_USAGE if the URI names none. */
enum spp_status spp_nbd_uri_socket(const char *uri, struct spp_buf *path,
				   struct spp_error *err);

/*
 * Appends the path from which files of the export are named: the socket's path,
 * and "-EXPORT" if the export has a name, with underscores for slashes.
 * SPP_USAGE if the URI names no socket.
 */
enum spp_status spp_nbd_uri_path(const char *uri, struct spp_buf *path,
				 struct spp_error *err);

#endif
