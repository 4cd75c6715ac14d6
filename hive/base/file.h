/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole reads, writes and copies of open files; name is for messages. */
#ifndef HIVE_FILE_H
#define HIVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

/*
 * access() below a folder, 0 or -1 with errno, by the call that every filter
 * of system calls knows: the C library would try faccessat2 first.
 */
int spp_access(int dir, const char *name, int mode);

/*
 * Opens with O_CLOEXEC so that reading changes no access time where that is
 * allowed: to the owner, and to root.
 */
int spp_open_quiet(int dir, const char *name, int flags);
/* Whether reading an open file may change its access time. */
bool spp_touches(int fd);

/* Exactly n bytes, however many calls it takes. */
enum spp_status spp_read_at(int fd, uint64_t off, void *buf, size_t n,
			    const char *name, struct spp_error *err);
enum spp_status spp_write_at(int fd, uint64_t off, const void *buf, size_t n,
			     const char *name, struct spp_error *err);
/* Copies n bytes at off of one file to at of another, by hand. */
enum spp_status spp_copy_bytes(int from, uint64_t off, int to, uint64_t at,
			       uint64_t n, const char *name,
			       struct spp_error *err);
/* Copies n bytes from the start of one file to another, sharing if it can. */
enum spp_status spp_copy_file(int from, int to, uint64_t n, const char *name,
			      struct spp_error *err);

#endif
