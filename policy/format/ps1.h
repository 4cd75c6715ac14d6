/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in a PowerShell script; ps1.c says why it is written as it is. */
#ifndef POLICY_PS1_H
#define POLICY_PS1_H

#include "hive/base/buf.h"

/* Appends any text as an expression of printable ASCII. */
enum spp_status spp_ps1_quote(struct spp_buf *out, const char *text,
			      struct spp_error *err);

#endif
