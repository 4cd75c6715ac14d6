/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The system calls that a confined process may make; the kernel refuses all
 * others.  Only for hive/sandbox/confine.c.
 */
#ifndef HIVE_SANDBOX_FILTER_H
#define HIVE_SANDBOX_FILTER_H

#include "hive/sandbox/confine.h"

#if defined(__SANITIZE_ADDRESS__)
#define SPP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SPP_SANITIZED 1
#endif
#endif
#ifndef SPP_SANITIZED
#define SPP_SANITIZED 0
#endif

/* Whether there is a filter for this processor. */
bool spp_filter_built(void);

/*
 * Puts the filter in force.  The room must outlive the process: each open()
 * compares with its name.
 */
enum spp_status spp_filter(const struct spp_confine *room,
			   struct spp_error *err);

#endif
