/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "hive/sandbox/bpf.h"

/* The processors whose registers are known, so that a call can be answered. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ARGUMENT(c, i)                                                    \
	((c)->uc_mcontext.gregs[(const int[]){ REG_RDI, REG_RSI, REG_RDX, \
					       REG_R10 }[i]])
#define RESULT(c) ((c)->uc_mcontext.gregs[REG_RAX])
#elif defined(__i386__)
#define ARGUMENT(c, i)                                                    \
	((c)->uc_mcontext.gregs[(const int[]){ REG_EBX, REG_ECX, REG_EDX, \
					       REG_ESI }[i]])
#define RESULT(c) ((c)->uc_mcontext.gregs[REG_EAX])
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARGUMENT(c, i) ((c)->uc_mcontext.regs[i])
#define RESULT(c)      ((c)->uc_mcontext.regs[0])
#endif

#ifndef ARGUMENT

bool spp_filter_built(void)
{
	return false;
}

enum spp_status spp_filter(const struct spp_confine *room,
			   struct spp_error *err)
{
	(void)room;
	(void)err;
	return SPP_OK;
}

#else

/* Calls with a second number for long offsets or times. */
#ifdef SYS_mmap2
#define MMAP SYS_mmap2
#else
#define MMAP SYS_mmap
#endif
#ifdef SYS_fstat64
#define FSTAT SYS_fstat64
#else
#define FSTAT SYS_fstat
#endif
#ifdef SYS_fstatat64
#define FSTATAT SYS_fstatat64
#else
#define FSTATAT SYS_newfstatat
#endif
#ifdef SYS_fcntl64
#define FCNTL SYS_fcntl64
#else
#define FCNTL SYS_fcntl
#endif
#ifdef SYS_ftruncate64
#define FTRUNCATE SYS_ftruncate64
#else
#define FTRUNCATE SYS_ftruncate
#endif

/* Memory, time, and reading and writing what is open. */
static const int allowed[] = {
	SYS_read,
	SYS_writev,
	SYS_brk,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_futex,
	SYS_getrandom,
	SYS_clock_gettime,
	SYS_gettimeofday,
	SYS_rt_sigreturn,
	SYS_rt_sigprocmask,
	SYS_close,
	SYS_exit,
	SYS_exit_group,
	SYS_getpid,
	SYS_gettid,
	FSTAT,
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_futex_time64
	SYS_futex_time64,
#endif
#if SPP_SANITIZED
	SYS_sigaltstack,
	SYS_rt_sigaction,
	SYS_sched_yield,
#endif
};

/* Allows the call if a test of the argument has this result. */
static void allow_when(struct spp_bpf *c, int call, int arg, uint16_t test,
		       uint32_t operand, bool result)
{
	spp_bpf_on(c, call, 4);
	spp_bpf_load_argument(c, arg);
	spp_bpf_add(c, BPF_JMP | test | BPF_K, operand, !result, result);
	spp_bpf_end(c, SPP_BPF_ALLOW);
	spp_bpf_end(c, SPP_BPF_DENY);
}

/* Allows the call if the argument has this value. */
static void allow_if(struct spp_bpf *c, int call, int arg, uint32_t value)
{
	allow_when(c, call, arg, BPF_JEQ, value, true);
}

/* Allows the call if the argument is one of two. */
static void allow_if_either(struct spp_bpf *c, int call, int arg, uint32_t one,
			    uint32_t other)
{
	spp_bpf_on(c, call, 5);
	spp_bpf_load_argument(c, arg);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, one, 1, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, other, 0, 1);
	spp_bpf_end(c, SPP_BPF_ALLOW);
	spp_bpf_end(c, SPP_BPF_DENY);
}

/* Allows the call if the argument has none of these bits. */
static void allow_without(struct spp_bpf *c, int call, int arg, uint32_t bits)
{
	allow_when(c, call, arg, BPF_JSET, bits, false);
}

/* A sanitizer says on stderr what it found. */
#define STDERR_OR(fd) ((uint32_t)(SPP_SANITIZED ? STDERR_FILENO : (fd)))

/* Denies writing, except to say, and writable memory shared with a file. */
static void keep_readonly(struct spp_bpf *c, int say)
{
	allow_if_either(c, SYS_write, 0, (uint32_t)say, STDERR_OR(say));
	spp_bpf_on(c, MMAP, 6);
	spp_bpf_load_argument(c, 2);
	spp_bpf_add(c, BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 0, 2);
	spp_bpf_load_argument(c, 3);
	spp_bpf_add(c, BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 1, 0);
	spp_bpf_end(c, SPP_BPF_ALLOW);
	spp_bpf_end(c, SPP_BPF_DENY);
	allow_without(c, SYS_mprotect, 2, PROT_WRITE);
}

