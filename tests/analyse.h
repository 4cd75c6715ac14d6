/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Included first in each file that check_analysers.sh shows to gcc and to
 * clang-tidy.  These look at one file at a time, and would else think that a
 * function that reports a failure may return SPP_OK.
 */
#include "hive/base/error.h"
#include "policy/text/near.h"

#define spp_nomem(err)		     (spp_nomem(err), SPP_NOMEM)
#define spp_fail(err, st, ...)	     (spp_fail(err, st, __VA_ARGS__), st)
#define spp_fail_errno(err, st, ...) (spp_fail_errno(err, st, __VA_ARGS__), st)
#define spp_fail_remedy(err, st, ...) \
	(spp_fail_remedy(err, st, __VA_ARGS__), st)
#define spp_fail_from(err, st, ...) (spp_fail_from(err, st, __VA_ARGS__), st)
#define spp_fail_at(err, st, ...)   (spp_fail_at(err, st, __VA_ARGS__), st)
#define spp_near_few(...)	    (spp_near_few(__VA_ARGS__), SPP_USAGE)
