/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's interface, declared here because a system's headers may be older
 * than its kernel.  The numbers are the same on all processors but Alpha.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif

#define ASK_VERSION  1u /* flag of landlock_create_ruleset() */
#define PATH_BENEATH 1	/* a type of rule */

enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	TRUNCATE = 1 << 14,  /* since version 3 */
	IOCTL_DEV = 1 << 15, /* since version 5 */
};

struct ruleset {
	uint64_t files, net, scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* What each version can forbid, and the size of its struct. */
static const struct {
	int version;
	size_t size;
	struct ruleset handled;
} versions[] = {
	{ 6, 24, { 0xffff, 3, 3 } }, /* abstract sockets, signals */
	{ 5, 16, { 0xffff, 3, 0 } }, /* ioctl of devices */
	{ 4, 16, { 0x7fff, 3, 0 } }, /* TCP */
	{ 3, 8, { 0x7fff, 0, 0 } },  /* truncate */
	{ 2, 8, { 0x3fff, 0, 0 } },  /* link and rename between folders */
	{ 1, 8, { 0x1fff, 0, 0 } },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int spp_landlock_version(void)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);

	return version > 0 ? (int)version : 0;
}

/* The index of the row in force, or COUNT(versions). */
static size_t handled_now(void)
{
	int version = spp_landlock_version();
	size_t i = 0;

	while (i < COUNT(versions) && versions[i].version > version)
		i++;
	return i;
}

int spp_landlock_rules(void)
{
	size_t i = handled_now();

	if (i == COUNT(versions)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_landlock_create_ruleset, &versions[i].handled,
			    versions[i].size, 0);
}

int spp_landlock_allow(int rules, int fd, unsigned int what)
{
	struct beneath rule = { 0, fd };
	struct stat st;
	size_t i;

	if (fstat(fd, &st))
		return -1;
	if (what & SPP_LANDLOCK_READ)
		rule.allowed |= READ_FILE;
	if (what & SPP_LANDLOCK_READ && S_ISDIR(st.st_mode))
		rule.allowed |= READ_DIR;
	if (what & SPP_LANDLOCK_WRITE)
		rule.allowed |= WRITE_FILE | TRUNCATE;
	if (what & SPP_LANDLOCK_EXECUTE)
		rule.allowed |= EXECUTE;
	if (S_ISBLK(st.st_mode))
		rule.allowed |= IOCTL_DEV;
	i = handled_now();
	if (i < COUNT(versions))
		rule.allowed &= versions[i].handled.files;
	return (int)syscall(SYS_landlock_add_rule, rules, PATH_BENEATH, &rule,
			    0);
}

int spp_landlock_allow_path(int rules, const char *path, unsigned int what)
{
	int fd = open(path, O_PATH | O_CLOEXEC), failed, why;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	failed = spp_landlock_allow(rules, fd, what);
	why = errno;
	close(fd);
	errno = why;
	return failed;
}

int spp_landlock_enforce(int rules)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}
