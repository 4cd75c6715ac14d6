/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a vdi image in pieces; its header is read and judged. */
#define KIND SPP_TARGET_VDI
#include "tests/fuzz/container.h"
