/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hive/base/file.h"

/* Linux' own limit on one extended attribute and on a list of names. */
#define XATTR_MAX 65536
#define CHUNK	  ((size_t)1 << 18)

/*
 * What has the name under which a backup is to be kept: nothing, this very
 * file, as a crash between backup and rename leaves it, or another.
 */
enum backup { NO_BACKUP, OWN_BACKUP, OTHER_BACKUP };

static enum backup find_backup(const struct spp_atomic *a)
{
	struct stat st;
	char *name;
	int missing;

	if (!a->backup || asprintf(&name, "%s%s", a->name, a->backup) < 0)
		return NO_BACKUP;
	missing = fstatat(a->dir, name, &st, AT_SYMLINK_NOFOLLOW);
	free(name);
	if (missing)
		return NO_BACKUP;
	return st.st_ino == a->st.st_ino && st.st_dev == a->st.st_dev
		       ? OWN_BACKUP
		       : OTHER_BACKUP;
}

/* Whether the backup that is there already is one of the file as it is. */
static bool is_same(const struct spp_atomic *a, int fd)
{
	uint64_t off = 0, size = (uint64_t)a->st.st_size;
	uint8_t *one = malloc(CHUNK), *two = malloc(CHUNK);
	struct stat st;
	size_t n;
	bool same;

	same = one && two && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       st.st_size == a->st.st_size;
	for (; same && off < size; off += n) {
		n = size - off < CHUNK ? (size_t)(size - off) : CHUNK;
		same = !spp_read_at(a->old, off, one, n, a->label, NULL) &&
		       !spp_read_at(fd, off, two, n, a->label, NULL) &&
		       !memcmp(one, two, n);
	}
	free(one);
	free(two);
	return same;
}

/*
 * A backup is made before the file is replaced; after a crash in between it
 * is what it has to be.  Any other is never overwritten.
 */
static enum spp_status check_backup(const struct spp_atomic *a,
				    struct spp_error *err)
{
	char *name;
	bool same;
	int fd;

	if (find_backup(a) != OTHER_BACKUP)
		return SPP_OK;
	if (asprintf(&name, "%s%s", a->name, a->backup) < 0)
		return spp_nomem(err);
	fd = openat(a->dir, name,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	free(name);
	same = fd >= 0 && is_same(a, fd);
	if (fd >= 0)
		close(fd);
	if (same)
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"backup '%s%s' exists already; remove it or name "
			"another suffix",
			a->label, a->backup);
}

static enum spp_status check_writable(const struct spp_atomic *a,
				      const struct spp_atomic_options *options,
				      struct spp_error *err)
{
	nlink_t expected = 1;

	if (!(a->st.st_mode & 0222))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is marked read-only; allow writing with "
				"chmod u+w first",
				a->label);
	if (find_backup(a) == OWN_BACKUP)
		expected = 2;
	if (a->st.st_nlink > expected && !options->break_links)
		return spp_fail(err, SPP_REFUSED,
				"'%s' has %lu hard links and an edit would "
				"part them; pass --break-links to do so",
				a->label, (unsigned long)a->st.st_nlink);
	return SPP_OK;
}

static enum spp_status lock(struct spp_atomic *a, struct spp_error *err)
{
	struct stat now;

	/*
	 * A file system without locks is no reason to refuse: there the fixed
	 * name of the new file, made with O_EXCL, is all there is.
	 */
	if (flock(a->old, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use by another sppctl; try again",
				a->label);
	if (fstatat(a->dir, a->name, &now, AT_SYMLINK_NOFOLLOW) ||
	    now.st_ino != a->st.st_ino || now.st_dev != a->st.st_dev)
		return spp_fail(err, SPP_BUSY,
				"'%s' was replaced a moment ago; try again",
				a->label);
	return SPP_OK;
}

static enum spp_status open_old(struct spp_atomic *a,
				const struct spp_atomic_options *options,
				struct spp_error *err)
{
	int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	enum spp_status st;

	if (fstatat(a->dir, a->name, &a->st, AT_SYMLINK_NOFOLLOW))
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", a->label);
	if (!S_ISREG(a->st.st_mode))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a regular file",
				a->label);
	if (options->write) {
		st = check_writable(a, options, err);
		if (st)
			return st;
	}
	a->old = openat(a->dir, a->name,
			flags | (options->write ? O_RDWR : O_RDONLY));
	if (a->old < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'%s",
				      a->label,
				      options->write ? " for writing" : "");
	if (fstat(a->old, &a->st))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      a->label);
	return options->write ? lock(a, err) : SPP_OK;
}

