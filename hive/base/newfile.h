/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that sppctl makes: work file, backup, undo file, journal, output.
 * It is whole and on disk before it has its name.
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
 * The folder may belong to somebody else, who plants links, FIFOs and files
 * under any name.  So the work name is made with O_EXCL and O_NOFOLLOW, the
 * file has mode 0600 until it gets another, owner and mode go through the
 * descriptor, and no name is removed that leads to another file.
 */
#ifndef HIVE_NEWFILE_H
#define HIVE_NEWFILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hive/base/error.h"

struct spp_newfile {
	int dir; /* folder; borrowed */
	int fd;
	char *name;  /* in the folder, until it gets another */
	char *label; /* for messages */
};

#define SPP_NEWFILE_INIT           \
	{                          \
		-1, -1, NULL, NULL \
	}

/*
 * Removes what a crash left under the work name.  SPP_REFUSED where a folder
 * has that name.  label: what the file is to become, for messages.
 */
enum spp_status spp_newfile_open(struct spp_newfile *f, int dir,
				 const char *name, const char *label,
				 struct spp_error *err);

/* Whether the folder lets one be made beside label; a rehearsal only asks. */
enum spp_status spp_newfile_possible(int dir, const char *label,
				     struct spp_error *err);

/*
 * Owner and mode of st, as in fstat() of the file that it belongs to; of says
 * whose they are.  Nothing is called that would change nothing, as some file
 * systems cannot.
 */
enum spp_status spp_newfile_own(struct spp_newfile *f, const struct stat *st,
				const char *of, struct spp_error *err);
enum spp_status spp_newfile_sync(struct spp_newfile *f, struct spp_error *err);

/*
 * Gives it the name that it keeps, over nothing: SPP_REFUSED if the name is
 * taken.
 */
enum spp_status spp_newfile_name(struct spp_newfile *f, const char *to,
				 struct spp_error *err);
/* The same over whatever has the name. */
enum spp_status spp_newfile_replace(struct spp_newfile *f, const char *to,
				    struct spp_error *err);
/* Forgets the file, without removing it: it has a name of its own. */
void spp_newfile_keep(struct spp_newfile *f);
void spp_newfile_close(struct spp_newfile *f);

/* Whether a name in a folder leads to this very file; links do not lead. */
bool spp_leads_to(int dir, const char *name, const struct stat *st);
/* Removes the name if it leads to this very file; 0, or -1 with errno. */
int spp_remove_if(int dir, const char *name, const struct stat *st);

/* renameat2() within a folder; ENOSYS where libc and kernel have none. */
int spp_rename(int dir, const char *from, const char *to, unsigned int flags);
/*
 * Over nothing (EEXIST), also where the file system has neither RENAME_NOREPLACE
 * nor links: there an empty file holds the name for a moment.
 */
int spp_rename_new(int dir, const char *from, const char *to);
/* Whether errno says that this file system cannot do it, and others may. */
bool spp_cannot(int error);
#define SPP_RENAME_NEW	    1u /* RENAME_NOREPLACE */
#define SPP_RENAME_EXCHANGE 2u /* RENAME_EXCHANGE */

#endif
