/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/wim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/image/lock.h"
#include "hive/wim/spec.h"
#include "hive/wim/undo.h"

static struct spp_target_wim *target_wim(struct spp_target *target)
{
	return (struct spp_target_wim *)target; /* base comes first */
}

/* Names of what lies beside the WIM under a suffix. */
struct beside {
	struct spp_buf name, label, temp;
	struct spp_wim_undo_place place;
};

static void release_beside(struct beside *b)
{
	spp_buf_release(&b->name);
	spp_buf_release(&b->label);
	spp_buf_release(&b->temp);
}

static enum spp_status beside(const struct spp_target_wim *t,
			      const char *suffix, struct beside *b,
			      struct spp_error *err)
{
	enum spp_status st;

	*b = (struct beside){ .place = { .dir = t->dir } };
	st = spp_buf_printf(&b->name, err, "%s%s", t->name, suffix);
	if (!st)
		st = spp_buf_printf(&b->label, err, "%s%s", t->file, suffix);
	if (!st)
		st = spp_buf_printf(&b->temp, err, ".%s.sppctl-undo", t->name);
	b->place.name = spp_buf_text(&b->name);
	b->place.label = spp_buf_text(&b->label);
	b->place.temp = spp_buf_text(&b->temp);
	return st;
}

/* What lies behind the lock may have been touched by who knows no locks. */
static enum spp_status unchanged(const struct spp_target_wim *t,
				 struct spp_error *err)
{
	struct stat now;

	if (fstat(t->fd, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      t->file);
	if (now.st_size == t->st.st_size &&
	    now.st_mtim.tv_sec == t->st.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == t->st.st_mtim.tv_nsec)
		return SPP_OK;
	return spp_fail(err, SPP_BUSY,
			"'%s' changed while it was edited; nothing was "
			"replaced",
			t->file);
}

static enum spp_status append(struct spp_target_wim *t,
			      struct spp_wim_edit *edit, struct spp_error *err)
{
	struct beside CLEANUP(release_beside) b;
	const char *suffix = t->options.backup;
	int fd = t->place.fd;
	enum spp_status st = beside(t, suffix ? suffix : "", &b, err);

	if (!st && suffix)
		st = spp_wim_undo_check(&b.place, &t->wim, t->options.follow,
					err);
	if (st)
		return st;
	st = spp_wim_append(edit, fd, err);
	if (!st && suffix)
		st = spp_wim_undo_write(&b.place, &t->wim, t->options.follow,
					fd, edit->head, edit->end, err);
	if (!st)
		return spp_wim_switch(fd, edit->head, t->file, err);
	/* Else it is longer, and no worse: the next edit writes over it. */
	if (ftruncate(fd, t->st.st_size))
		errno = 0;
	return st;
}

static enum spp_status rebuild(struct spp_target_wim *t,
			       struct spp_wim_edit *edit, struct spp_error *err)
{
	enum spp_status st = spp_replace_begin(&t->replace, &t->place,
					       t->options.backup, err);

	if (!st)
		st = spp_wim_rebuild(edit, t->replace.file.fd, err);
	if (!st)
		st = spp_replace_seal(&t->replace, err);
	return st ? st : spp_replace_publish(&t->replace, err);
}

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	struct spp_target_wim *t = target_wim(target);
	struct spp_wim_change change[SPP_ROLE_COUNT];
	struct spp_wim_edit edit = { .wim = &t->wim,
				     .tree = &t->tree,
				     .change = change,
				     .dir = t->dir };
	enum spp_status st;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (target->store[role] &&
		    spp_store_wim_change(target->store[role],
					 &change[edit.changes], &edit.now))
			edit.changes++;
	if (!edit.changes)
		return SPP_OK;
	st = unchanged(t, err);
	if (st)
		return st;
	return t->options.rebuild ? rebuild(t, &edit, err)
				  : append(t, &edit, err);
}

/* A backup may be a whole WIM, too: the old one of a rebuild. */
static enum spp_status is_whole(const struct spp_target_wim *t,
				const struct beside *b, bool *whole,
				struct spp_error *err)
{
	struct spp_wim other = SPP_WIM_INIT;
	struct stat st;
	enum spp_status status = SPP_OK;

