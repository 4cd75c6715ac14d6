/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of evidence: copies, and a manifest for sha256sum -c.
 *
 *	struct cli_folder f = CLI_FOLDER_INIT;
 *
 *	cli_folder_open(&f, path, err);
 *	cli_folder_copy(&f, "SOFTWARE", &source, &facts, err);
 *	cli_folder_write(&f, "evidence.json", text, n, err);
 *	cli_folder_finish(&f, err);	the manifest
 *	cli_folder_close(&f);
 *
 * The folder is new or empty, and only its owner may enter it, because hives
 * hold product keys.  No file in it is ever overwritten.
 */
#ifndef CLI_EVIDENCE_FOLDER_H
#define CLI_EVIDENCE_FOLDER_H

#include <jansson.h>

#include "hive/evidence.h"

#define CLI_FOLDER_MANIFEST "SHA256SUMS"

struct cli_folder {
	int fd;
	const char *path;    /* borrowed */
	struct spp_buf sums; /* the manifest so far */
	json_t *files;	     /* [{"name", "size", "sha256"}] */
};

#define CLI_FOLDER_INIT                                       \
	{                                                     \
		.fd = -1, .sums = SPP_BUF_INIT, .files = NULL \
	}

/* SPP_REFUSED if the folder exists and is not empty. */
enum spp_status cli_folder_open(struct cli_folder *f, const char *path,
				struct spp_error *err);
/* Copies a source; facts: the file whose times the copy gets, or NULL. */
enum spp_status cli_folder_copy(struct cli_folder *f, const char *name,
				const struct spp_source *source,
				const struct spp_file_facts *facts,
				struct spp_error *err);
enum spp_status cli_folder_write(struct cli_folder *f, const char *name,
				 const void *data, size_t n,
				 struct spp_error *err);
/* Writes the manifest; all is on disk then. */
enum spp_status cli_folder_finish(struct cli_folder *f, struct spp_error *err);
void cli_folder_close(struct cli_folder *f);

#endif
