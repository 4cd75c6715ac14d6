/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into sppctl, and by it into qemu-nbd: writes down what is done to
 * files and names, in its order, to the descriptor RECORD_FD, for
 * tests/powercut.py.  That is open before qemu-nbd is shut in, and stays so.
 *
 *	'W' inode offset 0 size, data	written
 *	'Z' inode offset n 0		zeroes there
 *	'T' inode size 0 0		the file has this size
 *	'F' inode 0 0 0			on disk, a file or a folder
 *	'N' folder inode new size, name	the name leads there; new: just made
 *	'X' folder a b size, two names	both do, at once
 *
 * A number has 8 bytes; inode 0 is none.  A flush is told before it is made,
 * the rest afterwards, and only where it was done.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int to = -1;

/* Children that are forked and not executed write no files; they are confined. */
static void is_child(void)
{
	to = -1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *fd = getenv("RECORD_FD");

	to = fd ? atoi(fd) : -1;
	pthread_atfork(NULL, NULL, is_child);
}

static void *real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

static void put(char what, uint64_t inode, uint64_t a, uint64_t b,
		const void *data, size_t n)
{
	static ssize_t (*call)(int, const struct iovec *, int);
	uint64_t numbers[4] = { inode, a, b, n };
	struct iovec v[] = { { &what, 1 },
			     { numbers, sizeof(numbers) },
			     { (void *)(uintptr_t)data, n } };
	int error = errno;

	if (!call)
		*(void **)&call = real("writev");
	if (call(to, v, 3) != (ssize_t)(1 + sizeof(numbers) + n))
		abort();
	errno = error;
}

