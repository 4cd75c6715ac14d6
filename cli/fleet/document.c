/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/document.h"

#include <stdio.h>

#include "cli/evidence/evidence.h"
#include "cli/json.h"
#include "cli/stop.h"

/* Those of the targets, and what was filed of another file. */
static json_t *gather_exhibits(json_t *targets, json_t *filed)
{
	json_t *list = json_array(), *exhibit;
	size_t i;

	for (i = 0; i < json_array_size(targets); i++) {
		json_t *entry = json_array_get(targets, i);

		exhibit = json_object_get(entry, "exhibit");
		if (!exhibit)
			continue;
		json_array_append(list, exhibit);
		json_object_del(entry, "exhibit");
	}
	if (filed)
		json_array_append(list, filed);
	return list;
}

static void put_targets(json_t *document, json_t *targets, json_t *left)
{
	json_object_set(document, "targets", targets);
	if (json_array_size(left) && cli_stop_signal())
		json_object_set_new(document, "stopped",
				    json_pack("{s:s, s:O}", "signal",
					      cli_stop_signal(), "untouched",
					      left));
}

void cli_document_of_run(const struct cli_call *call, json_t *targets,
			 json_t *left)
{
	json_t *document = cli_json_document("run", 1);

	json_object_set_new(document, "command",
			    json_string(call->command->name));
	put_targets(document, targets, left);
	cli_json_print(document, stdout);
}

void cli_document_of_edits(const struct cli_call *call, json_t *targets,
			   bool changed, json_t *left, json_t *filed)
{
	json_t *document = cli_json_document("edit", 1);

	json_object_set_new(document, "dry_run",
			    json_boolean(cli_has(call, OPT_DRY_RUN)));
	json_object_set_new(document, "changed", json_boolean(changed));
	put_targets(document, targets, left);
	cli_evidence_put(call, document, gather_exhibits(targets, filed));
	cli_json_print(document, stdout);
}
