/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The proof before a commit: what was written is read back and compared with
 * what was meant and with what was there before.  Only bytes in the edit's
 * ledger may differ.
 *
 * The proof costs what changed, not what the hive weighs: pages that were not
 * marked dirty were never written, so they are not compared.  Where the whole
 * hive was encoded again (a WIM), all of it is compared with what was meant.
 */
#ifndef HIVE_PROOF_H
#define HIVE_PROOF_H

#include <stdbool.h>

#include "hive/base/ranges.h"
#include "hive/check/shared_cells.h"
#include "hive/regf/regf.h"

#define SPP_SHA256_SIZE 32

struct spp_proof {
	uint64_t bytes_changed; /* of those that existed before */
	uint64_t bytes_grown;
	uint8_t sha256[SPP_SHA256_SIZE]; /* of the new bytes, if requested */
};

/* The three states that a proof compares; all borrowed. */
struct spp_proof_sides {
	struct spp_pages *before;	/* the hive before the edit */
	struct spp_pages *meant;	/* with the edit; dirty pages are new */
	const struct spp_source *after; /* what was written, read back */
	bool encoded;			/* after is an encoding of everything */
};

/*
 * Compares the sides.  The ledger must be sorted.  SPP_BUG names the first byte
 * that must not differ.
 */
enum spp_status spp_proof_bytes(const struct spp_proof_sides *sides,
				const struct spp_ranges *ledger,
				struct spp_proof *proof, struct spp_error *err);

/*
 * Counts for the watch in the bytes before the edit.  Clean pages are read from
 * after, which was just written and is probably still in memory.
 */
enum spp_status spp_proof_watch(const struct spp_proof_sides *sides,
				struct spp_shared_cells *watch,
				struct spp_error *err);

/* Counts again in the file as it was.  Changes from replayed logs count too. */
enum spp_status spp_proof_recount(const struct spp_source *was,
				  const struct spp_proof_sides *sides,
				  struct spp_proof *proof,
				  struct spp_error *err);

/*
 * Compares a key before and after: every value must be the same record with the
 * same data, unless edited() is true for it.  The key may be new.
 */
enum spp_status spp_proof_key(struct spp_regf *before, struct spp_regf *after,
			      const char *path,
			      bool (*edited)(void *ctx,
					     const struct spp_name *name),
			      void *ctx, struct spp_error *err);

/* SHA-256 of all bytes of a source. */
enum spp_status spp_sha256(const struct spp_source *source,
			   uint8_t sha256[SPP_SHA256_SIZE],
			   struct spp_error *err);
/* The same, and copies them to an open file. */
enum spp_status spp_sha256_copy(const struct spp_source *source, int fd,
				const char *name,
				uint8_t sha256[SPP_SHA256_SIZE],
				struct spp_error *err);

#endif
