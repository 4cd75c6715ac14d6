/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/program.h"

#include <errno.h>
#include <limits.h>
#include <linux/net.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hive/sandbox/bpf.h"
#include "hive/sandbox/landlock.h"

/* Folders of programs and their libraries on common systems. */
static const char *const folders[] = {
	"/lib",		"/lib32",	  "/lib64",	    "/libx32",
	"/bin",		"/sbin",	  "/usr/bin",	    "/usr/sbin",
	"/usr/lib",	"/usr/lib32",	  "/usr/lib64",	    "/usr/libx32",
	"/usr/libexec", "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64",
	"/nix/store",	"/gnu/store",
};

/* Files that qemu and the loader read at startup. */
static const char *const files[] = {
	"/etc/ld.so.cache", "/dev/urandom",  "/dev/random",
	"/proc/self/maps",  "/proc/cpuinfo", "/proc/stat",
};

/* Finds the real path of the first program of that name; false if none. */
static bool find(const char *name, const char *path, char real[PATH_MAX])
{
	char tried[PATH_MAX];
	size_t n;

	for (; path && *path; path += n + (path[n] == ':')) {
		n = strcspn(path, ":");
		/*
		 * Skips relative entries, which depend on the current folder.
		 */
		if (*path != '/' || n > INT_MAX ||
		    snprintf(tried, sizeof(tried), "%.*s/%s", (int)n, path,
			     name) >= (int)sizeof(tried))
			continue;
		if (!access(tried, X_OK) && realpath(tried, real))
			return true;
	}
	return false;
}

/*
 * Allows the program's own folder and its libraries': PREFIX/bin and
 * PREFIX/lib.
 */
static void allow_home(int rules, const char *name, const char *path)
{
	static const char *const beside[] = { "lib", "lib64", "libexec" };
	char real[PATH_MAX], other[PATH_MAX];
	char *slash;
	size_t i;

	if (!find(name, path, real))
		return;
	slash = strrchr(real, '/');
	*slash = '\0';
	spp_landlock_allow_path(rules, real,
				SPP_LANDLOCK_READ | SPP_LANDLOCK_EXECUTE);
	slash = strrchr(real, '/');
	if (!slash)
		return;
	*slash = '\0';
	for (i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (snprintf(other, sizeof(other), "%s/%s", real, beside[i]) <
		    (int)sizeof(other))
			spp_landlock_allow_path(rules, other,
						SPP_LANDLOCK_READ |
							SPP_LANDLOCK_EXECUTE);
}

int spp_program_rules(const char *name, const char *path)
{
	int rules = spp_landlock_rules();
	size_t i;

	if (rules < 0)
		return -1;
	/*
	 * If a folder cannot be allowed, the program will report what it
	 * misses.
	 */
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		spp_landlock_allow_path(rules, folders[i],
					SPP_LANDLOCK_READ |
						SPP_LANDLOCK_EXECUTE);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		spp_landlock_allow_path(rules, files[i], SPP_LANDLOCK_READ);
	spp_landlock_allow_path(rules, "/dev/null",
				SPP_LANDLOCK_READ | SPP_LANDLOCK_WRITE);
	allow_home(rules, name, path);
	return rules;
}

#ifdef SPP_BPF_ARCHITECTURE

/*
 * Calls that a program which works on given files does not need: talking to
 * others, examining other processes, changing anything about files but their
 * content, and io_uring, which can do all of this past a filter.
 */
static const int forbidden[] = {
	SYS_socket,
	SYS_bind,
	SYS_connect,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kill,
	SYS_unlinkat,
	SYS_mkdirat,
	SYS_linkat,
	SYS_symlinkat,
	SYS_mknodat,
	SYS_fchmod,
	SYS_fchmodat,
	SYS_fchown,
	SYS_fchownat,
	SYS_setxattr,
	SYS_lsetxattr,
	SYS_fsetxattr,
	SYS_removexattr,
	SYS_lremovexattr,
	SYS_fremovexattr,
	SYS_mount,
	SYS_umount2,
	SYS_unshare,
	SYS_setns,
	SYS_open_by_handle_at,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_renameat2
	SYS_renameat2,
#endif
#ifdef SYS_unlink /* newer processors lack this and similar calls */
	SYS_unlink,
	SYS_rename,
	SYS_mkdir,
	SYS_rmdir,
	SYS_link,
	SYS_symlink,
	SYS_mknod,
	SYS_chmod,
	SYS_chown,
	SYS_lchown,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
};

#ifdef SYS_socketcall
/*
 * glibc of i386 has one call for all that is done with sockets; the first
 * argument tells what.  A server must take connections.
 */
static void forbid_sockets(struct spp_bpf *c)
{
	spp_bpf_on(c, SYS_socketcall, 6);
	spp_bpf_load_argument(c, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, SYS_SOCKET, 2, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, SYS_BIND, 1, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, SYS_CONNECT, 0, 1);
	spp_bpf_end(c, SPP_BPF_DENY);
	spp_bpf_end(c, SPP_BPF_ALLOW);
}
#endif

/* Calls of x32 have other numbers and would pass a list of numbers. */
#define X32_BIT 0x40000000u

static bool filter(void)
{
	struct spp_bpf code;
	size_t i;

	spp_bpf_begin(&code);
	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		spp_bpf_answer(&code, forbidden[i], SPP_BPF_DENY);
#ifdef SYS_socketcall
	forbid_sockets(&code);
#endif
	if (SPP_BPF_ARCHITECTURE == AUDIT_ARCH_X86_64) {
		spp_bpf_add(&code, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
		spp_bpf_end(&code, SPP_BPF_DENY);
	}
	spp_bpf_end(&code, SPP_BPF_ALLOW);
	return spp_bpf_install(&code) ||
	       errno == EINVAL; /* the kernel has no filters */
}

static bool has_filters(void)
{
	return spp_bpf_supported();
}

#else

static bool filter(void)
{
	return true;
}

static bool has_filters(void)
{
	return false;
}

#endif

bool spp_program_shut_in(int rules)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	return (rules < 0 || !spp_landlock_enforce(rules)) && filter();
}

const char *spp_program_shut_by(void)
{
	static char text[48];
	int version = spp_landlock_version();
	bool filters = has_filters();

	if (version)
		snprintf(text, sizeof(text), "Landlock %d%s", version,
			 filters ? " and seccomp" : "");
	else
		snprintf(text, sizeof(text), "%s",
			 filters ? "seccomp" : "nothing");
	return text;
}
