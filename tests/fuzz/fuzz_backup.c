/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Four bytes n, n bytes of a hive, and the backup beside it.  It is refused,
 * and both are as before, or it takes the place of the hive, byte for byte, and
 * opens; then it is edited with a backup, and that brings it back.
 */
#include "tests/fuzz/setting.h"

#include "hive/base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct spp_target_options how = { .write = 1u << SPP_ROLE_ANY,
					       .backup = ".bak",
					       .kind = SPP_TARGET_HIVE };

static enum spp_status restore(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	size_t count;
	enum spp_status st = setting_restore("hive", &how, &count, &err);

	if (st != err.status && st != SPP_NOTFOUND)
		abort();
	if (st == SPP_BUG || (!st && count != 1))
		abort();
	return st;
}

/* What is prepared is published; SPP_NOTFOUND: nothing had to change. */
static enum spp_status edit(struct spp_error *err)
{
	struct spp_session *session = NULL;
	struct spp_target *target = NULL;
	enum spp_status st =
		spp_target_open(folder_path("hive"), &how, &target, err);

	if (!st)
		st = spp_session_open(spp_target_store(target, SPP_ROLE_ANY),
				      &setting_session, &session, err);
	if (!st)
		st = setting_put(session, false, err);
	if (!st && !spp_session_changed(session))
		st = SPP_NOTFOUND;
	if (!st)
		st = spp_session_prepare(session, err);
	if (!st)
		st = spp_target_publish(target, err);
	spp_session_close(session);
	spp_target_close(target);
	return st;
}

static void use(const uint8_t *hive, size_t n, const uint8_t *backup,
		size_t size)
{
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = restore();

	if (st && (!folder_same("hive", hive, n) ||
		   !folder_same("hive.bak", backup, size)))
		abort();
	if (st)
		return;
	if (!folder_same("hive", backup, size))
		abort();
	st = edit(&err);
	if (err.status == SPP_BUG || (st && !folder_same("hive", backup, size)))
		abort();
	if (!st && (restore() || !folder_same("hive", backup, size)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;

	if (size < 4)
		return 0;
	n = spp_get32(data);
	if (n > size - 4)
		n = size - 4;
	folder_put("hive", data + 4, n);
	folder_put("hive.bak", data + 4 + n, size - 4 - n);
	use(data + 4, n, data + 4 + n, size - 4 - n);
	folder_clear();
	return 0;
}
