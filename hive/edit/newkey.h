/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Creates keys.  libhivex does it, in a child process on a scratch copy.  What
 * it leaves undone is completed here (times, name maxima, lists of hives before
 * version 1.5), and its work is checked: the parent has its old subkeys and the
 * new one, in order, and nothing else may differ.
 */
#ifndef HIVE_NEWKEY_H
#define HIVE_NEWKEY_H

#include "hive/edit/edit.h"

/*
 * Creates the missing keys of path.  Names must be ASCII (SPP_INVALID), since
 * libhivex gives other names a hash and order that differ from Windows'. dirfd:
 * a folder for the scratch copy, or -1.
 */
enum spp_status spp_newkey_create(struct spp_edit *edit, const char *path,
				  int dirfd, struct spp_error *err);

#endif
