/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/store_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/place/replace.h"
#include "hive/place/restore.h"
#include "hive/regf/tmpfile.h"
#include "hive/target/lognames.h"

struct file_store {
	struct spp_store base;
	struct spp_place place;
	struct spp_replace replace;
	const char *backup;	   /* suffix; borrowed */
	struct spp_place restored; /* the backup that is put back */
	int log_fd[SPP_LOG_COUNT];
	char *log_name[SPP_LOG_COUNT];
	struct spp_source log[SPP_LOG_COUNT];
	/* A rehearsal: the prepared file has no name. */
	bool dry;
	struct spp_newfile unseen;
};

static struct file_store *file_store(struct spp_store *store)
{
	return (struct file_store *)store; /* base comes first */
}

static enum spp_status read_old(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err)
{
	const struct file_store *s = ctx;

	return spp_read_at(s->place.fd, off, buf, n, s->place.label, err);
}

static const struct spp_newfile *prepared_file(const struct file_store *s)
{
	return s->dry ? &s->unseen : &s->replace.file;
}

/* The name for messages about the prepared file. */
static const char *prepared_name(const struct file_store *s)
{
	return s->dry ? s->base.label : s->replace.file.name;
}

static enum spp_status read_new(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err)
{
	const struct file_store *s = ctx;

	return spp_read_at(prepared_file(s)->fd, off, buf, n, prepared_name(s),
			   err);
}

/* Makes the prepared file without a name; it vanishes with its descriptor. */
static enum spp_status rehearse(struct file_store *s, const char *backup,
				struct spp_error *err)
{
	struct spp_tmpfile scratch = SPP_TMPFILE_INIT;
	enum spp_status st;

	st = spp_replace_possible(&s->place, backup, err);
	if (!st)
		st = spp_tmpfile_open(&scratch, s->place.dir, err);
	if (s->unseen.fd >= 0)
		close(s->unseen.fd);
	s->unseen.fd = scratch.fd;
	return st ? st
		  : spp_newfile_own(&s->unseen, &s->place.st, s->base.label,
				    err);
}

static enum spp_status begin(struct file_store *s, struct spp_error *err)
{
	return s->dry ? rehearse(s, s->backup, err)
		      : spp_replace_begin(&s->replace, &s->place, s->backup,
					  err);
}

/*
 * Copies the old bytes first, sharing blocks if possible, then writes the
 * changes.
 */
static enum spp_status prepare(struct spp_store *store, struct spp_pages *pages,
			       struct spp_error *err)
{
	struct file_store *s = file_store(store);
	const struct spp_newfile *new = prepared_file(s);
	uint64_t off = 0, size = s->base.source.size;
	enum spp_status st;
	const uint8_t *p;
	size_t n;

	st = begin(s, err);
	if (!st)
		st = spp_copy_file(s->place.fd, new->fd, size, prepared_name(s),
				   err);
	for (; !st && (n = spp_pages_dirty(pages, &off)); off += n) {
		p = spp_pages_at(pages, off, n, err);
		st = p ? spp_write_at(new->fd, off, p, n, prepared_name(s), err)
		       : SPP_IO;
	}
	return st;
}

/* Starts the writing to disk, while libhivex and the proof read from memory. */
static void begin_disk(struct spp_store *store)
{
	sync_file_range(prepared_file(file_store(store))->fd, 0, 0,
			SYNC_FILE_RANGE_WRITE);
}

static enum spp_status seal(struct spp_store *store, struct spp_error *err)
{
	struct file_store *s = file_store(store);
	enum spp_status st;

	if (s->dry)
		return SPP_OK;
	/*
	 * Without a backup the old file will go: free its memory while the disk
	 * writes.
	 */
	if (!s->backup)
		posix_fadvise(s->place.fd, 0, 0, POSIX_FADV_DONTNEED);
	st = spp_replace_seal(&s->replace, err);
	store->prepared = !st;
	return st;
}

static enum spp_status reread(struct spp_store *store,
			      struct spp_source *source, int *fd,
			      struct spp_error *err)
{
	struct file_store *s = file_store(store);
	enum spp_status st = spp_fd_source(&prepared_file(s)->fd, source, err);

	*fd = prepared_file(s)->fd;
	source->read = read_new;
	source->ctx = s;
	return st;
}

