/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gpo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/out.h"
#include "hive/place/output.h"
#include "policy/format/gpo_backup.h"
#include "policy/model/setting.h"

bool cli_gpo_is(const char *path, bool named)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;

	return !spp_tree_open(&tree, path, 1, NULL) &&
	       spp_gpo_is_root(&tree, named);
}

bool cli_gpo_has(const char *path, const struct stat *file)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	struct stat st;
	size_t i;

	if (!cli_gpo_is(path, true) ||
	    spp_tree_open(&tree, path, SPP_TREE_DEPTH, NULL))
		return false;
	for (i = 0; i < tree.count; i++)
		if (!fstatat(tree.dir, tree.entry[i].path, &st, 0) &&
		    st.st_dev == file->st_dev && st.st_ino == file->st_ino)
			return true;
	return false;
}

enum spp_status cli_gpo_load(const struct spp_input *in,
			     struct spp_document *document,
			     struct spp_import *import, struct spp_error *err)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	enum spp_status st =
		spp_tree_open(&tree, in->name, SPP_TREE_DEPTH, err);

	return st ? st
		  : spp_format_gpo_backup.read_tree(in, &tree, document, import,
						    err);
}

/* A folder that others must not add to meanwhile. */
struct folder {
	const char *path;
	int fd;
	bool made; /* by this export */
};

static void close_folder(struct folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
}

static enum spp_status open_folder(struct folder *f, struct spp_error *err)
{
	f->made = !mkdir(f->path, 0777);
	if (!f->made && errno != EEXIST)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'",
				      f->path);
	f->fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", f->path);
	if (flock(f->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use: another export adds to it",
				f->path);
	return SPP_OK;
}

static const struct spp_buf *find(const struct spp_tree *tree, const char *path)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (!strcmp(tree->entry[i].path, path))
			return &tree->entry[i].data;
	return NULL;
}

static enum spp_status put_file(const struct folder *f, const char *name,
				const struct spp_buf *data,
				struct spp_error *err)
{
	char CLEANUP(spp_free_string) *path = NULL;

	if (asprintf(&path, "%s/%s", f->path, name) < 0) {
		path = NULL;
		return spp_nomem(err);
	}
	return spp_output_write(path, data->data, data->size, false, err);
}

/* The manifest that is there, in any case of its name. */
static enum spp_status read_manifest(const struct folder *f, char **name,
				     struct spp_buf *old, struct spp_error *err)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	enum spp_status st = spp_tree_open(&tree, f->path, 1, err);
	size_t i;

	for (i = 0; !st && i < tree.count; i++) {
		if (tree.entry[i].folder ||
		    strcasecmp(tree.entry[i].path, SPP_GPO_MANIFEST) != 0)
			continue;
		*name = strdup(tree.entry[i].path);
		return *name ? spp_tree_read(&tree, i, SPP_FILE_MAX, old, err)
			     : spp_nomem(err);
	}
	return st;
}

/* What the manifest is to be, and its name; empty: it is so already. */
static enum spp_status make_manifest(const struct folder *f,
				     const struct spp_buf *made, char **name,
				     struct spp_buf *both,
				     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) old = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *path = NULL;
	struct spp_input in;
	enum spp_status st = read_manifest(f, name, &old, err);

	if (!st && !*name) {
		*name = strdup(SPP_GPO_MANIFEST);
		return *name ? spp_buf_append(both, made->data, made->size, err)
			     : spp_nomem(err);
	}
	if (st)
		return st;
	if (asprintf(&path, "%s/%s", f->path, *name) < 0) {
		path = NULL;
		return spp_nomem(err);
	}
	in = (struct spp_input){ .name = path,
				 .data = old.data,
				 .size = old.size };
	st = spp_gpo_manifest_add(&in, made, both, err);
	if (both->size == old.size)
		both->size = 0;
	return st;
}