/* The inode of what is kept on a disk; 0 for all else. */
static uint64_t inode_of(int fd)
{
	struct stat st;

	if (to < 0 || fd == to || fd <= STDERR_FILENO || fstat(fd, &st) ||
	    !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return 0;
	return st.st_ino;
}

static void wrote(int fd, const void *data, ssize_t n, off_t off)
{
	uint64_t inode = n > 0 ? inode_of(fd) : 0;

	if (inode)
		put('W', inode, (uint64_t)off, 0, data, (size_t)n);
}

/* The same, where the data are only in the file. */
static void filled(int fd, off_t off, size_t n)
{
	char buf[65536];
	ssize_t got;

	while (n && inode_of(fd)) {
		got = pread(fd, buf, n < sizeof(buf) ? n : sizeof(buf), off);
		if (got <= 0)
			abort();
		wrote(fd, buf, got, off);
		off += got;
		n -= (size_t)got;
	}
}

#define WRITES(name)                                                 \
	ssize_t name(int fd, const void *data, size_t n, off_t off); \
	ssize_t name(int fd, const void *data, size_t n, off_t off)  \
	{                                                            \
		ssize_t (*call)(int, const void *, size_t, off_t) =  \
			real(#name);                                 \
		ssize_t got = call(fd, data, n, off);                \
                                                                     \
		wrote(fd, data, got, off);                           \
		return got;                                          \
	}
WRITES(pwrite)
WRITES(pwrite64)

static void wrote_all(int fd, const struct iovec *v, int count, ssize_t n,
		      off_t off)
{
	size_t take;

	for (; n > 0 && count--; v++) {
		take = v->iov_len < (size_t)n ? v->iov_len : (size_t)n;
		wrote(fd, v->iov_base, (ssize_t)take, off);
		off += (off_t)take;
		n -= (ssize_t)take;
	}
}

#define WRITES_ALL(name)                                                   \
	ssize_t name(int fd, const struct iovec *v, int count, off_t off); \
	ssize_t name(int fd, const struct iovec *v, int count, off_t off)  \
	{                                                                  \
		ssize_t (*call)(int, const struct iovec *, int, off_t) =   \
			real(#name);                                       \
		ssize_t got = call(fd, v, count, off);                     \
                                                                           \
		wrote_all(fd, v, count, got, off);                         \
		return got;                                                \
	}
WRITES_ALL(pwritev)
WRITES_ALL(pwritev64)

ssize_t write(int fd, const void *data, size_t n)
{
	ssize_t (*call)(int, const void *, size_t) = real("write");
	ssize_t got = call(fd, data, n);

	if (got > 0 && inode_of(fd))
		wrote(fd, data, got, lseek(fd, 0, SEEK_CUR) - got);
	return got;
}

#define FLUSHES(name)                                   \
	int name(int fd);                               \
	int name(int fd)                                \
	{                                               \
		int (*call)(int) = real(#name);         \
		uint64_t inode = inode_of(fd);          \
                                                        \
		if (inode)                              \
			put('F', inode, 0, 0, NULL, 0); \
		return call(fd);                        \
	}
FLUSHES(fsync)
FLUSHES(fdatasync)

#define TRUNCATES(name)                                              \
	int name(int fd, off_t size);                                \
	int name(int fd, off_t size)                                 \
	{                                                            \
		int (*call)(int, off_t) = real(#name);               \
		int got = call(fd, size);                            \
		uint64_t inode = got ? 0 : inode_of(fd);             \
                                                                     \
		if (inode)                                           \
			put('T', inode, (uint64_t)size, 0, NULL, 0); \
		return got;                                          \
	}
TRUNCATES(ftruncate)
TRUNCATES(ftruncate64)

static void allocated(int fd, int mode, off_t off, off_t n)
{
	uint64_t inode = inode_of(fd);
	struct stat st;

	if (!inode)
		return;
	if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		put('Z', inode, (uint64_t)off, (uint64_t)n, NULL, 0);
	if (!fstat(fd, &st))
		put('T', inode, (uint64_t)st.st_size, 0, NULL, 0);
}

#define ALLOCATES(name)                                            \
	int name(int fd, int mode, off_t off, off_t n);            \
	int name(int fd, int mode, off_t off, off_t n)             \
	{                                                          \
		int (*call)(int, int, off_t, off_t) = real(#name); \
		int got = call(fd, mode, off, n);                  \
                                                                   \
		if (!got)                                          \
			allocated(fd, mode, off, n);               \
		return got;                                        \
	}
ALLOCATES(fallocate)
ALLOCATES(fallocate64)

#define ALLOCATES_TOO(name)                                   \
	int name(int fd, off_t off, off_t n);                 \
	int name(int fd, off_t off, off_t n)                  \
	{                                                     \
		int (*call)(int, off_t, off_t) = real(#name); \
		int got = call(fd, off, n);                   \
                                                              \
		if (!got)                                     \
			allocated(fd, 0, off, n);             \
		return got;                                   \
	}
ALLOCATES_TOO(posix_fallocate)
ALLOCATES_TOO(posix_fallocate64)

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *at, size_t n,
			unsigned int flags)
{
	ssize_t (*call)(int, off64_t *, int, off64_t *, size_t, unsigned int) =
		real("copy_file_range");
	off64_t off = at ? *at : lseek(out, 0, SEEK_CUR);
	ssize_t got = call(in, from, out, at, n, flags);

	if (got > 0)
		filled(out, off, (size_t)got);
	return got;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*call)(int, unsigned long, long) = real("ioctl"), got;
	struct stat st;
	va_list ap;
	long arg;

	va_start(ap, request);
	arg = va_arg(ap, long);
	va_end(ap);
	got = call(fd, request, arg);
	if (!got && request == FICLONE && !fstat(fd, &st))
		filled(fd, 0, (size_t)st.st_size);
	return got;
}

/* The inode of a folder, also of the one that we are in. */
static uint64_t folder(int dir)
{
	struct stat st;

	if (to < 0 || (dir == AT_FDCWD ? stat(".", &st) : fstat(dir, &st)))
		return 0;
	return st.st_ino;
}

static uint64_t inode_at(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ? 0 : st.st_ino;
}

/* Names of paths are nobody's: sppctl works in the folder of its target. */
static void named(int dir, const char *name, bool is_new)
{
	uint64_t in = strchr(name, '/') ? 0 : folder(dir);

	if (in)
		put('N', in, inode_at(dir, name), is_new, name, strlen(name));
}

static void both_named(int dir, const char *a, const char *b)
{
	uint64_t in = strchr(a, '/') || strchr(b, '/') ? 0 : folder(dir);
	char text[512];
	int n;

	if (!in)
		return;
	n = snprintf(text, sizeof(text), "%s/%s", a, b);
	put('X', in, inode_at(dir, a), inode_at(dir, b), text, (size_t)n);
}

int renameat(int a, const char *from, int b, const char *at)
{
	int (*call)(int, const char *, int, const char *) = real("renameat");
	int got = call(a, from, b, at);

	if (!got)
		both_named(a, from, at);
	return got;
}

int renameat2(int a, const char *from, int b, const char *at,
	      unsigned int flags)
{
	int (*call)(int, const char *, int, const char *, unsigned int) =
		real("renameat2");
	int got = call(a, from, b, at, flags);

	if (!got)
		both_named(a, from, at);
	return got;
}

int linkat(int a, const char *from, int b, const char *at, int flags)
{
	int (*call)(int, const char *, int, const char *, int) = real("linkat");
	int got = call(a, from, b, at, flags);

	if (!got)
		named(b, at, false);
	return got;
}

int unlinkat(int dir, const char *name, int flags)
{
	int (*call)(int, const char *, int) = real("unlinkat");
	int got = call(dir, name, flags);

	if (!got)
		named(dir, name, false);
	return got;
}

static void opened(int dir, const char *name, int flags, int got, bool was)
{
	if (got < 0 || to < 0)
		return;
	if (flags & O_CREAT && !was)
		named(dir, name, true);
	else if (flags & O_TRUNC && inode_of(got))
		put('T', inode_of(got), 0, 0, NULL, 0);
}

#define OPENS(name, declared, given, dir)                                     \
	int name declared;                                                    \
	int name declared                                                     \
	{                                                                     \
		int(*call) declared = real(#name), got;                       \
		bool was = to >= 0 && flags & O_CREAT && inode_at(dir, path); \
		mode_t mode = 0;                                              \
		va_list ap;                                                   \
                                                                              \
		if (flags & (O_CREAT | O_TMPFILE)) {                          \
			va_start(ap, flags);                                  \
			mode = va_arg(ap, mode_t);                            \
			va_end(ap);                                           \
		}                                                             \
		got = call given;                                             \
		opened(dir, path, flags, got, was);                           \
		return got;                                                   \
	}
OPENS(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(openat, (int in, const char *path, int flags, ...),
      (in, path, flags, mode), in)
OPENS(openat64, (int in, const char *path, int flags, ...),
      (in, path, flags, mode), in)
