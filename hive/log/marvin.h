/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Marvin32, the hash that Windows 8.1 and later put into log entries of
 * registry hives.  Source: regf specification, "Log entries", note 3 (seed);
 * the function itself is published in Microsoft's .NET runtime.
 */
#ifndef HIVE_MARVIN_H
#define HIVE_MARVIN_H

#include <stddef.h>
#include <stdint.h>

/* The hash of n bytes with the seed that log entries use. */
uint64_t spp_marvin(const uint8_t *data, size_t n);

#endif
