/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files a process, and what it executes, may still open.
 *
 *	int rules = spp_landlock_rules();		-1: not in this kernel
 *
 *	spp_landlock_allow(rules, fd, SPP_LANDLOCK_READ);
 *	spp_landlock_allow_path(rules, "/usr/lib", SPP_LANDLOCK_READ |
 *						   SPP_LANDLOCK_EXECUTE);
 *	... in the child ...
 *	spp_landlock_enforce(rules);		there is no way back
 *
 * Whatever is not allowed by then cannot be opened, made, removed, renamed or
 * executed, by whatever name; neither can TCP be spoken nor others be
 * signalled where the kernel is new enough.  What is open already stays so.
 * A rule for a folder is one for all that is in it.  Landlock is part of
 * Linux since 5.13, where it is not switched off.
 */
#ifndef HIVE_SANDBOX_LANDLOCK_H
#define HIVE_SANDBOX_LANDLOCK_H

enum {
	SPP_LANDLOCK_READ = 1 << 0,
	SPP_LANDLOCK_WRITE = 1 << 1, /* and change in size */
	SPP_LANDLOCK_EXECUTE = 1 << 2,
};

/* The version of the kernel's interface; 0 where there is none. */
int spp_landlock_version(void);

/* A descriptor that is closed on exec; -1 where the kernel has none. */
int spp_landlock_rules(void);

/* -1 and errno.  A path that does not exist is not an error. */
int spp_landlock_allow(int rules, int fd, unsigned int what);
int spp_landlock_allow_path(int rules, const char *path, unsigned int what);

/* For this process; also forbids it to gain privileges.  -1 and errno. */
int spp_landlock_enforce(int rules);

#endif
