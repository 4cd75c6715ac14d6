/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer counts what its own process runs.  The counters become memory that
 * children share, so that what a confined child runs counts as well.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern uint8_t first[] __asm__("__start___sancov_cntrs");
extern uint8_t end[] __asm__("__stop___sancov_cntrs");

/*
 * The counters begin on a page of their own, for this file is linked first;
 * behind them is the table of places, which nobody writes.
 */
__asm__(".pushsection __sancov_cntrs,\"aw\",@progbits\n"
	".p2align 12\n"
	".popsection\n");

/* Not counted itself: it would refer to the counters by both names. */
__attribute__((no_sanitize("coverage"))) int LLVMFuzzerInitialize(int *argc,
								  char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t n = ((size_t)(end - first) + page - 1) / page * page;
	void *was = malloc(n);

	(void)argc, (void)argv;
	if (!was || (uintptr_t)first % page)
		abort();
	memcpy(was, first, n);
	if (mmap(first, n, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != first)
		abort();
	memcpy(first, was, n);
	free(was);
	return 0;
}
