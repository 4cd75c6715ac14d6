/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a Registry.pol; what is read is written in every format. */
#define FORMAT "pol"
#include "tests/fuzz/format.h"
