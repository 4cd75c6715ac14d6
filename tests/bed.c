/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bed.h"

#include <stdlib.h>
#include <string.h>

#include "hive/bytes.h"
#include "tests/unit.h"

/* A hostile hive may have more keys than anybody waits for. */
#define WALK_MAX 20000

static enum spp_status read_bytes(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	const struct bed_bytes *bytes = ctx;

	if (!spp_within(off, n, bytes->size))
		return spp_fail(err, SPP_IO, "read behind the end");
	memcpy(buf, bytes->data + off, n);
	return SPP_OK;
}

struct spp_source bed_source(struct bed_bytes *bytes)
{
	return (struct spp_source){ read_bytes, bytes, bytes->size };
}

static enum spp_status read_bed(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err)
{
	const struct bed *bed = ctx;
	struct bed_bytes bytes = { bed->bytes, bed->size };

	return read_bytes(&bytes, off, buf, n, err);
}

enum spp_status bed_take(struct bed *bed, unsigned char *bytes, size_t size)
{
	enum spp_status st;

	*bed = (struct bed){ .bytes = bytes, .size = size };
	bed->source = (struct spp_source){ read_bed, bed, size };
	st = spp_pages_open(&bed->source, &bed->pages, &bed->err);
	return st ? st : spp_regf_open(&bed->hive, bed->pages, &bed->err);
}

enum spp_status bed_open(struct bed *bed, const char *path)
{
	unsigned char *bytes;
	size_t size = 0;

	bytes = unit_slurp(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	return bed_take(bed, bytes, size);
}

void bed_close(struct bed *bed)
{
	spp_pages_close(bed->pages);
	free(bed->bytes);
	*bed = (struct bed){ .bytes = NULL };
}

unsigned char *bed_now(struct bed *bed, size_t *size)
{
	unsigned char *now;

	*size = (size_t)spp_pages_size(bed->pages);
	now = malloc(*size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(now);
	CU_ASSERT_EQUAL(spp_pages_read(bed->pages, 0, now, *size, &bed->err),
			SPP_OK);
	return now;
}

size_t bed_strays(struct bed *bed, struct spp_ranges *ledger)
{
	size_t size, at, strays = 0;
	unsigned char *now = bed_now(bed, &size);

	spp_ranges_sort(ledger);
	for (at = 0; at < size; at++)
		strays += (at >= bed->size || now[at] != bed->bytes[at]) &&
			  !spp_ranges_has(ledger, at);
	free(now);
	return strays;
}

void bed_poke(unsigned char *bytes, size_t at, uint32_t v)
{
	spp_put32(bytes + at, v);
	spp_put32(bytes + 508, spp_base_checksum(bytes));
}

uint64_t bed_findings(struct spp_regf *hive, enum spp_severity least)
{
	struct spp_check CLEANUP(spp_check_release) check = SPP_CHECK_INIT;
	uint64_t found = 0;
	int severity;

	CU_ASSERT_EQUAL(spp_check_run(&check, hive, NULL), SPP_OK);
	for (severity = (int)least; severity <= SPP_ERROR; severity++)
		found += check.severity[severity];
	return found;
}

static unsigned int read_values(struct spp_regf *hive,
				const struct spp_key *key)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	unsigned int got = 0;
	struct spp_slot slot;
	uint32_t i;

	for (i = 0; i < key->values && i < WALK_MAX; i++)
		if (!spp_key_slot(hive, key, i, &slot, NULL) &&
		    !spp_regf_value(hive, &slot, &value, NULL))
			got++;
	return got;
}

static unsigned int walk(struct spp_regf *hive, uint32_t offset, int depth,
			 unsigned int *budget)
{
	unsigned int got = 0;
	struct spp_subkeys it;
	struct spp_key key;

	if (depth > 32 || !*budget || spp_regf_key(hive, offset, &key, NULL))
		return 0;
	--*budget;
	got = read_values(hive, &key);
	spp_subkeys_begin(&it, hive, &key);
	while (*budget && !spp_subkeys_next(&it, NULL))
		got += walk(hive, it.key, depth + 1, budget);
	return got;
}

unsigned int bed_walk(struct spp_regf *hive)
{
	unsigned int budget = WALK_MAX;

	return walk(hive, hive->base.root, 0, &budget);
}

struct spp_key bed_key(struct spp_regf *hive, const char *path)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_key key = { 0 };

	CU_ASSERT_EQUAL_FATAL(spp_regf_find(hive, path, &key, &err), SPP_OK);
	return key;
}

enum spp_status bed_value(struct spp_regf *hive, const char *path,
			  const char *name, struct spp_value *value)
{
	struct spp_key key = bed_key(hive, path);
	struct spp_slot slot;
	enum spp_status st;

	st = spp_key_value(hive, &key, name, &slot, NULL);
	return st ? st : spp_regf_value(hive, &slot, value, NULL);
}

bool bed_is_ramp(const struct spp_value *value, size_t size)
{
	size_t i;

	if (value->size != size)
		return false;
	for (i = 0; i < size; i++)
		if (value->data[i] != ((i ^ i >> 8 ^ i >> 14) & 0xff))
			return false;
	return true;
}

uint32_t bed_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}
