/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are LGPO text; what is read is written in every format. */
#define FORMAT "lgpo"
#include "tests/fuzz/format.h"
