/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a .reg file; what is read is written in every format. */
#define FORMAT "reg"
#include "tests/fuzz/format.h"
