/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON documents.  Each starts with
 *
 *	"sppctl": the version, "document": its kind, "version": of its shape
 *
 * A member never gets another meaning; a changed shape gets a new version.  The
 * shapes are described by the table of cli/help/json.c, which sppctl help json
 * and the man page print.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "hive/session.h"
#include "policy/format/json_value.h"
#include "policy/model/policy.h"
#include "policy/model/publish_list.h"
#include "policy/windows/hives.h"
#include "policy/windows/identity.h"

/* A new document of this kind. */
json_t *cli_json_document(const char *kind, int version);
/* Prints and frees it. */
void cli_json_print(json_t *document, FILE *to);

/* Text, or null for NULL. */
json_t *cli_json_text(const char *text);
/*
 * A path as member of an object.  In one that is not UTF-8 each odd byte
 * becomes "?", and the member with _bytes after its name has all bytes in
 * base64.
 */
void cli_json_set_path(json_t *object, const char *member, const char *path);
/* NULL: out of memory. */
json_t *cli_json_base64(const void *data, size_t n);
/* Text from a buffer, which is released. */
json_t *cli_json_take(struct spp_buf *buf);
json_t *cli_json_hex(const uint8_t *data, size_t size);

/* {"type", "size", "data"}; null for NULL.  If secret, "data" is null. */
json_t *cli_json_value(const struct spp_value *value, bool secret);
/* ["wrong-type", ...] */
json_t *cli_json_oddities(unsigned int oddities);
json_t *cli_json_flaws(unsigned int flaws);
json_t *cli_json_publish(const struct spp_publish_list *list);
json_t *cli_json_notes(const struct spp_notes *notes);
/* The state of one hive, and what an edit did to it. */
json_t *cli_json_hive(struct spp_session *session, enum spp_role role);
/* {"path", "kind", "hives"} */
json_t *cli_json_target(const struct spp_hives *windows);

/* The identity: {"title", "computer", "fqdn", ...}; null: not known. */
json_t *cli_json_identity(const struct spp_identity *identity);

/* {"status", "message", "exit"} */
json_t *cli_json_failure(const struct spp_error *err);
/* The text with the remedy; null without a failure. */
json_t *cli_json_why(const struct spp_error *why);
/* Prints {"error": ...} as a document of its own. */
void cli_json_error(const char *kind, const struct spp_error *err);

#endif
