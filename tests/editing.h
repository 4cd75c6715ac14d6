/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One hive file opened for a test, from the target down to the session.
 *
 *	struct editing e;
 *
 *	if (!editing_open(&e, path, NULL))
 *		editing_set(&e, BED_SPP, "Name", "text");
 *	editing_commit(&e);
 *	editing_close(&e);
 */
#ifndef TESTS_EDITING_H
#define TESTS_EDITING_H

#include "hive/session.h"
#include "hive/target.h"
#include "tests/bed.h"

#define EDITING_NOW 133700000000000001ull

struct editing {
	struct spp_target *target;
	struct spp_session *session;
	struct spp_error err;
};

/* For writing.  options NULL: none but EDITING_NOW. */
enum spp_status editing_open(struct editing *e, const char *path,
			     const struct spp_session_options *options);
/* The same to look at. */
enum spp_status editing_read(struct editing *e, const char *path);
void editing_close(struct editing *e);

/* Sets a REG_SZ. */
enum spp_status editing_set(struct editing *e, const char *path,
			    const char *name, const char *text);
/* Whether the session has this REG_SZ; NULL: has no such value. */
bool editing_has(struct editing *e, const char *path, const char *name,
		 const char *text);
/* Prepares and publishes. */
enum spp_status editing_commit(struct editing *e);

/* Sets one value in a file and says how it went. */
enum spp_status editing_once(const char *path, const char *key,
			     const char *name, const char *text,
			     struct spp_error *err);

#endif
