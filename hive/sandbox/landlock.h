/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits the files that a process, and the programs that it executes, may open.
 *
 *	int rules = spp_landlock_rules();		-1: not in this kernel
 *
 *	spp_landlock_allow(rules, fd, SPP_LANDLOCK_READ);
 *	spp_landlock_allow_path(rules, "/usr/lib", SPP_LANDLOCK_READ |
 *						   SPP_LANDLOCK_EXECUTE);
 *	... in the child ...
 *	spp_landlock_enforce(rules);		cannot be undone
 *
 * From then on, only allowed files can be opened, created, removed, renamed or
 * executed, under any name; on newer kernels TCP and signals to others are
 * forbidden as well.  Files already open stay open.  A rule for a folder covers
 * everything in it.  Linux has Landlock since 5.13, unless it is switched off.
 */
#ifndef HIVE_SANDBOX_LANDLOCK_H
#define HIVE_SANDBOX_LANDLOCK_H

enum {
	SPP_LANDLOCK_READ = 1 << 0,
	SPP_LANDLOCK_WRITE = 1 << 1, /* includes truncating */
	SPP_LANDLOCK_EXECUTE = 1 << 2,
};

/* The version of the kernel's interface; 0 without Landlock. */
int spp_landlock_version(void);

/* A descriptor, closed on exec; -1 without Landlock. */
int spp_landlock_rules(void);

/* 0, or -1 with errno; a path that does not exist is not an error. */
int spp_landlock_allow(int rules, int fd, unsigned int what);
int spp_landlock_allow_path(int rules, const char *path, unsigned int what);

/*
 * Confines this process, and forbids it to gain privileges.  0, or -1 with
 * errno.
 */
int spp_landlock_enforce(int rules);

#endif
