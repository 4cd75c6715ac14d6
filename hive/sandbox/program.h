/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Confines an external program that works on files it is given.
 *
 *	int rules = spp_program_rules("qemu-nbd", path);
 *
 *	spp_landlock_allow(rules, fd, ...);	each file, where rules >= 0
 *	if (!fork()) {
 *		spp_program_shut_in(rules);
 *		execvp(...);
 *	}
 *	close(rules);
 *
 * Landlock limits the program to its own code, its libraries and the allowed
 * files.  A seccomp filter forbids it sockets, and any change of files except
 * their content.  If the kernel has only one of the two, that one is used.
 */
#ifndef HIVE_SANDBOX_PROGRAM_H
#define HIVE_SANDBOX_PROGRAM_H

#include <stdbool.h>

/*
 * Rules for the folders of programs and libraries; -1 without Landlock.  path:
 * the search path, as in $PATH, or NULL; if name is found in it, its own folder
 * and that of its libraries are allowed as well.
 */
int spp_program_rules(const char *name, const char *path);

/* For the child, before it executes the program; false with errno. */
bool spp_program_shut_in(int rules);

/* What this kernel offers: "Landlock 7 and seccomp", "seccomp", "nothing". */
const char *spp_program_shut_by(void);

#endif
