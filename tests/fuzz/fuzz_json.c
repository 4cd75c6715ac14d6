/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a policy document; what is read is written and read again. */
#define FORMAT "json"
#include "tests/fuzz/format.h"
