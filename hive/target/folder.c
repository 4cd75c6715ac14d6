/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Windows folder: a mounted system volume, its Windows folder, or the folder
 * System32/config itself.
 *
 * Names match in any case, as in Windows, and no symbolic link is followed: the
 * folder is an image made by somebody else, and a link in it could lead
 * anywhere on this machine.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/file.h"
#include "hive/target/paths.h"
#include "hive/target/store_file.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The folders entered so far; the first is the one that the user named. */
struct folders {
	int fd[1 + 2 * SPP_SEEK_WALK * SPP_ROLE_COUNT];
	size_t count;
	const char *label;
};

/*
 * Publishes all hives.  On failure it says what was done to which of them
 * already.
 */
static enum spp_status publish_as(struct spp_target *target, const char *what,
				  struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	const char *done = NULL;
	struct spp_store *store;
	bool prepared;
	int i;

	for (i = 0; !st && i < SPP_ROLE_COUNT; i++) {
		store = target->store[i];
		if (!store)
			continue;
		prepared = store->prepared;
		st = spp_store_file_publish(store, &why);
		if (!st && prepared)
			done = store->label;
	}
	if (st && done)
		return spp_fail_from(err, st, &why, "%s; '%s' is %s already",
				     why.text, done, what);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	return publish_as(target, "replaced", err);
}

/*
 * Checks all backups before it copies the first, and prepares all hives before
 * it puts back the first.
 */
static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	int pass, i;

	for (pass = dry; !st && pass < 2; pass++) {
		spp_restores_release(restores);
		for (i = 0; !st && i < SPP_ROLE_COUNT; i++)
			if (target->store[i] && target->store[i]->write)
				st = spp_store_file_restore(
					target->store[i], suffix, dry || !pass,
					restores, err);
	}
	return st || dry ? st : publish_as(target, "put back", err);
}

static void close_target(struct spp_target *target)
{
	int i;

	for (i = 0; i < SPP_ROLE_COUNT; i++)
		spp_store_file_close(target->store[i]);
	free(target->path);
	free(target);
}

static const struct spp_target_ops ops = { "folder", publish, restore,
					   close_target };

static void leave_all(struct folders *f)
{
	while (f->count)
		close(f->fd[--f->count]);
}

/* Lists an entry; a link is not entered, as it may lead anywhere. */
static enum spp_status add_entry(struct folders *f, int dirfd, const char *name,
				 struct spp_seek_list *list,
				 struct spp_error *err)
{
	size_t id = f->count;
	int fd;

	fd = spp_open_quiet(dirfd, name, O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return spp_seek_add(list, 0, false, name, err);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s' in '%s'",
				      name, f->label);
	if (id == COUNT(f->fd)) {
		close(fd);
		return spp_fail(err, SPP_LIMIT, "'%s' has too many folders",
				f->label);
	}
	f->fd[f->count++] = fd;
	return spp_seek_add(list, id, true, name, err);
}

static enum spp_status list_folder(void *ctx, uint64_t folder, const char *name,
				   struct spp_seek_list *list,
				   struct spp_error *err)
{
	struct folders *f = ctx;
	enum spp_status st = SPP_OK;
	struct dirent *entry;
	int fd = spp_open_quiet(f->fd[folder], ".", O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return spp_fail_errno(err, SPP_IO,
				      "cannot list a folder of "
				      "'%s'",
				      f->label);
	}
	while (!st && (entry = readdir(dir)))
		if (!strcasecmp(entry->d_name, name))
			st = add_entry(f, fd, entry->d_name, list, err);
	closedir(dir);
	return st;
}

/*
 * Finds the hives, whichever folder was named: the volume's, Windows, or
 * System32/config.
 */
static enum spp_status seek(struct folders *f,
			    const struct spp_seek_query *query,
			    struct spp_seek *found, struct spp_error *err)
{
	const struct spp_seek_tree tree = { f, list_folder };
	struct spp_seek_query config = *query;
	enum spp_status st;

	config.paths =
		SPP_ROLE_NETSVC; /* NetworkService's hive is not in that folder */
	st = spp_seek_run(&tree, 0, query, 0, found, err);
	if (!st)
		st = spp_seek_run(&tree, 0, query, SPP_PATHS_WINDOWS, found,
				  err);
	return st ? st
		  : spp_seek_run(&tree, 0, &config, SPP_PATHS_CONFIG, found,
				 err);
}

static enum spp_status open_hive(struct spp_target *t, const struct folders *f,
				 const struct spp_found *found,
				 const struct spp_target_options *options,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	enum spp_role role = (enum spp_role)found->path;
	const char *slash = strrchr(found->name, '/');
	enum spp_status st;

	st = spp_buf_printf(&label, err, "%s%s%s", f->label,
			    f->label[strlen(f->label) - 1] == '/' ? "" : "/",
			    found->name);
	return st ? st
		  : spp_store_file_open(f->fd[found->folder],
					slash ? slash + 1 : found->name,
					spp_buf_text(&label), role, options,
					&t->store[role], err);
}

static enum spp_status open_hives(struct spp_target *t, struct folders *f,
				  const struct spp_target_options *options,
				  struct spp_error *err)
{
	const struct spp_seek_query query = spp_paths_query(options->windows);
	struct spp_buf CLEANUP(spp_buf_release) subject = SPP_BUF_INIT;
	const struct spp_found *hive[SPP_ROLE_COUNT];
	struct spp_seek found = { .count = 0 };
	enum spp_status st;
	int role;

	st = spp_buf_printf(&subject, err, "'%s'", f->label);
	if (!st)
		st = seek(f, &query, &found, err);
	if (!st)
		st = spp_paths_choose(&found, &query, spp_buf_text(&subject),
				      hive, err);
	if (!st && !hive[SPP_ROLE_SOFTWARE])
		st = spp_fail(err, SPP_NOTFOUND,
			      "'%s' is not a Windows folder: there is no "
			      "System32/config/SOFTWARE in it",
			      f->label);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		if (hive[role])
			st = open_hive(t, f, hive[role], options, err);
	return st;
}

enum spp_status spp_target_dir_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	struct folders CLEANUP(leave_all) folders = { .count = 0 };
	struct spp_target *t = calloc(1, sizeof(*t));
	size_t n = strlen(path);
	enum spp_status st;

	if (!t)
		return spp_nomem(err);
	t->ops = &ops;
	t->path = strdup(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	st = t->path ? spp_buf_append(&label, path, n, err) : spp_nomem(err);
	folders.label = spp_buf_text(&label);
	folders.fd[0] = spp_open_quiet(AT_FDCWD, path, O_DIRECTORY);
	folders.count = folders.fd[0] >= 0;
	if (!st && !folders.count)
		st = spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	if (!st)
		st = open_hives(t, &folders, options, err);
	if (st) {
		close_target(t);
		return st;
	}
	*target = t;
	return SPP_OK;
}
