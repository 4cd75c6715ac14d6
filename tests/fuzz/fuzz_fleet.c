/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a fleet file: each of its targets has the policy of one group,
 * and its site file can be read, or one line says what is wrong.  A policy
 * ("p.json") and a list of targets ("list") are there to be named; names with
 * a slash or a lonely "-" are not followed.
 */
#include <jansson.h>

#include "cli/fleet/file.h"
#include "policy/audit/site.h"
#include "tests/fuzz/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy[] =
	"{\"sppctl-policy\": 1, \"scopes\": {\"spp\": {\"kms-port\": 1688}}}";
static const char list[] = "a.vhdx\nb.vhdx\n";

/* Names in the file count from where we are: from our folder, meanwhile. */
static void enter(bool in)
{
	static int home = -1;

	if (home < 0) {
		folder_put("p.json", policy, sizeof(policy) - 1);
		folder_put("list", list, sizeof(list) - 1);
		home = open(".", O_PATH | O_CLOEXEC);
	}
	if (in ? chdir(folder_name) : fchdir(home))
		abort();
}

/* Whether a text leads out of our folder. */
static bool leads_away(const json_t *value)
{
	const char *text = json_string_value(value), *name;
	const json_t *member;
	size_t i;

	if (text)
		return strchr(text, '/') || !strcmp(text, "-");
	json_array_foreach(value, i,
			   member) if (leads_away(member)) return true;
	json_object_foreach((json_t *)(uintptr_t)value, name,
			    member) if (leads_away(member)) return true;
	return false;
}

static void read_fleet(void)
{
	struct cli_fleet_file CLEANUP(cli_fleet_file_release) file =
		CLI_FLEET_FILE_INIT;
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	static const struct cli_command command = { .name = "fleet" };
	const struct cli_call call = { .command = &command };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;
	size_t i;

	st = cli_fleet_file_read(&file, &call, "fleet.json", &err);
	if (st != err.status || st == SPP_BUG ||
	    (st && (!*err.text || strchr(err.text, '\n'))))
		abort();
	for (i = 0; !st && i < file.rows; i++)
		if (cli_fleet_file_group(&file, file.row[i].target) !=
		    &file.group[file.row[i].group])
			abort();
	if (!st &&
	    spp_site_read("fleet", file.site, strlen(file.site), &site, &err) &&
	    !*err.text)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *fleet = json_loadb((const char *)data, size, 0, NULL);

	enter(true);
	if (!leads_away(fleet)) {
		folder_put("fleet.json", data, size);
		read_fleet();
	}
	enter(false);
	json_decref(fleet);
	return 0;
}
