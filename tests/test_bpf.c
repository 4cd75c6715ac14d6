/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters of system calls: what their instructions answer. */
#include "hive/sandbox/bpf.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit.h"

#ifdef SPP_BPF_ARCHITECTURE

/* What the kernel would answer; 0, which kills, for what no filter has. */
static uint32_t answer(const struct spp_bpf *code, uint32_t arch, int call)
{
	struct seccomp_data data = { .nr = call, .arch = arch };
	uint32_t word = 0;
	unsigned short at;

	for (at = 0; at < code->n; at++) {
		const struct sock_filter *op = &code->op[at];

		switch (op->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&word, (const char *)&data + op->k,
			       sizeof(word));
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			at = (unsigned short)(at + (word == op->k ? op->jt
								  : op->jf));
			break;
		case BPF_RET | BPF_K:
			return op->k;
		default:
			return 0;
		}
	}
	return 0;
}

static void calls_are_answered(void)
{
	const uint32_t own = SPP_BPF_ARCHITECTURE;
	struct spp_bpf code;

	spp_bpf_begin(&code);
	spp_bpf_answer(&code, SYS_read, SPP_BPF_ALLOW);
	spp_bpf_answer(&code, SYS_close, SPP_BPF_DENY);
	spp_bpf_end(&code, SPP_BPF_NOT_KNOWN);
	CU_ASSERT_EQUAL(answer(&code, own, SYS_read), SPP_BPF_ALLOW);
	CU_ASSERT_EQUAL(answer(&code, own, SYS_close), SPP_BPF_DENY);
	CU_ASSERT_EQUAL(answer(&code, own, SYS_write), SPP_BPF_NOT_KNOWN);
	/* Of another processor the numbers mean other calls. */
	CU_ASSERT_EQUAL(answer(&code, own ^ 1, SYS_read),
			SECCOMP_RET_KILL_PROCESS);
}

/* Half a filter would let through what the rest denies. */
static void too_long_a_filter_is_none(void)
{
	struct spp_bpf code;
	size_t i;
	int how = 0;
	pid_t pid;

	spp_bpf_begin(&code);
	for (i = 0; i < sizeof(code.op) / sizeof(code.op[0]); i++)
		spp_bpf_end(&code, SPP_BPF_ALLOW);
	pid = fork();
	CU_ASSERT_FATAL(pid >= 0);
	if (!pid)
		_exit(spp_bpf_install(&code) ? 1 : errno == E2BIG ? 0 : 2);
	CU_ASSERT_EQUAL(waitpid(pid, &how, 0), pid);
	CU_ASSERT_EQUAL(how, 0);
}

static const struct unit_test tests[] = {
	{ "calls are answered", calls_are_answered },
	{ "too long a filter is none", too_long_a_filter_is_none },
	{ NULL, NULL },
};
#else
static const struct unit_test tests[] = { { NULL, NULL } };
#endif

const struct unit_suite unit_bpf = { "bpf", tests };
