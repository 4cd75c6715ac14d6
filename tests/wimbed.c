/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wimbed.h"

#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/wim/about.h"
#include "tests/editing.h"

#define CONFIG	 "tree/Windows/System32/config/"
#define SOFTWARE CONFIG "SOFTWARE"
#define TABLE	 48
#define ENTRY	 50

static void put(const char *fixture, const char *to)
{
	unit_copy(unit_fixture(fixture), to);
}

static void make_tree(const struct wimbed *how)
{
	static const char *const folders[] = { "tree", "tree/Windows",
					       "tree/Windows/System32",
					       "tree/Windows/System32/config" };
	char path[UNIT_PATH], other[UNIT_PATH], command[UNIT_PATH + 16];
	size_t i;

	unit_path(path, "tree");
	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	CU_ASSERT_EQUAL(system(command), 0);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		unit_path(path, folders[i]);
		mkdir(path, 0755);
	}
	if (how->beside) {
		unit_path(path, how->beside);
		mkdir(path, 0755);
	}
	put(how->hive ? how->hive : "kms-primary.hive", SOFTWARE);
	put("system.hive", CONFIG "SYSTEM");
	if (how->log)
		put(how->log, CONFIG "SOFTWARE.LOG1");
	if (how->without) {
		unit_path(path, how->without);
		CU_ASSERT_EQUAL(remove(path), 0);
	}
	unit_path(path, SOFTWARE);
	if (how->link) {
		unit_path(other, how->link);
		CU_ASSERT_EQUAL(link(path, other), 0);
	}
}

void wimbed_make(const char *name, const struct wimbed *how)
{
	struct wimlib_wim_info info = { .boot_index = how->boot };
	unsigned int images = how->images ? how->images : 1, i;
	char path[UNIT_PATH], tree[UNIT_PATH], image[32];
	WIMStruct *wim = NULL;

	make_tree(how);
	unit_path(path, name);
	unit_path(tree, "tree");
	CU_ASSERT_EQUAL_FATAL(wimlib_create_new_wim(how->type, &wim), 0);
	for (i = 1; i <= images; i++) {
		snprintf(image, sizeof(image), "Image %u", i);
		CU_ASSERT_EQUAL(wimlib_add_image(wim, tree, image, NULL, 0), 0);
	}
	if (how->boot)
		CU_ASSERT_EQUAL(wimlib_set_wim_info(wim, &info,
						    WIMLIB_CHANGE_BOOT_INDEX),
				0);
	CU_ASSERT_EQUAL(
		wimlib_write(wim, path, WIMLIB_ALL_IMAGES, how->flags, 1), 0);
	wimlib_free(wim);
}

bool wimbed_sound(const char *name)
{
	char path[UNIT_PATH];
	WIMStruct *wim = NULL;
	int code;

	unit_path(path, name);
	code = wimlib_open_wim(path, WIMLIB_OPEN_FLAG_CHECK_INTEGRITY, &wim);
	if (!code)
		code = wimlib_verify_wim(wim, 0);
	if (code)
		printf("%s: %s ", name,
		       wimlib_get_error_string((enum wimlib_error_code)code));
	wimlib_free(wim);
	return !code;
}

struct wimbed_bytes wimbed_read(const char *name)
{
	struct wimbed_bytes bytes = { NULL, 0 };
	char path[UNIT_PATH];

	unit_path(path, name);
	bytes.data = unit_slurp(path, &bytes.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	return bytes;
}

void wimbed_write(const char *name, struct wimbed_bytes bytes)
{
	char path[UNIT_PATH];
	FILE *f;

	unit_path(path, name);
	f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes.data, 1, bytes.size, f), bytes.size);
	fclose(f);
	free(bytes.data);
}

bool wimbed_same(const char *name, struct wimbed_bytes bytes)
{
	struct wimbed_bytes now = wimbed_read(name);
	bool same = now.size == bytes.size &&
		    !memcmp(now.data, bytes.data, now.size);

	free(now.data);
	free(bytes.data);
	return same;
}

static void put_number(unsigned char *to, uint64_t value, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

void wimbed_poke(const char *name, size_t off, uint64_t value, size_t size)
{
	struct wimbed_bytes bytes = wimbed_read(name);

	CU_ASSERT_TRUE_FATAL(off + size <= bytes.size);
	put_number(bytes.data + off, value, size);
	wimbed_write(name, bytes);
}

size_t wimbed_place(const struct wimbed_bytes *bytes, size_t at)
{
	return (size_t)spp_get64(bytes->data + at + 8);
}

/* The entry of the metadata of the first image, in the table. */
static unsigned char *find_metadata(const struct wimbed_bytes *bytes)
{
	unsigned char *e = bytes->data + wimbed_place(bytes, TABLE);

	while (!(e[7] & 2))
		e += ENTRY;
	CU_ASSERT_FALSE(e[7] & 4);
	return e;
}

void wimbed_poke_tree(const char *name, size_t off, uint64_t value, size_t size)
{
	struct wimbed_bytes bytes = wimbed_read(name);
	unsigned char *e = find_metadata(&bytes), *tree;
	size_t all = (size_t)spp_get64(e + 16);
	struct sha1_ctx sum;

	tree = bytes.data + spp_get64(e + 8);
	CU_ASSERT_TRUE_FATAL(off + size <= all);
	put_number(tree + off, value, size);
	sha1_init(&sum);
	sha1_update(&sum, all, tree);
	sha1_digest(&sum, SHA1_DIGEST_SIZE, e + 30);
	wimbed_write(name, bytes);
}

size_t wimbed_entry(const char *name, const char *file, size_t *all)
{
	struct wimbed_bytes bytes = wimbed_read(name);
	unsigned char *e = find_metadata(&bytes), *tree, *at;
	unsigned char text[128] = "";
	size_t i, n = strlen(file);

	for (i = 0; i < n; i++)
		text[2 * i] = (unsigned char)file[i];
	tree = bytes.data + spp_get64(e + 8);
	*all = (size_t)spp_get64(e + 16);
	at = memmem(tree, *all, text, 2 * n + 2); /* with the NUL behind it */
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	i = (size_t)(at - tree) - 102;
	free(bytes.data);
	return i;
}

size_t wimbed_size(const char *name)
{
	struct stat st = { .st_size = 0 };
	char path[UNIT_PATH];

	unit_path(path, name);
	stat(path, &st);
	return (size_t)st.st_size;
}

bool wimbed_refuses(const char *name, const char *why)
{
	static const struct spp_target_options inspect = { .inspect = true };
	const struct spp_error *refusal;
	struct editing e;
	bool said;

	editing_image(&e, name, &inspect);
	refusal = e.target && e.target->wim ? &e.target->wim->refusal : &e.err;
	said = why ? strstr(refusal->text, why) != NULL : !refusal->status;
	if (!said)
		printf("%s: %s ", name, refusal->text);
	editing_close(&e);
	return said;
}
