/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into sppctl: counts its calls of the operating system and makes
 * one of them fail, or ends the process there as a crash would.
 *
 *	FAULT_LOG   file that gets a line "PROCESS NUMBER CALL" for each call,
 *		    and of the first process "PROCESS NUMBER CALL PATH" where
 *		    it is about a file
 *	FAULT_AT    "PROCESS NUMBER": the call meant; the first process is 0,
 *		    its children are 1, 2, ... in the order of their making
 *	FAULT_DO    what to do there: an errno as a number, "short" (half of a
 *		    write), "zero" (nothing written), "before" or "after"
 *		    (_exit(99) before or after the call), "SIG" and a number
 *		    (the first process gets this signal before the call); or,
 *		    before it, to FAULT_FILE, as another program that knows no
 *		    locks does: "swap" (rename FAULT_WITH over it), "plant" (a
 *		    link to FAULT_WITH under its name), "scribble" (write into
 *		    it), "kill" (SIGKILL to the process whose number is in the file
 *		    FAULT_WITH), "rebind" (the loop device gets FAULT_WITH)
 *	FAULT_FIRST set: calls of children are left alone, as they must be
 *		    where they are confined
 *	FAULT_NEVER calls that this file system does not have: "linkat ioctl"
 *
 * Calls that glibc makes inside of itself are not seen.  The log is mapped:
 * a confined child has no file to write it to.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static pid_t first;  /* the first process */
static int process;  /* which one this is */
static int children; /* of this one */
static int calls;    /* so far */
static int at_process = -1, at_call;
static const char *what, *never;
static bool only_first;

/* The log, and how much of it is used; shared with all children. */
#define LOG_SIZE ((size_t)1 << 20)
static char *log_text;
static size_t *log_used;

static void *map(int fd, size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		       fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

static void open_log(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || posix_fallocate(fd, 0, LOG_SIZE))
		abort();
	log_text = map(fd, LOG_SIZE);
	log_used = map(-1, sizeof(*log_used));
	close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");

	first = getpid();
	what = getenv("FAULT_DO");
	never = getenv("FAULT_NEVER");
	only_first = getenv("FAULT_FIRST");
	if (at && sscanf(at, "%d %d", &at_process, &at_call) != 2)
		abort();
	if (log)
		open_log(log);
}

