/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter of system calls, assembled instruction by instruction.
 *
 *	struct spp_bpf code;
 *
 *	spp_bpf_begin(&code);		calls of another processor kill
 *	spp_bpf_answer(&code, SYS_read, SPP_BPF_ALLOW);
 *	...
 *	spp_bpf_end(&code, SPP_BPF_DENY);	for all other calls
 *	spp_bpf_install(&code);
 */
#ifndef HIVE_SANDBOX_BPF_H
#define HIVE_SANDBOX_BPF_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The processors with filters; undefined on others. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define SPP_BPF_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define SPP_BPF_ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define SPP_BPF_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define SPP_BPF_ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define SPP_BPF_ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

struct spp_bpf {
	struct sock_filter op[160];
	unsigned short n;
};

/*
 * Answers.  DENY fails with EPERM, so that a program that can do without the
 * call goes on.
 */
#define SPP_BPF_ALLOW	  SECCOMP_RET_ALLOW
#define SPP_BPF_DENY	  (SECCOMP_RET_ERRNO | EPERM)
#define SPP_BPF_NOT_KNOWN (SECCOMP_RET_ERRNO | ENOSYS)

/* Kills calls made for another processor, and loads the call's number. */
void spp_bpf_begin(struct spp_bpf *code);

void spp_bpf_add(struct spp_bpf *code, int op, uint32_t k, uint8_t yes,
		 uint8_t no);
/* Loads the lower half of an argument, for the next instructions. */
void spp_bpf_load_argument(struct spp_bpf *code, int i);
/* The next n instructions apply only to this call. */
void spp_bpf_on(struct spp_bpf *code, int call, uint8_t n);
void spp_bpf_end(struct spp_bpf *code, uint32_t how);
void spp_bpf_answer(struct spp_bpf *code, int call, uint32_t how);

/* Puts the filter in force; false with errno on failure. */
bool spp_bpf_install(const struct spp_bpf *code);

/* Whether the kernel has filters. */
bool spp_bpf_supported(void);

#endif
