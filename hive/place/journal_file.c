/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A journal as a file: written durably, and read with suspicion. */
#include "hive/place/journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/base/newfile.h"

bool spp_journal_named(const struct spp_journal *j, int dir, const char *name)
{
	struct stat file;

	return !fstat(j->fd, &file) && spp_leads_to(dir, name, &file);
}

/* The name of a journal that is not complete yet. */
static char *half_name(const char *name)
{
	char *half;

	if (asprintf(&half, ".%s-new", name) < 0)
		return NULL;
	return half;
}

enum spp_status spp_journal_possible(int dir, const char *name,
				     const char *label, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *half = half_name(name);

	return half ? spp_newfile_possible(dir, half, name, label, err)
		    : spp_nomem(err);
}

void spp_journal_discard(int dir, const char *name)
{
	char *half = half_name(name);

	if (half)
		unlinkat(dir, half, 0);
	free(half);
}

static enum spp_status busy(const struct spp_journal *j, struct spp_error *err)
{
	return spp_fail(err, SPP_BUSY,
			"another edit is under way, whose journal is '%s'",
			j->label);
}

/*
 * Gives the journal to the image's owner.  If that fails, the file stays
 * unreadable for others.
 */
static void give_away(int fd, const struct stat *image)
{
	if (!image)
		return;
	if (fchown(fd, image->st_uid, image->st_gid) &&
	    image->st_uid != geteuid())
		return;
	if (fchmod(fd, 0600 | (image->st_mode & 0444)))
		return;
}

static enum spp_status save(struct spp_journal *j, int dir, const char *temp,
			    const char *name, const struct stat *image,
			    struct spp_error *err)
{
	enum spp_status st;

	if (flock(j->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return busy(j, err);
	st = spp_write_at(j->fd, 0, j->file, j->size, j->label, err);
	if (st)
		return st;
	give_away(j->fd, image);
	if (fsync(j->fd))
		return spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				      j->label);
	if (spp_rename_new(dir, temp, name))
		return errno == EEXIST
			       ? busy(j, err)
			       : spp_fail_errno(err, SPP_IO,
						"cannot create '%s'", j->label);
	if (!fsync(dir) || errno == EINVAL)
		return SPP_OK;
	st = spp_fail_errno(err, SPP_IO,
			    "cannot write the folder of '%s' to disk",
			    j->label);
	unlinkat(dir, name, 0);
	return st;
}

enum spp_status spp_journal_save(struct spp_journal *j, int dir,
				 const char *name, const struct stat *image,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *temp = half_name(name);
	enum spp_status st;

	if (!temp)
		return spp_nomem(err);
	/* A file of that name was left by a crash, before it was complete. */
	unlinkat(dir, temp, 0);
	j->fd = openat(dir, temp,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	if (j->fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'",
				      j->label);
	st = save(j, dir, temp, name, image, err);
	if (st)
		unlinkat(dir, temp, 0);
	return st;
}

/*
 * Anybody who can write to the folder can put a journal there, and its bytes
 * are written to the image.  So a journal counts only if its maker may write to
 * the image anyway.
 */
static enum spp_status judge_file(int fd, const char *label,
				  const struct stat *image, struct stat *file,
				  struct spp_error *err)
{
	if (fstat(fd, file))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      label);
	if (!S_ISREG(file->st_mode) ||
	    file->st_size < SPP_JOURNAL_HEAD + SPP_JOURNAL_SUM)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not a journal of sppctl", label);
	if (file->st_uid != geteuid() && file->st_uid != 0 &&
	    (!image || file->st_uid != image->st_uid))
		return spp_fail(err, SPP_REFUSED,
				"'%s' was made by user %u, to whom the image "
				"does not belong; it is not applied",
				label, (unsigned int)file->st_uid);
	if (file->st_nlink > 1)
		return spp_fail(err, SPP_REFUSED,
				"'%s' has %lu hard links; it is not applied",
				label, (unsigned long)file->st_nlink);
	if ((uint64_t)file->st_size >
	    SPP_JOURNAL_HEAD + (uint64_t)SPP_OVERLAY_MAX * SPP_JOURNAL_RECORD +
		    SPP_JOURNAL_SUM)
		return spp_fail(err, SPP_CORRUPT, "'%s' is damaged", label);
	return SPP_OK;
}

static enum spp_status open_fd(int dir, const char *name, int fd,
			       const char *label, const struct stat *image,
			       bool write, struct spp_journal **journal,
			       struct spp_error *err)
{
	struct spp_journal *j;
	enum spp_status st;
	struct stat file;

	st = judge_file(fd, label, image, &file, err);
	if (st)
		return st;
	j = spp_journal_allocate(label, (size_t)file.st_size);
	if (!j)
		return spp_nomem(err);
	j->size = (size_t)file.st_size;
	/* Locked before it is read: its holder may be removing it. */
	if (flock(fd, (write ? LOCK_EX : LOCK_SH) | LOCK_NB) &&
	    errno == EWOULDBLOCK)
		st = busy(j, err);
	else if (!spp_leads_to(dir, name, &file))
		st = SPP_NOTFOUND;
	if (!st)
		st = spp_read_at(fd, 0, j->file, j->size, label, err);
	if (!st)
		st = spp_journal_parse(j, err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	j->fd = fd;
	*journal = j;
	return SPP_OK;
}

enum spp_status spp_journal_open(int dir, const char *name, const char *label,
				 const struct stat *image, bool write,
				 struct spp_journal **journal,
				 struct spp_error *err)
{
	int fd = openat(dir, name,
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	enum spp_status st;

	if (fd < 0 && errno == ENOENT)
		return SPP_NOTFOUND;
	if (fd < 0 && errno == ELOOP)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is a link; it is not applied", label);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", label);
	st = open_fd(dir, name, fd, label, image, write, journal, err);
	if (st)
		close(fd);
	return st;
}
