/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a journal, without its sum unless the first is odd, beside a
 * disk of a few pages.  What is opened fits the disk in some way or not, and
 * never writes outside of it.
 */
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/place/journal.h"
#include "tests/memory_block.h"

#define SIZE (8 * (size_t)SPP_OVERLAY_PAGE)
#define HEAD 128

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A folder of our own, gone at the end. */
static char folder[] = "/tmp/fuzz-journal-XXXXXX";

static void clean_up(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/j", folder);
	unlink(path);
	rmdir(folder);
}

static int folder_of_our_own(void)
{
	if (!mkdtemp(folder))
		abort();
	atexit(clean_up);
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void put(int dir, const uint8_t *data, size_t size, bool sum)
{
	int fd = openat(dir, "j", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (sum && size >= HEAD) {
		sha256_init(&sha);
		sha256_update(&sha, size - HEAD, data + HEAD);
		sha256_update(&sha, HEAD, data);
		sha256_digest(&sha, sizeof(digest), digest);
		if (write(fd, digest, sizeof(digest)) != sizeof(digest))
			abort();
	}
	close(fd);
}

static void use(const struct spp_journal *journal)
{
	struct spp_overlay *overlay;
	enum spp_journal_fit fit;
	struct memory_block m;

	memory_block_init(&m, SIZE);
	if (!spp_overlay_open(&m.base, &overlay, NULL)) {
		spp_journal_compare(journal, overlay, &fit, NULL);
		spp_journal_load(journal, true, overlay, NULL);
		spp_journal_load(journal, false, overlay, NULL);
		if (spp_journal_bind(journal)->disk_size == SIZE) {
			spp_journal_apply(journal, true, &m.base, NULL);
			spp_journal_apply(journal, false, &m.base, NULL);
		}
		spp_overlay_close(overlay);
	}
	memory_block_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int dir = -1;
	struct spp_journal *journal = NULL;
	struct spp_error err = SPP_ERROR_INIT;

	if (dir < 0)
		dir = folder_of_our_own();
	if (!size)
		return 0;
	put(dir, data + 1, size - 1, !(data[0] & 1));
	if (!spp_journal_open(dir, "j", "journal", NULL, false, &journal, &err))
		use(journal);
	else if (!err.status || strchr(err.text, '\n'))
		abort();
	spp_journal_close(journal);
	return 0;
}
