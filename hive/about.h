/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known about a target, for display: a disk image (struct spp_disk), a
 * WIM (struct spp_wim_about).  Plain data, declared even in a build without
 * disk images or WIMs.
 */
#ifndef HIVE_ABOUT_H
#define HIVE_ABOUT_H

#include "hive/target/disk_about.h"
#include "hive/wim/about.h"

#endif
