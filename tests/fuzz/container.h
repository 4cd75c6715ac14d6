/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fuzz target of one kind of disk image: KIND is defined before this is
 * included, and MEND(fd, n) where a checksum is to be made right.  The bytes
 * are an image (sparse.h).  Its header is read and judged, or one line says
 * what is wrong; reading it twice says the same.
 */
#ifndef FUZZ_CONTAINER_H
#define FUZZ_CONTAINER_H

#include <sys/mman.h>
#include <unistd.h>

#include "hive/image/format.h"
#include "tests/fuzz/sparse.h"

#define MOST ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(enum spp_status st, const struct spp_error *err)
{
	if (st != err->status ||
	    (st && (!*err->text || strchr(err->text, '\n'))))
		abort();
}

static void look(int fd, size_t size, struct spp_image_format *c)
{
	struct spp_error err = SPP_ERROR_INIT;
	unsigned int allowed;

	c->fd = fd;
	c->label = "image";
	check_line(spp_image_format_identify(c, &err), &err);
	if (c->file_size != size)
		abort();
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_image_format_named(c, "image.raw", &err), &err);
	c->kind = KIND;
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_image_format_read(c, &err), &err);
	if (err.status)
		return;
	if (c->flags >> SPP_IMAGE_FLAGS ||
	    (c->flags & SPP_IMAGE_BACKING && !c->backing))
		abort();
	for (allowed = 0; allowed < 4; allowed++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		check_line(spp_image_format_judge(c, allowed & 1 ? ~0u : 0,
						  allowed & 2, &err),
			   &err);
		/* What is allowed is never what it is refused for. */
		if (allowed & 1 && err.status)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_image_format a = SPP_IMAGE_FORMAT_INIT,
				b = SPP_IMAGE_FORMAT_INIT;
	static int fd = -1;
	size_t n = sparse_size(data, size, MOST);

	if (fd < 0)
		fd = memfd_create("image", MFD_CLOEXEC);
	sparse_put(data, size, fd, n);
#ifdef MEND
	MEND(fd, n);
#endif
	look(fd, n, &a);
	look(fd, n, &b);
	if (a.flags != b.flags || a.snapshots != b.snapshots ||
	    a.broken != b.broken || !a.backing != !b.backing ||
	    (a.backing && strcmp(a.backing, b.backing) != 0))
		abort();
	spp_image_format_release(&a);
	spp_image_format_release(&b);
	return 0;
}

#endif
