/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder of the suite, with a file "f" that is to be replaced.
 *
 *	int dir = open_folder();
 *	struct job job;
 *
 *	put(dir, "f", "old");
 *	seal(&job, dir, &options, &err);
 *	spp_replace_publish(&job.replace, &err);
 *	... holds(dir, "f", "new") ...
 *	finish(&job);
 */
#ifndef TESTS_REPLACING_H
#define TESTS_REPLACING_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hive/place/replace.h"
#include "tests/unit.h"

/* Its work name. */
#define TEMP ".f.sppctl-new"

static inline int open_folder(void)
{
	int dir = open(unit_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CU_ASSERT_TRUE_FATAL(dir >= 0);
	return dir;
}

static inline void put(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Whether the file holds this text; NULL: whether it is not there. */
static inline bool holds(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW);
	char buf[64] = "";
	ssize_t n;

	if (fd < 0)
		return !text && errno == ENOENT;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	return text && n >= 0 && !strcmp(buf, text);
}

/* A place and what is to take it. */
struct job {
	struct spp_place place;
	struct spp_replace replace;
};

static inline void finish(struct job *j)
{
	spp_replace_close(&j->replace);
	spp_place_close(&j->place);
}

/* The steps up to what is ready to be published. */
static inline enum spp_status seal(struct job *j, int dir,
				   const struct spp_place_options *options,
				   struct spp_error *err)
{
	enum spp_status st;

	*j = (struct job){ SPP_PLACE_INIT, SPP_REPLACE_INIT };
	st = spp_place_open_at(&j->place, dir, "f", "F", options, err);
	if (!st)
		st = spp_replace_begin(&j->replace, &j->place, options->backup,
				       err);
	if (!st)
		CU_ASSERT_EQUAL(write(j->replace.file.fd, "new", 3), 3);
	return st ? st : spp_replace_seal(&j->replace, err);
}

#endif
