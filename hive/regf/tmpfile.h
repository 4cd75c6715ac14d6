/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A nameless file that is removed when its descriptor is closed. */
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

/* In the folder dirfd where it can, so that it costs no memory; else there. */
enum spp_status spp_tmpfile_open(struct spp_tmpfile *tmp, int dirfd,
				 struct spp_error *err);
void spp_tmpfile_close(struct spp_tmpfile *tmp);

/* Fills it with the pages as they are now. */
enum spp_status spp_tmpfile_fill(struct spp_tmpfile *tmp,
				 struct spp_pages *pages,
				 struct spp_error *err);

/* The same from a source. */
enum spp_status spp_tmpfile_copy(struct spp_tmpfile *tmp,
				 const struct spp_source *source,
				 struct spp_error *err);

/* A source over an open file of any kind; *fd must outlive it. */
enum spp_status spp_fd_source(const int *fd, struct spp_source *source,
			      struct spp_error *err);

#endif
