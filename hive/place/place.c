/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/base/holder.h"
#include "hive/base/newfile.h"
#include "hive/place/backup.h"

static enum spp_status no_file(const char *label, struct spp_error *err)
{
	return spp_fail_errno(err, errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
			      "cannot open '%s'", label);
}

static bool may_be(const struct spp_place_options *o, mode_t mode)
{
	return S_ISREG(mode) || (o->kinds & SPP_PLACE_BLOCK && S_ISBLK(mode)) ||
	       (o->kinds & SPP_PLACE_SOCKET && S_ISSOCK(mode));
}

static enum spp_status may_write(const struct spp_place *p,
				 const struct spp_place_options *o,
				 struct spp_error *err)
{
	unsigned int own = 0;
	enum spp_status st;

	if (!(p->st.st_mode & 0222))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is marked read-only; allow writing with "
				"chmod u+w first",
				p->label);
	if (!S_ISREG(p->st.st_mode) || o->links || p->st.st_nlink < 2)
		return SPP_OK;
	/*
	 * An interrupted edit leaves a hard link: a backup of this very file.
	 */
	st = spp_backup_links(p->dir, p->name,
			      o->backup ? o->backup : SPP_BACKUP_SUFFIX, &p->st,
			      &own, err);
	if (!st && p->st.st_nlink > 1 + own)
		st = spp_fail_remedy(
			err, SPP_REFUSED, SPP_REMEDY_BREAK_LINKS,
			"'%s' has %lu hard links and an edit would part "
			"them",
			p->label, (unsigned long)p->st.st_nlink);
	return st;
}

bool spp_place_mounted(const struct spp_place *p)
{
#ifdef STATX_ATTR_MOUNT_ROOT
	struct statx about;

	return S_ISREG(p->st.st_mode) &&
	       !statx(p->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &about) &&
	       about.stx_attributes & STATX_ATTR_MOUNT_ROOT;
#else
	(void)p;
	return false;
#endif
}

/*
 * Refuses a file that is a mount point: all that is made beside it would be in
 * another folder than the file itself.
 */
static enum spp_status check_mount(const struct spp_place *p,
				   struct spp_error *err)
{
	if (!spp_place_mounted(p))
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"'%s' is a mount point of its own and cannot be "
			"replaced there; mount its folder, or edit it where "
			"it comes from",
			p->label);
}

static bool same_state(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

enum spp_status spp_place_named(const struct spp_place *p,
				struct spp_error *err)
{
	if (spp_leads_to(p->dir, p->name, &p->st))
		return SPP_OK;
	return spp_fail(err, SPP_BUSY,
			"'%s' was replaced or removed while it was edited; "
			"nothing was changed",
			p->label);
}

enum spp_status spp_place_still(const struct spp_place *p,
				struct spp_error *err)
{
	struct stat now;

	if (p->fd >= 0 && S_ISREG(p->st.st_mode)) {
		if (fstat(p->fd, &now))
			return spp_fail_errno(err, SPP_IO,
					      "cannot examine '%s'", p->label);
		if (!same_state(&now, &p->st))
			return spp_fail(err, SPP_BUSY,
					"'%s' changed while it was edited; "
					"nothing was replaced",
					p->label);
	}
	return spp_place_named(p, err);
}

enum spp_status spp_place_after(const struct spp_place *p,
				struct spp_error *err)
{
	if (spp_leads_to(p->dir, p->name, &p->st))
		return SPP_OK;
	return spp_fail(err, SPP_BUSY,
			"'%s' was replaced or removed just as the edit was "
			"written; the file of that name is without the edit",
			p->label);
}

enum spp_status spp_place_refresh(struct spp_place *p, struct spp_error *err)
{
	struct stat now;

	if (p->fd < 0)
		return SPP_OK;
	if (fstat(p->fd, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      p->label);
	p->st = now;
	return SPP_OK;
}

/*
 * Locks the file.  On a file system without locks, only the fixed name of the
 * new file, created with O_EXCL, keeps two edits apart; that is accepted.
 */
static enum spp_status try_lock(const struct spp_place *p,
				struct spp_error *err)
{
	char holder[SPP_HOLDER_TEXT];

	if (flock(p->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use by %s; try again when that is "
				"done",
				p->label, spp_holder(p->fd, holder));
	return SPP_OK;
}

enum spp_status spp_place_free(const struct spp_place *p, struct spp_error *err)
{
	enum spp_status st = try_lock(p, err);

	if (!st)
		flock(p->fd, LOCK_UN);
	return st;
}

static enum spp_status lock(const struct spp_place *p, struct spp_error *err)
{
	enum spp_status st = try_lock(p, err);

	if (st)
		return st;
	/* The previous holder of the lock may have replaced the file. */
	if (!spp_leads_to(p->dir, p->name, &p->st))
		return spp_fail(err, SPP_BUSY,
				"'%s' was replaced a moment ago; try again",
				p->label);
	return SPP_OK;
}

static enum spp_status open_file(struct spp_place *p,
				 const struct spp_place_options *o,
				 struct spp_error *err)
{
	const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	enum spp_status st = SPP_OK;

	if (fstatat(p->dir, p->name, &p->st, AT_SYMLINK_NOFOLLOW))
		return no_file(p->label, err);
	if (!may_be(o, p->st.st_mode))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a regular file",
				p->label);
	if (S_ISSOCK(p->st.st_mode))
		return SPP_OK;
	if (o->write)
		st = may_write(p, o, err);
	if (st)
		return st;
	p->fd = spp_open_quiet(p->dir, p->name,
			       flags | (o->write ? O_RDWR : O_RDONLY));
	if (p->fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'%s",
				      p->label, o->write ? " for writing" : "");
	if (fstat(p->fd, &p->st))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      p->label);
	if (!may_be(o, p->st.st_mode))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a regular file",
				p->label);
	if (!o->write)
		return SPP_OK;
	st = check_mount(p, err);
	return st ? st : lock(p, err);
}

