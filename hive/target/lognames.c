/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/lognames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/file.h"

/* Of a folder with more bytes of names, nothing is remembered. */
#define BYTES_MAX ((size_t)1 << 20)

struct spp_lognames {
	struct stat folder;  /* before it was listed */
	struct spp_buf name; /* all names, each with its NUL */
	bool known;
};

enum spp_status spp_lognames_open(struct spp_lognames **names,
				  struct spp_error *err)
{
	*names = calloc(1, sizeof(**names));
	return *names ? SPP_OK : spp_nomem(err);
}

void spp_lognames_close(struct spp_lognames *names)
{
	if (!names)
		return;
	spp_buf_release(&names->name);
	free(names);
}

/* The kind of log, by the end of the file's name; -1 if it is not one. */
static int log_of(const char *file, size_t n)
{
	const char *suffix;
	size_t m;
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++) {
		suffix = spp_log_suffix((enum spp_log_name)i);
		m = strlen(suffix);
		if (n > m && !strcasecmp(file + n - m, suffix))
			return i;
	}
	return -1;
}

static enum spp_status list(struct spp_lognames *names, int dir,
			    struct spp_error *err)
{
	int fd = spp_open_quiet(dir, ".", O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	enum spp_status st = SPP_OK;
	struct dirent *entry;
	size_t n;

	if (!folder) {
		if (fd >= 0)
			close(fd);
		return spp_fail_errno(err, SPP_IO, "cannot list the folder");
	}
	names->name.size = 0;
	while (!st && (entry = readdir(folder))) {
		n = strlen(entry->d_name);
		if (log_of(entry->d_name, n) >= 0)
			st = spp_buf_append(&names->name, entry->d_name, n + 1,
					    err);
	}
	closedir(folder);
	return st;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_listed(const struct spp_lognames *names, const char *name)
{
	const char *at = spp_buf_text(&names->name);
	const char *end = at + names->name.size;

	for (; at < end; at += strlen(at) + 1)
		if (!strcmp(at, name))
			return true;
	return false;
}

/*
 * Whether the folder must be listed: it is another one, it changed, or a log of
 * the usual name is new.  Some file systems keep no times of folders.
 */
static bool is_new(const struct spp_lognames *names, int dir, const char *hive)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++) {
		snprintf(name, sizeof(name), "%s%s", hive,
			 spp_log_suffix((enum spp_log_name)i));
		if (!fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) !=
		    is_listed(names, name))
			return true;
	}
	return false;
}

enum spp_status spp_lognames_list(struct spp_lognames *names, int dir,
				  const char *hive, struct spp_error *err)
{
	const struct stat *was = &names->folder;
	struct stat now;
	enum spp_status st;

	if (fstat(dir, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine the folder");
	if (names->known && now.st_dev == was->st_dev &&
	    now.st_ino == was->st_ino && same_time(now.st_mtim, was->st_mtim) &&
	    same_time(now.st_ctim, was->st_ctim) && !is_new(names, dir, hive))
		return SPP_OK;
	names->known = false;
	st = list(names, dir, err);
	names->folder = now;
	names->known = !st && names->name.size <= BYTES_MAX;
	return st;
}

const char *spp_lognames_next(const struct spp_lognames *names,
			      const char *hive, const char *at, int *log)
{
	const char *first = spp_buf_text(&names->name);
	size_t stem = strlen(hive), n;

	for (at = at ? at + strlen(at) + 1 : first;
	     at < first + names->name.size; at += n + 1) {
		n = strlen(at);
		*log = log_of(at, n);
		if (n > stem && !strncasecmp(at, hive, stem) &&
		    n - stem ==
			    strlen(spp_log_suffix((enum spp_log_name) * log)))
			return at;
	}
	return NULL;
}

void spp_lognames_prime(struct spp_lognames *names, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int dir = folder ? open(folder,
				O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)
			 : -1;

	if (dir >= 0)
		spp_lognames_list(names, dir, slash ? slash + 1 : path, NULL);
	if (dir >= 0)
		close(dir);
	free(folder);
}
