/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In place of libguestfs.so.0: knows one volume, /dev/mapper/volume, which is
 * 12 MiB in two pieces as tests/ldm.py lays them, and misbehaves when it is
 * told to by FAKE_GUESTFS:
 *
 *	launch	does not start
 *	look	writes to the disk as soon as it starts
 *	lose	does not write what it says it has
 *	more	writes more at the end than it was told to
 *	die	is gone when it is to read
 *	twice	has the volume twice, by another name
 */
#include <libnbd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB	 1048576
#define EXPORTED __attribute__((visibility("default")))

struct guestfs_h {
	struct nbd_handle *nbd;
	char path[108];
};

typedef struct guestfs_h guestfs_h;

static bool told(const char *what)
{
	const char *mode = getenv("FAKE_GUESTFS");

	return mode && !strcmp(mode, what);
}

EXPORTED guestfs_h *guestfs_create(void)
{
	return calloc(1, sizeof(guestfs_h));
}

EXPORTED void guestfs_close(guestfs_h *g)
{
	if (g->nbd)
		nbd_close(g->nbd);
	free(g);
}

EXPORTED void guestfs_set_error_handler(guestfs_h *g, void *handler, void *ctx)
{
	(void)g;
	(void)handler;
	(void)ctx;
}

EXPORTED const char *guestfs_last_error(guestfs_h *g)
{
	(void)g;
	return "fake: it was told to.\nSee the manual.";
}

EXPORTED int guestfs_get_verbose(guestfs_h *g)
{
	(void)g;
	return 0;
}

EXPORTED int guestfs_set_backend(guestfs_h *g, const char *backend)
{
	(void)g;
	return strcmp(backend, "direct") ? -1 : 0;
}

EXPORTED int guestfs_add_drive_opts(guestfs_h *g, const char *file, int one,
				    const char *format, int two,
				    const char *protocol, int three,
				    char *const *server, int end)
{
	if (*file || one != 1 || strcmp(format, "raw") || two != 5 ||
	    strcmp(protocol, "nbd") || three != 6 || end != -1 ||
	    strncmp(*server, "unix:", 5))
		return -1;
	strncpy(g->path, *server + 5, sizeof(g->path) - 1);
	return 0;
}

EXPORTED int guestfs_launch(guestfs_h *g)
{
	static const char page[512];

	g->nbd = nbd_create();
	if (told("launch") || !g->nbd || nbd_connect_unix(g->nbd, g->path))
		return -1;
	return told("look") ? nbd_pwrite(g->nbd, page, 512, 0, 0) : 0;
}

EXPORTED char **guestfs_list_filesystems(guestfs_h *g)
{
	static const char *const names[] = { "/dev/mapper/volume",  "ntfs",
					     "/dev/mapper/volume",  "ntfs",
					     "btrfsvol:/dev/sdb/x", "btrfs" };
	char **list = calloc(7, sizeof(*list));
	int i;

	(void)g;
	for (i = 0; list && i < 6; i++)
		list[i] = strdup(i == 2 && told("twice") ? "/dev/mirror"
							 : names[i]);
	return list;
}

EXPORTED char **guestfs_list_partitions(guestfs_h *g)
{
	(void)g;
	return calloc(1, sizeof(char *));
}

EXPORTED char **guestfs_list_devices(guestfs_h *g)
{
	return guestfs_list_partitions(g);
}

EXPORTED char *guestfs_vfs_type(guestfs_h *g, const char *device)
{
	(void)g;
	(void)device;
	return strdup("ntfs");
}

EXPORTED int64_t guestfs_blockdev_getsize64(guestfs_h *g, const char *device)
{
	(void)g;
	(void)device;
	return 12 * MIB;
}

EXPORTED int guestfs_blockdev_flushbufs(guestfs_h *g, const char *device)
{
	(void)device;
	return nbd_flush(g->nbd, 0);
}

/* Where a byte of the volume lies, and how many more of those wanted. */
static uint64_t place(int64_t off, size_t *n)
{
	const int64_t half = 6 * MIB;

	if (off<half && * n>(size_t)(half - off))
		*n = (size_t)(half - off);
	return (uint64_t)(off < half ? off + MIB + half : off - half + MIB);
}

EXPORTED char *guestfs_pread_device(guestfs_h *g, const char *device, int n,
				    int64_t off, size_t *got)
{
	char *data = malloc((size_t)n);
	uint64_t at;

	(void)device;
	if (told("die"))
		_exit(1);
	*got = (size_t)n;
	at = place(off, got);
	if (data && !nbd_pread(g->nbd, data, *got, at, 0))
		return data;
	free(data);
	return NULL;
}

EXPORTED int guestfs_pwrite_device(guestfs_h *g, const char *device,
				   const char *data, size_t n, int64_t off)
{
	uint64_t at = place(off, &n);

	(void)device;
	if (told("lose"))
		return (int)n;
	return nbd_pwrite(g->nbd, data, n, at, 0) ? -1 : (int)n;
}

EXPORTED int guestfs_sync(guestfs_h *g)
{
	(void)g;
	return 0;
}

EXPORTED int guestfs_shutdown(guestfs_h *g)
{
	static const char pages[MIB];

	if (told("more") && nbd_pwrite(g->nbd, pages, MIB, 2 * MIB, 0))
		return -1;
	return nbd_shutdown(g->nbd, 0);
}
