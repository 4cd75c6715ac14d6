/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a Registry.xml of preferences; what is read is written in
 * every format.
 */
#define FORMAT "gpp"
#include "tests/fuzz/format.h"
