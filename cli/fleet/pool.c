/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/stop.h"

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

/* A child past its time gets so many seconds to undo what it has in hand. */
#define GRACE_SECONDS 10
#define CHUNK	      65536

struct child {
	pid_t pid; /* 0: the slot is free */
	size_t index;
	int pipe[CLI_POOL_PIPES]; /* -1: at its end */
	struct spp_buf said[CLI_POOL_PIPES];
	struct timespec started;
	double since;	     /* on the clock that is never set */
	double told;	     /* when it was told to end; 0: not yet */
	enum spp_status why; /* it was told to; SPP_OK: all are */
	int how;	     /* as waitpid() has it */
	bool dead;
};

struct cli_pool {
	struct cli_pool_options options;
	struct child *child;
	struct pollfd *poll;
	unsigned int running;
	int signals, stops;
	sigset_t before;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

unsigned int cli_pool_cores(void)
{
	cpu_set_t set;
	int n = 1;

	if (!sched_getaffinity(0, sizeof(set), &set))
		n = CPU_COUNT(&set);
	return n > 0 ? (unsigned int)n : 1;
}

enum spp_status cli_pool_open(const struct cli_pool_options *options,
			      struct cli_pool **pool, struct spp_error *err)
{
	struct cli_pool *p = calloc(1, sizeof(*p));
	sigset_t child;

	if (!p)
		return spp_nomem(err);
	p->options = *options;
	p->signals = p->stops = -1;
	p->child = calloc(options->jobs, sizeof(*p->child));
	p->poll = calloc((size_t)options->jobs * CLI_POOL_PIPES + 2,
			 sizeof(*p->poll));
	if (!p->child || !p->poll) {
		cli_pool_close(p);
		return spp_nomem(err);
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &p->before);
	cli_stop_hold();
	p->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	p->stops = cli_stop_open();
	if (p->signals < 0 || p->stops < 0) {
		cli_pool_close(p);
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot wait for processes");
	}
#ifdef M_MXFAST
	/* glibc would tidy up small pieces in each child, and copy the heap. */
	mallopt(M_MXFAST, 0);
#endif
	*pool = p;
	return SPP_OK;
}

bool cli_pool_has_room(const struct cli_pool *p)
{
	return p->running < p->options.jobs;
}

unsigned int cli_pool_running(const struct cli_pool *p)
{
	return p->running;
}

static void limit_memory(uint64_t most)
{
	unsigned long pages = 0;
	struct rlimit r;
	rlim_t limit;
	FILE *f;

	/* A sanitizer's bookkeeping takes terabytes of addresses. */
	if (!most || SANITIZED || getrlimit(RLIMIT_AS, &r))
		return;
	f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + most;
	if (r.rlim_cur > limit)
		r.rlim_cur = limit;
	setrlimit(RLIMIT_AS, &r);
}

static void be_child(struct cli_pool *p, size_t index, int ends[][2],
		     pid_t parent)
{
	FILE *record;
	int code;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) /* it died before the line above */
		_exit(CLI_POOL_PIPES);
	/* Ctrl-C is for the parent, who tells its children. */
	setpgid(0, 0);
	close(p->signals);
	close(p->stops);
	dup2(ends[CLI_POOL_OUT][1], STDOUT_FILENO);
	dup2(ends[CLI_POOL_ERR][1], STDERR_FILENO);
	record = fdopen(ends[CLI_POOL_RECORD][1], "w");
	limit_memory(p->options.memory);
	sigprocmask(SIG_SETMASK, &p->before, NULL);
	code = p->options.work(p->options.ctx, index, record);
	fflush(stdout);
	fflush(stderr);
	if (record)
		fclose(record);
	_exit(code);
}

static void close_pipes(int ends[][2], int side)
{
	int i;

	for (i = 0; i < CLI_POOL_PIPES; i++)
		if (ends[i][side] >= 0)
			close(ends[i][side]);
}

static bool make_pipes(int ends[][2])
{
	int i;

	for (i = 0; i < CLI_POOL_PIPES; i++)
		ends[i][0] = ends[i][1] = -1;
	for (i = 0; i < CLI_POOL_PIPES; i++) {
		if (pipe2(ends[i], O_CLOEXEC)) {
			close_pipes(ends, 0);
			close_pipes(ends, 1);
			return false;
		}
		fcntl(ends[i][0], F_SETFL, O_NONBLOCK);
	}
	return true;
}

enum spp_status cli_pool_start(struct cli_pool *p, size_t index,
			       struct spp_error *err)
{
	int ends[CLI_POOL_PIPES][2], i;
	pid_t parent = getpid(), pid;
	struct child *c = p->child;

	while (c->pid)
		c++;
	if (!make_pipes(ends))
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot make a pipe");
	fflush(stdout);
	fflush(stderr);
	pid = fork();
	if (pid < 0) {
		close_pipes(ends, 0);
		close_pipes(ends, 1);
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot start a process");
	}
	if (!pid)
		be_child(p, index, ends, parent);
	close_pipes(ends, 1);
	*c = (struct child){ .pid = pid, .index = index, .since = now() };
	clock_gettime(CLOCK_REALTIME, &c->started);
	for (i = 0; i < CLI_POOL_PIPES; i++)
		c->pipe[i] = ends[i][0];
	p->running++;
	return SPP_OK;
}

static void tell(struct child *c, enum spp_status why)
{
	if (c->told > 0)
		return;
	kill(c->pid, SIGTERM);
	c->told = now();
	c->why = why;
}