static enum spp_status copy_names(struct spp_atomic *a, const char *name,
				  const char *label, struct spp_error *err)
{
	a->name = strdup(name);
	a->label = strdup(label);
	if (!a->name || !a->label)
		return spp_nomem(err);
	if (asprintf(&a->temp_name, ".%s.sppctl-new", name) < 0) {
		a->temp_name = NULL;
		return spp_nomem(err);
	}
	return SPP_OK;
}

enum spp_status spp_atomic_open(struct spp_atomic *a, int dirfd,
				const char *name, const char *label,
				const struct spp_atomic_options *options,
				struct spp_error *err)
{
	enum spp_status st;

	*a = (struct spp_atomic)SPP_ATOMIC_INIT;
	a->backup = options->backup;
	st = copy_names(a, name, label, err);
	if (!st) {
		a->dir = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
		if (a->dir < 0)
			st = spp_fail_errno(err, SPP_IO,
					    "cannot open the folder of '%s'",
					    label);
	}
	if (!st)
		st = open_old(a, options, err);
	if (st)
		spp_atomic_close(a);
	return st;
}

enum spp_status spp_atomic_begin(struct spp_atomic *a, struct spp_error *err)
{
	/* Now, before any file of the same edit is replaced. */
	enum spp_status st = check_backup(a, err);

	if (st)
		return st;
	unlinkat(a->dir, a->temp_name, 0);
	a->fd = openat(a->dir, a->temp_name,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	if (a->fd < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot create '%s' beside '%s'",
				      a->temp_name, a->label);
	return SPP_OK;
}

static enum spp_status keep_owner(struct spp_atomic *a, struct spp_error *err)
{
	struct stat now;

	if (fstat(a->fd, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      a->temp_name);
	if ((now.st_uid != a->st.st_uid || now.st_gid != a->st.st_gid) &&
	    fchown(a->fd, a->st.st_uid, a->st.st_gid))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep the owner of '%s'; run as "
				      "its owner",
				      a->label);
	if (now.st_mode != a->st.st_mode &&
	    fchmod(a->fd, a->st.st_mode & 07777))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep the mode of '%s'", a->name);
	return SPP_OK;
}

/* Copies one attribute; value has room for XATTR_MAX bytes. */
static enum spp_status keep_xattr(struct spp_atomic *a, const char *attr,
				  uint8_t *value, bool must,
				  struct spp_error *err)
{
	ssize_t n = fgetxattr(a->old, attr, value, XATTR_MAX), same;
	uint8_t *now;

	if (n < 0)
		return must ? spp_fail_errno(err, SPP_IO,
					     "cannot read attribute '%s' of "
					     "'%s'",
					     attr, a->label)
			    : SPP_OK;
	now = malloc(XATTR_MAX);
	if (!now)
		return spp_nomem(err);
	same = fgetxattr(a->fd, attr, now, XATTR_MAX);
	if (same == n && !memcmp(now, value, (size_t)n)) {
		free(now);
		return SPP_OK;
	}
	free(now);
	if (fsetxattr(a->fd, attr, value, (size_t)n, 0))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep attribute '%s' of '%s'",
				      attr, a->label);
	return SPP_OK;
}

/*
 * What NTFS drivers keep of a Windows file but need not list: ntfs-3g's
 * names, then those of the kernel's ntfs3.  An object id is not among them:
 * no two files of a volume may have the same.
 */
static const char *const unlisted[] = {
	"system.ntfs_acl",	"system.ntfs_attrib", "system.ntfs_crtime",
	"system.ntfs_security", "system.dos_attrib",
};

static enum spp_status keep_xattrs(struct spp_atomic *a, struct spp_error *err)
{
	char *names = malloc(XATTR_MAX);
	uint8_t *value = malloc(XATTR_MAX);
	enum spp_status st = SPP_OK;
	ssize_t n, at;
	size_t i;

	if (!names || !value) {
		free(names);
		free(value);
		return spp_nomem(err);
	}
	n = flistxattr(a->old, names, XATTR_MAX);
	if (n < 0 && errno != ENOTSUP)
		st = spp_fail_errno(err, SPP_IO,
				    "cannot list the attributes of '%s'",
				    a->label);
	for (at = 0; !st && at < n; at += (ssize_t)strlen(names + at) + 1)
		st = keep_xattr(a, names + at, value, true, err);
	for (i = 0; !st && i < sizeof(unlisted) / sizeof(unlisted[0]); i++)
		st = keep_xattr(a, unlisted[i], value, false, err);
	free(names);
	free(value);
	return st;
}