static void compose(struct spp_bpf *c, const struct spp_confine *room)
{
	size_t i;

	spp_bpf_begin(c);
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		spp_bpf_answer(c, allowed[i], SPP_BPF_ALLOW);
	/* abort() must end the process by its signal. */
	allow_if(c, SYS_tgkill, 0, (uint32_t)getpid());
	if (room->name && !room->write)
		keep_readonly(c, room->say);
	spp_bpf_answer(c, SYS_write, SPP_BPF_ALLOW);
	spp_bpf_answer(c, MMAP, SPP_BPF_ALLOW);
	spp_bpf_answer(c, SYS_mprotect, SPP_BPF_ALLOW);
	if (!room->name) {
		spp_bpf_end(c, SPP_BPF_DENY);
		return;
	}
#ifdef SYS_open
	spp_bpf_answer(c, SYS_open, SECCOMP_RET_TRAP);
#endif
	spp_bpf_answer(c, SYS_openat, SECCOMP_RET_TRAP);
	spp_bpf_answer(c, FSTATAT, SECCOMP_RET_TRAP);
	spp_bpf_answer(c, SYS_statx, SPP_BPF_NOT_KNOWN);
	spp_bpf_answer(c, SYS_lseek, SPP_BPF_ALLOW);
#ifdef SYS__llseek
	spp_bpf_answer(c, SYS__llseek, SPP_BPF_ALLOW);
#endif
	spp_bpf_on(c, FCNTL, 6);
	spp_bpf_load_argument(c, 1);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, F_DUPFD, 2, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, F_GETFD, 1, 0);
	spp_bpf_add(c, BPF_JMP | BPF_JEQ | BPF_K, F_SETFD, 0, 1);
	spp_bpf_end(c, SPP_BPF_ALLOW);
	spp_bpf_end(c, SPP_BPF_DENY);
	if (room->write)
		spp_bpf_answer(c, FTRUNCATE, SPP_BPF_ALLOW);
	spp_bpf_end(c, SPP_BPF_DENY);
}

static const struct spp_confine *the_room;

/*
 * Copies get numbers from here on, so that a message for stderr cannot reach
 * the file.
 */
#define FIRST_COPY 8

static int open_kept(const char *name, int flags)
{
	int fd;

	if (strcmp(name, the_room->name))
		return -EACCES;
	if ((flags & O_ACCMODE) != O_RDONLY && !the_room->write)
		return -EACCES;
	if (flags & O_TRUNC && ftruncate(the_room->keep, 0))
		return -errno;
	if (lseek(the_room->keep, 0, SEEK_SET))
		return -errno;
	fd = fcntl(the_room->keep, F_DUPFD, FIRST_COPY);
	return fd < 0 ? -errno : fd;
}

/*
 * Answers a call in the kernel's place.  It does only what the filter allows
 * anyway, so an attacker in this process gains nothing from it.
 */
static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *c = context;
	int kept_errno = errno, result = -EPERM;

	(void)sig;
	if (info->si_syscall == SYS_openat)
		result = open_kept((const char *)(uintptr_t)ARGUMENT(c, 1),
				   (int)ARGUMENT(c, 2));
#ifdef SYS_open
	else if (info->si_syscall == SYS_open)
		result = open_kept((const char *)(uintptr_t)ARGUMENT(c, 0),
				   (int)ARGUMENT(c, 1));
#endif
	else if (info->si_syscall == FSTATAT &&
		 !*(const char *)(uintptr_t)ARGUMENT(c, 1))
		result = syscall(FSTAT, (int)ARGUMENT(c, 0),
				 (void *)(uintptr_t)ARGUMENT(c, 2))
				 ? -errno
				 : 0;
	RESULT(c) = (__typeof__(RESULT(c)))result;
	errno = kept_errno;
}

bool spp_filter_built(void)
{
	return true;
}

/*
 * A forbidden call fails with EPERM and does not kill, so that a library that
 * looks for its configuration goes on without it.
 */
enum spp_status spp_filter(const struct spp_confine *room,
			   struct spp_error *err)
{
	struct sigaction action = { .sa_sigaction = on_trap,
				    .sa_flags = SA_SIGINFO };
	struct spp_bpf code;

	the_room = room;
	compose(&code, room);
	if ((room->name && sigaction(SIGSYS, &action, NULL)) ||
	    !spp_bpf_install(&code))
		return spp_fail_errno(err, SPP_IO, "cannot confine a process");
	return SPP_OK;
}

#endif