static bool is_there(const struct folder *f, const char *name)
{
	struct stat st;

	return !fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

/* Whether the manifest has its new content, as far as can be known. */
static bool may_be_named(const struct folder *f, const struct spp_buf *both)
{
	struct spp_buf CLEANUP(spp_buf_release) is = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *name = NULL;

	return read_manifest(f, &name, &is, NULL) ||
	       (is.size && is.size == both->size &&
		!memcmp(is.data, both->data, is.size));
}

/* The manifest comes last: what it names is there. */
static enum spp_status put_all(const struct folder *f,
			       const struct spp_tree *tree,
			       const struct spp_gpo_made *made,
			       const char *manifest, const struct spp_buf *both,
			       struct spp_error *err)
{
	const struct spp_buf *script = find(tree, made->script);
	bool old_script = is_there(f, made->script);
	bool old_backup = is_there(f, made->id);
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	if (!script)
		return spp_fail(err, SPP_BUG, "a backup without its script");
	st = spp_tree_make(tree, made->id, f->fd, f->path, err);
	if (st)
		return st;
	st = put_file(f, made->script, script, err);
	if (!st && both->size) {
		st = put_file(f, manifest, both, &why);
		if (st && may_be_named(f, both))
			return spp_fail_from(err, st, &why,
					     "%s; backup '%s' stays, since the "
					     "manifest may name it",
					     why.text, made->id);
		if (st)
			spp_fail_from(err, st, &why, "%s", why.text);
	}
	if (st && !old_script)
		unlinkat(f->fd, made->script, 0);
	if (st && !old_backup)
		spp_tree_unmake(tree, made->id, f->fd);
	return st;
}

static enum spp_status save(const struct spp_tree *tree,
			    const struct spp_gpo_made *made, const char *path,
			    struct spp_error *err)
{
	struct folder CLEANUP(close_folder) f = { .path = path, .fd = -1 };
	struct spp_buf CLEANUP(spp_buf_release) both = SPP_BUF_INIT;
	const struct spp_buf *manifest = find(tree, SPP_GPO_MANIFEST);
	char CLEANUP(spp_free_string) *name = NULL;
	enum spp_status st;

	if (!manifest)
		return spp_fail(err, SPP_BUG, "a backup without its manifest");
	st = open_folder(&f, err);
	if (!st)
		st = make_manifest(&f, manifest, &name, &both, err);
	if (!st)
		st = put_all(&f, tree, made, name, &both, err);
	if (st && f.made)
		rmdir(path);
	return st;
}

static void tell(const struct spp_gpo_made *made, const char *path)
{
	const char *query = spp_gpo_query(made->audience);

	printf("%s/%s: GPO '%s', %zu %s, %zu %s\n", cli_path(path), made->id,
	       made->name, made->preferences,
	       made->preferences == 1 ? "preference" : "preferences",
	       made->policies,
	       made->policies == 1 ? "policy value" : "policy values");
	printf("  import: %s/%s -Group COMPUTERS, in PowerShell on Windows\n",
	       cli_path(path), made->script);
	printf("  filter: Import-GPO sets none; the script lets only the group "
	       "apply the GPO\n");
	if (query)
		printf("  or a WMI filter: %s\n", query);
}

enum spp_status cli_gpo_save(const struct spp_document *document,
			     const struct spp_export *options, const char *path,
			     struct spp_notes *notes, struct spp_error *err)
{
	struct spp_gpo_made CLEANUP(spp_gpo_made_release) made =
		SPP_GPO_MADE_INIT;
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	enum spp_status st;

	if (!path || !strcmp(path, "-"))
		return spp_fail(err, SPP_USAGE,
				"format gpo-backup is a folder; name one with "
				"-o");
	st = spp_gpo_write(document, options, &tree, &made, notes, err);
	if (!st)
		st = save(&tree, &made, path, err);
	if (!st)
		tell(&made, path);
	return st;
}
