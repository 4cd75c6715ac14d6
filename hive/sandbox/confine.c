/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/confine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hive/sandbox/bpf.h"
#include "hive/sandbox/filter.h"

/*
 * valgrind emulates the program, and there no call can be answered by a
 * handler.
 */
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

/* Assumed where /proc does not tell the memory in use. */
#define UNKNOWN_MEMORY ((size_t)1 << 30)
/* The most descriptors closed one by one, where no better way exists. */
#define DESCRIPTORS_MAX (1 << 20)

/* What setrlimit() takes: of its own type in glibc, which clang looks at. */
#ifdef __GLIBC__
typedef __rlimit_resource_t resource_t;
#else
typedef int resource_t;
#endif

/* Memory in use counts against the limit, so it is added to it. */
static size_t memory_in_use(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	char line[128];

	if (f && fgets(line, sizeof(line), f))
		pages = strtoul(line, NULL, 10);
	if (f)
		fclose(f);
	return pages ? pages * (size_t)sysconf(_SC_PAGESIZE) : UNKNOWN_MEMORY;
}

static enum spp_status limit(const struct spp_confine *room,
			     struct spp_error *err)
{
	const struct {
		resource_t what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, room->write ? (rlim_t)room->longest : 0 },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_CPU, SPP_CONFINE_SECONDS },
		{ RLIMIT_AS,
		  memory_in_use() + SPP_CONFINE_MEMORY + room->memory },
	};
	struct rlimit r;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		/* A sanitizer's bookkeeping takes terabytes of addresses. */
		if (SPP_SANITIZED && limits[i].what == RLIMIT_AS)
			continue;
		if (getrlimit(limits[i].what, &r))
			continue;
		/* The soft limit sends a signal, the hard limit kills. */
		if (r.rlim_cur > limits[i].most)
			r.rlim_cur = limits[i].most;
		if (r.rlim_max > limits[i].most + 1)
			r.rlim_max = limits[i].most + 1;
		if (setrlimit(limits[i].what, &r))
			return spp_fail_errno(err, SPP_NORESOURCES,
					      "cannot limit a process");
	}
	return SPP_OK;
}

static bool is_kept(const struct spp_confine *room, int fd)
{
	return fd == room->say || fd == room->keep ||
	       (SPP_SANITIZED && fd <= STDERR_FILENO);
}

/* Closes the descriptors that /proc lists; false without /proc. */
static bool close_listed(const struct spp_confine *room)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int fd;

	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		fd = (int)strtol(entry->d_name, NULL, 10);
		if (*entry->d_name != '.' && fd != dirfd(dir) &&
		    !is_kept(room, fd))
			close(fd);
	}
	closedir(dir);
	return true;
}

/* Closes descriptors; false where kernel or libc have no call for it. */
static bool close_range_of(int first, unsigned int last)
{
#ifdef SYS_close_range
	return !syscall(SYS_close_range, first, last, 0);
#else
	(void)first, (void)last;
	return false;
#endif
}

/*
 * Closes all other descriptors.  The kernel may lack close_range(), or an older
 * filter around a container may deny it with any errno.
 */
static void close_others(const struct spp_confine *room)
{
	int fd, next,
		most = sysconf(_SC_OPEN_MAX) > DESCRIPTORS_MAX
			       ? DESCRIPTORS_MAX
			       : (int)sysconf(_SC_OPEN_MAX);
	int kept[] = { room->say, room->keep };
	bool done = true;

	if (kept[0] > kept[1]) {
		kept[0] = room->keep;
		kept[1] = room->say;
	}
	next = SPP_SANITIZED ? STDERR_FILENO + 1 : 0;
	for (fd = 0; fd < 2; fd++) {
		if (kept[fd] > next && done)
			done = close_range_of(next, (unsigned int)kept[fd] - 1);
		next = kept[fd] >= next ? kept[fd] + 1 : next;
	}
	if (done && close_range_of(next, ~0u))
		return;
	if (close_listed(room))
		return;
	for (fd = 0; fd < most; fd++)
		if (!is_kept(room, fd))
			close(fd);
}

bool spp_confine_filters(void)
{
	return spp_filter_built() && !RUNNING_ON_VALGRIND &&
	       spp_bpf_supported();
}

enum spp_status spp_confine(const struct spp_confine *room,
			    struct spp_error *err)
{
	enum spp_status st = limit(room, err);

	if (st)
		return st;
	close_others(room);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return spp_fail_errno(err, SPP_IO, "cannot confine a process");
	return spp_confine_filters() ? spp_filter(room, err) : SPP_OK;
}
