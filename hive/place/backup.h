/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of backups: SOFTWARE.bak, then SOFTWARE.bak.2, SOFTWARE.bak.3. No
 * backup is ever overwritten; the highest number is the newest.
 */
#ifndef HIVE_BACKUP_H
#define HIVE_BACKUP_H

#include <sys/stat.h>

#include "hive/base/buf.h"

/* The suffix of backups if the user names none. */
#define SPP_BACKUP_SUFFIX ".bak"

/* *full: the whole suffix of the next backup of name, such as ".bak.2". */
enum spp_status spp_backup_next(int dir, const char *name, const char *suffix,
				struct spp_buf *full, struct spp_error *err);
/*
 * *full: the whole suffix of the newest backup.  An empty file does not count,
 * since an interrupted backup leaves one.  SPP_NOTFOUND, with err untouched, if
 * there is none.
 */
enum spp_status spp_backup_newest(int dir, const char *name, const char *suffix,
				  struct spp_buf *full, struct spp_error *err);
/*
 * The number of backups that are hard links to this very file; an interrupted
 * edit leaves one.
 */
enum spp_status spp_backup_links(int dir, const char *name, const char *suffix,
				 const struct stat *st, unsigned int *links,
				 struct spp_error *err);

#endif
