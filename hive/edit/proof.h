/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The proof before a commit: what was written is read back and compared with
 * what was meant and with what was there before, and nothing but what the
 * ledger of the edit allows may differ.
 *
 * It costs what changed, not what the hive weighs: pages that were not marked
 * dirty were never written, so they are not compared.  Where the whole hive
 * was encoded anew (a WIM), all of it is compared with what was meant.
 */
#ifndef HIVE_PROOF_H
#define HIVE_PROOF_H

#include <stdbool.h>

#include "hive/base/ranges.h"
#include "hive/check/shared_cells.h"
#include "hive/regf/regf.h"

#define SPP_SHA256_SIZE 32

struct spp_proof {
	uint64_t bytes_changed; /* of those that were there before */
	uint64_t bytes_grown;
	uint8_t sha256[SPP_SHA256_SIZE]; /* of the new bytes, if wanted */
};

/* The three states that a proof compares; all borrowed. */
struct spp_proof_sides {
	struct spp_pages *before; /* the hive as it is to be edited */
	struct spp_pages *meant;  /* with the edit; its dirty pages are new */
	const struct spp_source *after; /* what was written, read back */
	bool encoded; /* after is a new encoding of everything */
};

/*
 * Compares the sides.  The ledger must be sorted.  SPP_BUG names the first
 * byte that may not differ.
 */
enum spp_status spp_proof_bytes(const struct spp_proof_sides *sides,
				const struct spp_ranges *ledger,
				struct spp_proof *proof, struct spp_error *err);

/*
 * Counts for the watch in the bytes before the edit.  Clean pages are read
 * from after, which was just written and is likely to be in memory.
 */
enum spp_status spp_proof_watch(const struct spp_proof_sides *sides,
				struct spp_shared_cells *watch,
				struct spp_error *err);

/*
 * Counts once more, against the file as it was: of a hive that was replayed
 * from its logs the changes that these brought count, too.
 */
enum spp_status spp_proof_recount(const struct spp_source *was,
				  const struct spp_proof_sides *sides,
				  struct spp_proof *proof,
				  struct spp_error *err);

/*
 * Compares a key before and after: every value but those for which edited()
 * says true must be the same record with the same data.  The key may be new.
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
