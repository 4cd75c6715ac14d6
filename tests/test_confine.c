/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/sandbox/filter.h"
#include "hive/sandbox/process.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NAME	 "a name"

static const struct spp_process_room closed = { .keep = -1 };
static int kept;

/* Each: whether the call went through. */
static bool opens(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool looks(void)
{
	struct stat st;

	return !stat("/", &st);
}

static bool execs(void)
{
	return !execl("/bin/true", "true", (char *)NULL);
}

static bool forks(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid > 0;
}

static bool connects(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool signals_its_parent(void)
{
	return !kill(getppid(), 0);
}

static bool traces(void)
{
	return !ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static bool makes_a_file(void)
{
	return memfd_create("x", MFD_CLOEXEC) >= 0;
}

static bool unlinks(void)
{
	return !unlink("/no such file") || errno == ENOENT;
}

static bool writes(void)
{
	return pwrite(kept, "x", 1, 0) == 1 || write(kept, "x", 1) == 1;
}

static bool shortens(void)
{
	return !ftruncate(kept, 0);
}

static bool maps_for_writing(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, kept, 0);
	void *q = mmap(NULL, 4096, PROT_READ, MAP_SHARED, kept, 0);

	return p != MAP_FAILED ||
	       (q != MAP_FAILED && !mprotect(q, 4096, PROT_READ | PROT_WRITE));
}

static bool opens_for_writing(void)
{
	int fd = open(NAME, O_RDWR | O_TRUNC | O_CLOEXEC);

	return fd >= 0 && write(fd, "x", 1) == 1;
}

static enum spp_status attempt(void *ctx, struct spp_error *err)
{
	bool (*const *does)(void) = ctx;

	return (*does)() ? spp_fail(err, SPP_BUG, "it could") : SPP_OK;
}

static enum spp_status in(const struct spp_process_room *room, spp_job job,
			  void *ctx, struct spp_error *err)
{
	struct spp_process process = SPP_PROCESS_INIT;
	enum spp_status st = spp_process_start(&process, job, ctx, room, err);

	return st ? st : spp_process_wait(&process, "the job", err);
}

static void nothing_can_be_reached(void)
{
	static const struct {
		const char *name;
		bool (*does)(void);
	} rows[] = {
		{ "opens", opens },
		{ "looks", looks },
		{ "execs", execs },
		{ "forks", forks },
		{ "connects", connects },
		{ "signals its parent", signals_its_parent },
		{ "traces", traces },
		{ "makes a file", makes_a_file },
		{ "unlinks", unlinks },
	};
	size_t i;

	if (!spp_confine_filters()) {
		printf("skipped: there is no filter for this processor or "
		       "kernel ");
		return;
	}
	for (i = 0; i < COUNT(rows); i++)
		UNIT_ROW(!in(&closed, attempt, (void *)(uintptr_t)&rows[i].does,
			     NULL),
			 rows[i].name);
}

/* A file of the bytes "hive". */
static int make_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, "hive", 4), 4);
	return fd;
}

static enum spp_status read_named(void *ctx, struct spp_error *err)
{
	char text[8] = "", *p;
	struct stat st;
	int fd = open(NAME, O_RDONLY | O_CLOEXEC);
	bool same;

	(void)ctx;
	same = fd > STDERR_FILENO && read(fd, text, 8) == 4 &&
	       !strcmp(text, "hive") && !fstat(fd, &st) && st.st_size == 4;
	p = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
	same = same && p != MAP_FAILED && !memcmp(p, "hive", 4);
	close(fd);
	/* Once more, from its start. */
	fd = open(NAME, O_RDONLY);
	same = same && read(fd, text, 8) == 4;
	return same ? SPP_OK : spp_fail(err, SPP_BUG, "another file");
}

