/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Creating keys.  libhivex does it, in a child process on a scratch copy;
 * what it leaves undone is done here (times, name maxima, lists of hives
 * before version 1.5), and what it did is checked: the parent has its old
 * subkeys and the new one, in order, and nothing else may differ.
 */
#ifndef HIVE_NEWKEY_H
#define HIVE_NEWKEY_H

#include "hive/edit/edit.h"

/*
 * Creates what of path is not there.  Names must be ASCII (SPP_INVALID): the
 * hash and order that libhivex gives to others are not those of Windows.
 * dirfd: a folder for the scratch copy, or -1.
 */
enum spp_status spp_newkey_create(struct spp_edit *edit, const char *path,
				  int dirfd, struct spp_error *err);

#endif
