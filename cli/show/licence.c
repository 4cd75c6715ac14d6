/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hive tells about the licence. */
#include <stdio.h>

#include "cli/json.h"
#include "cli/print.h"
#include "cli/show/show.h"

/* A fact in the form in which it may be shown. */
static const char *shown(const struct cli_view *v, enum spp_fact fact)
{
	if (fact == SPP_FACT_KEY && cli_has(v->call, OPT_SHOW_KEYS))
		return *v->identity.key ? v->identity.key : NULL;
	return v->identity.fact[fact];
}

static const char *meaning(enum spp_fact fact, const char *value)
{
	return fact == SPP_FACT_KEY_CHANNEL ? spp_licence_channel(value) : NULL;
}

void cli_show_licence(const struct cli_view *v)
{
	struct cli_table *t = NULL;
	const char *value, *rests, *means;
	int fact;

	for (fact = 0; fact < SPP_FACT_COUNT; fact++) {
		rests = spp_fact_confidence((enum spp_fact)fact);
		value = shown(v, (enum spp_fact)fact);
		if (!rests || !value)
			continue;
		if (!t) {
			printf("\n%sLicence%s\n", cli_bold(), cli_plain());
			t = cli_table_open("NAME|VALUE|MEANS|CONFIDENCE");
		}
		means = meaning((enum spp_fact)fact, value);
		cli_row(t, spp_fact_name((enum spp_fact)fact), value,
			means ? means : "-", rests, NULL);
	}
	cli_table_close(t, stdout, 2);
}

json_t *cli_json_licence(const struct cli_view *v)
{
	json_t *list = json_array();
	const char *value, *rests;
	int fact;

	for (fact = 0; fact < SPP_FACT_COUNT; fact++) {
		rests = spp_fact_confidence((enum spp_fact)fact);
		value = shown(v, (enum spp_fact)fact);
		if (rests && value)
			json_array_append_new(
				list,
				json_pack("{s:s, s:o, s:o, s:s}", "name",
					  spp_fact_name((enum spp_fact)fact),
					  "value", cli_json_text(value),
					  "meaning",
					  cli_json_text(meaning(
						  (enum spp_fact)fact, value)),
					  "confidence", rests));
	}
	return list;
}