static enum spp_status write_named(void *ctx, struct spp_error *err)
{
	int fd = open(NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	char much[64] = "new";
	ssize_t put = write(fd, much, sizeof(much));

	(void)ctx;
	return put == 16 ? SPP_OK : spp_fail(err, SPP_BUG, "%zd bytes", put);
}

/* A library that opens by name finds its file, and no other. */
static void a_name_opens_what_is_kept(void)
{
	static bool (*const attempts[])(void) = {
		opens,
		looks,
		writes,
		shortens,
		maps_for_writing,
		opens_for_writing,
	};
	struct spp_process_room room = { .name = NAME, .longest = 16 };
	struct spp_error err = SPP_ERROR_INIT;
	char text[32] = "";
	size_t i;

	if (!spp_confine_filters()) {
		printf("skipped: there is no filter for this processor or "
		       "kernel ");
		return;
	}
	room.keep = kept = make_file();
	CU_ASSERT_EQUAL(in(&room, read_named, NULL, &err), SPP_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	for (i = 0; i < COUNT(attempts); i++)
		CU_ASSERT_EQUAL(in(&room, attempt,
				   (void *)(uintptr_t)&attempts[i], NULL),
				SPP_OK);
	CU_ASSERT_EQUAL(pread(kept, text, 8, 0), 4);
	CU_ASSERT_STRING_EQUAL(text, "hive");
	/* What may be written to, within its limit. */
	room.write = true;
	CU_ASSERT_EQUAL(in(&room, write_named, NULL, &err), SPP_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	CU_ASSERT_EQUAL(pread(kept, text, 32, 0), 16);
	CU_ASSERT_STRING_EQUAL(text, "new");
	for (i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(in(&room, attempt,
				   (void *)(uintptr_t)&attempts[i], NULL),
				SPP_OK);
	close(kept);
}

/* A library that does not look whether it got its memory. */
static enum spp_status starve(void *ctx, struct spp_error *err)
{
	size_t n;
	char *p;

	(void)ctx;
	(void)err;
	for (n = (size_t)64 << 20; n >= 4096; n /= 2)
		while (mmap(NULL, n, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			    0) != MAP_FAILED)
			;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*(volatile char *)(p == MAP_FAILED ? NULL : p) = 1;
	return SPP_OK;
}

static enum spp_status crash(void *ctx, struct spp_error *err)
{
	(void)ctx;
	(void)err;
	*(volatile char *)ctx = 1;
	return SPP_OK;
}

/* An emulator may leave out a limit that would starve itself. */
static bool memory_is_limited(void)
{
	struct rlimit was, now, less;
	bool limited;

	if (getrlimit(RLIMIT_AS, &was))
		return false;
	less = was;
	less.rlim_cur = (rlim_t)3 << 30;
	if (less.rlim_cur > was.rlim_max)
		less.rlim_cur = was.rlim_max - 1;
	limited = !setrlimit(RLIMIT_AS, &less) && !getrlimit(RLIMIT_AS, &now) &&
		  now.rlim_cur == less.rlim_cur;
	setrlimit(RLIMIT_AS, &was);
	return limited;
}

static void starved_is_not_corrupt(void)
{
	struct spp_error err = SPP_ERROR_INIT;

	if (SPP_SANITIZED) {
		printf("skipped: a sanitizer needs more memory than a limit "
		       "leaves ");
		return;
	}
	if (!memory_is_limited()) {
		printf("skipped: memory is not limited here ");
		return;
	}
	CU_ASSERT_EQUAL(in(&closed, starve, NULL, &err), SPP_NORESOURCES);
	CU_ASSERT_STRING_EQUAL(err.text, "the job ran out of memory");
	spp_error_clear(&err);
	CU_ASSERT_EQUAL(in(&closed, crash, NULL, &err), SPP_CORRUPT);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "the job crashed (Segmentation fault)");
}

/* What a container's filter does to calls that are newer than itself. */
static bool forbid(unsigned int call)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = { COUNT(code), code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static void access_needs_no_new_call(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (!forbid(SYS_faccessat2))
			_exit(2);
		_exit(spp_access(AT_FDCWD, "/", R_OK) ||
		      !spp_access(AT_FDCWD, "/nothing", F_OK));
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		printf("skipped: there are no filters ");
	else
		CU_ASSERT_EQUAL(status, 0);
}

static const struct unit_test tests[] = {
	{ "access needs no new call", access_needs_no_new_call },
	{ "nothing can be reached", nothing_can_be_reached },
	{ "a name opens what is kept", a_name_opens_what_is_kept },
	{ "starved is not corrupt", starved_is_not_corrupt },
	{ NULL, NULL },
};

const struct unit_suite unit_confine = { "confine", tests };
