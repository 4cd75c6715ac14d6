/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Integrity of a hive: the rules that Windows enforces when it loads one, and
 * those that it follows itself without enforcing them.
 *
 *	struct spp_check check = SPP_CHECK_INIT;
 *
 *	spp_check_run(&check, &hive, err);
 *	... check.finding[0 .. check.count - 1] ...
 *	spp_check_release(&check);
 *
 * Error: Windows would repair, refuse or misread the hive, or an edit could not
 * be trusted.  Warning: the hive works, but something is off.  Info: worth
 * knowing.  Source: regf specification.  Where a real hive written by Windows
 * breaks a rule, that is not an error.
 *
 *   check.c     the order of the passes
 *   finding.c   the rules and their texts
 *   bins.c      base block, bins, cells one after the other
 *   keys.c      the tree of keys and their lists
 *   values.c    value lists, values, big data
 *   security.c  security descriptors, their ring and reference counts
 */
#ifndef HIVE_CHECK_H
#define HIVE_CHECK_H

#include "hive/regf/regf.h"

enum spp_severity { SPP_INFO, SPP_WARNING, SPP_ERROR };

enum spp_check_rule {
	SPP_CHECK_BASE,		/* base block */
	SPP_CHECK_DIRTY,	/* unfinished writes */
	SPP_CHECK_TRANSACTIONS, /* pending transactions */
	SPP_CHECK_TRAILING,	/* bytes after the last bin */
	SPP_CHECK_BIN,		/* signature, offset, size of a bin */
	SPP_CHECK_CELL,		/* size of a cell */
	SPP_CHECK_FREE_PAIR,	/* two free cells not joined */
	SPP_CHECK_REFERENCE,	/* an offset that is not of a cell in use */
	SPP_CHECK_SHARED,	/* a cell referred to twice */
	SPP_CHECK_ORPHAN,	/* a used cell that nothing refers to */
	SPP_CHECK_KEY,		/* signature, size or flags of a key */
	SPP_CHECK_PARENT,	/* a key's link to its parent */
	SPP_CHECK_DEPTH,	/* nested deeper than Windows allows */
	SPP_CHECK_LIST,		/* a subkey list */
	SPP_CHECK_COUNT,	/* a count that differs from the list */
	SPP_CHECK_ORDER,	/* subkeys not sorted */
	SPP_CHECK_HASH,		/* hash or hint of a subkey */
	SPP_CHECK_LIST_KIND,	/* a kind of list that this version lacks */
	SPP_CHECK_MAXIMUM,	/* a stored maximum that is too small */
	SPP_CHECK_TWINS,	/* names that differ only in case */
	SPP_CHECK_NAME_NUL,	/* NUL in a name */
	SPP_CHECK_NAME_SLASH,	/* backslash in the name of a key */
	SPP_CHECK_NAME_TEXT,	/* lone surrogate or control character */
	SPP_CHECK_NAME_SIZE,	/* empty, odd or too long */
	SPP_CHECK_VALUE,	/* signature or size of a value */
	SPP_CHECK_DATA,		/* data of a value */
	SPP_CHECK_BIG_DATA,	/* segments of big data */
	SPP_CHECK_SECURITY,	/* a security descriptor's cell */
	SPP_CHECK_RING,		/* the ring of security descriptors */
	SPP_CHECK_REFCOUNT,	/* reference count of a descriptor */
};
#define SPP_CHECK_RULES (SPP_CHECK_REFCOUNT + 1)

struct spp_check_row {
	const char *id;
	enum spp_severity severity;
	const char *summary;
};

extern const struct spp_check_row spp_check_rules[SPP_CHECK_RULES];

const char *spp_severity_word(enum spp_severity severity);

struct spp_finding {
	enum spp_check_rule rule;
	enum spp_severity severity;
	uint64_t offset; /* in the file */
	char *path;	 /* key path for display; "" if there is none */
	char *text;
};

/* Findings of one rule past this number are counted but not kept. */
#define SPP_CHECK_KEPT 100

struct spp_check {
	struct spp_finding *finding;
	size_t count;
	uint64_t total[SPP_CHECK_RULES]; /* kept or only counted */
	uint64_t severity[SPP_ERROR + 1];
	/* What the check has passed. */
	uint32_t bins, keys, values, descriptors;
	uint64_t used_cells, free_cells, used_bytes, free_bytes;
};

#define SPP_CHECK_INIT          \
	{                       \
		.finding = NULL \
	}

void spp_check_release(struct spp_check *check);

/*
 * Runs all checks.  Fails only if memory or reading fails; for the most damaged
 * hive it succeeds with findings.
 */
enum spp_status spp_check_run(struct spp_check *check, struct spp_regf *hive,
			      struct spp_error *err);

#endif
