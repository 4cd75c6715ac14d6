/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a qcow2 image in pieces; its header is read and judged. */
#define KIND SPP_TARGET_QCOW2
#include "tests/fuzz/container.h"
