/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The exchange of names in a folder.  A: the file that was opened, B: the new
 * one, X: a file that another program puts there at any moment.
 *
 *	                          NAME    .NAME.sppctl-new
 *	before the exchange       A       B
 *	exchange                  B       A     the work name must be A, unchanged:
 *	finish                    B       -     remove A's last name, or keep the
 *	                                        backup
 *
 *	X came before             X       B
 *	exchange                  B       X     not A: change_back()
 *	                          X       B     remove B; the edit fails
 *
 *	X came after              X       A     NAME is not B: keep_both() leaves X
 *	                                        and gives A a name of its own
 *
 * So X is never lost, and neither is A unless B has replaced it.
 */
#include "hive/place/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/file.h"
#include "hive/place/attributes.h"
#include "hive/place/backup.h"

/* Suffix of the opened file after it lost its name to another file. */
#define OLD   ".sppctl-old"
#define TRIES 8 /* attempts at a backup number that is still free */

static enum spp_status work_name(const struct spp_place *place,
				 struct spp_buf *name, struct spp_error *err)
{
	return spp_buf_printf(name, err, ".%s.sppctl-new", place->name);
}

/* The work name of a backup while it is copied. */
static enum spp_status copy_name(const struct spp_place *place,
				 struct spp_buf *name, struct spp_error *err)
{
	return spp_buf_printf(name, err, ".%s.sppctl-copy", place->name);
}

static enum spp_status seal(const struct spp_place *place,
			    struct spp_newfile *file, struct spp_error *err)
{
	enum spp_status st =
		spp_newfile_own(file, &place->st, place->label, err);

	if (!st)
		st = spp_attributes_copy(place->fd, file->fd, place->label,
					 err);
	return st ? st : spp_newfile_sync(file, err);
}

enum spp_status spp_replace_seal(struct spp_replace *r, struct spp_error *err)
{
	enum spp_status st = seal(r->place, &r->file, err);

	if (!st && fstat(r->file.fd, &r->st))
		st = spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				    r->file.name);
	return st;
}

/* A backup made by this edit, to be removed if the edit fails. */
struct made {
	struct spp_buf name, label;
	struct stat st;
	bool is;
};

static void release(struct made *m)
{
	spp_buf_release(&m->name);
	spp_buf_release(&m->label);
}

/* The next free name of a backup. */
static enum spp_status name_backup(const struct spp_place *p,
				   const char *backup, struct made *m,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) suffix = SPP_BUF_INIT;
	enum spp_status st =
		spp_backup_next(p->dir, p->name, backup, &suffix, err);

	m->name.size = m->label.size = 0;
	if (!st)
		st = spp_buf_printf(&m->name, err, "%s%s", p->name,
				    spp_buf_text(&suffix));
	return st ? st
		  : spp_buf_printf(&m->label, err, "%s%s", p->beside,
				   spp_buf_text(&suffix));
}

static enum spp_status backup_possible(const struct spp_place *p,
				       const char *backup,
				       struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) work = SPP_BUF_INIT;
	struct made CLEANUP(release) m = { .is = false };
	unsigned int links = 0;
	enum spp_status st =
		spp_backup_links(p->dir, p->name, backup, &p->st, &links, err);

	/* An interrupted edit has left a backup of this very file. */
	if (st || links)
		return st;
	st = name_backup(p, backup, &m, err);
	if (!st)
		st = copy_name(p, &work, err);
	return st ? st
		  : spp_newfile_possible(p->dir, spp_buf_text(&work),
					 spp_buf_text(&m.name), p->label, err);
}

enum spp_status spp_replace_possible(const struct spp_place *place,
				     const char *backup, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) work = SPP_BUF_INIT;
	enum spp_status st = work_name(place, &work, err);

	if (!st)
		st = spp_newfile_possible(place->dir, spp_buf_text(&work), NULL,
					  place->label, err);
	return st || !backup ? st : backup_possible(place, backup, err);
}

enum spp_status spp_replace_begin(struct spp_replace *r,
				  const struct spp_place *place,
				  const char *backup, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	enum spp_status st = spp_replace_possible(place, backup, err);

	if (!st)
		st = work_name(place, &name, err);
	if (st)
		return st;
	spp_replace_close(r);
	r->place = place;
	r->backup = backup;
	return spp_newfile_open(&r->file, place->dir, spp_buf_text(&name),
				place->label, err);
}

/*
 * Copies the backup, on a file system without hard links: completely, or not at
 * all.
 */
