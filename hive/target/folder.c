/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Windows folder: a mounted system volume, its Windows folder, or the
 * folder System32/config itself.
 *
 * Names are matched without regard to case, as Windows does, and no symbolic
 * link is followed: the folder is an image that somebody else made, and a
 * link in it could lead anywhere on this machine.
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
#include "hive/target/store_file.h"

/* From the Windows folder; NULL ends. */
static const struct {
	enum spp_role role;
	const char *path[5];
} hives[] = {
	{ SPP_ROLE_SOFTWARE, { "System32", "config", "SOFTWARE" } },
	{ SPP_ROLE_SYSTEM, { "System32", "config", "SYSTEM" } },
	{ SPP_ROLE_NETSVC,
	  { "ServiceProfiles", "NetworkService", "NTUSER.DAT" } },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Who is told of a failure must learn what is done already. */
static enum spp_status publish(struct spp_target *target, struct spp_error *err)
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
		return spp_fail(err, st, "%s; '%s' is replaced already",
				why.text, done);
	return st ? spp_fail(err, st, "%s", why.text) : SPP_OK;
}

/* All are checked before the first is put back. */
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
	return st;
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

/*
 * The entry of a folder that has this name but for case; *found is yours.
 * SPP_NOTFOUND if there is none; two are refused.
 */
static enum spp_status find_entry(int dirfd, const char *name, char **found,
				  struct spp_error *err)
{
	enum spp_status st = SPP_NOTFOUND;
	struct dirent *entry;
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return spp_fail_errno(err, SPP_IO, "cannot list a folder");
	}
	while ((entry = readdir(dir))) {
		if (strcasecmp(entry->d_name, name))
			continue;
		if (st == SPP_OK) {
			spp_free_string(found);
			st = spp_fail(err, SPP_REFUSED,
				      "two entries are named '%s' but for "
				      "upper and lower case",
				      name);
			break;
		}
		*found = strdup(entry->d_name);
		st = *found ? SPP_OK : spp_nomem(err);
		if (st)
			break;
	}
	closedir(dir);
	return st;
}

/* Enters a folder below *dirfd, which is closed; extends label. */
static enum spp_status enter(int *dirfd, const char *name,
			     struct spp_buf *label, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *found = NULL;
	enum spp_status st = find_entry(*dirfd, name, &found, err);
	int next;

	if (st)
		return st;
	next = openat(*dirfd, found,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0 && (errno == ENOTDIR || errno == ELOOP))
		return SPP_NOTFOUND;
	if (next < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s/%s'",
				      spp_buf_text(label), found);
	close(*dirfd);
	*dirfd = next;
	return spp_buf_printf(label, err, "/%s", found);
}

/* Opens one hive, if it is there, starting in a duplicate of windows. */
static enum spp_status open_hive(struct spp_target *t, int windows,
				 const char *label, enum spp_role role,
				 const char *const *path,
				 const struct spp_target_options *options,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *found = NULL;
	int dirfd = fcntl(windows, F_DUPFD_CLOEXEC, 0);
	enum spp_status st;

	if (dirfd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", label);
	st = spp_buf_puts(&full, label, err);
	for (; !st && path[1]; path++)
		st = enter(&dirfd, path[0], &full, err);
	if (!st)
		st = find_entry(dirfd, path[0], &found, err);
	if (!st)
		st = spp_buf_printf(&full, err, "/%s", found);
	if (!st)
		st = spp_store_file_open(dirfd, found, spp_buf_text(&full),
					 role, options, &t->store[role], err);
	close(dirfd);
	return st == SPP_NOTFOUND && (!err || !err->status) ? SPP_OK : st;
}

/*
 * Finds the Windows folder: the one named, or one called Windows in it.
 * *config: the folder named is System32/config, which will do as well.
 */
static enum spp_status find_windows(int *dirfd, struct spp_buf *label,
				    bool *config, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *found = NULL;
	enum spp_status st;

	*config = false;
	st = find_entry(*dirfd, "System32", &found, err);
	if (st != SPP_NOTFOUND)
		return st;
	/* First, as a volume may have a folder Software of its own. */
	st = enter(dirfd, "Windows", label, err);
	if (st != SPP_NOTFOUND)
		return st;
	st = find_entry(*dirfd, "SOFTWARE", &found, err);
	*config = !st;
	if (st == SPP_NOTFOUND)
		return spp_fail(err, SPP_NOTFOUND,
				"'%s' is no Windows folder: neither Windows "
				"nor System32 nor SOFTWARE is in it",
				spp_buf_text(label));
	return st;
}

static enum spp_status open_hives(struct spp_target *t, int *dirfd,
				  struct spp_buf *label,
				  const struct spp_target_options *options,
				  struct spp_error *err)
{
	enum spp_status st;
	bool config;
	size_t i;

	st = find_windows(dirfd, label, &config, err);
	for (i = 0; !st && i < COUNT(hives); i++) {
		if (config && hives[i].role == SPP_ROLE_NETSVC)
			continue;
		st = open_hive(t, *dirfd, spp_buf_text(label), hives[i].role,
			       hives[i].path + (config ? 2 : 0), options, err);
	}
	if (!st && !t->store[SPP_ROLE_SOFTWARE])
		st = spp_fail(err, SPP_NOTFOUND,
			      "there is no System32/config/SOFTWARE in '%s'",
			      spp_buf_text(label));
	return st;
}

enum spp_status spp_target_dir_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	struct spp_target *t = calloc(1, sizeof(*t));
	size_t n = strlen(path);
	enum spp_status st;
	int dirfd;

	if (!t)
		return spp_nomem(err);
	t->ops = &ops;
	t->path = strdup(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	st = t->path ? spp_buf_append(&label, path, n, err) : spp_nomem(err);
	dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!st && dirfd < 0)
		st = spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	if (!st)
		st = open_hives(t, &dirfd, &label, options, err);
	if (dirfd >= 0)
		close(dirfd);
	if (st) {
		close_target(t);
		return st;
	}
	*target = t;
	return SPP_OK;
}