static enum spp_status open_at(struct spp_place *p, int dirfd, const char *name,
			       const char *label, const char *beside,
			       const struct spp_place_options *options,
			       struct spp_error *err)
{
	enum spp_status st;

	*p = (struct spp_place)SPP_PLACE_INIT;
	p->name = strdup(name);
	p->label = strdup(label);
	p->beside = strdup(beside);
	p->dir = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	if (!p->name || !p->label || !p->beside)
		st = spp_nomem(err);
	else if (p->dir < 0)
		st = spp_fail_errno(err, SPP_IO,
				    "cannot open the folder of '%s'", label);
	else
		st = open_file(p, options, err);
	if (st)
		spp_place_close(p);
	return st;
}

enum spp_status spp_place_open_at(struct spp_place *p, int dirfd,
				  const char *name, const char *label,
				  const struct spp_place_options *options,
				  struct spp_error *err)
{
	return open_at(p, dirfd, name, label, label, options, err);
}

static bool is_link(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISLNK(st.st_mode);
}

enum spp_status spp_place_open(struct spp_place *p, const char *path,
			       const struct spp_place_options *options,
			       struct spp_error *err)
{
	char CLEANUP(spp_free_string) *real = realpath(path, NULL);
	char CLEANUP(spp_free_string) *folder = real ? strdup(real) : NULL;
	enum spp_status st;
	char *slash;
	int dirfd;

	*p = (struct spp_place)SPP_PLACE_INIT;
	if (!real)
		return no_file(path, err);
	if (!folder)
		return spp_nomem(err);
	slash = strrchr(folder, '/');
	slash[slash == folder] = '\0';
	dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot open the folder '%s'", folder);
	st = open_at(p, dirfd, strrchr(real, '/') + 1, path,
		     is_link(path) ? real : path, options, err);
	close(dirfd);
	return st;
}

void spp_place_close(struct spp_place *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->dir >= 0)
		close(p->dir);
	free(p->name);
	free(p->label);
	free(p->beside);
	*p = (struct spp_place)SPP_PLACE_INIT;
}

enum spp_status spp_place_reopen(const struct spp_place *p, int flags, int *fd,
				 struct spp_error *err)
{
	struct stat now;
	char self[32];
	int got;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", p->fd);
	got = open(self, flags | O_CLOEXEC | O_NOCTTY);
	/* Without /proc, open by name and compare. */
	if (got < 0 && errno == ENOENT)
		got = openat(p->dir, p->name,
			     flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
				     O_NONBLOCK);
	if (got < 0 || fstat(got, &now)) {
		if (got >= 0)
			close(got);
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'%s",
				      p->label,
				      flags & O_ACCMODE ? " for writing" : "");
	}
	if (now.st_dev != p->st.st_dev || now.st_ino != p->st.st_ino) {
		close(got);
		return spp_fail(err, SPP_BUSY,
				"'%s' was replaced a moment ago; try again",
				p->label);
	}
	*fd = got;
	return SPP_OK;
}

enum spp_status spp_place_trusts(const struct spp_place *p,
				 const struct stat *st, const char *label,
				 struct spp_error *err)
{
	if (!S_ISREG(st->st_mode))
		return spp_fail(err, SPP_REFUSED, "'%s' is not a regular file",
				label);
	if (st->st_uid == p->st.st_uid)
		return SPP_OK;
	if (st->st_uid != geteuid() && st->st_uid)
		return spp_fail(err, SPP_REFUSED,
				"'%s' belongs to another user (uid %lu); "
				"change its owner if it is to be used",
				label, (unsigned long)st->st_uid);
	/*
	 * Another user can hard-link a file of root's, or ours, to this name.
	 */
	if (st->st_nlink > 1)
		return spp_fail(
			err, SPP_REFUSED,
			"'%s' has %lu hard links; remove the others to use it",
			label, (unsigned long)st->st_nlink);
	return SPP_OK;
}
