/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build numbers at which Windows changed. */
#ifndef POLICY_BUILD_H
#define POLICY_BUILD_H

enum {
	SPP_BUILD_VISTA = 6000,
	SPP_BUILD_7 = 7600,
	SPP_BUILD_8 = 9200,
	SPP_BUILD_10 = 10240,
	SPP_BUILD_2016 = 14393, /* and Windows 10 1607 */
	SPP_BUILD_11 = 22000,
};

#endif
