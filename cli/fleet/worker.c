/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/exit.h"

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

/* A child is not used any more past one of these. */
#define TARGETS_MAX 64
#define OUTPUT_MAX  ((off_t)1 << 20)
#define PEAK_MAX    (16 << 10) /* KiB beyond what it began with */

static void close_all(const struct cli_worker *w)
{
	int i;

	if (w->wire >= 0)
		close(w->wire);
	for (i = 0; i < CLI_WORKER_STREAMS; i++)
		if (w->said[i] >= 0)
			close(w->said[i]);
}

void cli_worker_release(struct cli_worker *w)
{
	close_all(w);
	*w = (struct cli_worker)CLI_WORKER_INIT;
}

/* A file in memory that never grows: a write past its end fails. */
static int make_room(void)
{
	int fd = memfd_create("said", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && (ftruncate(fd, (off_t)CLI_WORKER_SAID) ||
			fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void limit_memory(uint64_t most)
{
	unsigned long pages = 0;
	char line[128];
	struct rlimit r;
	rlim_t limit;
	FILE *f;

	/* A sanitizer's bookkeeping takes terabytes of addresses. */
	if (!most || SANITIZED || getrlimit(RLIMIT_AS, &r))
		return;
	f = fopen("/proc/self/statm", "re");
	if (f && fgets(line, sizeof(line), f))
		pages = strtoul(line, NULL, 10);
	if (f)
		fclose(f);
	limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + most;
	if (r.rlim_cur > limit)
		r.rlim_cur = limit;
	setrlimit(RLIMIT_AS, &r);
}

static long peak(void)
{
	struct rusage used;

	return getrusage(RUSAGE_SELF, &used) ? 0 : used.ru_maxrss;
}

/* What a child is to work on. */
struct order {
	uint64_t index;
	bool hint;
};

/* Whether all went as it does with a sound target. */
static bool is_in_peace(int code, long began)
{
	return code <= CLI_FINDINGS && !lseek(STDERR_FILENO, 0, SEEK_CUR) &&
	       lseek(STDOUT_FILENO, 0, SEEK_CUR) < OUTPUT_MAX &&
	       peak() - began < PEAK_MAX;
}

static void work_off(int wire, const struct cli_work *work, FILE *record,
		     const sigset_t *mask)
{
	struct cli_answer answer = { .code = 0 };
	long began = peak();
	struct order order;
	int code, n;

	for (n = 1; !answer.last; n++) {
		if (recv(wire, &order, sizeof(order), 0) != sizeof(order))
			return;
		code = work->run(work->ctx, (size_t)order.index, order.hint,
				 record);
		fflush(stderr);
		answer.too_long = fflush(stdout) || ferror(stdout) ||
				  fflush(record) || ferror(record);
		answer.code = code & ~CLI_WORKER_LAST;
		answer.last = answer.too_long || code & CLI_WORKER_LAST ||
			      n == TARGETS_MAX ||
			      !is_in_peace(answer.code, began);
		if (send(wire, &answer, sizeof(answer), MSG_NOSIGNAL) !=
		    sizeof(answer))
			return;
		/* An edit holds signals back. */
		sigprocmask(SIG_SETMASK, mask, NULL);
	}
}

static void be_worker(const struct cli_worker *w, const struct cli_work *work,
		      const sigset_t *mask, pid_t parent)
{
	FILE *record;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) /* it died before the line above */
		_exit(CLI_FAILED);
	/* Ctrl-C is for the parent, who tells its children. */
	setpgid(0, 0);
	dup2(w->said[CLI_WORKER_OUT], STDOUT_FILENO);
	dup2(w->said[CLI_WORKER_ERR], STDERR_FILENO);
	record = fdopen(w->said[CLI_WORKER_RECORD], "w");
	if (!record)
		_exit(CLI_FAILED);
	limit_memory(work->memory);
	sigprocmask(SIG_SETMASK, mask, NULL);
	work_off(w->wire, work, record, mask);
	_exit(CLI_OK);
}

enum spp_status cli_worker_start(struct cli_worker *w,
				 const struct cli_work *work,
				 const sigset_t *mask, void (*leave)(void *ctx),
				 void *ctx, struct spp_error *err)
{
	int ends[2] = { -1, -1 }, i;
	pid_t parent = getpid();
	bool made;

	made = !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
	w->wire = ends[0];
	for (i = 0; made && i < CLI_WORKER_STREAMS; i++)
		made = (w->said[i] = make_room()) >= 0;
	if (made) {
		fflush(stdout);
		fflush(stderr);
		w->pid = fork();
		made = w->pid >= 0;
	}
	if (!made) {
		spp_fail_errno(err, SPP_NORESOURCES, "cannot start a process");
		if (ends[1] >= 0)
			close(ends[1]);
		cli_worker_release(w);
		return SPP_NORESOURCES;
	}
	if (!w->pid) {
		leave(ctx);
		close(w->wire);
		w->wire = ends[1];
		be_worker(w, work, mask, parent);
	}
	close(ends[1]);
	return SPP_OK;
}

bool cli_worker_send(const struct cli_worker *w, size_t index, bool hint)
{
	const struct order order = { .index = index, .hint = hint };

	return send(w->wire, &order, sizeof(order), MSG_NOSIGNAL) ==
	       sizeof(order);
}

bool cli_worker_hear(const struct cli_worker *w, struct cli_answer *answer)
{
	return recv(w->wire, answer, sizeof(*answer), MSG_DONTWAIT) ==
	       sizeof(*answer);
}

/* The buffer is empty. */
static void take(int fd, struct spp_buf *buf)
{
	off_t end = lseek(fd, 0, SEEK_CUR), off = 0;
	size_t room;
	ssize_t n;

	if (end > (off_t)CLI_WORKER_SAID)
		end = (off_t)CLI_WORKER_SAID;
	if (end <= 0)
		return;
	room = (size_t)end;
	if (!spp_buf_reserve(buf, room, NULL)) {
		while (off < end && (n = pread(fd, buf->data + off,
					       (size_t)(end - off), off)) > 0)
			off += n;
		buf->size = (size_t)off;
		buf->data[off] = '\0';
	}
	lseek(fd, 0, SEEK_SET);
}

void cli_worker_take(const struct cli_worker *w,
		     struct spp_buf said[CLI_WORKER_STREAMS])
{
	int i;

	for (i = 0; i < CLI_WORKER_STREAMS; i++)
		take(w->said[i], &said[i]);
}