/* Reads what is there; the end, or a child that says too much, closes. */
static void drain(struct child *c, int i)
{
	char chunk[CHUNK];
	ssize_t n;

	while (c->pipe[i] >= 0) {
		n = read(c->pipe[i], chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0 && c->said[i].size + (size_t)n <= CLI_POOL_SAID &&
		    !spp_buf_append(&c->said[i], chunk, (size_t)n, NULL))
			continue;
		if (n > 0)
			tell(c, SPP_LIMIT);
		close(c->pipe[i]);
		c->pipe[i] = -1;
	}
}

static void reap(struct cli_pool *p)
{
	struct signalfd_siginfo info;
	unsigned int i;

	while (read(p->signals, &info, sizeof(info)) > 0)
		;
	for (i = 0; i < p->options.jobs; i++) {
		struct child *c = &p->child[i];

		if (c->pid && !c->dead &&
		    waitpid(c->pid, &c->how, WNOHANG) == c->pid)
			c->dead = true;
	}
}

/* Waits until somebody has something to say, for a second at most. */
static void listen(struct cli_pool *p)
{
	struct pollfd *at = p->poll;
	struct timespec second = { 1, 0 };
	unsigned int i;
	int k;

	/* A held signal wakes up once: it stays where it is. */
	*at++ = (struct pollfd){ p->signals, POLLIN, 0 };
	*at++ = (struct pollfd){ cli_stop_signal() ? -1 : p->stops, POLLIN, 0 };
	for (i = 0; i < p->options.jobs; i++)
		for (k = 0; k < CLI_POOL_PIPES; k++)
			*at++ = (struct pollfd){ p->child[i].pid
							 ? p->child[i].pipe[k]
							 : -1,
						 POLLIN, 0 };
	ppoll(p->poll, (nfds_t)(at - p->poll), &second, NULL);
	for (i = 0; i < p->options.jobs; i++)
		for (k = 0; p->child[i].pid && k < CLI_POOL_PIPES; k++)
			drain(&p->child[i], k);
	reap(p);
}

/* A child past its time is told to end, and then made to. */
static void watch_clock(struct cli_pool *p)
{
	double at = now(), most = (double)p->options.seconds;
	unsigned int i;

	for (i = 0; i < p->options.jobs; i++) {
		struct child *c = &p->child[i];

		if (!c->pid || c->dead)
			continue;
		if (most > 0 && at - c->since > most)
			tell(c, SPP_NOANSWER);
		if (c->told > 0 && at - c->told > GRACE_SECONDS &&
		    (c->why || (most > 0 && at - c->since > most)))
			kill(c->pid, SIGKILL);
	}
}

/* How a child ended that returned no exit code. */
static void explain(const struct cli_pool *p, const struct child *c,
		    struct cli_ended *ended)
{
	int sig = WIFSIGNALED(c->how) ? WTERMSIG(c->how) : 0;

	ended->code = -1;
	ended->terminated = sig == SIGTERM;
	if (c->why == SPP_NOANSWER)
		spp_fail(&ended->why, SPP_NOANSWER,
			 "not finished within %" PRIu64
			 " seconds; more: --time-limit",
			 p->options.seconds);
	else if (c->why)
		spp_fail(&ended->why, SPP_LIMIT,
			 "the output is longer than %zu bytes", CLI_POOL_SAID);
	else if (sig == SIGKILL)
		spp_fail(&ended->why, SPP_NORESOURCES,
			 "the process was killed, by somebody or because "
			 "memory ran out");
	else if (sig == SIGTERM || sig == SIGINT || sig == SIGHUP)
		spp_fail(&ended->why, SPP_NOANSWER,
			 "the process was ended by a signal: %s",
			 strsignal(sig));
	else
		spp_fail(&ended->why, SPP_BUG, "the process crashed: %s",
			 sig ? strsignal(sig) : "unknown exit code");
}

static void hand_over(struct cli_pool *p, struct child *c,
		      struct cli_ended *ended)
{
	int i;

	*ended = (struct cli_ended){ .index = c->index,
				     .started = c->started,
				     .seconds = now() - c->since };
	for (i = 0; i < CLI_POOL_PIPES; i++) {
		drain(c, i);
		/* Somebody of a child's own may hold its pipes open. */
		if (c->pipe[i] >= 0)
			close(c->pipe[i]);
		ended->said[i] = c->said[i];
	}
	if (WIFEXITED(c->how) && !c->why)
		ended->code = WEXITSTATUS(c->how);
	else
		explain(p, c, ended);
	*c = (struct child){ .pid = 0 };
	p->running--;
}

bool cli_pool_wait(struct cli_pool *p, struct cli_ended *ended)
{
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < p->options.jobs; i++)
			if (p->child[i].pid && p->child[i].dead) {
				hand_over(p, &p->child[i], ended);
				return true;
			}
		if (round || !p->running)
			break;
		listen(p);
		watch_clock(p);
	}
	return false;
}

void cli_pool_stop(struct cli_pool *p)
{
	unsigned int i;

	for (i = 0; i < p->options.jobs; i++)
		if (p->child[i].pid && !p->child[i].dead)
			tell(&p->child[i], SPP_OK);
}

void cli_pool_close(struct cli_pool *p)
{
	struct cli_ended ended;

	if (!p)
		return;
	if (p->child && p->running)
		cli_pool_stop(p);
	while (p->child && p->running)
		if (cli_pool_wait(p, &ended))
			cli_ended_release(&ended);
	if (p->signals >= 0)
		close(p->signals);
	if (p->stops >= 0)
		close(p->stops);
	free(p->child);
	free(p->poll);
	free(p);
}

void cli_ended_release(struct cli_ended *ended)
{
	int i;

	for (i = 0; i < CLI_POOL_PIPES; i++)
		spp_buf_release(&ended->said[i]);
}
