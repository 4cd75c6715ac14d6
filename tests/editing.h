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

/*
 * The same of a disk image or WIM, whose name may have "#2" after it, in the
 * folder of the suite: its SOFTWARE hive, and the name of the KMS host there.
 */
#define EDITING_SOFTWARE (1u << SPP_ROLE_SOFTWARE)
#define EDITING_HOST	 "KeyManagementServiceName"
extern const struct spp_target_options editing_to_read, editing_to_write,
	editing_to_keep; /* a backup, .bak */

enum spp_status editing_image(struct editing *e, const char *name,
			      const struct spp_target_options *options);
bool editing_image_has(const char *name,
		       const struct spp_target_options *options,
		       const char *host);
enum spp_status editing_image_set(const char *name, const char *host,
				  const struct spp_target_options *options,
				  struct spp_error *err);
/*
 * Makes a volume with Windows under this name; then what else mkvolume is to
 * do.  False where there is no mkntfs.
 */
#define EDITING_VOLUME (12 * 1048576) /* bytes */
#define EDITING_CONFIG "Windows/System32/config/"
bool editing_volume(const char *name, const char *more);
/* From .bak; count: hives that were put back. */
enum spp_status editing_image_restore(const char *name, bool dry, size_t *count,
				      struct spp_error *err);

#endif
