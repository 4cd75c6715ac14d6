/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text that a person edits, in a file of its own.
 *
 *	struct cli_workfile file = CLI_WORKFILE_INIT;
 *
 *	cli_workfile_make(&file, &text, err);
 *	... an editor changes, renames or truncates it ...
 *	cli_workfile_read(&file, &text, err);
 *	cli_workfile_write(&file, &text, err);	once more, with errors marked
 *	file.keep = true;	after a failure: somebody typed it
 *	cli_workfile_release(&file);	removes it
 *
 * It stands alone in a new folder that only the user can enter, in
 * $XDG_RUNTIME_DIR where that is the user's own, in $TMPDIR where nobody else
 * can rename there, or in /tmp: the first that has room for the text.  An
 * editor leaves copies beside what it edits, and they go with the folder.  A
 * new text takes the place of the old one when it is written whole.
 */
#ifndef CLI_EDITOR_WORKFILE_H
#define CLI_EDITOR_WORKFILE_H

#include <stdbool.h>

#include "hive/base/buf.h"

struct cli_workfile {
	char *folder, *path;
	int dir; /* the folder, whatever happens to its name */
	bool keep;
};

#define CLI_WORKFILE_INIT                  \
	{                                  \
		.folder = NULL, .dir = -1, \
	}

enum spp_status cli_workfile_make(struct cli_workfile *file,
				  const struct spp_buf *text,
				  struct spp_error *err);
enum spp_status cli_workfile_write(struct cli_workfile *file,
				   const struct spp_buf *text,
				   struct spp_error *err);
/* Whatever lies there now: it must be a file, of a size that can be read. */
enum spp_status cli_workfile_read(const struct cli_workfile *file,
				  struct spp_buf *text, struct spp_error *err);
void cli_workfile_release(struct cli_workfile *file);

#endif
