/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking from this process what a parser of hostile bytes does not need: all
 * open files but a few, the right to open others, to start or signal
 * processes, to use much memory or time.  There is no way back; for children
 * that have nothing else to do.
 */
#ifndef HIVE_CONFINE_H
#define HIVE_CONFINE_H

#include <stddef.h>

#include "hive/base/error.h"

#define SPP_CONFINE_MEMORY  ((size_t)512 << 20) /* beyond what is in use */
#define SPP_CONFINE_SECONDS 60			/* of processor time */

/*
 * Keeps two descriptors and, where a sanitizer wants to speak, stderr.  On
 * processors for which there is no list of system calls here, limits and
 * closed files must do.
 */
enum spp_status spp_confine(int keep1, int keep2, struct spp_error *err);

#endif
