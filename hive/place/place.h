/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds the bytes: a file under a name in a folder, opened once.
 *
 *	struct spp_place p = SPP_PLACE_INIT;
 *
 *	spp_place_open(&p, path, &how, err);
 *	... read from p.fd, prepare the edit ...
 *	spp_place_still(&p, err);	just before it becomes visible
 *	... the edit ...
 *	spp_place_close(&p);
 *
 * Every edit asks one question before it becomes visible: is this still what
 * was opened, and does the name still lead to it?  Whoever ignores locks may
 * write to the file, or put another one under its name, at any moment.
 *
 * All that is done to the file goes through p.fd, which never changes; all
 * that is made beside it goes through p.dir.  Names of things beside it are
 * formed from p.beside, so that they are right where the user named a link.
 */
#ifndef HIVE_PLACE_H
#define HIVE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "hive/base/error.h"

/* What a place may be; a regular file always. */
enum {
	SPP_PLACE_BLOCK = 1,  /* a block device */
	SPP_PLACE_SOCKET = 2, /* a socket, which is not opened: fd is -1 */
};

struct spp_place_options {
	bool write; /* open for writing, hold the lock */
	bool links; /* other hard links may be parted from it, or changed */
	unsigned int kinds; /* SPP_PLACE_..., or 0 */
	/* A hard link under this suffix is our own backup; NULL: ".bak". */
	const char *backup;
};

struct spp_place {
	int dir;	/* the folder; owned */
	char *name;	/* in the folder */
	char *label;	/* in messages: as the user named it */
	char *beside;	/* the same, or where the link leads that was named */
	int fd;		/* the file as it was opened; owned, holds the lock */
	struct stat st; /* what was opened; its identity and state */
};

#define SPP_PLACE_INIT               \
	{                            \
		.dir = -1, .fd = -1, \
	}

/*
 * Opens the file that a path leads to.  SPP_NOTFOUND if there is none,
 * SPP_NOTHIVE for what is not a file.  For writing: SPP_REFUSED for a file
 * that is marked read-only, has other hard links, or is a mount point of its
 * own; SPP_BUSY if it is locked or was replaced meanwhile.  For reading
 * nothing is locked.
 */
enum spp_status spp_place_open(struct spp_place *p, const char *path,
			       const struct spp_place_options *options,
			       struct spp_error *err);
/* The same for a name in the folder dirfd (duplicated); no link is followed. */
enum spp_status spp_place_open_at(struct spp_place *p, int dirfd,
				  const char *name, const char *label,
				  const struct spp_place_options *options,
				  struct spp_error *err);
void spp_place_close(struct spp_place *p);

/* Whether one that is open for reading could be locked; SPP_BUSY if not. */
enum spp_status spp_place_free(const struct spp_place *p,
			       struct spp_error *err);

/*
 * Whether it is still what was opened, and the name still leads to it:
 * SPP_BUSY if it was written to, replaced or removed.
 */
enum spp_status spp_place_still(const struct spp_place *p,
				struct spp_error *err);
/* Only whether the name still leads to it, for what others may write to. */
enum spp_status spp_place_named(const struct spp_place *p,
				struct spp_error *err);
/*
 * The same just after an edit became visible in the file itself: then the edit
 * is in a file that nobody finds any more.
 */
enum spp_status spp_place_after(const struct spp_place *p,
				struct spp_error *err);
/* Takes its state as it is now, after a write of our own. */
enum spp_status spp_place_refresh(struct spp_place *p, struct spp_error *err);

/* Whether it is a single file that is mounted, as containers do it. */
bool spp_place_mounted(const struct spp_place *p);

/*
 * The same file opened once more, with these flags: never another one that
 * got its name meanwhile (SPP_BUSY).
 */
enum spp_status spp_place_reopen(const struct spp_place *p, int flags, int *fd,
				 struct spp_error *err);

/*
 * Whether a file beside it was made by somebody who may have his word in it:
 * its owner, the caller, or root.  SPP_REFUSED for one that another user
 * made, or linked there.  st: of the file's descriptor.
 */
enum spp_status spp_place_trusts(const struct spp_place *p,
				 const struct stat *st, const char *label,
				 struct spp_error *err);

#endif
