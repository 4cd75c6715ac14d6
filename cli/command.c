/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include <inttypes.h>

#include "hive/base/number.h"

bool cli_has(const struct cli_call *call, enum cli_option_id id)
{
	size_t i;

	for (i = 0; i < call->given_count; i++)
		if (call->given[i].id == id)
			return true;
	return false;
}

const char *cli_value(const struct cli_call *call, enum cli_option_id id)
{
	const char *value = NULL;
	size_t i;

	for (i = 0; i < call->given_count; i++)
		if (call->given[i].id == id)
			value = call->given[i].value;
	return value;
}

enum spp_status cli_number(const struct cli_call *call, enum cli_option_id id,
			   uint64_t most, uint64_t *n, struct spp_error *err)
{
	const char *text = cli_value(call, id);

	if (!text || spp_number_parse(text, most, n))
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"--%s: '%s' is not a number from 0 to %" PRIu64,
			cli_options[id].name, text, most);
}
