/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/program.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hive/sandbox/landlock.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define FOREIGN_BIT  0x40000000u /* numbers of x32 */
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* Where programs and their libraries are, on the usual systems. */
static const char *const folders[] = {
	"/lib",		"/lib32",	  "/lib64",	    "/libx32",
	"/bin",		"/sbin",	  "/usr/bin",	    "/usr/sbin",
	"/usr/lib",	"/usr/lib32",	  "/usr/lib64",	    "/usr/libx32",
	"/usr/libexec", "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64",
	"/nix/store",	"/gnu/store",
};

/* What qemu and the loader look at in a start. */
static const char *const files[] = {
	"/etc/ld.so.cache", "/dev/urandom",  "/dev/random",
	"/proc/self/maps",  "/proc/cpuinfo", "/proc/stat",
};

int spp_program_rules(void)
{
	int rules = spp_landlock_rules();
	size_t i;

	if (rules < 0)
		return -1;
	/* What cannot be allowed is missing then, and the program says so. */
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		spp_landlock_allow_path(rules, folders[i],
					SPP_LANDLOCK_READ |
						SPP_LANDLOCK_EXECUTE);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		spp_landlock_allow_path(rules, files[i], SPP_LANDLOCK_READ);
	spp_landlock_allow_path(rules, "/dev/null",
				SPP_LANDLOCK_READ | SPP_LANDLOCK_WRITE);
	return rules;
}

#ifdef ARCHITECTURE

/*
 * What a program that works on given files has no use for: speaking to
 * others, looking into other processes, changing anything about files but
 * their content, and io_uring, which does all of this past a filter.
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
#ifdef SYS_unlink /* and its like, which newer processors lack */
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
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
};

#define FORBIDDEN (sizeof(forbidden) / sizeof(forbidden[0]))

/* Forbidden calls fail, so that whoever can do without goes on. */
static bool filter(void)
{
	struct sock_filter code[FORBIDDEN + 7];
	struct sock_fprog program = { 0, code };
	size_t i, n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 ARCHITECTURE, 1, 0);
	code[n++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL);
	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (i = 0; i < FORBIDDEN; i++)
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)forbidden[i],
			(uint8_t)(FORBIDDEN - i + 1), 0);
#ifdef FOREIGN_BIT
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
						 FOREIGN_BIT, 1, 0);
#else
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 0, 0, 0);
#endif
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ALLOW);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)n;
	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ||
	       errno == EINVAL; /* a kernel without filters */
}

/* Asks with a filter that cannot be read, which only a kernel that has them
 * finds fault with. */
static bool has_filters(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) &&
	       errno == EFAULT;
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
