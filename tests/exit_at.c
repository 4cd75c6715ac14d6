/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into sppctl: ends it, as a power failure would, instead of the
 * call number EXIT_AT of those that change files or disks.  What is counted
 * is written to the file EXIT_LOG at a normal end.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define STATUS 99

static long calls;

/* qemu-nbd inherits the environment, but is not meant. */
static int is_meant(void)
{
	return !strcmp(program_invocation_short_name, "sppctl");
}

static void count(void)
{
	const char *at = getenv("EXIT_AT");

	if (is_meant() && at && ++calls == atol(at))
		_exit(STATUS);
}

__attribute__((destructor)) static void report(void)
{
	const char *name = getenv("EXIT_LOG");
	FILE *f = is_meant() && name ? fopen(name, "w") : NULL;

	if (f) {
		fprintf(f, "%ld\n", calls);
		fclose(f);
	}
}

static void *next(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (!p)
		_exit(98);
	return p;
}

/* A wrapper that counts and then calls the function that it hides. */
#define COUNTED(type, name, parameters, arguments)     \
	type name parameters;                          \
	type name parameters                           \
	{                                              \
		static type(*real) parameters;         \
                                                       \
		if (!real)                             \
			*(void **)&real = next(#name); \
		count();                               \
		return real arguments;                 \
	}

struct nbd_handle;

COUNTED(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t off),
	(fd, p, n, off))
COUNTED(ssize_t, pwrite64, (int fd, const void *p, size_t n, off_t off),
	(fd, p, n, off))
COUNTED(int, nbd_pwrite,
	(struct nbd_handle * h, const void *p, size_t n, uint64_t off,
	 uint32_t flags),
	(h, p, n, off, flags))
COUNTED(int, nbd_flush, (struct nbd_handle * h, uint32_t flags), (h, flags))
COUNTED(int, fsync, (int fd), (fd))
COUNTED(int, fdatasync, (int fd), (fd))
COUNTED(int, renameat, (int from, const char *a, int to, const char *b),
	(from, a, to, b))
COUNTED(int, renameat2,
	(int from, const char *a, int to, const char *b, unsigned int flags),
	(from, a, to, b, flags))
COUNTED(int, unlinkat, (int dir, const char *name, int flags),
	(dir, name, flags))
