/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An operand that may be a target or a policy file.
 *
 *	struct cli_source source = CLI_SOURCE_INIT;
 *
 *	cli_load(call, path, &source, &err);
 *	... source.document; source.windows if it is a target ...
 *	cli_source_release(&source);
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include <jansson.h>

#include "cli/command.h"
#include "policy/format/format.h"

struct cli_source {
	const char *path; /* borrowed */
	struct spp_document document;
	struct spp_hives *windows;	 /* NULL: a file with a policy */
	const struct spp_format *format; /* NULL: a target */
	json_t *exhibit;		 /* NULL: no evidence is wanted */
};

#define CLI_SOURCE_INIT      \
	{                    \
		.path = NULL \
	}

void cli_source_release(struct cli_source *source);

/* Opens a target read-only, or reads a policy file; the content decides. */
enum spp_status cli_load(const struct cli_call *call, const char *path,
			 struct cli_source *source, struct spp_notes *notes,
			 struct spp_error *err);
/* Whether a path is a policy, and no target. */
bool cli_is_policy(const struct cli_call *call, const char *path);
/* Reads a policy file, never a target; "-" is stdin. */
enum spp_status cli_load_policy(const struct cli_call *call, const char *path,
				struct cli_source *source,
				struct spp_notes *notes, struct spp_error *err);

/* Fails with the unknown format and the one that may be meant. */
enum spp_status cli_unknown_format(const char *name, struct spp_error *err);

/*
 * Writes a file by way of a new one beside it; NULL or "-" is stdout.  secret:
 * it may hold a product key, so only its owner may read a new file.
 */
enum spp_status cli_write_file(const char *path, const void *data, size_t n,
			       bool secret, struct spp_error *err);
/*
 * The same for what dump, export, import and convert make.  With --json the
 * answer is a document of kind "written"; but a policy document that goes to
 * stdout is one already.
 */
enum spp_status cli_write_result(const struct cli_call *call,
				 const struct cli_source *source,
				 const char *path,
				 const struct spp_format *format,
				 const struct spp_buf *data, bool secret,
				 const struct spp_notes *notes,
				 struct spp_error *err);

/* Whether that would write to stdout. */
bool cli_is_stdout(const char *path);

/* Reads a whole file, with a NUL after its size; "-" is stdin. */
enum spp_status cli_read_file(const char *path, struct spp_buf *buf,
			      struct spp_error *err);

#endif
