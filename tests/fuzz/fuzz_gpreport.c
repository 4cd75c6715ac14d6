/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a report of a GPO; what is read is written in every format. */
#define FORMAT "gpreport"
#include "tests/fuzz/format.h"
