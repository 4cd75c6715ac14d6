/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/evidence/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/json.h"

static enum spp_status must_be_empty(int fd, const char *path,
				     struct spp_error *err)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	bool empty = true;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return spp_fail_errno(err, SPP_IO, "cannot list '%s'", path);
	}
	while ((entry = readdir(dir)))
		empty = empty && (!strcmp(entry->d_name, ".") ||
				  !strcmp(entry->d_name, ".."));
	closedir(dir);
	return empty ? SPP_OK
		     : spp_fail(err, SPP_REFUSED,
				"'%s' is not empty; name a new folder", path);
}

enum spp_status cli_folder_open(struct cli_folder *f, const char *path,
				struct spp_error *err)
{
	f->path = path;
	f->files = json_array();
	if (mkdir(path, 0700) && errno != EEXIST)
		return spp_fail_errno(err, SPP_IO,
				      "cannot make the folder '%s'", path);
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	return must_be_empty(f->fd, path, err);
}

static void list(struct cli_folder *f, const char *name, uint64_t size,
		 const uint8_t sha256[SPP_SHA256_SIZE])
{
	json_t *hash = cli_json_hex(sha256, SPP_SHA256_SIZE);

	spp_buf_printf(&f->sums, NULL, "%s  %s\n", json_string_value(hash),
		       name);
	json_array_append_new(f->files,
			      json_pack("{s:s, s:I, s:o}", "name", name, "size",
					(json_int_t)size, "sha256", hash));
}

/* Fills a new file of this name; mode 0400, since it must not be changed. */
static enum spp_status fill(struct cli_folder *f, const char *name,
			    const struct spp_source *source,
			    const struct spp_file_facts *facts,
			    uint8_t sha256[SPP_SHA256_SIZE],
			    struct spp_error *err)
{
	int fd = openat(f->fd, name,
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0400);
	enum spp_status st;

	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s' in '%s'",
				      name, f->path);
	st = spp_sha256_copy(source, fd, name, sha256, err);
	if (!st && facts) {
		const struct timespec times[] = { facts->st.st_atim,
						  facts->st.st_mtim };

		futimens(fd, times);
	}
	if (!st && fsync(fd))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", name);
	if (close(fd) && !st)
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", name);
	return st;
}

enum spp_status cli_folder_copy(struct cli_folder *f, const char *name,
				const struct spp_source *source,
				const struct spp_file_facts *facts,
				struct spp_error *err)
{
	uint8_t sha256[SPP_SHA256_SIZE];
	enum spp_status st = fill(f, name, source, facts, sha256, err);

	if (!st)
		list(f, name, source->size, sha256);
	return st;
}

struct text {
	const uint8_t *data;
};

static enum spp_status read_text(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	const struct text *text = ctx;

	(void)err;
	memcpy(buf, text->data + off, n);
	return SPP_OK;
}

enum spp_status cli_folder_write(struct cli_folder *f, const char *name,
				 const void *data, size_t n,
				 struct spp_error *err)
{
	struct text text = { data };
	const struct spp_source source = { read_text, &text, n };

	return cli_folder_copy(f, name, &source, NULL, err);
}

enum spp_status cli_folder_finish(struct cli_folder *f, struct spp_error *err)
{
	struct text text = { f->sums.data };
	const struct spp_source source = { read_text, &text, f->sums.size };
	uint8_t sha256[SPP_SHA256_SIZE];
	enum spp_status st =
		fill(f, CLI_FOLDER_MANIFEST, &source, NULL, sha256, err);

	if (!st && fsync(f->fd) && errno != EINVAL)
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", f->path);
	return st;
}

void cli_folder_close(struct cli_folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	spp_buf_release(&f->sums);
	json_decref(f->files);
	*f = (struct cli_folder)CLI_FOLDER_INIT;
}
