/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/second_opinion.h"

#include <errno.h>
#include <fcntl.h>
#include <hivex.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/regf/regf.h"
#include "hive/sandbox/confine.h"

#define WHO "libhivex"
/* The most bytes by which new keys may lengthen a hive. */
#define GROWTH ((uint64_t)32 << 20)

/* A file under the name by which libhivex opens it. */
struct named {
	int fd;
	char name[40];
	uint64_t size;
	bool owned; /* fd is closed with it */
};

/* A cell as libhivex names it; where size_t is short, no file is longer. */
static hive_node_h handle(uint32_t cell)
{
	return (hive_node_h)spp_file_offset(cell);
}

struct trial {
	const char *name;
	const struct spp_verdict *verdicts;
	size_t count;
};

struct creation {
	const char *name;
	uint32_t parent;
	const char *path;
};

static void release(struct named *file)
{
	if (file->owned)
		close(file->fd);
}

/*
 * Names the open file for libhivex.  For reading it makes a descriptor that
 * cannot write, through /proc; without /proc the filter prevents writing.
 */
static enum spp_status name_it(int fd, bool write, struct named *file,
			       struct spp_error *err)
{
	bool filter = spp_confine_filters();
	struct stat st;
	int readonly;

	if (fstat(fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot examine a file");
	*file = (struct named){ .fd = fd, .size = (uint64_t)st.st_size };
	snprintf(file->name, sizeof(file->name), "/proc/self/fd/%d", fd);
	readonly = write ? -1 : open(file->name, O_RDONLY | O_CLOEXEC);
	if (readonly >= 0) {
		file->fd = readonly;
		file->owned = true;
		snprintf(file->name, sizeof(file->name), "/proc/self/fd/%d",
			 readonly);
	}
	if (filter || !access(file->name, F_OK))
		return SPP_OK;
	release(file);
	return spp_fail(err, SPP_UNSUPPORTED,
			WHO " opens files by name only, and /proc is not "
			    "mounted");
}

/* Loads the character tables that libhivex needs, while files can be opened. */
static void load_tables(void)
{
	static const char *const charsets[] = { "LATIN1", "UTF-16LE" };
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		(void)iconv_open("UTF-8", charsets[i]);
		(void)iconv_open(charsets[i], "UTF-8");
	}
}

/* Looks for the value among those that libhivex lists. */
static bool is_listed(const hive_value_h *values, uint32_t offset)
{
	for (; *values; values++)
		if (*values == handle(offset))
			return true;
	return false;
}

static enum spp_status check_data(hive_h *h, const struct spp_verdict *v,
				  struct spp_error *err)
{
	hive_type type;
	size_t size;
	char *data;
	bool same;

	data = hivex_value_value(h, handle(v->value), &type, &size);
	if (!data)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex cannot read the value written "
				      "at 0x%x",
				      v->value);
	same = (uint32_t)type == v->data.type && size == v->data.size &&
	       (!size || !memcmp(data, v->data.data, size));
	free(data);
	if (!same)
		return spp_fail(err, SPP_BUG,
				"libhivex reads another value than was "
				"written at 0x%x",
				v->value);
	return SPP_OK;
}

static enum spp_status check_key(hive_h *h, const struct spp_verdict *v,
				 struct spp_error *err)
{
	hive_value_h *values, *end;
	enum spp_status st = SPP_OK;

	values = hivex_node_values(h, handle(v->key));
	if (!values)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex cannot read the edited key at "
				      "0x%x",
				      v->key);
	for (end = values; *end; end++)
		;
	if ((size_t)(end - values) != v->values)
		st = spp_fail(err, SPP_BUG,
			      "libhivex counts %zu values of %u in the edited "
			      "key at 0x%x",
			      (size_t)(end - values), v->values, v->key);
	else if (v->value && !is_listed(values, v->value))
		st = spp_fail(err, SPP_BUG,
			      "libhivex does not list the value written at "
			      "0x%x",
			      v->value);
	free(values);
	if (!st && v->value)
		st = check_data(h, v, err);
	return st;
}

static enum spp_status try(void *ctx, struct spp_error *err)
{
	const struct trial *trial = ctx;
	hive_h *h = hivex_open(trial->name, 0);
	enum spp_status st = SPP_OK;
	size_t i;

	if (!h)
		return spp_fail_errno(err, SPP_BUG,
				      "libhivex does not accept the new hive");
	for (i = 0; !st && i < trial->count; i++)
		st = check_key(h, &trial->verdicts[i], err);
	hivex_close(h);
	return st;
}

enum spp_status spp_second_opinion_start(struct spp_process *process, int fd,
					 const struct spp_verdict *verdicts,
					 size_t count, struct spp_error *err)
{
	struct trial trial = { NULL, verdicts, count };
	struct spp_process_room room;
	struct named file;
	enum spp_status st = name_it(fd, false, &file, err);

	if (st)
		return st;
	trial.name = file.name;
	room = (struct spp_process_room){ .keep = file.fd,
					  .name = file.name,
					  .memory = (size_t)file.size };
	st = spp_process_start(process, try, &trial, &room, err);
	release(&file);
	return st;
}

enum spp_status spp_second_opinion_wait(struct spp_process *process,
					struct spp_error *err)
{
	return spp_process_wait(process, WHO, err);
}

static enum spp_status add_keys(hive_h *h, const struct creation *c,
				struct spp_error *err)
{
	hive_node_h node = handle(c->parent);
	const char *at = c->path;
	char *name;
	size_t n;

	while (*at) {
		n = strcspn(at, "\\");
		name = strndup(at, n);
		if (!name)
			return spp_nomem(err);
		node = hivex_node_add_child(h, node, name);
		if (!node)
			spp_fail_errno(err, SPP_CORRUPT,
				       "libhivex cannot create the key '%s'",
				       name);
		free(name);
		if (!node)
			return SPP_CORRUPT;
		at += at[n] ? n + 1 : n;
	}
	if (hivex_commit(h, c->name, 0))
		return spp_fail_errno(err, SPP_IO,
				      "libhivex cannot write the new keys");
	return SPP_OK;
}

static enum spp_status create(void *ctx, struct spp_error *err)
{
	const struct creation *c = ctx;
	hive_h *h = hivex_open(c->name, HIVEX_OPEN_WRITE);
	enum spp_status st;

	if (!h)
		return spp_fail_errno(err, SPP_CORRUPT,
				      "libhivex does not accept this hive");
	st = add_keys(h, c, err);
	hivex_close(h);
	return st;
}

enum spp_status spp_second_opinion_create(int fd, uint32_t parent,
					  const char *path,
					  struct spp_error *err)
{
	struct spp_process CLEANUP(spp_process_abandon) process =
		SPP_PROCESS_INIT;
	struct creation creation = { NULL, parent, path };
	struct spp_process_room room;
	struct named file;
	enum spp_status st = name_it(fd, true, &file, err);

	if (st)
		return st;
	creation.name = file.name;
	/*
	 * libhivex reads the whole hive into memory, and moves it when it
	 * grows.
	 */
	room = (struct spp_process_room){ .warm = load_tables,
					  .keep = fd,
					  .name = file.name,
					  .write = true,
					  .longest = file.size + GROWTH,
					  .memory = (size_t)file.size * 2 };
	st = spp_process_start(&process, create, &creation, &room, err);
	return st ? st : spp_second_opinion_wait(&process, err);
}
