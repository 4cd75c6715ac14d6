/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

enum spp_status cli_call_with(const struct cli_call *call,
			      enum cli_option_id id, const char *value,
			      struct cli_call *copy, struct spp_error *err)
{
	struct cli_given *given = calloc(call->given_count + 1, sizeof(*given));

	if (!given)
		return spp_nomem(err);
	if (call->given_count)
		memcpy(given, call->given, call->given_count * sizeof(*given));
	*copy = *call;
	copy->given = given;
	if (!cli_has(call, id))
		given[copy->given_count++] = (struct cli_given){ id, value };
	return SPP_OK;
}

void cli_copy_release(struct cli_call *copy)
{
	free(copy->given);
	copy->given = NULL;
	copy->given_count = 0;
}
