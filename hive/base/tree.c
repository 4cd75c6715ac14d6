/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/file.h"

#define PATH_MAX_BYTES 4096 /* of a path below the folder */

void spp_tree_close(struct spp_tree *tree)
{
	size_t i;

	if (!tree)
		return;
	for (i = 0; i < tree->count; i++) {
		free(tree->entry[i].path);
		spp_buf_release(&tree->entry[i].data);
	}
	free(tree->entry);
	free(tree->name);
	if (tree->dir >= 0)
		close(tree->dir);
	*tree = (struct spp_tree)SPP_TREE_INIT;
}

char *spp_tree_path(const struct spp_tree *tree, size_t i)
{
	const char *folder = tree->name ? tree->name : "";
	size_t n = strlen(folder);
	char *path;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	if (asprintf(&path, "%.*s%s%s", (int)n, folder, n ? "/" : "",
		     tree->entry[i].path) < 0)
		return NULL;
	return path;
}

/* Takes path, also where it fails. */
static enum spp_status append(struct spp_tree *tree, char *path, bool folder,
			      struct spp_error *err)
{
	struct spp_tree_entry *grown;

	if (!path)
		return spp_nomem(err);
	if (tree->count >= SPP_TREE_ENTRIES) {
		free(path);
		return spp_fail(err, SPP_LIMIT, "'%s' has more than %d entries",
				tree->name, SPP_TREE_ENTRIES);
	}
	grown = spp_grow(tree->entry, tree->count, sizeof(*grown));
	if (!grown) {
		free(path);
		return spp_nomem(err);
	}
	tree->entry = grown;
	tree->entry[tree->count++] =
		(struct spp_tree_entry){ .path = path, .folder = folder };
	return SPP_OK;
}

static char *join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0)
		return NULL;
	return path;
}

static enum spp_status list(struct spp_tree *tree, int fd, const char *below,
			    int depth, struct spp_error *err);

static enum spp_status take_folder(struct spp_tree *tree, int dir,
				   const char *name, const char *path,
				   int depth, struct spp_error *err)
{
	int fd = spp_open_quiet(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

	if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR ||
		       errno == EACCES)) {
		tree->skipped++; /* not for us, or swapped meanwhile */
		return SPP_OK;
	}
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s/%s'",
				      tree->name, path);
	return list(tree, fd, path, depth, err);
}

static enum spp_status take_entry(struct spp_tree *tree, int dir,
				  const char *below, const char *name,
				  int depth, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *path = join(below, name);
	enum spp_status status;
	struct stat st;

	if (!path)
		return spp_nomem(err);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) ||
	    strlen(path) > PATH_MAX_BYTES) {
		tree->skipped++;
		return SPP_OK;
	}
	status = append(tree, strdup(path), S_ISDIR(st.st_mode), err);
	if (status || !S_ISDIR(st.st_mode))
		return status;
	if (depth > 1)
		return take_folder(tree, dir, name, path, depth - 1, err);
	tree->skipped++;
	return SPP_OK;
}

