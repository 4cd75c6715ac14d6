/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/regf/tmpfile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/file.h"

#define CHUNK ((size_t)1 << 20)

enum spp_status spp_tmpfile_open(struct spp_tmpfile *tmp, int dirfd,
				 struct spp_error *err)
{
	int fd = -1;

	if (dirfd >= 0)
		fd = openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = memfd_create("sppctl", MFD_CLOEXEC);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot make a work file");
	tmp->fd = fd;
	return SPP_OK;
}

void spp_tmpfile_close(struct spp_tmpfile *tmp)
{
	if (!tmp || tmp->fd < 0)
		return;
	close(tmp->fd);
	*tmp = (struct spp_tmpfile)SPP_TMPFILE_INIT;
}

enum spp_status spp_tmpfile_copy(struct spp_tmpfile *tmp,
				 const struct spp_source *source,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *buf = malloc(CHUNK);
	uint64_t off;
	size_t n;

	if (!buf)
		return spp_nomem(err);
	for (off = 0; !st && off < source->size; off += n) {
		n = source->size - off < CHUNK ? (size_t)(source->size - off)
					       : CHUNK;
		st = source->read(source->ctx, off, buf, n, err);
		if (!st)
			st = spp_write_at(tmp->fd, off, buf, n, "the work file",
					  err);
	}
	free(buf);
	return st;
}

static enum spp_status read_pages(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	return spp_pages_read(ctx, off, buf, n, err);
}

enum spp_status spp_tmpfile_fill(struct spp_tmpfile *tmp,
				 struct spp_pages *pages, struct spp_error *err)
{
	const struct spp_source source = { read_pages, pages,
					   spp_pages_size(pages) };

	return spp_tmpfile_copy(tmp, &source, err);
}

static enum spp_status read_fd(void *ctx, uint64_t off, void *buf, size_t n,
			       struct spp_error *err)
{
	const int *fd = ctx;

	return spp_read_at(*fd, off, buf, n, "hive", err);
}

enum spp_status spp_fd_source(const int *fd, struct spp_source *source,
			      struct spp_error *err)
{
	struct stat st;

	if (fstat(*fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot examine a file");
	source->read = read_fd;
	source->ctx = (void *)(uintptr_t)fd;
	source->size = (uint64_t)st.st_size;
	return SPP_OK;
}
