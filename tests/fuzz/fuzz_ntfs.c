/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A volume in pieces (sparse.h), as a raw image with a Windows in it: looked
 * at, and one setting is written, with a journal that is kept; where the
 * number of bytes is odd the hive grows, too.  Where that fails the image is as
 * before; else the setting is there, and the kept journal brings the old image
 * back.
 */
#include "tests/fuzz/setting.h"
#include "tests/fuzz/sparse.h"

#define MOST ((size_t)2 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(enum spp_status st, const struct spp_error *err)
{
	if (st != err->status || st == SPP_BUG || (st && !*err->text))
		abort();
}

static void inspect(void)
{
	static const struct spp_target_options how = { .inspect = true };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_target *target = NULL;

	check_line(
		spp_target_open(folder_path("disk.img"), &how, &target, &err),
		&err);
	spp_target_close(target);
}

static void undo(const struct spp_target_options *how, const uint8_t *was,
		 size_t size)
{
	struct spp_error err = SPP_ERROR_INIT;
	size_t count;

	if (setting_restore("disk.img", how, &count, &err) || count != 1)
		abort();
	if (!folder_same("disk.img", was, size))
		abort();
}

static void edit(const uint8_t *disk, size_t size, bool grow)
{
	static const struct spp_target_options how = {
		.write = 1u << SPP_ROLE_SOFTWARE,
		.backup = ".bak",
		.kind = SPP_TARGET_RAW,
	};
	static const struct spp_target_options look = {
		.kind = SPP_TARGET_RAW
	};
	struct spp_error err = SPP_ERROR_INIT;

	if (setting_is_there("disk.img", &look))
		return; /* nothing to change */
	if (setting_write("disk.img", &how, grow, &err)) {
		if (err.status == SPP_BUG || !*err.text ||
		    !folder_same("disk.img", disk, size))
			abort();
		return;
	}
	if (!setting_is_there("disk.img", &look))
		abort();
	undo(&how, disk, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *disk;
	size_t n;

	disk = sparse_make(data, size, MOST, &n);
	folder_put("disk.img", disk, n);
	inspect();
	edit(disk, n, size % 2);
	free(disk);
	folder_clear();
	return 0;
}
