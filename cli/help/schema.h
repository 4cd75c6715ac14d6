/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sppctl help schema KIND: the JSON Schema of one document of --json. */
#ifndef CLI_HELP_SCHEMA_H
#define CLI_HELP_SCHEMA_H

#include "hive/base/error.h"

/* Prints it; name: the kind of a document, or a command that prints one. */
enum spp_status cli_help_schema_of(const char *name, struct spp_error *err);

#endif
