/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/json.h"

#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/remedy.h"
#include "policy/text/printable.h"

json_t *cli_json_document(const char *kind, int version)
{
	return json_pack("{s:s, s:s, s:i}", "sppctl", CLI_VERSION, "document",
			 kind, "version", version);
}

void cli_json_print(json_t *document, FILE *to)
{
	char *text = json_dumps(document, JSON_INDENT(2));
	char *safe = text ? spp_printable_json(text) : NULL;

	if (!safe)
		spp_nomem(NULL);
	fprintf(to, "%s\n", safe ? safe : "");
	free(safe);
	free(text);
	json_decref(document);
}

/* Paths may be any bytes; JSON is UTF-8. */
json_t *cli_json_text(const char *text)
{
	json_t *json;
	char *clean, *c;

	if (!text)
		return json_null();
	json = json_string(text);
	if (json)
		return json;
	clean = strdup(text);
	if (!clean)
		spp_nomem(NULL);
	for (c = clean; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = clean ? json_string(clean) : json_null();
	free(clean);
	return json;
}

json_t *cli_json_base64(const void *data, size_t n)
{
	char CLEANUP(spp_free_string) *text =
		calloc(1, BASE64_ENCODE_RAW_LENGTH(n) + 1);

	if (!text) {
		spp_nomem(NULL);
		return NULL;
	}
	base64_encode_raw(text, n, data);
	return json_string(text);
}

void cli_json_set_path(json_t *object, const char *member, const char *path)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	json_t *text = json_string(path);

	json_object_set_new(object, member, text ? text : cli_json_text(path));
	if (text || !path)
		return;
	spp_buf_printf(&name, NULL, "%s_bytes", member);
	json_object_set_new(object, spp_buf_text(&name),
			    cli_json_base64(path, strlen(path)));
}

json_t *cli_json_take(struct spp_buf *buf)
{
	json_t *json = cli_json_text(spp_buf_text(buf));

	spp_buf_release(buf);
	return json;
}

json_t *cli_json_hex(const uint8_t *data, size_t size)
{
	struct spp_buf buf = SPP_BUF_INIT;

	spp_hex_show(data, size, &buf, NULL);
	return cli_json_take(&buf);
}

json_t *cli_json_value(const struct spp_value *value, bool secret)
{
	struct spp_buf type = SPP_BUF_INIT;

	if (!value)
		return json_null();
	spp_type_show(value->type, &type, NULL);
	return json_pack("{s:o, s:I, s:o}", "type", cli_json_take(&type),
			 "size", (json_int_t)value->size, "data",
			 secret ? json_null()
				: cli_json_hex(value->data, value->size));
}

static json_t *words(unsigned int bits, unsigned int count,
		     const char *(*word)(unsigned int))
{
	json_t *list = json_array();
	unsigned int bit;

	for (bit = 0; bit < count; bit++)
		if (bits >> bit & 1)
			json_array_append_new(list, json_string(word(bit)));
	return list;
}

json_t *cli_json_oddities(unsigned int oddities)
{
	return words(oddities, SPP_ODDITY_COUNT, spp_oddity_word);
}

json_t *cli_json_flaws(unsigned int flaws)
{
	return words(flaws, SPP_FLAW_COUNT, spp_flaw_word);
}

static json_t *rank(const struct spp_publish_entry *e, int n)
{
	return spp_publish_entry_understood(e) ? json_integer(n) : json_null();
}

json_t *cli_json_publish(const struct spp_publish_list *list)
{
	json_t *json = json_array();
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct spp_publish_entry *e = &list->entry[i];

		json_array_append_new(
			json, json_pack("{s:o, s:o, s:o, s:o, s:o}", "text",
					cli_json_text(e->text), "domain",
					cli_json_text(e->domain), "priority",
					rank(e, e->priority), "weight",
					rank(e, e->weight), "marks",
					cli_json_flaws(e->flaws)));
	}
	return json;
}

/* A message with its remedy, as on stderr. */
static json_t *worded(const char *text, enum spp_remedy remedy)
{
	struct spp_buf buf = SPP_BUF_INIT;

	spp_buf_printf(&buf, NULL, "%s%s", text, cli_remedy(remedy));
	return cli_json_take(&buf);
}

json_t *cli_json_notes(const struct spp_notes *notes)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < notes->count; i++)
		json_array_append_new(list,
				      worded(notes->text[i], notes->remedy[i]));
	return list;
}

