/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies extended attributes from one open file to another: the listed ones,
 * and those that NTFS drivers keep of a Windows file without listing them.
 */
#ifndef HIVE_ATTRIBUTES_H
#define HIVE_ATTRIBUTES_H

#include "hive/base/error.h"

/* label: the file that they are from, for messages. */
enum spp_status spp_attributes_copy(int from, int to, const char *label,
				    struct spp_error *err);

#endif
