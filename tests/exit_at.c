/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into sppctl: ends it, as a power failure would, instead of the
 * call number EXIT_AT of those that change files or disks, or sends it the
 * signal EXIT_SIGNAL before that call.  What is counted is written to the
 * file EXIT_LOG at a normal end, and to EXIT_SAME the numbers of those just after
 * a flush: where a process ends, it is all one whether it flushed a file.  The first process to reach the call goes on
 * if there is EXIT_SKIP, and makes a file of this name; children count on from
 * what their parent had counted.  What is written to the disk in the file
 * named EXIT_DISK is written to the file EXIT_TRACE, too, for
 * tests/powerloss.c.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define STATUS 99

static long calls;

#define FLUSHES 256
static long same[FLUSHES];
static int flushes;
static int flushed; /* the last call was a flush */

/* qemu-nbd inherits the environment, but is not meant. */
static int is_meant(void)
{
	return !strcmp(program_invocation_short_name, "sppctl");
}

static void count(void)
{
	const char *at = getenv("EXIT_AT"), *skip = getenv("EXIT_SKIP");
	const char *number = getenv("EXIT_SIGNAL");
	int fd;

	if (!is_meant() || !at)
		return;
	calls++;
	if (flushed && flushes < FLUSHES)
		same[flushes++] = calls;
	flushed = 0;
	if (calls != atol(at))
		return;
	fd = skip ? open(skip, O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;
	if (fd >= 0) {
		close(fd);
		return;
	}
	if (!number)
		_exit(STATUS);
	raise(atoi(number));
}

__attribute__((destructor)) static void report(void)
{
	const char *name = getenv("EXIT_LOG");
	FILE *f = is_meant() && name ? fopen(name, "w") : NULL;
	int i;

	if (f) {
		fprintf(f, "%ld\n", calls);
		fclose(f);
	}
	name = getenv("EXIT_SAME");
	f = is_meant() && name ? fopen(name, "w") : NULL;
	if (f) {
		for (i = 0; i < flushes; i++)
			fprintf(f, "%ld\n", same[i]);
		fclose(f);
	}
}

/* Adds to the trace; fd: the disk if its name is that, -1: it is. */
static void trace(int fd, char what, uint64_t off, const void *p, uint64_t n)
{
	const char *name = getenv("EXIT_TRACE"), *disk = getenv("EXIT_DISK");
	char link[32], path[4096];
	uint64_t numbers[2] = { off, n };
	ssize_t size;
	FILE *f;

	if (!is_meant() || !name || !disk)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	size = fd < 0 ? 0 : readlink(link, path, sizeof(path) - 1);
	if (size < 0)
		return;
	path[size] = '\0';
	if (fd >= 0 &&
	    (!strrchr(path, '/') || strcmp(strrchr(path, '/') + 1, disk) != 0))
		return;
	f = fopen(name, "a");
	if (!f)
		_exit(98);
	fputc(what, f);
	if (what == 'W') {
		fwrite(numbers, sizeof(numbers), 1, f);
		fwrite(p, 1, (size_t)n, f);
	}
	fclose(f);
}

static void flush(int fd)
{
	flushed = 1;
	trace(fd, 'F', 0, NULL, 0);
}

static void *next(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (!p)
		_exit(98);
	return p;
}

/* A wrapper that counts, traces, and calls the function that it hides. */
#define COUNTED(type, name, parameters, arguments, note) \
	type name parameters;                            \
	type name parameters                             \
	{                                                \
		static type(*real) parameters;           \
                                                         \
		if (!real)                               \
			*(void **)&real = next(#name);   \
		count();                                 \
		note;                                    \
		return real arguments;                   \
	}

struct nbd_handle;
/* As libnbd.h has it. */
typedef struct {
	int (*callback)(void *user_data, int *error);
	void *user_data;
	void (*free)(void *user_data);
} completion;

COUNTED(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t off),
	(fd, p, n, off), trace(fd, 'W', (uint64_t)off, p, n))
COUNTED(ssize_t, pwrite64, (int fd, const void *p, size_t n, off_t off),
	(fd, p, n, off), trace(fd, 'W', (uint64_t)off, p, n))
COUNTED(int64_t, nbd_aio_pwrite,
	(struct nbd_handle * h, const void *p, size_t n, uint64_t off,
	 completion done, uint32_t flags),
	(h, p, n, off, done, flags), trace(-1, 'W', off, p, n))
COUNTED(int64_t, nbd_aio_flush,
	(struct nbd_handle * h, completion done, uint32_t flags),
	(h, done, flags), trace(-1, 'F', 0, NULL, 0))
COUNTED(int, fsync, (int fd), (fd), flush(fd))
COUNTED(int, fdatasync, (int fd), (fd), flush(fd))
COUNTED(int, renameat, (int from, const char *a, int to, const char *b),
	(from, a, to, b), (void)0)
COUNTED(int, renameat2,
	(int from, const char *a, int to, const char *b, unsigned int flags),
	(from, a, to, b, flags), (void)0)
COUNTED(int, unlinkat, (int dir, const char *name, int flags),
	(dir, name, flags), (void)0)
