/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gives a fuzz target every file named, or in folders named:
 *
 *	replay TARGET FILE-OR-FOLDER...
 *
 * replays.h, which CMake makes, names all of the targets.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef int target_fn(const uint8_t *data, size_t size);

#define REPLAY(name) target_fn fuzz_##name;
#include "replays.h"
#undef REPLAY

static const struct {
	const char *name;
	target_fn *run;
} targets[] = {
#define REPLAY(name) { #name, fuzz_##name },
#include "replays.h"
#undef REPLAY
};

static target_fn *target;
static unsigned int count;

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(f);
	/* Exactly as large as the file, so that one byte more is noticed. */
	data = malloc(size ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(2);
	}
	fclose(f);
	target(data, (size_t)size);
	free(data);
	count++;
}

static void replay(const char *path)
{
	struct dirent *entry;
	struct stat st;
	char below[4096];
	DIR *dir;

	if (stat(path, &st))
		return; /* no corpus: the test is skipped */
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		replay_file(below);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	size_t t;
	int i;

	for (t = 0; t < sizeof(targets) / sizeof(targets[0]); t++)
		if (argc > 1 && !strcmp(argv[1], targets[t].name))
			target = targets[t].run;
	if (!target) {
		fprintf(stderr, "usage: replay TARGET FILE-OR-FOLDER...\n");
		return 2;
	}
	for (i = 2; i < argc; i++)
		replay(argv[i]);
	printf("%u inputs\n", count);
	return count ? 0 : 77;
}
