/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/wim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/image/lock.h"
#include "hive/place/backup.h"
#include "hive/place/restore.h"
#include "hive/target/paths.h"
#include "hive/wim/spec.h"
#include "hive/wim/undo.h"

static struct spp_target_wim *target_wim(struct spp_target *target)
{
	return (struct spp_target_wim *)target; /* base comes first */
}

/* The names that the file has, apart from the backups with this suffix. */
static enum spp_status count_names(const struct spp_target_wim *t,
				   const char *suffix, unsigned long *names,
				   struct spp_error *err)
{
	unsigned int own = 0;
	enum spp_status st = SPP_OK;

	if (t->place.st.st_nlink > 1)
		st = spp_backup_links(t->place.dir, t->place.name,
				      suffix ? suffix : SPP_BACKUP_SUFFIX,
				      &t->place.st, &own, err);
	*names = (unsigned long)t->place.st.st_nlink - own;
	return st;
}

/*
 * Refuses hard links: appending changes the file under all its names.  A
 * rebuild that was interrupted leaves one, its backup, which must not change.
 */
static enum spp_status check_links(const struct spp_target_wim *t,
				   const char *suffix, struct spp_error *err)
{
	unsigned long names;
	enum spp_status st = count_names(t, suffix, &names, err);

	if (st || t->place.st.st_nlink < 2)
		return st;
	if (names < 2)
		return spp_fail(err, SPP_REFUSED,
				"'%s' and its backup are the same file, as an "
				"interrupted rebuild leaves them; restore it, "
				"or remove the backup",
				t->file);
	return spp_fail(err, SPP_REFUSED,
			"'%s' has %lu hard links, and an edit would change all "
			"of them; copy it, or remove the others",
			t->file, (unsigned long)t->place.st.st_nlink);
}

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	struct spp_target_wim *t = target_wim(target);
	struct spp_wim_change change[SPP_ROLE_COUNT];
	struct spp_wim_edit edit = { .wim = &t->wim,
				     .tree = &t->tree,
				     .change = change,
				     .dir = t->place.dir,
				     .rebuild = t->options.rebuild,
				     .dry = t->options.dry };
	enum spp_status st;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (target->store[role] &&
		    spp_store_wim_change(target->store[role],
					 &change[edit.changes], &edit.now))
			edit.changes++;
	if (!edit.changes)
		return SPP_OK;
	st = t->options.rebuild ? SPP_OK
				: check_links(t, t->options.backup, err);
	if (!st)
		st = spp_place_still(&t->place, err);
	if (st)
		return st;
	return spp_target_wim_commit(t, &edit, err);
}

/* Whether a backup is a whole WIM, as a rebuild leaves it. */
static bool is_wim(const struct spp_place *file)
{
	uint8_t head[8];

	return file->st.st_size > SPP_WIM_HEAD &&
	       !spp_read_at(file->fd, 0, head, 8, file->label, NULL) &&
	       !memcmp(head, "MSWIM\0\0", 8);
}

static enum spp_status judge_backup(void *ctx, int fd, const char *label,
				    struct spp_error *err)
{
	struct spp_wim CLEANUP(spp_wim_release) other = SPP_WIM_INIT;
	const struct spp_target_wim *t = ctx;
	enum spp_status status;
	struct stat st;

	if (fstat(fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      label);
	other.fd = fd;
	other.label = label;
	other.file_size = (uint64_t)st.st_size;
	status = spp_wim_load(&other, err);
	if (!status && memcmp(other.head + SPP_WIM_AT_GUID,
			      t->wim.head + SPP_WIM_AT_GUID, 16) != 0)
		status = spp_fail(err, SPP_REFUSED,
				  "'%s' is not an earlier state of '%s'", label,
				  t->file);
	return status;
}

static enum spp_status restore_whole(struct spp_target_wim *t,
				     const struct spp_place *backup,
				     const char *suffix, bool dry,
				     struct spp_error *err)
{
	unsigned long names;
	enum spp_status st = judge_backup(t, backup->fd, backup->label, err);

	if (!st)
		st = count_names(t, suffix, &names, err);
	if (!st && names > 1 && !t->options.break_links)
		st = spp_fail_remedy(
			err, SPP_REFUSED, SPP_REMEDY_BREAK_LINKS,
			"'%s' has %lu hard links and putting it back would "
			"part them",
			t->file, (unsigned long)t->place.st.st_nlink);
	if (!st && !dry)
		st = spp_restore_run(&t->place, backup, judge_backup, t, err);
	return st || dry ? st : spp_restore_end(&t->place, backup, err);
}

static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	struct spp_place CLEANUP(spp_place_close) backup = SPP_PLACE_INIT;
	struct spp_target_wim *t = target_wim(target);
	enum spp_status st = spp_restore_open(&t->place, suffix, &backup, err);

	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	/* Either way the backup goes last, by the name of the work file. */
	st = spp_replace_possible(&t->place, NULL, err);
	if (st)
		return st;
	if (is_wim(&backup)) {
		st = restore_whole(t, &backup, suffix, dry, err);
	} else {
		st = check_links(t, suffix, err);
		if (!st)
			st = spp_wim_undo_apply(&t->place, &backup, &t->wim,
						dry, err);
	}
	return st ? st : spp_restores_add(restores, t->file, backup.label, err);
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
	spp_notes_release(&target->notes);
	free(t->file);
	free(target->path);
	free(t);
}

