/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of backups: SOFTWARE.bak, then SOFTWARE.bak.2, SOFTWARE.bak.3.
 * None is ever overwritten; the highest number is the newest.
 */
#ifndef HIVE_BACKUP_H
#define HIVE_BACKUP_H

#include <sys/stat.h>

#include "hive/base/buf.h"

/* Of backups for which nobody names another. */
#define SPP_BACKUP_SUFFIX ".bak"

/* *full: the whole suffix of the next backup of name, such as ".bak.2". */
enum spp_status spp_backup_next(int dir, const char *name, const char *suffix,
				struct spp_buf *full, struct spp_error *err);
/*
 * *full: the whole suffix of the newest.  An empty file does not count: a
 * backup that was interrupted.  SPP_NOTFOUND without a word if there is none.
 */
enum spp_status spp_backup_newest(int dir, const char *name, const char *suffix,
				  struct spp_buf *full, struct spp_error *err);
/*
 * How many backups are hard links to this very file, as an interrupted edit
 * leaves one.
 */
enum spp_status spp_backup_links(int dir, const char *name, const char *suffix,
				 const struct stat *st, unsigned int *links,
				 struct spp_error *err);

#endif
