/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole reads, writes and copies of open files; name is for messages. */
#ifndef HIVE_FILE_H
#define HIVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

/*
 * access() relative to the folder dir: 0, or -1 with errno.  It makes the old
 * system call, because filters around containers may not know faccessat2, which
 * the C library would try first.
 */
int spp_access(int dir, const char *name, int mode);

/*
 * Opens with O_CLOEXEC and, where the kernel allows it (to the owner and root),
 * with O_NOATIME, so that reading leaves the access time alone.
 */
int spp_open_quiet(int dir, const char *name, int flags);
/* Whether reading an open file may change its access time. */
bool spp_touches(int fd);

/* Reads or writes exactly n bytes, in as many calls as needed. */
enum spp_status spp_read_at(int fd, uint64_t off, void *buf, size_t n,
			    const char *name, struct spp_error *err);
enum spp_status spp_write_at(int fd, uint64_t off, const void *buf, size_t n,
			     const char *name, struct spp_error *err);
/*
 * Copies n bytes from offset off of one file to offset at of another, with read
 * and write.
 */
enum spp_status spp_copy_bytes(int from, uint64_t off, int to, uint64_t at,
			       uint64_t n, const char *name,
			       struct spp_error *err);
/*
 * Copies the first n bytes of one file to another; shares blocks where the file
 * system can.
 */
enum spp_status spp_copy_file(int from, int to, uint64_t n, const char *name,
			      struct spp_error *err);

#endif
