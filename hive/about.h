/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was found out about a target, for whoever wants to tell: a disk image
 * (struct spp_disk), a WIM (struct spp_wim_about).  Plain data, also in a
 * build without them.
 */
#ifndef HIVE_ABOUT_H
#define HIVE_ABOUT_H

#include "hive/target/disk_about.h"
#include "hive/wim/about.h"

#endif
