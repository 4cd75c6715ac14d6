/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that sppctl creates: work file, backup, undo file, journal, output.
 * It is complete and on disk before it gets its name.
 *
 *	struct spp_newfile f = SPP_NEWFILE_INIT;
 *
 *	spp_newfile_open(&f, dir, ".SOFTWARE.bak.sppctl-new", label, err);
 *	... write to f.fd ...
 *	spp_newfile_own(&f, &st, label, err);	owner and mode, exactly
 *	spp_newfile_sync(&f, err);
 *	spp_newfile_name(&f, "SOFTWARE.bak", err);
 *	spp_newfile_close(&f);			removes one without a name
 *
 * The folder may belong to another user, who can plant links, FIFOs and files
 * under any name.  So the work name is created with O_EXCL and O_NOFOLLOW, the
 * file has mode 0600 until it gets another, owner and mode are set through the
 * descriptor, and a name that leads to another file is never removed.  Until the
 * file has its name, a lock on it tells others that it is not a crash's.
 */
#ifndef HIVE_NEWFILE_H
#define HIVE_NEWFILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hive/base/error.h"

struct spp_newfile {
	int dir; /* folder; borrowed */
	int fd;
	char *name;  /* in the folder: the work name, until the file is named */
	char *label; /* for messages */
};

#define SPP_NEWFILE_INIT           \
	{                          \
		-1, -1, NULL, NULL \
	}

/*
 * Creates the file under its work name, after removing what a crash left there.
 * SPP_REFUSED if a folder has that name, SPP_BUSY if another process is writing
 * a file of that name.  label: the name that the file will get, for messages.
 */
enum spp_status spp_newfile_open(struct spp_newfile *f, int dir,
				 const char *name, const char *label,
				 struct spp_error *err);

/*
 * Whether a file could be created beside label under this work name, and then
 * get the name to; NULL: a name that is not asked for.  Creates none.
 * SPP_REFUSED if a folder has the work name, SPP_IO if a name is too long.
 */
enum spp_status spp_newfile_possible(int dir, const char *work, const char *to,
				     const char *label, struct spp_error *err);

/*
 * Gives the file the owner and mode of st; of names the file that st is from,
 * for messages.  Makes no call that would change nothing, since some file
 * systems refuse them.
 */
enum spp_status spp_newfile_own(struct spp_newfile *f, const struct stat *st,
				const char *of, struct spp_error *err);
enum spp_status spp_newfile_sync(struct spp_newfile *f, struct spp_error *err);

/*
 * Gives the file its final name; SPP_REFUSED if the name is taken, SPP_BUSY if
 * the work name is of another file now.
 */
enum spp_status spp_newfile_name(struct spp_newfile *f, const char *to,
				 struct spp_error *err);
/* The same, but replaces a file of that name. */
enum spp_status spp_newfile_replace(struct spp_newfile *f, const char *to,
				    struct spp_error *err);
/* Forgets the file without removing it: it has got its name elsewhere. */
void spp_newfile_keep(struct spp_newfile *f);
void spp_newfile_close(struct spp_newfile *f);

/* Whether the name in the folder is this very file; links are not followed. */
bool spp_leads_to(int dir, const char *name, const struct stat *st);
/* Removes the name if it is this very file; 0, or -1 with errno. */
int spp_remove_if(int dir, const char *name, const struct stat *st);

/* renameat2() within a folder; ENOSYS if libc or the kernel lacks it. */
int spp_rename(int dir, const char *from, const char *to, unsigned int flags);
/*
 * Renames without replacing (EEXIST).  On a file system with neither
 * RENAME_NOREPLACE nor hard links, an empty file holds the name for a moment.
 */
int spp_rename_new(int dir, const char *from, const char *to);
/* Whether errno means that this file system lacks the operation. */
bool spp_cannot(int error);
#define SPP_RENAME_NEW	    1u /* RENAME_NOREPLACE */
#define SPP_RENAME_EXCHANGE 2u /* RENAME_EXCHANGE */

#endif
