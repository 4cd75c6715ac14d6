/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a line of results of an audit that is gone on with.  It is not
 * taken, or it stands for its target: what could not be read has a message, and
 * what could be dumps again.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/fleet/fleet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct cli_member *m)
{
	json_t *dump;

	if (m->err.status) {
		if (!*m->err.text)
			abort();
		return;
	}
	if (m->here)
		return;
	dump = cli_fleet_dump(m, true);
	if (!m->kind || m->hives >> SPP_ROLE_COUNT || !json_is_object(dump))
		abort();
	json_decref(dump);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cli_command command = { .name = "audit" };
	struct cli_given given = { OPT_JSON, NULL };
	char name[] = "target", *target = name;
	struct cli_call call = { .command = &command,
				 .given = &given,
				 .given_count = size % 2,
				 .target = &target,
				 .targets = 1 };
	struct cli_fleet CLEANUP(cli_fleet_release) fleet = CLI_FLEET_INIT;
	json_t *line = json_loadb((const char *)data, size, 0, NULL);

	if (cli_fleet_begin(&call, &fleet, NULL))
		abort();
	if (json_is_object(line) && fleet.taker.kept(fleet.taker.ctx, 0, line))
		check(&fleet.member[0]);
	json_decref(line);
	return 0;
}
