/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a vhd image in pieces; its header is read and judged. */
#define KIND SPP_TARGET_VHD
#include "tests/fuzz/container.h"