static enum spp_status copy_backup(const struct spp_place *p, struct made *m,
				   struct spp_error *err)
{
	struct spp_newfile CLEANUP(spp_newfile_close) copy = SPP_NEWFILE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) temp = SPP_BUF_INIT;
	const char *label = spp_buf_text(&m->label);
	enum spp_status st = copy_name(p, &temp, err);

	if (!st)
		st = spp_newfile_open(&copy, p->dir, spp_buf_text(&temp), label,
				      err);
	if (!st)
		st = spp_copy_file(p->fd, copy.fd, (uint64_t)p->st.st_size,
				   label, err);
	if (!st)
		st = seal(p, &copy, err);
	if (!st && fstat(copy.fd, &m->st))
		st = spp_fail_errno(err, SPP_IO, "cannot examine '%s'", label);
	return st ? st : spp_newfile_name(&copy, spp_buf_text(&m->name), err);
}

/* Makes the backup; *taken: its name is taken, another may be free. */
static enum spp_status make_backup(const struct spp_place *p, struct made *m,
				   bool *taken, struct spp_error *err)
{
	const char *to = spp_buf_text(&m->name);
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	*taken = false;
	if (!linkat(p->dir, p->name, p->dir, to, 0)) {
		m->st = p->st;
		m->is = spp_leads_to(p->dir, to, &p->st);
		if (m->is)
			return SPP_OK;
		/* The link is of a file that got the name meanwhile. */
		if (!fstatat(p->dir, p->name, &m->st, AT_SYMLINK_NOFOLLOW))
			spp_remove_if(p->dir, to, &m->st);
		return spp_fail(err, SPP_BUSY,
				"'%s' was replaced while it was edited; "
				"nothing was changed",
				p->label);
	}
	*taken = errno == EEXIST;
	if (*taken)
		return SPP_OK;
	st = copy_backup(p, m, &why);
	m->is = !st;
	*taken = st == SPP_REFUSED;
	return !st || *taken ? SPP_OK
			     : spp_fail_from(err, st, &why, "%s", why.text);
}

static enum spp_status keep_backup(const struct spp_replace *r, struct made *m,
				   struct spp_error *err)
{
	const struct spp_place *p = r->place;
	unsigned int links = 0;
	enum spp_status st = spp_backup_links(p->dir, p->name, r->backup,
					      &p->st, &links, err);
	bool taken = true;
	int i;

	/* An interrupted edit has left a backup of this very file. */
	if (st || links)
		return st;
	for (i = 0; !st && taken && i < TRIES; i++) {
		st = name_backup(p, r->backup, m, err);
		if (!st)
			st = make_backup(p, m, &taken, err);
	}
	if (!st && taken)
		st = spp_fail(err, SPP_BUSY,
			      "cannot create the backup '%s': other processes "
			      "keep taking its name",
			      spp_buf_text(&m->label));
	return st;
}

/* Removes the old file's last name, unless that is the backup. */
static enum spp_status finish(struct spp_replace *r, bool exchanged,
			      struct spp_error *err)
{
	const struct spp_place *p = r->place;
	const char *old = r->file.name;
	enum spp_status st = SPP_OK;

	r->published = true;
	if (exchanged && unlinkat(p->dir, old, 0))
		st = spp_fail_errno(err, SPP_IO,
				    "'%s' is replaced, but the old file '%s' "
				    "cannot be removed",
				    p->label, old);
	spp_newfile_keep(&r->file);
	if (fsync(p->dir) && errno != EINVAL)
		st = spp_fail_errno(err, SPP_IO,
				    "'%s' is replaced, but its folder could "
				    "not be written to disk",
				    p->label);
	return st;
}

static enum spp_status cannot_replace(const struct spp_place *p,
				      struct spp_error *err)
{
	if (errno == EBUSY || errno == EXDEV)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is a mount point of its own and cannot "
				"be replaced there; mount its folder, or edit "
				"it where it comes from",
				p->label);
	return spp_fail_errno(err, SPP_IO, "cannot replace '%s'", p->label);
}

static enum spp_status was_taken(const struct spp_replace *r,
				 struct spp_error *err)
{
	return spp_fail(err, SPP_BUSY,
			"the work file '%s' of '%s' was replaced or removed; "
			"nothing was changed",
			r->file.name, r->place->label);
}

/*
 * Whether the file now under the work name is the one that was opened,
 * unchanged.
 */
static enum spp_status came_out(const struct spp_replace *r,
				struct spp_error *err)
{
	struct spp_place out = *r->place;

	out.name = r->file.name;
	return spp_place_still(&out, err);
}

