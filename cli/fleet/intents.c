/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/intents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/buf.h"

/* Longer than any name of a target. */
#define NAMES_ROOM 8192

struct cli_intents {
	char *path;
	int fd;
	struct spp_buf names; /* of an earlier run, each with its NUL */
	const char **sorted;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A name that was cut short belongs to a change that was not begun. */
static enum spp_status sort_names(struct cli_intents *in, struct spp_error *err)
{
	const char *at = spp_buf_text(&in->names), *end = at + in->names.size;
	const char *nul;

	for (; at < end && (nul = memchr(at, '\0', (size_t)(end - at)));
	     at = nul + 1) {
		const char **grown =
			spp_grow(in->sorted, in->count, sizeof(*grown));

		if (!grown)
			return spp_nomem(err);
		in->sorted = grown;
		grown[in->count++] = at;
	}
	if (in->count)
		qsort(in->sorted, in->count, sizeof(*in->sorted), by_name);
	return SPP_OK;
}

/* What is no list of names is of somebody else. */
static enum spp_status judge(int fd, const char *path, struct spp_error *err)
{
	char names[NAMES_ROOM];
	struct stat about;
	ssize_t n = -1;

	if (!fstat(fd, &about) && S_ISREG(about.st_mode))
		n = pread(fd, names, sizeof(names), 0);
	if (n >= 0 && (!n || memchr(names, '\0', (size_t)n)))
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"'%s' is not a file of sppctl, which needs this name; "
			"rename it, or name another file for the results",
			path);
}

static enum spp_status read_names(struct cli_intents *in, struct spp_error *err)
{
	enum spp_status st = judge(in->fd, in->path, err);
	char chunk[NAMES_ROOM];
	ssize_t n;

	while (!st && (n = read(in->fd, chunk, sizeof(chunk))) > 0)
		st = spp_buf_append(&in->names, chunk, (size_t)n, err);
	if (!st && n < 0)
		st = spp_fail_errno(err, SPP_IO, "cannot read '%s'", in->path);
	return st ? st : sort_names(in, err);
}

/* Beside the file itself, whatever link leads to it. */
static char *path_of(const char *file)
{
	char CLEANUP(spp_free_string) *real = NULL;
	struct stat st;
	char *path;

	if (!lstat(file, &st) && S_ISLNK(st.st_mode))
		real = realpath(file, NULL);
	return asprintf(&path, "%s.begun", real ? real : file) < 0 ? NULL
								   : path;
}

static int open_list(const char *path, int flags)
{
	return open(path,
		    flags | O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK |
			    O_CLOEXEC | O_NOCTTY,
		    0600);
}

enum spp_status cli_intents_possible(const char *file, bool resume,
				     struct spp_error *err)
{
	char CLEANUP(spp_free_string) *path = path_of(file);
	enum spp_status st;
	struct stat about;
	int fd;

	if (!path)
		return spp_nomem(err);
	if (lstat(path, &about))
		return errno == ENOENT
			       ? SPP_OK
			       : spp_fail_errno(err, SPP_IO, "cannot make '%s'",
						path);
	/* A file that is there already is refused with better words. */
	if (!resume && !stat(file, &about))
		return SPP_OK;
	if (!resume)
		return spp_fail(err, SPP_REFUSED,
				"'%s' exists; go on with --resume if a run was "
				"killed, or name another file for the results",
				path);
	fd = open_list(path, 0);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	st = judge(fd, path, err);
	close(fd);
	return st;
}

enum spp_status cli_intents_open(const char *file, bool resume,
				 struct cli_intents **intents,
				 struct spp_error *err)
{
	struct cli_intents *in;
	enum spp_status st;
	struct stat about;

	*intents = NULL;
	/* What is no file in a folder cannot be gone on with, either. */
	if (stat(file, &about) || !S_ISREG(about.st_mode))
		return SPP_OK;
	in = calloc(1, sizeof(*in));
	if (in)
		in->path = path_of(file);
	if (!in || !in->path) {
		free(in);
		return spp_nomem(err);
	}
	in->fd = open_list(in->path, O_CREAT | (resume ? 0 : O_EXCL));
	if (in->fd < 0)
		st = spp_fail_errno(err, SPP_IO, "cannot open '%s'", in->path);
	else
		st = resume ? read_names(in, err) : SPP_OK;
	if (st)
		cli_intents_close(in, false);
	else
		*intents = in;
	return st;
}

bool cli_intents_any(const struct cli_intents *in)
{
	return in && in->count;
}

bool cli_intents_had(const struct cli_intents *in, const char *target)
{
	return in && in->count &&
	       bsearch(&target, in->sorted, in->count, sizeof(*in->sorted),
		       by_name);
}

enum spp_status cli_intents_add(const struct cli_intents *in,
				const char *target, struct spp_error *err)
{
	size_t n = strlen(target) + 1;

	if (!in)
		return SPP_OK;
	/* By one call: several children write to it. */
	if (write(in->fd, target, n) != (ssize_t)n || fdatasync(in->fd))
		return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
				      in->path);
	return SPP_OK;
}

void cli_intents_close(struct cli_intents *in, bool done)
{
	if (!in)
		return;
	if (done)
		unlink(in->path);
	if (in->fd >= 0)
		close(in->fd);
	spp_buf_release(&in->names);
	free(in->sorted);
	free(in->path);
	free(in);
}
