/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what a command makes; with --json, a document about it. */
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/json.h"
#include "cli/load.h"

/* Text as it is, other bytes in base64. */
static void put_content(json_t *document, const struct spp_buf *data)
{
	json_t *text = NULL;

	if (!memchr(data->data, '\0', data->size))
		text = json_stringn((const char *)data->data, data->size);
	json_object_set_new(document, text ? "text" : "base64",
			    text ? text
				 : cli_json_base64(data->data, data->size));
}

enum spp_status cli_write_result(const struct cli_call *call,
				 const struct cli_source *source,
				 const char *path,
				 const struct spp_format *format,
				 const struct spp_buf *data, bool secret,
				 const struct spp_notes *notes,
				 struct spp_error *err)
{
	bool to_file = path && strcmp(path, "-") != 0;
	bool tells = cli_has(call, OPT_JSON) &&
		     (to_file || strcmp(format->name, "json") != 0);
	json_t *document;
	enum spp_status st;

	if (to_file || !tells) {
		st = cli_write_file(path, data->data, data->size, secret, err);
		if (st || !tells)
			return st;
	}
	document = cli_json_document("written", 1);
	cli_json_set_path(document, "output", to_file ? path : NULL);
	json_object_set_new(document, "format", json_string(format->name));
	json_object_set_new(document, "size",
			    json_integer((json_int_t)data->size));
	if (!to_file)
		put_content(document, data);
	json_object_set_new(document, "warnings", cli_json_notes(notes));
	cli_evidence_put(call, document, json_incref(source->exhibit));
	cli_json_print(document, stdout);
	return SPP_OK;
}
