/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that uses a file, for the message that the file is in use. */
#ifndef HIVE_BASE_HOLDER_H
#define HIVE_BASE_HOLDER_H

#define SPP_HOLDER_TEXT 64

/*
 * "qemu-system-x86 (process 1234)": another process that holds a lock on the
 * file or has it open for writing.  "another process" if none is found: /proc
 * does not show those of other users and other machines.  Returns text.
 */
const char *spp_holder(int fd, char text[SPP_HOLDER_TEXT]);

#endif