	*whole = false;
	other.fd = openat(t->dir, b->place.name,
			  O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (other.fd < 0)
		return SPP_OK;
	other.label = b->place.label;
	if (!fstat(other.fd, &st) && S_ISREG(st.st_mode) &&
	    st.st_size > SPP_WIM_HEAD &&
	    pread(other.fd, other.head, 8, 0) == 8 &&
	    !memcmp(other.head, "MSWIM\0\0", 8)) {
		*whole = true;
		other.file_size = (uint64_t)st.st_size;
		status = spp_wim_load(&other, err);
		if (!status && memcmp(other.head + SPP_WIM_AT_GUID,
				      t->wim.head + SPP_WIM_AT_GUID, 16) != 0)
			status = spp_fail(err, SPP_REFUSED,
					  "'%s' is not an earlier state of "
					  "'%s'",
					  other.label, t->file);
		spp_wim_release(&other);
	}
	close(other.fd);
	return status;
}

static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	struct spp_target_wim *t = target_wim(target);
	struct beside CLEANUP(release_beside) b;
	bool whole = false;
	enum spp_status st = beside(t, suffix, &b, err);

	if (!st)
		st = is_whole(t, &b, &whole, err);
	if (!st && whole && !dry &&
	    (renameat(t->dir, b.place.name, t->dir, t->name) ||
	     (fsync(t->dir) && errno != EINVAL)))
		st = spp_fail_errno(err, SPP_IO, "cannot put back '%s'",
				    b.place.label);
	if (!st && !whole)
		st = spp_wim_undo_apply(&b.place, &t->wim, dry, t->place.fd,
					err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	return spp_restores_add(restores, t->file, b.place.label, err);
}

static void close_target(struct spp_target *target)
{
	struct spp_target_wim *t = target_wim(target);
	int i;

	for (i = 0; i < SPP_ROLE_COUNT; i++)
		spp_store_wim_close(target->store[i]);
	spp_target_wim_forget(t);
	spp_wim_tree_release(&t->tree);
	spp_wim_release(&t->wim);
	spp_replace_close(&t->replace);
	spp_place_close(&t->place);
	if (t->fd >= 0)
		close(t->fd);
	if (t->dir >= 0)
		close(t->dir);
	spp_target_free_notes(target);
	free(t->file);
	free(t->name);
	free(target->path);
	free(t);
}

static const struct spp_target_ops ops = { "wim", publish, restore,
					   close_target };

const char *spp_target_wim_built(void)
{
	return spp_wim_library();
}

/* The folder of the file and its name there; links are followed. */
static enum spp_status find_file(struct spp_target_wim *t,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *real = realpath(t->file, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;

	if (!slash)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", t->file);
	t->name = strdup(slash + 1);
	if (!t->name)
		return spp_nomem(err);
	slash[slash == real] = '\0';
	t->dir = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->dir >= 0)
		t->fd = openat(t->dir, t->name,
			       O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (t->fd < 0 || fstat(t->fd, &t->st))
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", t->file);
	if (!S_ISREG(t->st.st_mode))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a regular file",
				t->file);
	return SPP_OK;
}

/* Others that know locks lock the whole file, as libwim does. */
static enum spp_status probe_lock(const struct spp_target_wim *t,
				  struct spp_error *err)
{
	if (flock(t->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use by another process, which "
				"writes to it; try again when that is done",
				t->file);
	flock(t->fd, LOCK_UN);
	return spp_imagelock_lease(t->fd, t->file, err);
}

static enum spp_status take_lock(struct spp_target_wim *t,
				 struct spp_error *err)
{
	const struct spp_target_options *o = &t->options;
	/* Only a rebuild parts links: to append is to write in place. */
	const struct spp_place_options how = {
		.write = true,
		.links = o->break_links || !o->rebuild,
		.backup = o->rebuild ? o->backup : NULL,
	};
	struct beside CLEANUP(release_beside) b = { .place = { .dir = -1 } };
	enum spp_status st = spp_wim_writable(&t->wim, err);

	if (!st)
		st = probe_lock(t, err);
	if (!st)
		st = spp_place_open_at(&t->place, t->dir, t->name, t->file,
				       &how, err);
	if (!st && (t->place.st.st_dev != t->st.st_dev ||
		    t->place.st.st_ino != t->st.st_ino))
		st = spp_fail(err, SPP_BUSY,
			      "'%s' was replaced a moment ago; try again",
			      t->file);
	if (!st)
		st = beside(t, "", &b, err);
	if (st)
		return st;
	/* What a crash left, as nobody else may be at it now. */
	unlinkat(t->dir, b.place.temp, 0);
	spp_replace_clear(&t->place);
	return SPP_OK;
}

static enum spp_status load(struct spp_target_wim *t, struct spp_error *err)
{
	enum spp_status st = find_file(t, err);