static bool is_never(const char *call)
{
	size_t n = strlen(call);
	const char *at = never;

	for (; at && (at = strstr(at, call)); at += n)
		if ((at == never || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

/* What the call in hand is about: a descriptor, or a name in a folder. */
static int about_fd;
static const char *about_name;

static void about(int fd, const char *name)
{
	about_fd = fd;
	about_name = name;
}

/* Its path; a confined child may not ask for it. */
static void tell_path(char *to, size_t room)
{
	char link[32];
	ssize_t n = 0;

	*to = '\0';
	if (process || (about_fd < 0 && about_fd != AT_FDCWD))
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", about_fd);
	if (!about_name || *about_name != '/')
		n = readlink(about_fd < 0 ? "/proc/self/cwd" : link, to + 1,
			     room - 1);
	if (n < 0)
		return;
	*to = ' ';
	snprintf(to + 1 + n, room - 1 - (size_t)n, "%s%s",
		 about_name && n ? "/" : "", about_name ? about_name : "");
}

/* Counts a call; whether it is the one. */
static bool meant(const char *call)
{
	char line[1200], path[1024];
	size_t n, at;

	if ((!what && !log_text) || (process && only_first))
		return false;
	calls++;
	if (log_text) {
		tell_path(path, sizeof(path));
		n = (size_t)snprintf(line, sizeof(line), "%d %d %s%s\n",
				     process, calls, call, path);
		at = __atomic_fetch_add(log_used, n, __ATOMIC_SEQ_CST);
		if (at + n >= LOG_SIZE)
			abort();
		memcpy(log_text + at, line, n);
	}
	return what && process == at_process && calls == at_call;
}

/* The real function of this name. */
static void *real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

static void end_other(const char *with)
{
	long fd = syscall(SYS_open, with, O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	syscall(SYS_read, fd, text, sizeof(text) - 1);
	syscall(SYS_close, fd);
	if (atoi(text) > 1)
		kill(atoi(text), SIGKILL);
}

/* In use, the device keeps the old file until all have closed it. */
static void rebind(const char *device, const char *with)
{
	long dev = syscall(SYS_open, device, O_RDWR | O_CLOEXEC);
	long fd = syscall(SYS_open, with, O_RDWR | O_CLOEXEC);

	syscall(SYS_ioctl, dev, LOOP_CLR_FD, 0);
	syscall(SYS_ioctl, dev, LOOP_SET_FD, fd);
	syscall(SYS_close, fd);
	syscall(SYS_close, dev);
}

/* What another program does to a file; by system calls, which are not seen. */
static bool meddle(void)
{
	const char *file = getenv("FAULT_FILE"), *with = getenv("FAULT_WITH");
	long fd;

	if (!strcmp(what, "swap")) {
		syscall(SYS_rename, with, file);
	} else if (!strcmp(what, "plant")) {
		syscall(SYS_unlink, file);
		syscall(SYS_symlink, with, file);
	} else if (!strcmp(what, "scribble")) {
		fd = syscall(SYS_open, file, O_WRONLY | O_CLOEXEC);
		if (fd >= 0) {
			syscall(SYS_pwrite64, fd, "meddled", 7, 400);
			syscall(SYS_close, fd);
		}
	} else if (!strcmp(what, "kill")) {
		end_other(with);
	} else if (!strcmp(what, "rebind")) {
		rebind(file, with);
	} else {
		return false;
	}
	return true;
}

/*
 * What to do with a call: -1 with errno set, or 0 to make it.  *after: make
 * it and end then.  *size, where it is not NULL, is made smaller for a short
 * write.
 */
static int fault(const char *call, bool *after, size_t *size)
{
	*after = false;
	if (is_never(call)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (!meant(call))
		return 0;
	if (meddle())
		return 0;
	if (!strcmp(what, "before"))
		_exit(99);
	if (!strcmp(what, "after")) {
		*after = true;
		return 0;
	}
	if (!strncmp(what, "SIG", 3)) {
		kill(first, atoi(what + 3));
		return 0;
	}
	if (!strcmp(what, "short") || !strcmp(what, "zero")) {
		if (size)
			*size = *what == 'z' ? 0 : (*size + 1) / 2;
		return 0;
	}
	errno = atoi(what);
	return -1;
}

static void end(bool after)
{
	if (after)
		_exit(99);
}

/*
 * A call with parameters `declared` that are passed on as `given`; size: NULL,
 * or that of what it reads or writes, which may come out short.
 */
#define CALL_WITH(type, name, declared, given, size, at, path) \
	type name declared                                     \
	{                                                      \
		type(*call) declared = real(#name), got;       \
		bool after;                                    \
                                                               \
		about(at, path);                               \
		if (fault(#name, &after, size))                \
			return -1;                             \
		got = call given;                              \
		end(after);                                    \
		return got;                                    \
	}

#define CALL(type, name, declared, given, at, path) \
	CALL_WITH(type, name, declared, given, NULL, at, path)
#define CALL_SIZED(type, name, declared, given, size, at) \
	CALL_WITH(type, name, declared, given, &(size), at, NULL)

/* Descriptors below 3 are how it talks to people: never at fault here. */
ssize_t write(int fd, const void *data, size_t n)
{
	ssize_t (*call)(int, const void *, size_t) = real("write"), got;
	bool after = false;

	about(fd, NULL);
	if (fd > STDERR_FILENO && fault("write", &after, &n))
		return -1;
	got = call(fd, data, n);
	end(after);
	return got;
}

CALL_SIZED(ssize_t, pwrite, (int fd, const void *data, size_t n, off_t off),
	   (fd, data, n, off), n, fd)
CALL_SIZED(ssize_t, copy_file_range,
	   (int in, off64_t *from, int out, off64_t *to, size_t n,
	    unsigned int flags),
	   (in, from, out, to, n, flags), n, out)
CALL(int, fsync, (int fd), (fd), fd, NULL)
CALL(int, fdatasync, (int fd), (fd), fd, NULL)
CALL(int, sync_file_range, (int fd, off64_t off, off64_t n, unsigned int flags),
     (fd, off, n, flags), fd, NULL)
CALL(int, ftruncate, (int fd, off_t size), (fd, size), fd, NULL)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), fd, NULL)
CALL(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group), fd,
     NULL)
CALL(int, fsetxattr,
     (int fd, const char *name, const void *value, size_t size, int flags),
     (fd, name, value, size, flags), fd, NULL)
CALL(int, rename, (const char *from, const char *to), (from, to), AT_FDCWD, to)
CALL(int, renameat, (int a, const char *from, int b, const char *to),
     (a, from, b, to), b, to)
CALL(int, renameat2,
     (int a, const char *from, int b, const char *to, unsigned int flags),
     (a, from, b, to, flags), b, to)
CALL(int, link, (const char *from, const char *to), (from, to), AT_FDCWD, to)
CALL(int, linkat, (int a, const char *from, int b, const char *to, int flags),
     (a, from, b, to, flags), b, to)
CALL(int, unlink, (const char *name), (name), AT_FDCWD, name)
CALL(int, unlinkat, (int dir, const char *name, int flags), (dir, name, flags),
     dir, name)
CALL(int, memfd_create, (const char *name, unsigned int flags), (name, flags),
     -1, NULL)
CALL(int, flock, (int fd, int operation), (fd, operation), fd, NULL)
CALL(int, pipe2, (int ends[2], int flags), (ends, flags), -1, NULL)

/* What only reads cannot hurt, but its failure must be told. */
CALL_SIZED(ssize_t, pread, (int fd, void *to, size_t n, off_t off),
	   (fd, to, n, off), n, fd)
CALL_SIZED(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n), n, fd)
CALL(ssize_t, fgetxattr, (int fd, const char *name, void *value, size_t size),
     (fd, name, value, size), fd, NULL)
CALL(ssize_t, flistxattr, (int fd, char *list, size_t size), (fd, list, size),
     fd, NULL)
CALL(int, fstat, (int fd, struct stat *st), (fd, st), fd, NULL)
CALL(int, fstatat, (int dir, const char *name, struct stat *st, int flags),
     (dir, name, st, flags), dir, name)

/* What libnbd asks a server for. */
ssize_t send(int fd, const void *data, size_t n, int flags)
{
	ssize_t (*call)(int, const void *, size_t, int) = real("send"), got;
	bool after;

	about(-1, NULL);
	if (fault("send", &after, NULL))
		return -1;
	got = call(fd, data, n, flags);
	end(after);
	return got;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*call)(int, unsigned long, long) = real("ioctl"), got;
	bool after = false;
	va_list ap;
	long arg;

	va_start(ap, request);
	arg = va_arg(ap, long);
	va_end(ap);
	about(fd, NULL);
	if (request == FICLONE && fault("ioctl", &after, NULL))
		return -1;
	got = call(fd, request, arg);
	end(after);
	return got;
}

static const char *open_name(int flags)
{
	if ((flags & O_TMPFILE) == O_TMPFILE)
		return "tmpfile";
	return flags & O_CREAT ? "create" : "open";
}

static int open_in(int dir, const char *name, int flags, va_list ap)
{
	int (*call)(int, const char *, int, ...) = real("openat"), got;
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	bool after;

	about(dir, name);
	if (fault(open_name(flags), &after, NULL))
		return -1;
	got = call(dir, name, flags, mode);
	end(after);
	return got;
}

int open(const char *name, int flags, ...)
{
	va_list ap;
	int got;

	va_start(ap, flags);
	got = open_in(AT_FDCWD, name, flags, ap);
	va_end(ap);
	return got;
}

int openat(int dir, const char *name, int flags, ...)
{
	va_list ap;
	int got;

	va_start(ap, flags);
	got = open_in(dir, name, flags, ap);
	va_end(ap);
	return got;
}

/* What openat() is where its flags are known to be few. */
int __openat_2(int dir, const char *name, int flags);
int __openat_2(int dir, const char *name, int flags)
{
	return openat(dir, name, flags);
}

/* Children are numbered, and count for themselves. */
pid_t fork(void)
{
	pid_t (*call)(void) = real("fork"), pid;
	bool after;

	about(-1, NULL);
	if (fault("fork", &after, NULL))
		return -1;
	children++;
	pid = call();
	if (!pid) {
		process = process * 10 + children;
		children = 0;
		calls = 0;
		return 0;
	}
	end(after);
	return pid;
}
