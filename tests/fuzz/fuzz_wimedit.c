/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A byte that says how, then a WIM whose only image is edited: appended to
 * with or without an undo file, or rebuilt (bits 1 and 2); bit 3: the hive grows.  Where that fails
 * the file is as before; else the setting is there, everything before the old
 * end but the header stays, and an undo brings the old WIM back.
 */
#include "tests/fuzz/setting.h"
#include "tests/fuzz/wim.h"

enum { KEEP = 1, REBUILD = 2, GROW = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t end_of(const uint8_t *data, size_t size)
{
	struct spp_wim wim = SPP_WIM_INIT;
	size_t end;

	wim.fd = open(folder_path("wim"), O_RDONLY | O_CLOEXEC);
	wim.label = "wim";
	wim.file_size = size;
	if (spp_wim_load_as(&wim, data, NULL))
		abort();
	end = (size_t)wim.end;
	spp_wim_release(&wim);
	close(wim.fd);
	return end;
}

static void check_append(const uint8_t *was, size_t end)
{
	size_t n;
	uint8_t *is = folder_get("wim", &n);

	if (n < end || memcmp(is + SPP_WIM_HEAD, was + SPP_WIM_HEAD,
			      end - SPP_WIM_HEAD) != 0)
		abort();
	free(is);
}

static void undo(const struct spp_target_options *how, const uint8_t *was,
		 size_t end)
{
	struct spp_error err = SPP_ERROR_INIT;
	size_t count;

	if (setting_restore("wim", how, &count, &err) || count != 1)
		abort();
	if (!folder_same("wim", was, end))
		abort();
}

static void edit(unsigned int how, const uint8_t *wim, size_t size)
{
	const struct spp_target_options options = {
		.write = 1u << SPP_ROLE_SOFTWARE,
		.rebuild = how & REBUILD,
		.backup = how & KEEP ? ".bak" : NULL,
	};
	static const struct spp_target_options look = { .write = 0 };
	struct spp_error err = SPP_ERROR_INIT;
	size_t end;

	if (setting_is_there("wim", &look))
		return; /* nothing to change */
	if (setting_write("wim", &options, how & GROW, &err)) {
		if (err.status == SPP_BUG || !*err.text ||
		    !folder_same("wim", wim, size))
			abort();
		return;
	}
	if (!setting_is_there("wim", &look))
		abort();
	end = how & REBUILD ? size : end_of(wim, size);
	if (!(how & REBUILD))
		check_append(wim, end);
	if (how & KEEP)
		undo(&options, wim, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *wim;

	if (size < 1 + SPP_WIM_HEAD)
		return 0;
	wim = wim_copy(data + 1, size - 1);
	folder_put("wim", wim, size - 1);
	edit(data[0], wim, size - 1);
	free(wim);
	folder_clear();
	return 0;
}
