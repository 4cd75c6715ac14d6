/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a JSON document that a person wrote, so that a mistake in it is
 * reported with file, line and column.
 *
 *	struct spp_json_reader r = { name, text, size, .err = err };
 *
 *	st = spp_json_load(&r, &root);
 *	st = spp_json_members(&r, root, read_member, ctx);
 *	json_decref(root);
 *
 *	... in read_member(), which is called for each member:
 *	return spp_json_complain(r, "must be text");	"FILE:LINE:COLUMN: ..."
 *
 * The reader knows where it is by a path, which spp_json_members() keeps;
 * whoever walks an array calls spp_json_push() and spp_json_pop().
 */
#ifndef POLICY_JSON_READER_H
#define POLICY_JSON_READER_H

#include <jansson.h>
#include <stdint.h>

#include "hive/base/error.h"
#include "policy/format/json_where.h"

struct spp_json_reader {
	const char *name, *text; /* of the file; borrowed */
	size_t size;
	struct spp_json_path path;
	struct spp_error *err;
};

/* Whether the text may be a JSON object: how strongly, from 0 to 100. */
int spp_json_probe(const uint8_t *data, size_t size);

/* Parses the text; a byte order mark may begin it.  *root is yours. */
enum spp_status spp_json_load(struct spp_json_reader *r, json_t **root);

/* Enters a member, or with name NULL an element, and leaves it again. */
void spp_json_push(struct spp_json_reader *r, const char *name, size_t index);
void spp_json_pop(struct spp_json_reader *r);

typedef enum spp_status (*spp_json_read_member)(struct spp_json_reader *r,
						const char *name, json_t *json,
						void *ctx);

/* Reads each member of an object, until one fails. */
enum spp_status spp_json_members(struct spp_json_reader *r, json_t *object,
				 spp_json_read_member read, void *ctx);

/* Line and column of the present place; counts from 1. */
void spp_json_place(const struct spp_json_reader *r, size_t *line,
		    size_t *column);

/* SPP_INVALID at the present place. */
enum spp_status spp_json_complain(struct spp_json_reader *r, const char *fmt,
				  ...) SPP_PRINTF(2, 3);

/* Refuses members other than those in known, which ends with NULL. */
enum spp_status spp_json_only(struct spp_json_reader *r, const json_t *object,
			      const char *const *known);

#endif
