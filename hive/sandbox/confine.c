/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* What is in use already counts against the limit, so it is added. */
static size_t memory_in_use(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static enum spp_status limit(struct spp_error *err)
{
	struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_CPU, SPP_CONFINE_SECONDS },
		{ RLIMIT_AS, memory_in_use() + SPP_CONFINE_MEMORY },
	};
	struct rlimit r;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		/* A sanitizer's bookkeeping takes terabytes of addresses. */
		if (SANITIZED && limits[i].what == RLIMIT_AS)
			continue;
		if (getrlimit(limits[i].what, &r))
			continue;
		/* Past the one there is a signal, past the other the end. */
		if (r.rlim_cur > limits[i].most)
			r.rlim_cur = limits[i].most;
		if (r.rlim_max > limits[i].most + 1)
			r.rlim_max = limits[i].most + 1;
		if (setrlimit(limits[i].what, &r))
			return spp_fail_errno(err, SPP_IO,
					      "cannot limit a process");
	}
	return SPP_OK;
}

/* Leaves the two at 3 and 4, so that all above can go at once. */
static enum spp_status close_others(int keep1, int keep2, struct spp_error *err)
{
	int low = keep1 < keep2 ? keep1 : keep2;
	int high = keep1 < keep2 ? keep2 : keep1;
	int first = SANITIZED ? STDERR_FILENO + 1 : 0;

	if ((low > first &&
	     close_range((unsigned int)first, (unsigned int)low - 1, 0)) ||
	    (high > low + 1 &&
	     close_range((unsigned int)low + 1, (unsigned int)high - 1, 0)) ||
	    close_range((unsigned int)high + 1, ~0u, 0))
		return spp_fail_errno(err, SPP_IO,
				      "cannot close the files of a process");
	return SPP_OK;
}

#ifdef ARCHITECTURE

/* Memory, time, and talking through what is open. */
static const int allowed[] = {
	SYS_read,	    SYS_write,	       SYS_recvfrom,  SYS_sendto,
	SYS_recvmsg,	    SYS_sendmsg,       SYS_brk,	      SYS_mmap,
	SYS_munmap,	    SYS_mremap,	       SYS_madvise,   SYS_mprotect,
	SYS_futex,	    SYS_clock_gettime, SYS_getrandom, SYS_gettimeofday,
	SYS_rt_sigprocmask, SYS_rt_sigreturn,  SYS_close,     SYS_exit,
	SYS_exit_group,
};

#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))

/*
 * What is not allowed fails with EPERM and does not kill: a library that
 * looks for a file to set itself up goes on without it.
 */
static enum spp_status filter(struct spp_error *err)
{
	struct sock_filter code[ALLOWED + 6];
	struct sock_fprog program = { 0, code };
	size_t i, n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 ARCHITECTURE, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_KILL_PROCESS);
	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (i = 0; i < ALLOWED; i++)
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[i],
			(uint8_t)(ALLOWED - i), 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ERRNO | EPERM);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	/* A kernel without filters leaves the limits. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) &&
	    errno != EINVAL)
		return spp_fail_errno(err, SPP_IO, "cannot confine a process");
	return SPP_OK;
}

#else

static enum spp_status filter(struct spp_error *err)
{
	(void)err;
	return SPP_OK;
}

#endif

enum spp_status spp_confine(int keep1, int keep2, struct spp_error *err)
{
	enum spp_status st = limit(err);

	if (!st)
		st = close_others(keep1, keep2, err);
	if (!st && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		st = spp_fail_errno(err, SPP_IO, "cannot confine a process");
	/* A sanitizer reads /proc to say what it has found. */
	if (!st && !SANITIZED)
		st = filter(err);
	return st;
}