/* Whether another file has one of our names; false if that cannot be told. */
static bool is_taken(const struct spp_replace *r, const char *name)
{
	struct stat now;

	if (fstatat(r->place->dir, name, &now, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT;
	return now.st_dev != r->st.st_dev || now.st_ino != r->st.st_ino;
}

/*
 * Another file has the name now: somebody put it there after the exchange, or
 * under the work name before it.  It may be newer, so it stays, and the file
 * that was opened gets a name of its own.
 */
static enum spp_status keep_both(struct spp_replace *r, bool kept,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) suffix = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) to = SPP_BUF_INIT;
	const struct spp_place *p = r->place;
	const char *now = r->file.name;

	r->published = true;
	if (kept)
		unlinkat(p->dir, now, 0);
	else if (!spp_backup_next(p->dir, p->name, OLD, &suffix, NULL) &&
		 !spp_buf_printf(&to, NULL, "%s%s", p->name,
				 spp_buf_text(&suffix)) &&
		 !spp_rename(p->dir, now, spp_buf_text(&to), SPP_RENAME_NEW))
		now = spp_buf_text(&to);
	spp_fail(err, SPP_BUSY,
		 "'%s' was replaced by another file while it was edited; that "
		 "file stays%s%s%s",
		 p->label,
		 kept ? "" : ", and the file that was to be edited is now '",
		 kept ? "" : now, kept ? "" : "'");
	spp_newfile_keep(&r->file);
	return SPP_BUSY;
}

/*
 * Exchanges the names again, so that the file which had the name gets it back.
 */
static enum spp_status change_back(struct spp_replace *r, enum spp_status why,
				   struct spp_error *err)
{
	const struct spp_place *p = r->place;

	if (!spp_rename(p->dir, r->file.name, p->name, SPP_RENAME_EXCHANGE))
		return why;
	spp_error_clear(err);
	why = spp_fail_errno(err, SPP_IO,
			     "another file got the name '%s' while it was "
			     "edited and cannot be put back there; it is now "
			     "'%s'",
			     p->label, r->file.name);
	/* That file must not be removed, and neither must the backup. */
	r->published = true;
	spp_newfile_keep(&r->file);
	return why;
}

/* For a file system that cannot exchange names: look, then rename. */
static enum spp_status look_and_rename(struct spp_replace *r,
				       struct spp_error *err)
{
	const struct spp_place *p = r->place;
	enum spp_status st = spp_place_still(p, err);

	if (!st && is_taken(r, r->file.name))
		st = was_taken(r, err);
	if (st)
		return st;
	if (renameat(p->dir, r->file.name, p->dir, p->name))
		return cannot_replace(p, err);
	return finish(r, false, err);
}

/* kept: the old file has a backup. */
static enum spp_status exchange(struct spp_replace *r, bool kept,
				struct spp_error *err)
{
	const struct spp_place *p = r->place;
	enum spp_status st;

	if (!spp_rename(p->dir, r->file.name, p->name, SPP_RENAME_EXCHANGE)) {
		st = came_out(r, err);
		if (st)
			return change_back(r, st, err);
		return is_taken(r, p->name) ? keep_both(r, kept, err)
					    : finish(r, true, err);
	}
	if (spp_cannot(errno))
		return look_and_rename(r, err);
	if (errno != ENOENT)
		return cannot_replace(p, err);
	st = spp_place_named(p, err);
	return st ? st : was_taken(r, err);
}

enum spp_status spp_replace_publish(struct spp_replace *r,
				    struct spp_error *err)
{
	struct made CLEANUP(release) made = { .is = false };
	const struct spp_place *p = r->place;
	enum spp_status st = spp_place_still(p, err);

	if (!st && r->backup)
		st = keep_backup(r, &made, err);
	if (!st)
		st = exchange(r, r->backup != NULL, err);
	/* If nothing was replaced, no backup is needed. */
	if (st && !r->published) {
		spp_newfile_close(&r->file);
		if (made.is)
			spp_replace_remove(p, spp_buf_text(&made.name),
					   &made.st);
	}
	return st;
}

int spp_replace_remove(const struct spp_place *place, const char *name,
		       const struct stat *st)
{
	struct spp_buf CLEANUP(spp_buf_release) work = SPP_BUF_INIT;
	const char *to;

	if (!spp_leads_to(place->dir, name, st) ||
	    work_name(place, &work, NULL)) {
		errno = EEXIST;
		return -1;
	}
	/*
	 * Moved to the work name first: another file may get this name after
	 * the check, but not the work name.
	 */
	to = spp_buf_text(&work);
	if (spp_rename(place->dir, name, to, SPP_RENAME_NEW))
		return spp_cannot(errno) ? unlinkat(place->dir, name, 0) : -1;
	if (spp_leads_to(place->dir, to, st))
		return unlinkat(place->dir, to, 0);
	spp_rename(place->dir, to, name, SPP_RENAME_NEW);
	errno = EEXIST;
	return -1;
}

void spp_replace_clear(const struct spp_place *place)
{
	struct spp_buf CLEANUP(spp_buf_release) work = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) copy = SPP_BUF_INIT;

	if (!work_name(place, &work, NULL))
		unlinkat(place->dir, spp_buf_text(&work), 0);
	if (!copy_name(place, &copy, NULL))
		unlinkat(place->dir, spp_buf_text(&copy), 0);
}

void spp_replace_close(struct spp_replace *r)
{
	if (!r)
		return;
	spp_newfile_close(&r->file);
	*r = (struct spp_replace)SPP_REPLACE_INIT;
}
