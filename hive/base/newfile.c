/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/base/holder.h"

int spp_rename(int dir, const char *from, const char *to, unsigned int flags)
{
#ifdef SPP_HAVE_RENAMEAT2
	return renameat2(dir, from, dir, to, flags);
#elif defined(SYS_renameat2)
	return (int)syscall(SYS_renameat2, dir, from, dir, to, flags);
#else
	(void)dir, (void)from, (void)to, (void)flags;
	errno = ENOSYS;
	return -1;
#endif
}

bool spp_cannot(int error)
{
	/*
	 * exFAT answers a hard link with EPERM; some filters answer every call
	 * so.
	 */
	return error == EINVAL || error == ENOSYS || error == EPERM ||
	       error == EOPNOTSUPP || error == ENOTTY;
}

bool spp_leads_to(int dir, const char *name, const struct stat *st)
{
	struct stat now;

	return !fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) &&
	       now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

int spp_remove_if(int dir, const char *name, const struct stat *st)
{
	if (spp_leads_to(dir, name, st))
		return unlinkat(dir, name, 0);
	errno = EEXIST;
	return -1;
}

static enum spp_status is_folder(const char *name, struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED,
			"a folder has the name of the work file '%s'; remove "
			"it",
			name);
}

/*
 * Locks a work file, so that no other process takes it for one that a crash
 * left; SPP_BUSY if one has the lock, or has had it and removed the file.
 */
static enum spp_status lock(int dir, const char *name, int fd,
			    struct spp_error *err)
{
	char holder[SPP_HOLDER_TEXT];
	struct stat st;

	/* Some file systems have no locks. */
	if ((!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) &&
	    !fstat(fd, &st) && spp_leads_to(dir, name, &st))
		return SPP_OK;
	return spp_fail(err, SPP_BUSY,
			"'%s' is being written by %s; try again when that is "
			"done",
			name, spp_holder(fd, holder));
}

/*
 * Removes whatever has the work name.  Only sppctl uses names of this form, so
 * nobody needs the file, whoever made it, unless he is writing it.
 */
static enum spp_status clear(int dir, const char *name, struct spp_error *err)
{
	enum spp_status status = SPP_OK;
	struct stat st;
	int fd = -1;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return SPP_OK;
	if (S_ISDIR(st.st_mode))
		return is_folder(name, err);
	if (S_ISREG(st.st_mode))
		fd = openat(dir, name,
			    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				    O_CLOEXEC);
	if (fd >= 0)
		status = lock(dir, name, fd, err);
	if (!status)
		unlinkat(dir, name, 0);
	if (fd >= 0)
		close(fd);
	return status;
}

/*
 * A look-up says whether a name is too long; only FAT and NTFS, which count
 * characters instead of bytes, say it no earlier than a file is created.
 */
static bool is_too_long(int dir, const char *name)
{
	size_t characters = 0;
	struct stat st;
	const char *c;

	for (c = name; *c; c++)
		characters += (*c & 0xc0) != 0x80;
	return characters > NAME_MAX ||
	       (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
		errno == ENAMETOOLONG);
}

static enum spp_status cannot_create(const char *name, const char *label,
				     struct spp_error *err)
{
	if (name && errno == ENAMETOOLONG)
		return spp_fail(err, SPP_IO,
				"cannot create '%s' beside '%s': %s; shorten "
				"the name or the suffix",
				name, label, strerror(ENAMETOOLONG));
	return name ? spp_fail_errno(err, SPP_IO,
				     "cannot create '%s' beside '%s'", name,
				     label)
		    : spp_fail_errno(err, SPP_IO,
				     "cannot create a file beside '%s'", label);
}

enum spp_status spp_newfile_possible(int dir, const char *work, const char *to,
				     const char *label, struct spp_error *err)
{
	const char *const names[] = { work, to };
	struct stat st;
	size_t i;

	if (spp_access(dir, ".", W_OK | X_OK))
		return cannot_create(work ? work : to, label, err);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!names[i] || !is_too_long(dir, names[i]))
			continue;
		errno = ENAMETOOLONG;
		return cannot_create(names[i], label, err);
	}
	if (work && !fstatat(dir, work, &st, AT_SYMLINK_NOFOLLOW) &&
	    S_ISDIR(st.st_mode))
		return is_folder(work, err);
	return SPP_OK;
}

