/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/record.h"

#include "cli/json.h"
#include "policy/windows/identity.h"

static json_t *record;

void cli_record_begin(void)
{
	record = json_object();
}

bool cli_recording(void)
{
	return record != NULL;
}

void cli_record(const char *member, json_t *value)
{
	if (record)
		json_object_set_new(record, member, value);
	else
		json_decref(value);
}

void cli_record_failure(const struct spp_error *err)
{
	if (record && !json_object_get(record, "error"))
		cli_record("error", cli_json_failure(err));
}

void cli_record_windows(struct spp_hives *windows)
{
	struct spp_identity CLEANUP(spp_identity_release) identity =
		SPP_IDENTITY_INIT;
	json_t *target;

	if (!record)
		return;
	target = cli_json_target(windows);
	cli_record("kind", json_incref(json_object_get(target, "kind")));
	cli_record("hives", json_incref(json_object_get(target, "hives")));
	json_decref(target);
	if (!spp_identity_read(windows, &identity, NULL))
		cli_record("identity", cli_json_identity(&identity));
}

json_t *cli_record_end(void)
{
	json_t *whole = record;

	record = NULL;
	return whole;
}
