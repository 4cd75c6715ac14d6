/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/bpf.h"

#include <sys/prctl.h>

bool spp_bpf_supported(void)
{
	/*
	 * A kernel with filters reads one from the address first, and fails
	 * with EFAULT.
	 */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) &&
	       errno != EINVAL;
}

#ifdef SPP_BPF_ARCHITECTURE

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the lower half of an argument is at its start"
#endif

#define ROOM (sizeof(((struct spp_bpf *)NULL)->op) / sizeof(struct sock_filter))

void spp_bpf_add(struct spp_bpf *code, int op, uint32_t k, uint8_t yes,
		 uint8_t no)
{
	/*
	 * Counts one instruction too many, so that the filter is not installed.
	 */
	if (code->n < ROOM)
		code->op[code->n] =
			(struct sock_filter){ (uint16_t)op, yes, no, k };
	code->n++;
}

static void load(struct spp_bpf *code, size_t at)
{
	spp_bpf_add(code, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

void spp_bpf_begin(struct spp_bpf *code)
{
	code->n = 0;
	load(code, offsetof(struct seccomp_data, arch));
	spp_bpf_add(code, BPF_JMP | BPF_JEQ | BPF_K, SPP_BPF_ARCHITECTURE, 1,
		    0);
	spp_bpf_end(code, SECCOMP_RET_KILL_PROCESS);
	load(code, offsetof(struct seccomp_data, nr));
}

void spp_bpf_load_argument(struct spp_bpf *code, int i)
{
	load(code, offsetof(struct seccomp_data, args) + 8 * (size_t)i);
}

void spp_bpf_on(struct spp_bpf *code, int call, uint8_t n)
{
	spp_bpf_add(code, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, n);
}

void spp_bpf_end(struct spp_bpf *code, uint32_t how)
{
	spp_bpf_add(code, BPF_RET | BPF_K, how, 0, 0);
}

void spp_bpf_answer(struct spp_bpf *code, int call, uint32_t how)
{
	spp_bpf_on(code, call, 1);
	spp_bpf_end(code, how);
}

bool spp_bpf_install(const struct spp_bpf *code)
{
	const struct sock_fprog program = { code->n,
					    (struct sock_filter *)code->op };

	if (code->n > ROOM) {
		errno = E2BIG;
		return false;
	}
	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#endif
