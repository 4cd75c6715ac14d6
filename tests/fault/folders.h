/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that lead to a file, for the drivers of the shims. */
#ifndef TESTS_FAULT_FOLDERS_H
#define TESTS_FAULT_FOLDERS_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static inline void make_folders(const char *path)
{
	char part[256];
	const char *slash;

	for (slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) && errno != EEXIST) {
			perror(part);
			exit(2);
		}
	}
}

#endif