enum spp_status spp_atomic_seal(struct spp_atomic *a, struct spp_error *err)
{
	enum spp_status st = keep_owner(a, err);

	if (!st)
		st = keep_xattrs(a, err);
	if (!st && fsync(a->fd))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'",
				    a->temp_name);
	return st;
}

/* Gives the finished copy its name, unless there is one already. */
static enum spp_status name_backup(struct spp_atomic *a, const char *from,
				   const char *to, struct spp_error *err)
{
	struct stat st;

	if (!renameat2(a->dir, from, a->dir, to, RENAME_NOREPLACE))
		return SPP_OK;
	if (errno == EINVAL && fstatat(a->dir, to, &st, AT_SYMLINK_NOFOLLOW) &&
	    !renameat(a->dir, from, a->dir, to))
		return SPP_OK;
	return spp_fail_errno(err, errno == EEXIST ? SPP_REFUSED : SPP_IO,
			      "cannot create the backup '%s'", to);
}

/* A backup where the file system has no hard links: whole, or none. */
static enum spp_status copy_backup(struct spp_atomic *a, const char *to,
				   struct spp_error *err)
{
	struct spp_atomic copy = *a;
	enum spp_status st;
	char *temp;

	if (asprintf(&temp, ".%s.sppctl-new", to) < 0)
		return spp_nomem(err);
	unlinkat(a->dir, temp, 0);
	copy.fd = openat(a->dir, temp,
			 O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			 0600);
	if (copy.fd < 0) {
		st = spp_fail_errno(err, SPP_IO,
				    "cannot create the backup '%s'", to);
		free(temp);
		return st;
	}
	copy.temp_name = temp;
	st = spp_copy_file(a->old, copy.fd, (uint64_t)a->st.st_size, to, err);
	if (!st)
		st = spp_atomic_seal(&copy, err);
	if (close(copy.fd) && !st)
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", to);
	if (!st)
		st = name_backup(a, temp, to, err);
	if (st)
		unlinkat(a->dir, temp, 0);
	free(temp);
	return st;
}

/* *made says whether there was none before. */
static enum spp_status keep_backup(struct spp_atomic *a, const char *to,
				   bool *made, struct spp_error *err)
{
	enum spp_status st;

	if (!linkat(a->dir, a->name, a->dir, to, 0)) {
		*made = true;
		return SPP_OK;
	}
	if (errno == EEXIST || find_backup(a) != NO_BACKUP)
		return check_backup(a, err);
	st = copy_backup(a, to, err);
	*made = !st;
	return st;
}

/* Whether somebody without our lock wrote to the file meanwhile. */
static enum spp_status unchanged(struct spp_atomic *a, struct spp_error *err)
{
	struct stat now;

	if (fstat(a->old, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      a->label);
	if (now.st_size != a->st.st_size ||
	    now.st_mtim.tv_sec != a->st.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != a->st.st_mtim.tv_nsec)
		return spp_fail(err, SPP_BUSY,
				"'%s' changed while it was edited; nothing "
				"was replaced",
				a->label);
	return SPP_OK;
}

static enum spp_status swap(struct spp_atomic *a, struct spp_error *err)
{
	if (renameat(a->dir, a->temp_name, a->dir, a->name))
		return spp_fail_errno(err, SPP_IO, "cannot replace '%s'",
				      a->label);
	a->published = true;
	if (fsync(a->dir) && errno != EINVAL)
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is replaced, but its folder could "
				      "not be written to disk",
				      a->label);
	return SPP_OK;
}

enum spp_status spp_atomic_publish(struct spp_atomic *a, struct spp_error *err)
{
	enum spp_status st = unchanged(a, err);
	bool made = false;
	char *to;

	if (st)
		return st;
	if (!a->backup)
		return swap(a, err);
	if (asprintf(&to, "%s%s", a->name, a->backup) < 0)
		return spp_nomem(err);
	st = keep_backup(a, to, &made, err);
	if (!st)
		st = swap(a, err);
	if (st && made && !a->published)
		unlinkat(a->dir, to, 0);
	free(to);
	return st;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void spp_atomic_close(struct spp_atomic *a)
{
	if (!a)
		return;
	if (a->fd >= 0 && !a->published)
		unlinkat(a->dir, a->temp_name, 0);
	close_fd(&a->fd);
	close_fd(&a->old);
	close_fd(&a->dir);
	free(a->name);
	free(a->label);
	free(a->temp_name);
	*a = (struct spp_atomic)SPP_ATOMIC_INIT;
}
