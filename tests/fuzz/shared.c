/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer counts what its own process runs, and stops where that fails.  Here
 * the counters become memory that children share, so that what a confined child
 * runs counts as well; and what a sanitizer finds in a child is a finding.
 */
#include <stdbool.h>
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

static bool *found;

void __asan_set_error_report_callback(void (*callback)(const char *text));
void __ubsan_on_report(void);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_report(const char *text)
{
	(void)text;
	*found = true;
}

void __ubsan_on_report(void)
{
	*found = true;
}

static void *share(void *where, size_t n)
{
	void *shared = mmap(
		where, n, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | (where ? MAP_FIXED : 0), -1, 0);

	if (shared == MAP_FAILED)
		abort();
	return shared;
}

static void share_counters(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t n = ((size_t)(end - first) + page - 1) / page * page;
	void *was = malloc(n);

	if (!was || (uintptr_t)first % page)
		abort();
	memcpy(was, first, n);
	share(first, n);
	memcpy(first, was, n);
	free(was);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	share_counters();
	found = share(NULL, sizeof(*found));
	__asan_set_error_report_callback(on_report);
	return 0;
}

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int result = __real_LLVMFuzzerTestOneInput(data, size);

	if (*found)
		abort();
	return result;
}