/* Takes fd. */
static enum spp_status list(struct spp_tree *tree, int fd, const char *below,
			    int depth, struct spp_error *err)
{
	DIR *folder = fdopendir(fd);
	enum spp_status st = SPP_OK;
	struct dirent *entry;

	if (!folder) {
		st = spp_fail_errno(err, SPP_IO, "cannot list '%s'",
				    tree->name);
		close(fd);
		return st;
	}
	while (!st && (errno = 0, entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			st = take_entry(tree, dirfd(folder), below,
					entry->d_name, depth, err);
	if (!st && errno)
		st = spp_fail_errno(err, SPP_IO, "cannot list '%s'",
				    tree->name);
	closedir(folder);
	return st;
}

static int by_path(const void *a, const void *b)
{
	const struct spp_tree_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void spp_tree_sort(struct spp_tree *tree)
{
	if (tree->count)
		qsort(tree->entry, tree->count, sizeof(*tree->entry), by_path);
}

enum spp_status spp_tree_open(struct spp_tree *tree, const char *path,
			      int depth, struct spp_error *err)
{
	struct spp_tree CLEANUP(spp_tree_close) made = SPP_TREE_INIT;
	enum spp_status st;
	int fd;

	made.name = strdup(path);
	if (!made.name)
		return spp_nomem(err);
	made.dir = spp_open_quiet(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	if (made.dir < 0)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	fd = spp_open_quiet(made.dir, ".", O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	st = list(&made, fd, "", depth, err);
	if (st)
		return st;
	spp_tree_sort(&made);
	*tree = made;
	made = (struct spp_tree)SPP_TREE_INIT;
	return SPP_OK;
}

/* Opens "a/b/c" name by name; -1 with errno. */
static int open_below(int dir, const char *path)
{
	const char *slash;
	char name[256]; /* NAME_MAX and NUL */
	int fd = dir, next;
	size_t n;

	for (; (slash = strchr(path, '/')); path = slash + 1) {
		n = (size_t)(slash - path);
		if (n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			next = -1;
		} else {
			memcpy(name, path, n);
			name[n] = '\0';
			next = openat(fd, name,
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					      O_CLOEXEC);
		}
		if (fd != dir)
			close(fd);
		if (next < 0)
			return -1;
		fd = next;
	}
	/* A pipe that took the name must not keep us waiting. */
	next = spp_open_quiet(fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	if (fd != dir)
		close(fd);
	return next;
}

static enum spp_status read_open(struct spp_tree *tree, int fd,
				 const char *label, size_t most,
				 struct spp_buf *buf, struct spp_error *err)
{
	enum spp_status status;
	struct stat st;
	size_t n;

	if (fstat(fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot read '%s'", label);
	if (!S_ISREG(st.st_mode))
		return spp_fail(err, SPP_BUSY,
				"'%s' is not a regular file any more; is "
				"another program changing it?",
				label);
	if ((uint64_t)st.st_size > most)
		return spp_fail(err, SPP_LIMIT,
				"'%s' is too large: more than %zu bytes", label,
				most);
	n = (size_t)st.st_size;
	if (n > SPP_TREE_BYTES - tree->read)
		return spp_fail(err, SPP_LIMIT,
				"the files of '%s' are too large: more than "
				"%zu bytes",
				tree->name, SPP_TREE_BYTES);
	tree->read += n;
	status = spp_buf_reserve(buf, n + 1, err);
	if (!status)
		status = spp_read_at(fd, 0, buf->data + buf->size, n, label,
				     err);
	if (!status)
		buf->size += n;
	return status;
}

enum spp_status spp_tree_read(struct spp_tree *tree, size_t i, size_t most,
			      struct spp_buf *buf, struct spp_error *err)
{
	const struct spp_tree_entry *entry = &tree->entry[i];
	char CLEANUP(spp_free_string) *label = spp_tree_path(tree, i);
	enum spp_status st;
	int fd;

	if (!label)
		return spp_nomem(err);
	if (tree->dir < 0) {
		st = spp_buf_append(buf, entry->data.data, entry->data.size,
				    err);
	} else {
		fd = open_below(tree->dir, entry->path);
		if (fd < 0)
			return spp_fail_errno(err, SPP_IO, "cannot open '%s'",
					      label);
		st = read_open(tree, fd, label, most, buf, err);
		close(fd);
	}
	if (!st)
		st = spp_buf_reserve(buf, 1, err);
	if (!st)
		buf->data[buf->size] = '\0';
	return st;
}

static bool has_folder(const struct spp_tree *tree, const char *path, size_t n)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (tree->entry[i].folder &&
		    !strncmp(tree->entry[i].path, path, n) &&
		    !tree->entry[i].path[n])
			return true;
	return false;
}

/* Those that a file is in. */
static enum spp_status add_folders(struct spp_tree *tree, const char *path,
				   struct spp_error *err)
{
	const char *slash = strchr(path, '/');
	enum spp_status st = SPP_OK;

	for (; !st && slash; slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - path);

		if (!has_folder(tree, path, n))
			st = append(tree, strndup(path, n), true, err);
	}
	return st;
}

enum spp_status spp_tree_add(struct spp_tree *tree, const char *path,
			     const void *data, size_t size,
			     struct spp_error *err)
{
	enum spp_status st = add_folders(tree, path, err);

	if (!st)
		st = append(tree, strdup(path), false, err);
	return st ? st
		  : spp_buf_append(&tree->entry[tree->count - 1].data, data,
				   size, err);
}
