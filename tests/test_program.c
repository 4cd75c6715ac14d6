/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/sandbox/landlock.h"
#include "tests/unit.h"

static bool read_head(const char *path, Elf32_Ehdr *head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool whole = fd >= 0 && read(fd, head, sizeof(*head)) == sizeof(*head);

	if (fd >= 0)
		close(fd);
	return whole;
}

static int opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : errno;
}

/*
 * Whether the programs of this system are for the processor that this one is
 * for: the filter kills any other.
 */
static bool is_native(const char *path)
{
	Elf32_Ehdr its, ours;

	return read_head(path, &its) && read_head("/proc/self/exe", &ours) &&
	       its.e_ident[EI_CLASS] == ours.e_ident[EI_CLASS] &&
	       its.e_machine == ours.e_machine;
}

/* The number of the first promise that is not kept; 0: all are. */
static int promises(const char *ours, const char *other, int rules, bool native)
{
	/* Some processors and emulators have no filters of system calls. */
	bool filters = strstr(spp_program_shut_by(), "seccomp");

	if (!spp_program_shut_in(rules))
		return 1;
	if (filters && (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM))
		return 2;
	if (filters && (!chmod(other, 0644) || !unlink(other)))
		return 3;
	if (opens(ours, O_RDONLY))
		return 4;
	if (rules < 0)
		return 0;
	if (opens(ours, O_RDWR) != EACCES)
		return 5;
	if (opens(other, O_RDONLY) != EACCES)
		return 6;
	if (opens("/etc/passwd", O_RDONLY) != EACCES)
		return 7;
	if (opens("new", O_WRONLY | O_CREAT) != EACCES)
		return 8;
	if (!native)
		return 0;
	if (execl("/usr/bin/env", "env", "true", NULL) < 0)
		return 9;
	return 10;
}

static void test_shut_in(void)
{
	char ours[UNIT_PATH], other[UNIT_PATH];
	int rules = spp_program_rules("env", NULL), fd, how = -1;
	bool native = is_native("/usr/bin/env");
	pid_t pid;

	unit_folder();
	unit_path(ours, "ours");
	unit_path(other, "other");
	CU_ASSERT(!opens(ours, O_RDWR | O_CREAT));
	CU_ASSERT(!opens(other, O_RDWR | O_CREAT));
	fd = open(ours, O_RDONLY | O_CLOEXEC);
	if (rules >= 0)
		CU_ASSERT(!spp_landlock_allow(rules, fd, SPP_LANDLOCK_READ));
	pid = fork();
	if (!pid)
		_exit(promises(ours, other, rules, native));
	CU_ASSERT(waitpid(pid, &how, 0) == pid);
	CU_ASSERT(WIFEXITED(how));
	CU_ASSERT_EQUAL(WEXITSTATUS(how), 0);
	close(fd);
	close(rules);
}

static const struct unit_test tests[] = {
	{ "a program opens what it was allowed and no more", test_shut_in },
	{ 0 },
};

const struct unit_suite unit_program = { "program", tests };