enum spp_status spp_newfile_open(struct spp_newfile *f, int dir,
				 const char *name, const char *label,
				 struct spp_error *err)
{
	enum spp_status st = clear(dir, name, err);

	*f = (struct spp_newfile)SPP_NEWFILE_INIT;
	if (st)
		return st;
	f->dir = dir;
	f->name = strdup(name);
	f->label = strdup(label);
	if (!f->name || !f->label) {
		spp_newfile_close(f);
		return spp_nomem(err);
	}
	f->fd = openat(dir, name,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	st = f->fd < 0 ? cannot_create(name, label, err)
		       : lock(dir, name, f->fd, err);
	if (st)
		spp_newfile_close(f);
	return st;
}

enum spp_status spp_newfile_own(struct spp_newfile *f, const struct stat *st,
				const char *of, struct spp_error *err)
{
	struct stat now;

	if (fstat(f->fd, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      f->name);
	if ((now.st_uid != st->st_uid || now.st_gid != st->st_gid) &&
	    fchown(f->fd, st->st_uid, st->st_gid))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep the owner of '%s'; run as "
				      "its owner",
				      of);
	/* After the owner: changing that may clear bits of the mode. */
	if ((now.st_mode & 07777) != (st->st_mode & 07777) &&
	    fchmod(f->fd, st->st_mode & 07777))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep the mode of '%s'", of);
	return SPP_OK;
}

enum spp_status spp_newfile_sync(struct spp_newfile *f, struct spp_error *err)
{
	if (fsync(f->fd) && errno != EINVAL)
		return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
				      f->name);
	return SPP_OK;
}

static enum spp_status taken(const struct spp_newfile *f, struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED, "'%s' exists already", f->label);
}

/*
 * Reserves the name with an empty file and replaces only that file, so another
 * process that wants the name finds it taken.
 */
static int rename_by_hand(int dir, const char *from, const char *to)
{
	int fd = openat(dir, to,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	int error;

	if (fd < 0)
		return -1;
	close(fd);
	if (!renameat(dir, from, dir, to))
		return 0;
	error = errno;
	unlinkat(dir, to, 0);
	errno = error;
	return -1;
}

int spp_rename_new(int dir, const char *from, const char *to)
{
	int failed = spp_rename(dir, from, to, SPP_RENAME_NEW);

	return failed && spp_cannot(errno) ? rename_by_hand(dir, from, to)
					   : failed;
}

/*
 * Whether the work name is still of this file: where there are no locks,
 * another process may have taken it.
 */
static enum spp_status is_still(const struct spp_newfile *f,
				struct spp_error *err)
{
	struct stat st;

	if (!fstat(f->fd, &st) && spp_leads_to(f->dir, f->name, &st))
		return SPP_OK;
	return spp_fail(err, SPP_BUSY,
			"the work file '%s' of '%s' was replaced or removed",
			f->name, f->label);
}

enum spp_status spp_newfile_name(struct spp_newfile *f, const char *to,
				 struct spp_error *err)
{
	enum spp_status st = is_still(f, err);
	int failed;

	if (st)
		return st;
	failed = spp_rename_new(f->dir, f->name, to);
	if (failed && errno == EEXIST)
		return taken(f, err);
	if (failed)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'",
				      f->label);
	spp_newfile_keep(f);
	return SPP_OK;
}

enum spp_status spp_newfile_replace(struct spp_newfile *f, const char *to,
				    struct spp_error *err)
{
	enum spp_status st = is_still(f, err);

	if (st)
		return st;
	if (renameat(f->dir, f->name, f->dir, to))
		return spp_fail_errno(err, SPP_IO, "cannot replace '%s'",
				      f->label);
	spp_newfile_keep(f);
	return SPP_OK;
}

void spp_newfile_keep(struct spp_newfile *f)
{
	/* The lock is one of the work name. */
	if (f->fd >= 0)
		flock(f->fd, LOCK_UN);
	free(f->name);
	f->name = NULL;
}

void spp_newfile_close(struct spp_newfile *f)
{
	struct stat st;

	if (!f)
		return;
	if (f->fd >= 0 && f->name && !fstat(f->fd, &st))
		spp_remove_if(f->dir, f->name, &st);
	if (f->fd >= 0)
		close(f->fd);
	free(f->name);
	free(f->label);
	*f = (struct spp_newfile)SPP_NEWFILE_INIT;
}
