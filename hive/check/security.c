/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   sk  0 "sk"  4 next  8 before  12 references  16 size  20 descriptor
 *
 * All sk cells form one ring in both directions.
 */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/check/private.h"

/*
 * The place of the descriptor at this offset in the array, or where to insert
 * it.
 */
static size_t position(const struct spp_check_job *job, uint32_t offset,
		       bool *found)
{
	size_t lo = 0, hi = job->sk_count, mid;

	*found = false;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (job->sk[mid].offset == offset) {
			*found = true;
			return mid;
		}
		if (job->sk[mid].offset < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct spp_check_sk *insert(struct spp_check_job *job, size_t at,
				   uint32_t offset)
{
	size_t room = job->sk_room ? 2 * job->sk_room : 64;
	struct spp_check_sk *grown;

	if (job->sk_count == job->sk_room) {
		grown = realloc(job->sk, room * sizeof(*grown));
		if (!grown) {
			job->failed = true;
			return NULL;
		}
		job->sk = grown;
		job->sk_room = room;
	}
	memmove(job->sk + at + 1, job->sk + at,
		(job->sk_count - at) * sizeof(*job->sk));
	job->sk_count++;
	job->sk[at] = (struct spp_check_sk){ .offset = offset };
	return &job->sk[at];
}

/*
 * Whether this is a self-relative descriptor: revision 1, and four offsets
 * (owner, group, system and discretionary list) that are 0 or inside it.
 */
static bool descriptor_fits(const uint8_t *sd, uint32_t size)
{
	enum { HEAD = 20, SELF_RELATIVE = 0x8000 };
	uint32_t at, off;

	if (size < HEAD || sd[0] != 1 || !(spp_get16(sd + 2) & SELF_RELATIVE))
		return false;
	for (at = 4; at < HEAD; at += 4) {
		off = spp_get32(sd + at);
		if (off && (off < HEAD || !spp_within(off, 8, size)))
			return false;
	}
	return true;
}

/* Adds and checks a descriptor when it is first seen. */
static struct spp_check_sk *meet(struct spp_check_job *job, uint32_t offset,
				 size_t at)
{
	struct spp_check_sk *sk;
	struct spp_cell cell;
	uint32_t size;

	if (!spp_check_reach(job, offset, SPP_SK_HEAD, "security descriptor",
			     &cell))
		return NULL;
	if (memcmp(cell.data, "sk", 2)) {
		spp_check_note(job, SPP_CHECK_SECURITY, offset,
			       "cell is not a security descriptor");
		sk = insert(job, at, offset);
		if (sk)
			sk->bad = true;
		return NULL;
	}
	size = spp_get32(cell.data + 16);
	if (size > cell.size - SPP_SK_HEAD)
		spp_check_note(job, SPP_CHECK_SECURITY, offset,
			       "descriptor of %u bytes in a cell of %u", size,
			       cell.size);
	else if (!descriptor_fits(cell.data + SPP_SK_HEAD, size))
		spp_check_note(job, SPP_CHECK_SECURITY, offset,
			       "descriptor is not valid");
	job->check->descriptors++;
	return insert(job, at, offset);
}

void spp_check_security_of(struct spp_check_job *job, const struct spp_key *key)
{
	struct spp_check_sk *sk;
	bool found;
	size_t at;

	if (key->security == SPP_NOWHERE) {
		spp_check_note(job, SPP_CHECK_SECURITY, key->offset,
			       "key has no security descriptor");
		return;
	}
	at = position(job, key->security, &found);
	sk = found ? &job->sk[at] : meet(job, key->security, at);
	if (sk)
		sk->references++;
}

/* One step along the ring from the descriptor at offset; false ends it. */
static bool follow(struct spp_check_job *job, uint32_t offset, uint32_t *next)
{
	struct spp_cell cell, other;

	if (spp_regf_cell(job->hive, offset, SPP_SK_HEAD, &cell, NULL) ||
	    memcmp(cell.data, "sk", 2))
		return false;
	*next = spp_get32(cell.data + 4);
	if (spp_regf_cell(job->hive, *next, SPP_SK_HEAD, &other, NULL) ||
	    memcmp(other.data, "sk", 2)) {
		spp_check_note(job, SPP_CHECK_RING, offset,
			       "next descriptor 0x%x is not a descriptor",
			       *next);
		return false;
	}
	if (spp_get32(other.data + 8) != offset) {
		spp_check_note(job, SPP_CHECK_RING, *next,
			       "descriptor points back to 0x%x, should be "
			       "0x%x",
			       spp_get32(other.data + 8), offset);
		return false;
	}
	return true;
}

/* Walks the ring once, and so meets descriptors that no key uses. */
static void walk_ring(struct spp_check_job *job)
{
	size_t steps = 0, place, seen = 0, known = 0, i;
	size_t most = job->hive->base.bins_size / 32;
	uint32_t first = SPP_NOWHERE, at, next;
	bool found;

	for (i = job->sk_count; i-- > 0;) {
		if (job->sk[i].bad)
			continue;
		known++;
		first = job->sk[i].offset;
	}
	if (!known)
		return;
	at = first;
	do {
		place = position(job, at, &found);
		if (!found && !meet(job, at, place))
			return;
		seen += found;
		if (!follow(job, at, &next))
			return;
		at = next;
	} while (at != first && ++steps < most);
	if (at != first || seen != known)
		spp_check_note(job, SPP_CHECK_RING, first,
			       "%zu of %zu descriptors are in the ring", seen,
			       known);
}

static void check_references(struct spp_check_job *job)
{
	struct spp_cell cell;
	uint32_t says;
	size_t i;

	for (i = 0; i < job->sk_count; i++) {
		if (job->sk[i].bad ||
		    spp_regf_cell(job->hive, job->sk[i].offset, SPP_SK_HEAD,
				  &cell, NULL))
			continue;
		says = spp_get32(cell.data + SPP_SK_REFERENCES);
		if (says != job->sk[i].references)
			spp_check_note(job, SPP_CHECK_REFCOUNT,
				       job->sk[i].offset,
				       "descriptor counts %u keys, %u use it",
				       says, job->sk[i].references);
	}
}

void spp_check_security(struct spp_check_job *job)
{
	if (!job->sk_count)
		return;
	walk_ring(job);
	check_references(job);
}
