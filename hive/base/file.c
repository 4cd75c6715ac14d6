/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COPY_CHUNK ((size_t)1 << 20)

int spp_access(int dir, const char *name, int mode)
{
	return (int)syscall(SYS_faccessat, dir, name, mode);
}

int spp_open_quiet(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_NOATIME | O_CLOEXEC);

	/* The kernel allows O_NOATIME only to the file's owner and root. */
	return fd >= 0 || errno != EPERM ? fd
					 : openat(dir, name, flags | O_CLOEXEC);
}

bool spp_touches(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct statvfs fs;

	return flags >= 0 && !(flags & O_NOATIME) && !fstatvfs(fd, &fs) &&
	       !(fs.f_flag & (ST_NOATIME | ST_RDONLY));
}

enum spp_status spp_read_at(int fd, uint64_t off, void *buf, size_t n,
			    const char *name, struct spp_error *err)
{
	uint8_t *to = buf;
	ssize_t got;

	for (; n; to += got, off += (uint64_t)got, n -= (size_t)got) {
		got = pread(fd, to, n, (off_t)off);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return spp_fail_errno(err, SPP_IO, "cannot read '%s'",
					      name);
		else if (!got)
			return spp_fail(err, SPP_BUSY,
					"'%s' became shorter while it was "
					"read; is something else writing it?",
					name);
	}
	return SPP_OK;
}

enum spp_status spp_write_at(int fd, uint64_t off, const void *buf, size_t n,
			     const char *name, struct spp_error *err)
{
	const uint8_t *from = buf;
	ssize_t put;

	for (; n; from += put, off += (uint64_t)put, n -= (size_t)put) {
		put = pwrite(fd, from, n, (off_t)off);
		if (put < 0 && errno == EINTR) {
			put = 0;
			continue;
		}
		if (put < 0)
			return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
					      name);
		if (!put)
			return spp_fail(err, SPP_IO,
					"cannot write '%s': it takes no more",
					name);
	}
	return SPP_OK;
}

enum spp_status spp_copy_bytes(int from, uint64_t off, int to, uint64_t at,
			       uint64_t n, const char *name,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *buf = malloc(COPY_CHUNK);
	size_t now;

	if (!buf)
		return spp_nomem(err);
	for (; !st && n; off += now, at += now, n -= now) {
		now = n < COPY_CHUNK ? (size_t)n : COPY_CHUNK;
		st = spp_read_at(from, off, buf, now, name, err);
		if (!st)
			st = spp_write_at(to, at, buf, now, name, err);
	}
	free(buf);
	return st;
}

enum spp_status spp_copy_file(int from, int to, uint64_t n, const char *name,
			      struct spp_error *err)
{
	off_t in = 0, out = 0;
	ssize_t got = 1;
	struct stat st;

	/* Sharing blocks costs nothing, where the file system can. */
	if (!fstat(from, &st) && (uint64_t)st.st_size == n &&
	    !ioctl(to, FICLONE, from))
		return SPP_OK;
	while ((uint64_t)in < n && got > 0)
		got = copy_file_range(from, &in, to, &out,
				      (size_t)(n - (uint64_t)in), 0);
	if ((uint64_t)in == n)
		return SPP_OK;
	if (got < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
		return spp_fail_errno(err, SPP_IO, "cannot write '%s'", name);
	return spp_copy_bytes(from, (uint64_t)in, to, (uint64_t)in,
			      n - (uint64_t)in, name, err);
}
