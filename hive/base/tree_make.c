/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder with files in it, made under a work name and then given its own:
 * whoever looks sees all of it or nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/base/tree.h"

struct job {
	const struct spp_tree *tree;
	const char *top, *label;
	char work[300];
	int dir;  /* where top is to be */
	int made; /* top itself, under its work name */
	struct spp_error *err;
};

/* What of a file's path stands below top, or NULL. */
static const char *below_top(const struct job *job, size_t i)
{
	const char *path = job->tree->entry[i].path;
	size_t n = strlen(job->top);

	return job->tree->entry[i].folder || strncmp(path, job->top, n) ||
			       path[n] != '/'
		       ? NULL
		       : path + n + 1;
}

static enum spp_status cannot(const struct job *job, const char *name)
{
	return spp_fail_errno(job->err, SPP_IO, "cannot create '%s/%s/%s'",
			      job->label, job->top, name);
}

/* The i-th folder of a path: its length, 0 after the last. */
static size_t folder_end(const char *path, size_t i)
{
	const char *slash = path - 1;

	do {
		slash = strchr(slash + 1, '/');
	} while (slash && i--);
	return slash ? (size_t)(slash - path) : 0;
}

/* Goes into the folder of a path, made or not; -1 with errno. */
static int enter(const struct job *job, const char *path, bool make)
{
	int fd = dup(job->made), next;
	size_t i, from = 0, end;
	char name[256];

	for (i = 0; fd >= 0 && (end = folder_end(path, i)); i++) {
		snprintf(name, sizeof(name), "%.*s", (int)(end - from),
			 path + from);
		from = end + 1;
		if (make && mkdirat(fd, name, 0777) && errno != EEXIST)
			next = -1;
		else
			next = openat(fd, name,
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					      O_CLOEXEC);
		close(fd);
		fd = next;
	}
	return fd;
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum spp_status make_file(const struct job *job, size_t i)
{
	const struct spp_buf *data = &job->tree->entry[i].data;
	const char *path = below_top(job, i);
	enum spp_status st = SPP_OK;
	int folder, fd = -1;

	if (!path)
		return SPP_OK;
	folder = enter(job, path, true);
	if (folder >= 0)
		fd = openat(folder, last_name(path),
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				    O_CLOEXEC,
			    0666);
	if (fd < 0)
		st = cannot(job, path);
	else
		st = spp_write_at(fd, 0, data->data, data->size, path,
				  job->err);
	if (!st && fsync(fd))
		st = cannot(job, path);
	if (!st && fsync(folder) && errno != EINVAL)
		st = cannot(job, path);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return st;
}

/* Removes the files of the tree and their folders, and nothing else. */
static void sweep(const struct job *job)
{
	const char *path;
	char folder[4200];
	size_t i, depth, end;
	int fd;

	for (i = 0; i < job->tree->count; i++) {
		path = below_top(job, i);
		fd = path ? enter(job, path, false) : -1;
		if (fd >= 0) {
			unlinkat(fd, last_name(path), 0);
			close(fd);
		}
	}
	for (i = 0; i < job->tree->count; i++) {
		path = below_top(job, i);
		for (depth = SPP_TREE_DEPTH; path && depth-- > 0;) {
			end = folder_end(path, depth);
			if (!end)
				continue;
			snprintf(folder, sizeof(folder), "%.*s", (int)end,
				 path);
			fd = enter(job, folder, false);
			if (fd >= 0) {
				unlinkat(fd, last_name(folder), AT_REMOVEDIR);
				close(fd);
			}
		}
	}
	unlinkat(job->dir, job->work, AT_REMOVEDIR);
}

static int open_folder(int dir, const char *name)
{
	return openat(dir, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static enum spp_status fill(struct job *job)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < job->tree->count; i++)
		st = make_file(job, i);
	if (!st && fsync(job->made) && errno != EINVAL)
		st = cannot(job, "");
	if (!st && spp_rename_new(job->dir, job->work, job->top))
		st = cannot(job, "");
	if (st)
		return st;
	/* What fails from here on is to be removed under this name. */
	snprintf(job->work, sizeof(job->work), "%.255s", job->top);
	if (fsync(job->dir) && errno != EINVAL)
		st = cannot(job, "");
	return st;
}

static enum spp_status make(struct job *job)
{
	enum spp_status st;

	/* One that a crash left has the same files: it is of the same bytes. */
	job->made = open_folder(job->dir, job->work);
	if (job->made >= 0) {
		sweep(job);
		close(job->made);
	}
	if (mkdirat(job->dir, job->work, 0777))
		return cannot(job, "");
	job->made = open_folder(job->dir, job->work);
	if (job->made < 0)
		return cannot(job, "");
	st = fill(job);
	if (st)
		sweep(job);
	close(job->made);
	return st;
}

/* Whether the folder that is there has each file, with the same bytes. */
static enum spp_status compare(const struct job *job)
{
	char CLEANUP(spp_free_string) *path = NULL;
	struct spp_tree CLEANUP(spp_tree_close) there = SPP_TREE_INIT;
	enum spp_status st;
	size_t i, j, found = 0, wanted = 0;

	if (asprintf(&path, "%s/%s", job->label, job->top) < 0) {
		path = NULL;
		return spp_nomem(job->err);
	}
	st = spp_tree_open(&there, path, SPP_TREE_DEPTH, job->err);
	for (i = 0; !st && i < job->tree->count; i++) {
		const struct spp_buf *data = &job->tree->entry[i].data;
		struct spp_buf CLEANUP(spp_buf_release) is = SPP_BUF_INIT;

		if (!below_top(job, i))
			continue;
		wanted++;
		for (j = 0; j < there.count; j++)
			if (!strcmp(there.entry[j].path, below_top(job, i)))
				break;
		if (j == there.count || there.entry[j].folder)
			continue;
		st = spp_tree_read(&there, j, SPP_TREE_BYTES / 8, &is,
				   job->err);
		found += !st && is.size == data->size &&
			 (!is.size || !memcmp(is.data, data->data, is.size));
	}
	if (!st && found != wanted)
		st = spp_fail(job->err, SPP_REFUSED,
			      "'%s' is there with other content; remove it or "
			      "name another folder",
			      path);
	return st;
}

enum spp_status spp_tree_make(const struct spp_tree *tree, const char *top,
			      int dir, const char *label, struct spp_error *err)
{
	struct job job = { .tree = tree,
			   .top = top,
			   .label = label,
			   .dir = dir,
			   .made = -1,
			   .err = err };
	struct stat st;

	snprintf(job.work, sizeof(job.work), ".%.255s.sppctl-new", top);
	if (!fstatat(dir, top, &st, AT_SYMLINK_NOFOLLOW))
		return compare(&job);
	return make(&job);
}

void spp_tree_unmake(const struct spp_tree *tree, const char *top, int dir)
{
	struct job job = { .tree = tree, .top = top, .dir = dir };

	snprintf(job.work, sizeof(job.work), "%.255s", top);
	job.made = open_folder(dir, top);
	if (job.made < 0)
		return;
	sweep(&job);
	close(job.made);
}
