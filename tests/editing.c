/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/editing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

static enum spp_status open_it(struct editing *e, const char *path,
			       const struct spp_target_options *target,
			       const struct spp_session_options *session)
{
	enum spp_status st;

	*e = (struct editing){ .target = NULL };
	st = spp_target_open(path, target, &e->target, &e->err);
	return st ? st
		  : spp_session_open(spp_target_store(e->target, SPP_ROLE_ANY),
				     session, &e->session, &e->err);
}

enum spp_status editing_open(struct editing *e, const char *path,
			     const struct spp_session_options *options)
{
	static const struct spp_session_options none = { .now = EDITING_NOW };
	static const struct spp_target_options write = {
		.write = 1u << SPP_ROLE_ANY
	};

	return open_it(e, path, &write, options ? options : &none);
}

enum spp_status editing_read(struct editing *e, const char *path)
{
	static const struct spp_session_options none = { .now = EDITING_NOW };
	static const struct spp_target_options read = { .write = 0 };

	return open_it(e, path, &read, &none);
}

void editing_close(struct editing *e)
{
	spp_session_close(e->session);
	spp_target_close(e->target);
	*e = (struct editing){ .target = NULL };
}

enum spp_status editing_set(struct editing *e, const char *path,
			    const char *name, const char *text)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;

	CU_ASSERT_EQUAL(spp_value_set_text(&value, SPP_REG_SZ, text, NULL),
			SPP_OK);
	return spp_session_set(e->session, path, name, &value, &e->err);
}

bool editing_has(struct editing *e, const char *path, const char *name,
		 const char *text)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	char CLEANUP(spp_free_string) *got = NULL;
	enum spp_status st;

	st = spp_session_get(e->session, path, name, &value, &e->err);
	if (st || !text)
		return st == SPP_NOTFOUND && !text && !e->err.status;
	return value.type == SPP_REG_SZ &&
	       !spp_value_get_text(&value, &got, NULL, NULL) &&
	       !strcmp(got, text);
}

enum spp_status editing_commit(struct editing *e)
{
	enum spp_status st = spp_session_prepare(e->session, &e->err);

	return st ? st : spp_target_publish(e->target, &e->err);
}

enum spp_status editing_once(const char *path, const char *key,
			     const char *name, const char *text,
			     struct spp_error *err)
{
	struct editing e;
	enum spp_status st = editing_open(&e, path, NULL);

	if (!st)
		st = editing_set(&e, key, name, text);
	if (!st)
		st = editing_commit(&e);
	if (err)
		*err = e.err;
	editing_close(&e);
	return st;
}

const struct spp_target_options editing_to_read = { .write = 0 };
const struct spp_target_options editing_to_write = { .write =
							     EDITING_SOFTWARE };
const struct spp_target_options editing_to_keep = { .write = EDITING_SOFTWARE,
						    .backup = ".bak" };

enum spp_status editing_image(struct editing *e, const char *name,
			      const struct spp_target_options *options)
{
	static const struct spp_session_options session = {
		.now = EDITING_NOW
	};
	struct spp_store *store;
	char path[UNIT_PATH];
	enum spp_status st;

	unit_path(path, name);
	*e = (struct editing){ .target = NULL };
	st = spp_target_open(path, options, &e->target, &e->err);
	if (st)
		return st;
	/* Whoever only inspects may have none. */
	store = spp_target_store(e->target, SPP_ROLE_SOFTWARE);
	return store ? spp_session_open(store, &session, &e->session, &e->err)
		     : SPP_NOTFOUND;
}

bool editing_image_has(const char *name,
		       const struct spp_target_options *options,
		       const char *host)
{
	struct editing e;
	bool same = !editing_image(&e, name, options) &&
		    editing_has(&e, BED_SPP, EDITING_HOST, host);

	if (!same)
		printf("%s: %s ", name, e.err.text);
	editing_close(&e);
	return same;
}

enum spp_status editing_image_set(const char *name, const char *host,
				  const struct spp_target_options *options,
				  struct spp_error *err)
{
	struct editing e;
	enum spp_status st = editing_image(&e, name, options);

	if (!st)
		st = editing_set(&e, BED_SPP, EDITING_HOST, host);
	if (!st)
		st = editing_commit(&e);
	if (err)
		*err = e.err;
	editing_close(&e);
	return st;
}

enum spp_status editing_image_restore(const char *name, bool dry, size_t *count,
				      struct spp_error *err)
{
	struct spp_restores CLEANUP(spp_restores_release) list =
		SPP_RESTORES_INIT;
	struct editing e;
	enum spp_status st = editing_image(&e, name, &editing_to_write);

	if (!st)
		st = spp_target_restore(e.target, ".bak", dry, &list, &e.err);
	if (err)
		*err = e.err;
	*count = list.count;
	editing_close(&e);
	return st;
}

bool editing_volume(const char *name, const char *more)
{
	char command[4096], path[UNIT_PATH];

	unit_path(path, name);
	snprintf(command, sizeof(command),
		 "PATH=$PATH:/sbin:/usr/sbin; cd %s || exit 2\n"
		 "command -v mkntfs >/dev/null || exit 77\n"
		 "rm -f %s; truncate -s %d %s\n"
		 "mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 -L Windows %s "
		 ">/dev/null 2>&1\n"
		 "%s/mkvolume %s mkdir Windows/System32/config "
		 "mkdir Windows/ServiceProfiles/NetworkService "
		 "put %s/kms-primary.hive " EDITING_CONFIG "SOFTWARE "
		 "put %s/system.hive " EDITING_CONFIG "SYSTEM %s",
		 unit_folder(), name, EDITING_VOLUME, name, name, UNIT_FIXTURES,
		 path, UNIT_FIXTURES, UNIT_FIXTURES, more);
	switch (WEXITSTATUS(system(command))) {
	case 0:
		return true;
	case 77:
		printf("skipped: no mkntfs here ");
		return false;
	default:
		CU_FAIL("no volume");
		return false;
	}
}
