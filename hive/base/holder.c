/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/holder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM 4096 /* of fdinfo; a file with more locks is read in part */

/* A short file of /proc as a string; "" if it cannot be read. */
static void read_text(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, room - 1);

	text[n < 0 ? 0 : n] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Whether the process has locked its descriptor, or opened it for writing. */
static bool is_held(long pid, const char *number)
{
	char path[64], text[ROOM];
	const char *flags;

	snprintf(path, sizeof(path), "/proc/%ld/fdinfo/%.20s", pid, number);
	read_text(path, text, sizeof(text));
	flags = strstr(text, "flags:");
	return strstr(text, "\nlock:") ||
	       (flags && strtoul(flags + 6, NULL, 8) & O_ACCMODE);
}

static bool holds(long pid, const struct stat *file)
{
	char path[64];
	bool found = false;
	struct dirent *e;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	dir = opendir(path);
	while (!found && dir && (e = readdir(dir)))
		found = !fstatat(dirfd(dir), e->d_name, &st, 0) &&
			st.st_dev == file->st_dev &&
			st.st_ino == file->st_ino && is_held(pid, e->d_name);
	if (dir)
		closedir(dir);
	return found;
}

const char *spp_holder(int fd, char text[SPP_HOLDER_TEXT])
{
	char path[64], name[32] = "";
	struct dirent *e;
	struct stat st;
	DIR *dir;
	long pid;

	strcpy(text, "another process");
	if (fstat(fd, &st))
		return text;
	dir = opendir("/proc");
	while (dir && !*name && (e = readdir(dir))) {
		pid = strtol(e->d_name, NULL, 10);
		if (pid <= 0 || pid == getpid() || !holds(pid, &st))
			continue;
		snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
		read_text(path, name, sizeof(name));
		name[strcspn(name, "\n")] = '\0';
		snprintf(text, SPP_HOLDER_TEXT, "%s (process %ld)", name, pid);
	}
	if (dir)
		closedir(dir);
	return text;
}
