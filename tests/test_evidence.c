/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is recorded of a file, and of a hive as it is stored. */
#include "hive/evidence.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bed.h"
#include "tests/unit.h"

/* The time of birth is recorded where the file system has one. */
static void facts_of_a_file(void)
{
	const char *path = unit_copy(unit_fixture("client.hive"), "hive");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct spp_file_facts facts;
	struct statx x;
	bool has;

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_TRUE(spp_fd_facts(fd, &facts));
	has = !statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) &&
	      x.stx_mask & STATX_BTIME;
	CU_ASSERT_EQUAL(facts.has_birth, has);
	CU_ASSERT_TRUE(!has ||
		       (facts.birth.tv_sec == x.stx_btime.tv_sec &&
			facts.birth.tv_nsec == (long)x.stx_btime.tv_nsec));
	CU_ASSERT_TRUE(!has || facts.birth.tv_sec <= facts.st.st_ctim.tv_sec);
	CU_ASSERT_TRUE(facts.st.st_size > 4096);
	close(fd);
	CU_ASSERT_FALSE(spp_fd_facts(-1, &facts));
	CU_ASSERT_FALSE(facts.has_birth);
}

/* Like a disk, this source gives what follows the file, too. */
static enum spp_status read_on(void *ctx, uint64_t off, void *buf, size_t n,
			       struct spp_error *err)
{
	(void)err;
	memcpy(buf, (unsigned char *)ctx + off, n);
	return SPP_OK;
}

static void base_of_a_store(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	char label[] = "SOFTWARE";
	struct spp_store store = { .label = label };
	struct spp_base base = { .bins_size = 77 };
	unsigned char *bytes;
	size_t size;

	bytes = unit_slurp(unit_fixture("dirty-new.hive"), &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	store.source = (struct spp_source){ read_on, bytes, 511 };
	CU_ASSERT_EQUAL(spp_store_base(&store, &base, &err), SPP_NOTHIVE);
	CU_ASSERT_STRING_EQUAL(err.text, "'SOFTWARE' has no base block");
	CU_ASSERT_EQUAL(base.bins_size, 77);
	store.source.size = 512;
	CU_ASSERT_EQUAL(spp_store_base(&store, &base, NULL), SPP_OK);
	CU_ASSERT_EQUAL(base.seq1, 413);
	CU_ASSERT_EQUAL(base.seq2, 412);
	free(bytes);
}

static const struct unit_test tests[] = {
	{ "facts of a file", facts_of_a_file },
	{ "base of a store", base_of_a_store },
	{ NULL, NULL },
};

const struct unit_suite unit_evidence = { "evidence", tests };
