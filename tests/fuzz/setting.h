/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One setting of an image's SOFTWARE hive, for fuzz targets that edit; grow:
 * and a value for which no hive has room.
 *
 *	setting_write("image", &options, grow, &err);
 *	setting_is_there("image");
 */
#ifndef FUZZ_SETTING_H
#define FUZZ_SETTING_H

#include "hive/session.h"
#include "hive/target.h"
#include "tests/fuzz/folder.h"

#define SETTING_KEY                             \
	"Microsoft\\Windows NT\\CurrentVersion" \
	"\\SoftwareProtectionPlatform"
#define SETTING_NAME "KeyManagementServiceName"
#define SETTING_TEXT "kms02.corp.example"
#define SETTING_ROOM 12000

static const struct spp_session_options setting_session = {
	.now = 133700000000000001u
};

static inline enum spp_status setting_open(const char *name,
					   const struct spp_target_options *how,
					   struct spp_target **target,
					   struct spp_session **session,
					   struct spp_error *err)
{
	enum spp_status st =
		spp_target_open(folder_path(name), how, target, err);
	struct spp_store *store =
		st ? NULL : spp_target_store(*target, SPP_ROLE_SOFTWARE);

	if (!st && !store)
		return spp_fail(err, SPP_NOTFOUND, "no hive");
	return st ? st
		  : spp_session_open(store, &setting_session, session, err);
}

static inline enum spp_status setting_grow(struct spp_session *session,
					   struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	static const uint8_t data[SETTING_ROOM];
	enum spp_status st =
		spp_value_set(&value, SPP_REG_BINARY, data, sizeof(data), err);

	return st ? st
		  : spp_session_set(session, SETTING_KEY, "Room", &value, err);
}

/* The setting, and where the hive is to grow, what it has no room for. */
static inline enum spp_status setting_put(struct spp_session *session,
					  bool grow, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st =
		spp_value_set_text(&value, SPP_REG_SZ, SETTING_TEXT, err);

	if (!st)
		st = spp_session_set(session, SETTING_KEY, SETTING_NAME, &value,
				     err);
	return st || !grow ? st : setting_grow(session, err);
}

static inline enum spp_status setting_write(
	const char *name, const struct spp_target_options *how, bool grow,
	struct spp_error *err)
{
	struct spp_session *session = NULL;
	struct spp_target *target = NULL;
	enum spp_status st = setting_open(name, how, &target, &session, err);

	if (!st)
		st = setting_put(session, grow, err);
	if (!st)
		st = spp_session_prepare(session, err);
	if (!st)
		st = spp_target_publish(target, err);
	spp_session_close(session);
	spp_target_close(target);
	return st;
}

/* Puts the backup "NAME.bak" back; *count: what was put back. */
static inline enum spp_status setting_restore(
	const char *name, const struct spp_target_options *how, size_t *count,
	struct spp_error *err)
{
	struct spp_restores CLEANUP(spp_restores_release) list =
		SPP_RESTORES_INIT;
	struct spp_target *target = NULL;
	enum spp_status st =
		spp_target_open(folder_path(name), how, &target, err);

	if (!st)
		st = spp_target_restore(target, ".bak", false, &list, err);
	spp_target_close(target);
	*count = list.count;
	return st;
}

static inline bool setting_is_there(const char *name,
				    const struct spp_target_options *how)
{
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	struct spp_session *session = NULL;
	struct spp_target *target = NULL;
	bool there = !setting_open(name, how, &target, &session, NULL) &&
		     !spp_session_get(session, SETTING_KEY, SETTING_NAME, &is,
				      NULL) &&
		     is.type == SPP_REG_SZ &&
		     !spp_value_get_text(&is, &text, NULL, NULL) &&
		     !strcmp(text, SETTING_TEXT);

	spp_session_close(session);
	spp_target_close(target);
	return there;
}

#endif
