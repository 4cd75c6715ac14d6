/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
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

void bed_fixture(struct bed *bed, const char *prefix, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s%s.hive", prefix, name);
	CU_ASSERT_EQUAL(bed_open(bed, unit_fixture(file)), SPP_OK);
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

/* A dump under way. */
struct dump {
	struct spp_regf *hive;
	uint32_t key; /* and of its values this one: left out */
	const char *name;
	struct spp_buf *out;
	unsigned int budget;
};

static void dump_values(struct dump *d, const struct spp_key *key, bool here)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_slot slot;
	enum spp_status st;
	uint32_t i;

	for (i = 0; i < key->values && i < WALK_MAX; i++) {
		st = spp_key_slot(d->hive, key, i, &slot, NULL);
		if (!st && here && spp_name_is(&slot.name, d->name))
			continue;
		if (!st)
			st = spp_regf_value(d->hive, &slot, &value, NULL);
		if (st) {
			spp_buf_printf(d->out, NULL, "  value: %s\n",
				       spp_status_word(st));
			continue;
		}
		spp_buf_printf(d->out, NULL, "  %x ", slot.offset);
		spp_name_show(&slot.name, d->out, NULL, NULL);
		spp_buf_printf(d->out, NULL, " flags %x type %x ", slot.flags,
			       slot.type);
		spp_hex_show(value.data, value.size, d->out, NULL);
		spp_buf_puts(d->out, "\n", NULL);
	}
}

static void dump_key(struct dump *d, uint32_t offset, const char *above)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_subkeys it;
	enum spp_status st;
	struct spp_key key;
	bool here;

	st = spp_regf_key(d->hive, offset, &key, NULL);
	if (st || !d->budget) {
		spp_buf_printf(d->out, NULL, "%s: no key at %x\n", above,
			       offset);
		return;
	}
	d->budget--;
	if (offset != d->hive->base.root) {
		spp_buf_printf(&path, NULL, "%s%s", above, *above ? "\\" : "");
		spp_name_show(&key.name, &path, NULL, NULL);
	}
	here = offset == d->key;
	spp_buf_printf(d->out, NULL,
		       "%x %s flags %x parent %x security %x class %x+%u "
		       "values %u time %llx\n",
		       offset, spp_buf_text(&path), key.flags, key.parent,
		       key.security, key.class_offset, key.class_size,
		       here ? 0 : key.values,
		       here ? 0 : (unsigned long long)key.written);
	dump_values(d, &key, here);
	spp_subkeys_begin(&it, d->hive, &key);
	while (!(st = spp_subkeys_next(&it, NULL)))
		dump_key(d, it.key, spp_buf_text(&path));
	if (st != SPP_NOTFOUND)
		spp_buf_printf(d->out, NULL, "list: %s\n", spp_status_word(st));
}

void bed_dump(struct spp_regf *hive, const char *path, const char *name,
	      struct spp_buf *out)
{
	struct dump d = { hive, SPP_NOWHERE, name, out, 400 };
	struct spp_key key;

	/* A cyclic hive must not be deeper than the stack. */
	if (hive->base.bins_size > 100000)
		d.budget = WALK_MAX;
	if (!spp_regf_find(hive, path, &key, NULL))
		d.key = key.offset;
	dump_key(&d, hive->base.root, "");
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

void bed_fill(struct spp_value *value, size_t size, uint32_t type, uint8_t fill)
{
	uint8_t *data = malloc(size + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	memset(data, fill, size);
	CU_ASSERT_EQUAL(spp_value_set(value, type, data, size, NULL), SPP_OK);
	free(data);
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