static json_t *replay(const struct spp_replay *r)
{
	json_t *logs = json_array();
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++) {
		const struct spp_log_use *use = &r->use[i];

		if (use->entries)
			json_array_append_new(
				logs,
				json_pack("{s:s, s:I, s:I, s:I}", "log",
					  spp_log_suffix((enum spp_log_name)i),
					  "entries", (json_int_t)use->entries,
					  "pages", (json_int_t)use->pages,
					  "bytes", (json_int_t)use->bytes));
	}
	return json_pack("{s:s, s:s, s:b, s:o}", "state",
			 r->discarded ? "logs-discarded"
			 : r->format  ? "recovered"
				      : "clean",
			 "format", spp_log_format_name(r->format),
			 "base_block_from_log", r->base_from_log, "applied",
			 logs);
}

json_t *cli_json_hive(struct spp_session *session, enum spp_role role)
{
	const struct spp_session_report *r = spp_session_report(session);
	const struct spp_base *base = &spp_session_hive(session)->base;
	char version[32];
	json_t *json;

	snprintf(version, sizeof(version), "%u.%u", base->major, base->minor);
	json = json_pack("{s:s}", "role", spp_role_name(role));
	cli_json_set_path(json, "path", spp_session_store(session)->label);
	json_object_update_new(
		json, json_pack("{s:s, s:I, s:I, s:o}", "version", version,
				"size", (json_int_t)r->size_before, "sequence",
				(json_int_t)r->seq_before, "log",
				replay(&r->replay)));
	if (r->missing)
		json_object_set_new(json, "missing_bytes",
				    json_integer((json_int_t)r->missing));
	if (r->hashed)
		json_object_update_new(
			json,
			json_pack(
				"{s:o, s:o, s:I, s:I, s:I}", "sha256_before",
				cli_json_hex(r->sha256_before, SPP_SHA256_SIZE),
				"sha256_after",
				cli_json_hex(r->proof.sha256, SPP_SHA256_SIZE),
				"sequence_after", (json_int_t)r->seq_after,
				"bytes_changed",
				(json_int_t)r->proof.bytes_changed,
				"bytes_grown",
				(json_int_t)r->proof.bytes_grown));
	return json;
}

json_t *cli_json_target(const struct spp_hives *windows)
{
	const struct spp_target *target = spp_hives_target(windows);
	json_t *hives = json_array(), *json;
	struct spp_session *session;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		session = spp_hives_session(windows, (enum spp_role)role);
		if (session)
			json_array_append_new(
				hives,
				cli_json_hive(session, (enum spp_role)role));
	}
	json = json_object();
	cli_json_set_path(json, "path", target->path);
	json_object_update_new(json,
			       json_pack("{s:s, s:o}", "kind",
					 target->ops->kind, "hives", hives));
	return json;
}

json_t *cli_json_identity(const struct spp_identity *identity)
{
	struct spp_buf title = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(identity);
	json_t *json = json_object();
	size_t i;

	spp_identity_title(identity, &title, NULL);
	json_object_set_new(json, "title",
			    title.size ? cli_json_take(&title) : json_null());
	for (i = 0; i < SPP_FACT_COUNT; i++)
		json_object_set_new(json, spp_fact_name((enum spp_fact)i),
				    cli_json_text(identity->fact[i]));
	json_object_set_new(json, "fqdn", cli_json_text(fqdn));
	return json;
}

static json_t *number_or_null(size_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

json_t *cli_json_why(const struct spp_error *why)
{
	return why->status ? worded(why->text, why->remedy) : json_null();
}

json_t *cli_json_failure(const struct spp_error *err)
{
	return json_pack("{s:s, s:o, s:i, s:o, s:o, s:o}", "status",
			 spp_status_word(err->status), "message",
			 worded(err->text, err->remedy), "exit",
			 (int)cli_exit_of(err->status), "source",
			 *err->source ? cli_json_text(err->source)
				      : json_null(),
			 "line", number_or_null(err->line), "column",
			 number_or_null(err->column));
}

void cli_json_error(const char *kind, const struct spp_error *err)
{
	json_t *document = cli_json_document(kind, 1);

	json_object_set_new(document, "error", cli_json_failure(err));
	cli_json_print(document, stdout);
}
