/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a running check, shared by its passes. */
#ifndef HIVE_CHECK_PRIVATE_H
#define HIVE_CHECK_PRIVATE_H

#include "hive/check/check.h"

/* A key on the way from the root to the current key. */
struct spp_check_frame {
	struct spp_key key;
	struct spp_subkeys it;
	struct spp_name last; /* name of the previous subkey, for the order */
	bool has_last;
	uint32_t longest; /* longest subkey name, in bytes of UTF-16 */
	uint32_t longest_class;
	uint32_t found; /* subkeys so far */
};

struct spp_check_job {
	struct spp_check *check;
	struct spp_regf *hive;
	const uint8_t *data; /* the whole file */
	uint64_t size;
	/*
	 * One bit for each 8 bytes of the bins: a used cell begins there, and a
	 * reference to it was found.
	 */
	uint8_t *used, *reached;
	struct spp_check_frame *frame; /* SPP_DEPTH_MAX of them */
	int depth;		       /* frames in use */
	/* Security descriptors by offset, with the references found. */
	struct spp_check_sk {
		uint32_t offset, references;
		bool bad; /* not a descriptor; reported once */
	} * sk;
	size_t sk_count, sk_room;
	bool failed; /* out of memory */
};

/* Records a finding about the current key; offset is a cell's. */
void spp_check_note(struct spp_check_job *job, enum spp_check_rule rule,
		    uint32_t cell, const char *fmt, ...) SPP_PRINTF(4, 5);
/* The same with an offset in the file and a severity of its own. */
void spp_check_note_at(struct spp_check_job *job, enum spp_check_rule rule,
		       enum spp_severity severity, uint64_t offset,
		       const char *fmt, ...) SPP_PRINTF(5, 6);

/*
 * Counts a reference to a cell: it must be in use, hold want bytes and not be
 * reached already.  If not, records a finding and returns false.  what names
 * the cell.
 */
bool spp_check_reach(struct spp_check_job *job, uint32_t offset, size_t want,
		     const char *what, struct spp_cell *cell);
bool spp_check_bit(const uint8_t *bits, uint32_t offset);
void spp_check_set(uint8_t *bits, uint32_t offset);

/* Checks a name of a key or of a value. */
void spp_check_name(struct spp_check_job *job, uint32_t cell,
		    const struct spp_name *name, size_t bytes, bool key);

void spp_check_base(struct spp_check_job *job);
void spp_check_bins(struct spp_check_job *job);
void spp_check_orphans(struct spp_check_job *job);
void spp_check_keys(struct spp_check_job *job);
void spp_check_values(struct spp_check_job *job, const struct spp_key *key);
/* _of() counts a reference from a key; the other checks the ring at the end. */
void spp_check_security_of(struct spp_check_job *job,
			   const struct spp_key *key);
void spp_check_security(struct spp_check_job *job);

#endif
