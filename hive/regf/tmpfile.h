/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file without a name; it vanishes when its descriptor is closed. */
#ifndef HIVE_TMPFILE_H
#define HIVE_TMPFILE_H

#include "hive/regf/pages.h"

struct spp_tmpfile {
	int fd;
};

#define SPP_TMPFILE_INIT \
	{                \
		-1       \
	}

/*
 * Creates it in the folder dirfd if possible, so that it takes no memory; else
 * in memory.
 */
enum spp_status spp_tmpfile_open(struct spp_tmpfile *tmp, int dirfd,
				 struct spp_error *err);
void spp_tmpfile_close(struct spp_tmpfile *tmp);

/* Fills it with the pages in their present state. */
enum spp_status spp_tmpfile_fill(struct spp_tmpfile *tmp,
				 struct spp_pages *pages,
				 struct spp_error *err);

/* Fills it from a source. */
enum spp_status spp_tmpfile_copy(struct spp_tmpfile *tmp,
				 const struct spp_source *source,
				 struct spp_error *err);

/* A source that reads an open file; *fd must outlive it. */
enum spp_status spp_fd_source(const int *fd, struct spp_source *source,
			      struct spp_error *err);

#endif