static const struct spp_store_ops ops = {
	.prepare = prepare,
	.reread = reread,
	.begin = begin_disk,
	.seal = seal,
};

static enum spp_status open_log(struct file_store *s, int i, const char *file,
				struct spp_error *err)
{
	enum spp_status st;

	if (s->log_fd[i] >= 0)
		return spp_fail(err, SPP_REFUSED,
				"two files beside '%s' are its log '%s' in "
				"different case; remove one",
				s->base.label,
				spp_log_suffix((enum spp_log_name)i));
	s->log_fd[i] =
		spp_open_quiet(s->place.dir, file, O_NOFOLLOW | O_NONBLOCK);
	if (s->log_fd[i] < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open the log '%s'",
				      file);
	s->log_name[i] = strdup(file);
	if (!s->log_name[i])
		return spp_nomem(err);
	st = spp_fd_source(&s->log_fd[i], &s->log[i], err);
	if (!st)
		s->base.logs.log[i] = &s->log[i];
	return st;
}

/* Finds the logs by name in any case, as Windows does. */
static enum spp_status find_logs(struct file_store *s,
				 struct spp_lognames *names,
				 struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	const char *name = NULL;
	enum spp_status st;
	int log = 0;

	st = spp_lognames_list(names, s->place.dir, s->place.name, &why);
	if (st)
		return spp_fail_from(err, st, &why,
				     "cannot look for the logs of '%s': %s",
				     s->base.label, why.text);
	while (!st &&
	       (name = spp_lognames_next(names, s->place.name, name, &log)))
		st = open_log(s, log, name, err);
	return st;
}

/* An edit lists the folder again, whatever was found for another hive. */
static enum spp_status find_logs_now(struct file_store *s,
				     struct spp_error *err)
{
	struct spp_lognames *names = NULL;
	enum spp_status st = spp_lognames_open(&names, err);

	if (!st)
		st = find_logs(s, names, err);
	spp_lognames_close(names);
	return st;
}

/* Whether TxR transaction logs exist beside the hives: TxR/NAME.regtrans-ms. */
static bool has_transactions(int dir)
{
	static const char suffix[] = ".regtrans-ms";
	int fd = spp_open_quiet(dir, "TxR", O_DIRECTORY | O_NOFOLLOW);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;
	size_t n;

	if (!folder && fd >= 0)
		close(fd);
	while (folder && !found && (entry = readdir(folder))) {
		n = strlen(entry->d_name);
		found = n >= sizeof(suffix) &&
			!strcasecmp(entry->d_name + n - sizeof(suffix) + 1,
				    suffix);
	}
	if (folder)
		closedir(folder);
	return found;
}

static enum spp_status open_place(struct file_store *s, int dirfd,
				  const char *name, const char *label,
				  const struct spp_target_options *options,
				  struct spp_error *err)
{
	const struct spp_place_options how = { .write = s->base.write,
					       .links = options->break_links,
					       .backup = options->backup };
	enum spp_status st =
		dirfd < 0 ? spp_place_open(&s->place, label, &how, err)
			  : spp_place_open_at(&s->place, dirfd, name, label,
					      &how, err);

	if (st)
		return st;
	if (s->base.write && !s->dry)
		spp_replace_clear(&s->place);
	s->backup = options->backup;
	s->base.source = (struct spp_source){ read_old, s,
					      (uint64_t)s->place.st.st_size };
	s->base.tmpfile_dir = s->base.write ? s->place.dir : -1;
	s->base.touches = !s->base.write && spp_touches(s->place.fd);
	s->base.txr = has_transactions(s->place.dir);
	return options->lognames && !s->base.write
		       ? find_logs(s, options->lognames, err)
		       : find_logs_now(s, err);
}

enum spp_status spp_store_file_open(int dirfd, const char *name,
				    const char *label, enum spp_role role,
				    const struct spp_target_options *options,
				    struct spp_store **store,
				    struct spp_error *err)
{
	struct file_store *s = calloc(1, sizeof(*s));
	enum spp_status st;
	int i;

