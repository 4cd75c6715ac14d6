/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Extended attributes of one open file for another: what the file lists, and
 * what NTFS drivers keep of a Windows file without listing it.
 */
#ifndef HIVE_ATTRIBUTES_H
#define HIVE_ATTRIBUTES_H

#include "hive/base/error.h"

/* label: whose they are, for messages. */
enum spp_status spp_attributes_copy(int from, int to, const char *label,
				    struct spp_error *err);

#endif
