/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shutting in a program of others that works on files which it is given.
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
 * By Landlock the program can open its own code, libraries and the files that
 * were allowed, and nothing else.  By a seccomp filter it can make no socket,
 * and change, name or own nothing but the content of files.  Where a kernel
 * has but one of them, that one is in force.
 */
#ifndef HIVE_SANDBOX_PROGRAM_H
#define HIVE_SANDBOX_PROGRAM_H

#include <stdbool.h>

/*
 * With the folders of programs and libraries; -1 without Landlock.  path: where
 * programs are looked for, as in $PATH, or NULL: where name is found there, its
 * own folder and those of its libraries beside it count, too.
 */
int spp_program_rules(const char *name, const char *path);

/* In the child, before it executes the program; false and errno. */
bool spp_program_shut_in(int rules);

/* What would be in force: "Landlock 7 and seccomp", "seccomp", "nothing". */
const char *spp_program_shut_by(void);

#endif
