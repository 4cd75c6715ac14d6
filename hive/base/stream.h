/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes through a connected socket, all or nothing. */
#ifndef HIVE_STREAM_H
#define HIVE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* False when the other end is gone. */
bool spp_stream_take(int fd, void *buf, size_t n);
bool spp_stream_give(int fd, const void *data, size_t n);

#endif