static const struct spp_target_ops ops = { "wim", publish, restore,
					   close_target };

const char *spp_target_wim_built(void)
{
	return spp_wim_library();
}

/*
 * Whether others have it open for writing.  This can be told only while we have
 * not, so the file is opened and closed again just for that.
 */
static enum spp_status probe_lease(const struct spp_target_wim *t,
				   struct spp_error *err)
{
	struct spp_place CLEANUP(spp_place_close) p = SPP_PLACE_INIT;
	const struct spp_place_options how = { .write = false };
	enum spp_status st = spp_place_open(&p, t->file, &how, err);

	return st ? st : spp_image_lock_lease(p.fd, t->file, err);
}

/* Whether it could be opened for writing; it is not open for writing now. */
static enum spp_status probe_lock(const struct spp_target_wim *t,
				  struct spp_error *err)
{
	enum spp_status st = spp_place_free(&t->place, err);

	return st ? st : spp_image_lock_lease(t->place.fd, t->file, err);
}

/* Opens it once: the same file is read, judged and written. */
static enum spp_status open_place(struct spp_target_wim *t,
				  struct spp_error *err)
{
	const struct spp_target_options *o = &t->options;
	/* Only a rebuild separates hard links; an append writes in place. */
	const struct spp_place_options how = {
		.write = o->write && !o->inspect,
		.links = o->break_links || !o->rebuild,
		.backup = o->rebuild ? o->backup : NULL,
	};
	enum spp_status st = how.write ? probe_lease(t, err) : SPP_OK;

	t->base.fd = &t->place.fd;
	t->base.file = t->file;
	return st ? st : spp_place_open(&t->place, t->file, &how, err);
}

/* Removes what a crash left; nobody else uses it now. */
static enum spp_status clear(const struct spp_target_wim *t,
			     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	enum spp_status st =
		spp_buf_printf(&name, err, ".%s.sppctl-undo", t->place.name);

	if (st || t->options.dry)
		return st;
	unlinkat(t->place.dir, spp_buf_text(&name), 0);
	spp_replace_clear(&t->place);
	return SPP_OK;
}

static enum spp_status load(struct spp_target_wim *t, struct spp_error *err)
{
	enum spp_status st = open_place(t, err);

	t->wim.fd = t->place.fd;
	t->wim.label = t->file;
	t->wim.file_size = (uint64_t)t->place.st.st_size;
	if (!st)
		st = spp_wim_load(&t->wim, err);
	if (!st)
		st = spp_target_wim_names(t, err);
	if (!st && t->wim.flags & SPP_WIM_IN_PROGRESS)
		spp_note(&t->base.notes,
			 "'%s' is marked as being written; its previous state "
			 "is shown",
			 t->file);
	if (!st && t->options.write && !t->options.inspect &&
	    t->wim.file_size > t->wim.end)
		spp_note(&t->base.notes,
			 "'%s' has %" PRIu64 " bytes after its end; an edit or "
			 "a restore removes them",
			 t->file, t->wim.file_size - t->wim.end);
	return st;
}

static enum spp_status open_image(struct spp_target_wim *t, const char *image,
				  struct spp_error *err)
{
	const struct spp_seek_query query = spp_paths_query(t->options.windows);
	struct spp_buf CLEANUP(spp_buf_release) subject = SPP_BUF_INIT;
	const struct spp_found *hive[SPP_ROLE_COUNT];
	const struct spp_wim_image_about *about;
	enum spp_status st = spp_target_wim_choose(t, image, err);
	int role;

	if (!st)
		st = spp_wim_tree_read(&t->wim, t->about.chosen, &query,
				       &t->tree, err);
	if (!st)
		st = spp_buf_printf(&subject, err, "image %u of '%s'",
				    t->about.chosen, t->file);
	if (!st)
		st = spp_paths_choose(&t->tree.seek, &query,
				      spp_buf_text(&subject), hive, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = spp_store_wim_open(t, (enum spp_role)role, err);
	if (st || t->base.store[SPP_ROLE_SOFTWARE])
		return st;
	about = &t->about.image[t->about.chosen - 1];
	return spp_fail(err, SPP_NOTFOUND,
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

	/* Find out before the edit whether it would fail. */
	if (t->options.write && !t->options.inspect) {
		st = spp_wim_writable(&t->wim, err);
		if (!st)
			st = clear(t, err);
		if (st)
			return st;
	}
	return t->options.whole ? SPP_OK : open_image(t, image, err);
}

/* Inspects a WIM of several images as a whole, too. */
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
	if (!st)
		check_links(t, NULL, refusal);
	if (!st && !(t->place.st.st_mode & 0222))
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

	if (st)
		return st;
	*images = target_wim(target)->wim.images;
	close_target(target);
	return SPP_OK;
}
