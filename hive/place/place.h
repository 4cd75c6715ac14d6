/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A place holds the bytes: a file under a name in a folder, opened once.
 *
 *	struct spp_place p = SPP_PLACE_INIT;
 *
 *	spp_place_open(&p, path, &how, err);
 *	... read from p.fd, prepare the edit ...
 *	spp_place_still(&p, err);	just before it becomes visible
 *	... the edit ...
 *	spp_place_close(&p);
 *
 * Every edit asks one question before it becomes visible: is this still the
 * file that was opened, and does the name still lead to it?  A program that
 * ignores locks may write to the file, or put another one under its name, at
 * any moment.
 *
 * Everything done to the file goes through p.fd, which never changes;
 * everything created beside it goes through p.dir.  Names beside it begin with
 * p.beside, which is right even if the user named a link.
 */
#ifndef HIVE_PLACE_H
#define HIVE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hive/base/error.h"

/* What else than a regular file a place may be. */
enum {
	SPP_PLACE_BLOCK = 1,  /* a block device */
	SPP_PLACE_SOCKET = 2, /* a socket; not opened, fd is -1 */
};

struct spp_place_options {
	bool write; /* open for writing and hold the lock */
	bool links; /* other hard links may keep the old content, or change */
	unsigned int kinds; /* SPP_PLACE_..., or 0 */
	/* A hard link with this suffix is our own backup; NULL: ".bak". */
	const char *backup;
};

struct spp_place {
	int dir;	/* the folder; owned */
	char *name;	/* in the folder */
	char *label;	/* in messages: the user's spelling */
	char *beside;	/* the same, or the target of the named link */
	int fd;		/* the opened file; owned, holds the lock */
	struct stat st; /* identity and state of the opened file */
};

#define SPP_PLACE_INIT               \
	{                            \
		.dir = -1, .fd = -1, \
	}

/*
 * Opens the file that a path leads to.  SPP_NOTFOUND if there is none,
 * SPP_NOTHIVE if it is not a file.  For writing: SPP_REFUSED if the file is
 * marked read-only, has other hard links, or is a mount point; SPP_BUSY if it
 * is locked or was replaced meanwhile.  Reading takes no lock.
 */
enum spp_status spp_place_open(struct spp_place *p, const char *path,
			       const struct spp_place_options *options,
			       struct spp_error *err);
/* Opens a name in the folder dirfd (duplicated); follows no link. */
enum spp_status spp_place_open_at(struct spp_place *p, int dirfd,
				  const char *name, const char *label,
				  const struct spp_place_options *options,
				  struct spp_error *err);
void spp_place_close(struct spp_place *p);

/* Whether a place open for reading could be locked; SPP_BUSY if not. */
enum spp_status spp_place_free(const struct spp_place *p,
			       struct spp_error *err);

/*
 * Whether the file is unchanged and the name still leads to it; SPP_BUSY if it
 * was written to, replaced or removed.
 */
enum spp_status spp_place_still(const struct spp_place *p,
				struct spp_error *err);
/*
 * Only whether the name still leads to it, for a file that others may write to.
 */
enum spp_status spp_place_named(const struct spp_place *p,
				struct spp_error *err);
/*
 * The same question just after an edit in the file itself; its message says
 * that the edit went to a file that has lost its name.
 */
enum spp_status spp_place_after(const struct spp_place *p,
				struct spp_error *err);
/* Records the present state, after a write of our own. */
enum spp_status spp_place_refresh(struct spp_place *p, struct spp_error *err);

/* Whether a single file is mounted there, as containers do. */
bool spp_place_mounted(const struct spp_place *p);

/*
 * Opens the same file again with these flags; SPP_BUSY if the name leads to
 * another file.
 */
enum spp_status spp_place_reopen(const struct spp_place *p, int flags, int *fd,
				 struct spp_error *err);

/*
 * Whether a file beside the place may be used: its maker is the place's owner,
 * the caller, or root.  SPP_REFUSED if another user made it, or hard-linked it
 * there.  st: of the file's descriptor.
 */
enum spp_status spp_place_trusts(const struct spp_place *p,
				 const struct stat *st, const char *label,
				 struct spp_error *err);

#endif