	t->wim.fd = t->fd;
	t->wim.label = t->file;
	t->wim.file_size = (uint64_t)t->st.st_size;
	if (!st)
		st = spp_wim_load(&t->wim, err);
	if (!st)
		st = spp_target_wim_names(t, err);
	if (!st && t->wim.flags & SPP_WIM_IN_PROGRESS)
		spp_target_note(&t->base,
				"'%s' is marked as being written; what is "
				"shown is what it was before",
				t->file);
	return st;
}

static enum spp_status open_image(struct spp_target_wim *t, const char *image,
				  struct spp_error *err)
{
	const struct spp_wim_image_about *about;
	enum spp_status st = spp_target_wim_choose(t, image, err);
	int role;

	if (!st)
		st = spp_wim_tree_read(&t->wim, t->about.chosen, &t->tree, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = spp_store_wim_open(t, (enum spp_role)role, err);
	if (st || t->base.store[SPP_ROLE_SOFTWARE])
		return st;
	about = &t->about.image[t->about.chosen - 1];
	return spp_fail(err, SPP_UNSUPPORTED,
			"image %u of '%s'%s%s%s has no Windows: there is no "
			"Windows/System32/config/SOFTWARE in it",
			t->about.chosen, t->file, about->name ? " ('" : "",
			about->name ? about->name : "",
			about->name ? "')" : "");
}

static enum spp_status open_all(struct spp_target_wim *t, const char *image,
				struct spp_error *err)
{
	enum spp_status st;

	/* Where an edit would fail is to be known before it is tried. */
	if (t->options.write && !t->options.inspect) {
		st = take_lock(t, err);
		if (st)
			return st;
	}
	return t->options.whole ? SPP_OK : open_image(t, image, err);
}

/* A WIM of several images is looked at as a whole, too. */
static enum spp_status inspect(struct spp_target_wim *t, const char *image,
			       struct spp_error *err)
{
	struct spp_error *refusal = &t->about.refusal;
	enum spp_status st = spp_target_wim_inspect(t, err);

	t->base.wim = &t->about;
	if (st)
		return st;
	st = spp_wim_writable(&t->wim, refusal);
	if (!st)
		st = probe_lock(t, refusal);
	if (!st && !(t->st.st_mode & 0222))
		spp_fail(refusal, SPP_REFUSED,
			 "'%s' is marked read-only; allow writing with chmod "
			 "u+w first",
			 t->file);
	if (image ? !strcmp(image, "all") : t->about.images != 1)
		return SPP_OK;
	t->options.write = 1u << SPP_ROLE_SOFTWARE | 1u << SPP_ROLE_NETSVC;
	st = spp_target_wim_choose(t, image, err);
	if (!st)
		open_image(t, image, refusal);
	return st;
}

static struct spp_target_wim *allocate(const char *path,
				       const struct spp_target_options *options)
{
	struct spp_target_wim *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->base.ops = &ops;
	t->base.path = strdup(path);
	t->options = *options;
	t->dir = t->fd = -1;
	t->place = (struct spp_place)SPP_PLACE_INIT;
	t->replace = (struct spp_replace)SPP_REPLACE_INIT;
	if (!t->base.path) {
		free(t);
		return NULL;
	}
	return t;
}

enum spp_status spp_target_wim_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err)
{
	struct spp_target_wim *t = allocate(path, options);
	const char *image = NULL;
	enum spp_status st;

	if (!t)
		return spp_nomem(err);
	st = spp_wim_split(path, &t->file, &image, err);
	if (!st)
		st = load(t, err);
	if (!st)
		st = options->inspect ? inspect(t, image, err)
				      : open_all(t, image, err);
	if (st) {
		close_target(&t->base);
		return st;
	}
	*target = &t->base;
	return SPP_OK;
}

enum spp_status spp_target_wim_count(const char *path, unsigned int *images,
				     struct spp_error *err)
{
	const struct spp_target_options options = { .whole = true };
	struct spp_target *target = NULL;
	enum spp_status st = spp_target_wim_open(path, &options, &target, err);

	if (!st)
		*images = target_wim(target)->wim.images;
	spp_target_close(target);
	return st;
}
