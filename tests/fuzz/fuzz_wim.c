/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a WIM: its header, table, XML and the trees of its images are
 * read, and the files found there are unpacked, or one line says why not.
 * Nothing is written to it.
 */
#include <sys/mman.h>

#include "hive/session.h"
#include "hive/target.h"
#include "hive/target/paths.h"
#include "hive/wim/tree.h"
#include "tests/fuzz/wim.h"

#define IMAGES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(enum spp_status st, const struct spp_error *err)
{
	if (st != err->status || st == SPP_BUG || (st && !*err->text))
		abort();
}

static void unpack(const struct spp_wim *wim, const struct spp_wim_file *file)
{
	struct spp_wim_chunks chunks = SPP_WIM_CHUNKS_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	static int out = -1;

	if (!file->there || file->flags & SPP_WIM_FILE_ELSEWHERE)
		return;
	if (out < 0)
		out = memfd_create("file", MFD_CLOEXEC);
	if (ftruncate(out, 0))
		abort();
	check_line(spp_wim_find_chunks(wim, &file->place, &chunks, &err), &err);
	spp_wim_chunks_release(&chunks);
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_wim_unpack_file(wim, &file->place, file->sha1, "a file",
				       out, &err),
		   &err);
}

static void read_image(const struct spp_wim *wim, unsigned int image)
{
	const struct spp_seek_query query = spp_paths_query(NULL);
	struct spp_wim_tree tree = SPP_WIM_TREE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;
	int role, i;

	st = spp_wim_tree_read(wim, image, &query, &tree, &err);
	check_line(st, &err);
	for (role = 0; !st && role < SPP_SEEK_PATHS; role++)
		for (i = 0; i < SPP_WIM_FILES; i++) {
			const struct spp_wim_file *file = &tree.file[role][i];

			if (file->there && !spp_within(file->slot, SPP_WIM_HASH,
						       tree.bytes.size))
				abort();
			unpack(wim, file);
		}
	spp_wim_tree_release(&tree);
}

static void read_wim(size_t size)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_wim wim = SPP_WIM_INIT;
	enum spp_status st;
	unsigned int i;

	wim.fd = open(folder_path("wim"), O_RDONLY | O_CLOEXEC);
	wim.label = "wim";
	wim.file_size = size;
	st = spp_wim_load(&wim, &err);
	check_line(st, &err);
	if (!st && wim.end > size)
		abort();
	for (i = 1; !st && i <= wim.images && i <= IMAGES; i++)
		read_image(&wim, i);
	spp_wim_release(&wim);
	close(wim.fd);
}

/* As sppctl info does. */
static void inspect(void)
{
	static const struct spp_target_options how = { .inspect = true };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_target *target = NULL;

	check_line(spp_target_wim_open(folder_path("wim"), &how, &target, &err),
		   &err);
	spp_target_close(target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *wim = wim_copy(data, size);

	folder_put("wim", wim, size);
	read_wim(size);
	inspect();
	if (!folder_same("wim", wim, size))
		abort();
	free(wim);
	folder_clear();
	return 0;
}