	if (!s)
		return spp_nomem(err);
	for (i = 0; i < SPP_LOG_COUNT; i++)
		s->log_fd[i] = -1;
	s->place = (struct spp_place)SPP_PLACE_INIT;
	s->replace = (struct spp_replace)SPP_REPLACE_INIT;
	s->restored = (struct spp_place)SPP_PLACE_INIT;
	s->unseen = (struct spp_newfile)SPP_NEWFILE_INIT;
	s->dry = options->dry;
	s->base.ops = &ops;
	s->base.role = role;
	s->base.fd = &s->place.fd;
	s->base.log_fd = s->log_fd;
	s->base.log_name = s->log_name;
	s->base.write = role == SPP_ROLE_ANY ? options->write != 0
					     : options->write >> role & 1;
	s->base.label = strdup(label);
	st = s->base.label ? open_place(s, dirfd, name, label, options, err)
			   : spp_nomem(err);
	if (st) {
		spp_store_file_close(&s->base);
		return st;
	}
	*store = &s->base;
	return SPP_OK;
}

enum spp_status spp_store_file_publish(struct spp_store *store,
				       struct spp_error *err)
{
	struct file_store *s = file_store(store);
	enum spp_status st;

	if (!store->prepared)
		return SPP_OK;
	store->prepared = false;
	st = spp_replace_publish(&s->replace, err);
	return st || s->restored.fd < 0
		       ? st
		       : spp_restore_end(&s->place, &s->restored, err);
}

/* Compares the parts of a base block that no edit changes. */
static bool same_hive(const uint8_t *a, const uint8_t *b)
{
	static const struct {
		size_t at, n;
	} fields[] = {
		{ 0, 4 },    /* signature */
		{ 20, 20 },  /* version, type, format, root */
		{ 48, 64 },  /* name */
		{ 112, 16 }, /* id of its resource manager */
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (memcmp(a + fields[i].at, b + fields[i].at, fields[i].n))
			return false;
	return true;
}

/* Checks that the backup is this hive, not newer than it, and complete. */
static enum spp_status check_backup(void *ctx, int fd, const char *backup,
				    struct spp_error *err)
{
	const struct file_store *s = ctx;
	uint8_t now[512], then[512];
	struct spp_base base;
	struct stat st;
	enum spp_status status;

	if (fstat(fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      backup);
	if (st.st_size < SPP_BASE_BLOCK)
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a registry hive",
				backup);
	status = spp_read_at(s->place.fd, 0, now, sizeof(now), s->base.label,
			     err);
	if (!status)
		status = spp_read_at(fd, 0, then, sizeof(then), backup, err);
	if (status)
		return status;
	if (!same_hive(now, then) ||
	    spp_get32(now + 4) - spp_get32(then + 4) >= 0x80000000u)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is not an earlier state of '%s'", backup,
				s->base.label);
	if (spp_base_read(then, sizeof(then), &base, NULL))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a registry hive",
				backup);
	if ((uint64_t)st.st_size < SPP_BASE_BLOCK + (uint64_t)base.bins_size)
		return spp_fail(err, SPP_TRUNCATED, "'%s' is truncated",
				backup);
	return SPP_OK;
}

enum spp_status spp_store_file_restore(struct spp_store *store,
				       const char *suffix, bool dry,
				       struct spp_restores *restores,
				       struct spp_error *err)
{
	struct file_store *s = file_store(store);
	struct spp_place *backup = &s->restored;
	enum spp_status st;

	spp_place_close(backup);
	st = spp_restore_open(&s->place, suffix, backup, err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	st = check_backup(s, backup->fd, backup->label, err);
	if (!st)
		st = spp_restores_add(restores, store->label, backup->label,
				      err);
	if (!st)
		st = dry ? rehearse(s, NULL, err)
			 : spp_restore_begin(&s->replace, &s->place, backup,
					     check_backup, s, err);
	if (!st && !dry)
		store->prepared = true;
	else
		spp_place_close(backup); /* else a later edit would remove it */
	return st;
}

void spp_store_file_close(struct spp_store *store)
{
	struct file_store *s = file_store(store);
	int i;

	if (!store)
		return;
	for (i = 0; i < SPP_LOG_COUNT; i++) {
		if (s->log_fd[i] >= 0)
			close(s->log_fd[i]);
		free(s->log_name[i]);
	}
	if (s->unseen.fd >= 0)
		close(s->unseen.fd);
	spp_replace_close(&s->replace);
	spp_place_close(&s->restored);
	spp_place_close(&s->place);
	free(s->base.label);
	free(s);
}
