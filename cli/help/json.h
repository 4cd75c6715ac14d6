/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The members of the JSON documents of --json, as a table.  sppctl help json
 * and the man page are printed from it, and tests/check_json.sh compares it
 * with the output of the commands.
 *
 * A row without a type begins a shape: a document, with its version and the
 * commands that print it, or a part of others, in capitals.  The rows below it
 * are its members.  A type is text, number, bool or null, a list "[TYPE]", an
 * object "{TYPE}" whose names are data, or a part; "A or B" is either.  A
 * member whose name ends with ? is not always there.  The member "..." stands
 * for all members of its type.
 */
#ifndef CLI_HELP_JSON_H
#define CLI_HELP_JSON_H

#include <stddef.h>

struct cli_json_row {
	const char *name, *type, *says;
	int version;
};

extern const struct cli_json_row cli_json_rows[];
extern const size_t cli_json_row_count;

/* The introduction to the table. */
extern const char cli_json_about[];

#endif
