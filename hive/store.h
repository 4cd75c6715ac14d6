/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One hive of a target: its bytes, its logs, and the way to write it back.  A
 * session (hive/session.h) reads and writes through a store; the kinds of
 * targets (hive/target/) make stores.
 */
#ifndef HIVE_STORE_H
#define HIVE_STORE_H

#include "hive/log/log.h"
#include "hive/regf/tmpfile.h"

enum spp_role {
	SPP_ROLE_ANY,	   /* a hive file; its content tells the role */
	SPP_ROLE_SOFTWARE, /* Windows/System32/config/SOFTWARE */
	SPP_ROLE_SYSTEM,   /* Windows/System32/config/SYSTEM */
	SPP_ROLE_NETSVC,   /* ServiceProfiles/NetworkService/NTUSER.DAT */
};
#define SPP_ROLE_COUNT (SPP_ROLE_NETSVC + 1)

/* "hive", "SOFTWARE", "SYSTEM", "NetworkService" */
const char *spp_role_name(enum spp_role role);
/* The role of this name, in any case; SPP_ROLE_ANY if unknown. */
enum spp_role spp_role_find(const char *name);

struct spp_store;

struct spp_store_ops {
	/* Writes the pages to where they can be published from. */
	enum spp_status (*prepare)(struct spp_store *store,
				   struct spp_pages *pages,
				   struct spp_error *err);
	/* Reads the prepared bytes back; *fd: a file of them, borrowed. */
	enum spp_status (*reread)(struct spp_store *store,
				  struct spp_source *source, int *fd,
				  struct spp_error *err);
	/* Starts writing what was prepared to the disk; NULL if not needed. */
	void (*begin)(struct spp_store *store);
	/* Completes what was prepared and proven: on disk, ready to publish. */
	enum spp_status (*seal)(struct spp_store *store, struct spp_error *err);
	/*
	 * prepare() encodes all bytes again, so the proof covers all of them
	 * and not only the changed pages.
	 */
	bool encoded;
};

/* One hive of a target. */
struct spp_store {
	const struct spp_store_ops *ops;
	enum spp_role role;
	char *label;		  /* for messages: the path of the hive */
	struct spp_source source; /* its bytes */
	struct spp_logs logs;
	enum spp_remedy if_dirty; /* remedy for a dirty hive, or NONE */
	bool write;
	bool prepared;
	int tmpfile_dir; /* a folder for work files, or -1 */
	/* Inside an image only: what was prepared (hive/target/store_copy.h). */
	struct spp_tmpfile copy;
	/* If the hive and logs are files of their own; NULL inside an image. */
	const int *fd;
	const int *log_fd;     /* of each log; -1 if there is none */
	char *const *log_name; /* their names in the folder of the hive */
	bool touches;	       /* reading it may change its access time */
	bool txr;	       /* TxR transaction logs exist beside it */
};

#endif
