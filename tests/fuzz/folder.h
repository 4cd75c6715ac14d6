/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of its own for a fuzz target, in memory where there is room:
 *
 *	folder_put("image", data, size);	a file in it
 *	... folder_path("image") ...
 *	folder_same("image", data, size);
 *	folder_clear();				before the next input
 */
#ifndef FUZZ_FOLDER_H
#define FUZZ_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder_name[256];
static pid_t folder_owner;

/* One of a few, to be used at once. */
static const char *folder_path(const char *name)
{
	static char path[4][512];
	static unsigned int next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", folder_name, name);
	return p;
}

static void folder_clear(void)
{
	struct dirent *entry;
	DIR *dir = opendir(folder_name);

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static void folder_remove(void)
{
	if (getpid() != folder_owner)
		return;
	folder_clear();
	rmdir(folder_name);
}

static void folder_make(void)
{
	const char *where = getenv("TMPDIR");

	if (*folder_name)
		return;
	if (!where)
		where = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	snprintf(folder_name, sizeof(folder_name), "%s/fuzz-XXXXXX", where);
	if (!mkdtemp(folder_name))
		abort();
	folder_owner = getpid();
	atexit(folder_remove);
}

static void folder_put(const char *name, const void *data, size_t size)
{
	int fd;

	folder_make();
	fd = open(folder_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		  0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* The whole file; to be freed.  *size is 0 if there is none. */
static inline uint8_t *folder_get(const char *name, size_t *size)
{
	int fd = open(folder_path(name), O_RDONLY | O_CLOEXEC);
	struct stat st = { .st_size = 0 };
	uint8_t *data;

	if (fd >= 0 && fstat(fd, &st))
		abort();
	*size = (size_t)st.st_size;
	data = malloc(*size + 1);
	if (!data || (fd >= 0 && read(fd, data, *size) != (ssize_t)*size))
		abort();
	data[*size] = '\0';
	if (fd >= 0)
		close(fd);
	return data;
}

/* Whether the file has these bytes and no others. */
static inline bool folder_same(const char *name, const void *data, size_t size)
{
	size_t n;
	uint8_t *is = folder_get(name, &n);
	bool same = n == size && !memcmp(is, data, size);

	free(is);
	return same;
}

#endif
