/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/record.h"

#include "cli/json.h"
#include "policy/windows/identity.h"

static json_t *record;
static bool of_line;
static struct spp_buf dump;
static const struct cli_intents *intents;
static const char *about;

void cli_record_begin(bool line)
{
	record = json_object();
	of_line = line;
}

bool cli_recording(void)
{
	return record != NULL;
}

bool cli_recording_line(void)
{
	return record && of_line;
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

	if (!cli_recording_line())
		return;
	target = cli_json_target(windows);
	cli_record("kind", json_incref(json_object_get(target, "kind")));
	cli_record("hives", json_incref(json_object_get(target, "hives")));
	json_decref(target);
	if (!spp_identity_read(windows, &identity, NULL))
		cli_record("identity", cli_json_identity(&identity));
}

void cli_record_intents(const struct cli_intents *list, const char *target)
{
	intents = list;
	about = target;
}

enum spp_status cli_record_intent(struct spp_error *err)
{
	return record && about ? cli_intents_add(intents, about, err) : SPP_OK;
}

void cli_record_dump(struct spp_buf *text)
{
	spp_buf_release(&dump);
	dump = *text;
	*text = (struct spp_buf)SPP_BUF_INIT;
}

void cli_record_end(FILE *to)
{
	json_dumpf(record, to, JSON_COMPACT);
	putc('\n', to);
	fwrite(spp_buf_text(&dump), 1, dump.size, to);
	spp_buf_release(&dump);
	json_decref(record);
	record = NULL;
}
