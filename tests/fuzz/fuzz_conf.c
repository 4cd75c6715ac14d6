/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are settings in lines; what is read is written in every format. */
#define FORMAT "conf"
#include "tests/fuzz/format.h"
