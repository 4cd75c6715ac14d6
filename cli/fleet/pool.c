/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/pool.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/stop.h"

/* A child past its time gets so many seconds to undo what it has in hand. */
#define GRACE_SECONDS 10

struct child {
	struct cli_worker worker; /* busy or not; pid 0: the slot is free */
	bool busy;
	size_t index;
	struct timespec started;
	double since;	     /* on the clock that is never set */
	double told;	     /* when it was told to end; 0: not yet */
	enum spp_status why; /* it was told to; SPP_OK: all are */
	struct cli_answer answer;
	bool answered;
	bool dead;
	int how; /* as waitpid() has it */
};

struct cli_pool {
	struct cli_pool_options options;
	struct child *child;
	struct pollfd *poll;
	unsigned int busy;
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
	enum spp_status st;
	sigset_t child;

	if (!p)
		return spp_nomem(err);
	p->options = *options;
	p->signals = p->stops = -1;
	p->child = calloc(options->jobs, sizeof(*p->child));
	p->poll = calloc((size_t)options->jobs + 2, sizeof(*p->poll));
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
		st = spp_fail_errno(err, SPP_NORESOURCES,
				    "cannot wait for processes");
		cli_pool_close(p);
		return st;
	}
	*pool = p;
	return SPP_OK;
}

bool cli_pool_has_room(const struct cli_pool *p)
{
	return p->busy < p->options.jobs;
}

unsigned int cli_pool_running(const struct cli_pool *p)
{
	return p->busy;
}

/* A new child leaves the others' wires, and what wakes the parent. */
static void leave(void *ctx)
{
	struct cli_pool *p = ctx;
	unsigned int i;

	close(p->signals);
	close(p->stops);
	for (i = 0; i < p->options.jobs; i++)
		if (p->child[i].worker.pid)
			cli_worker_release(&p->child[i].worker);
}

/* An idle child, or else a slot for a new one. */
static struct child *choose(struct cli_pool *p)
{
	struct child *slot = NULL;
	unsigned int i;

	for (i = 0; i < p->options.jobs; i++) {
		if (p->child[i].busy)
			continue;
		if (p->child[i].worker.pid)
			return &p->child[i];
		if (!slot)
			slot = &p->child[i];
	}
	return slot;
}

/* Ends a child that has nothing in hand. */
static void dismiss(struct child *c)
{
	pid_t pid = c->worker.pid;

	cli_worker_release(&c->worker);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

enum spp_status cli_pool_start(struct cli_pool *p, size_t index, bool hint,
			       struct spp_error *err)
{
	struct child *c = choose(p);
	struct cli_worker worker = c->worker;
	enum spp_status st;

	if (worker.pid && !cli_worker_send(&worker, index, hint)) {
		/* It was killed while it waited. */
		dismiss(c);
		worker.pid = 0;
	}
	if (!worker.pid) {
		if (p->options.before)
			p->options.before(p->options.work.ctx, index);
		st = cli_worker_start(&worker, &p->options.work, &p->before,
				      leave, p, err);
		if (st)
			return st;
		cli_worker_send(&worker, index, hint);
	}
	*c = (struct child){
		.worker = worker, .busy = true, .index = index, .since = now()
	};
	clock_gettime(CLOCK_REALTIME, &c->started);
	p->busy++;
	return SPP_OK;
}

static void tell(struct child *c, enum spp_status why)
{
	if (c->told > 0)
		return;
	kill(c->worker.pid, SIGTERM);
	c->told = now();
	c->why = why;
}

/* An answer; or the end of one that will not give any. */
static void hear(struct child *c)
{
	if (c->answered)
		return;
	c->answered = cli_worker_hear(&c->worker, &c->answer);
	/* Whoever was told to end does so, though it was done before. */
	if (c->answered && c->told > 0)
		c->answer.last = true;
	if (!c->answered && !c->dead)
		kill(c->worker.pid, SIGKILL);
}

static void reap(struct cli_pool *p)
{
	struct signalfd_siginfo info;
	unsigned int i;
	bool any = false;

	while (read(p->signals, &info, sizeof(info)) > 0)
		any = true;
	for (i = 0; any && i < p->options.jobs; i++) {
		struct child *c = &p->child[i];

		if (!c->worker.pid || c->dead ||
		    waitpid(c->worker.pid, &c->how, WNOHANG) != c->worker.pid)
			continue;
		c->dead = c->busy;
		if (c->busy)
			hear(c);
		else
			cli_worker_release(&c->worker);
	}
}

/* Waits until somebody has something to say, for a second at most. */
static void listen(struct cli_pool *p)
{
	struct pollfd *at = p->poll + 2;
	struct timespec second = { 1, 0 };
	unsigned int i;

	/* A held signal wakes up once: it stays where it is. */
	p->poll[0] = (struct pollfd){ p->signals, POLLIN, 0 };
	p->poll[1] =
		(struct pollfd){ cli_stop_signal() ? -1 : p->stops, POLLIN, 0 };
	for (i = 0; i < p->options.jobs; i++) {
		const struct child *c = &p->child[i];
		bool open = c->busy && !c->answered && !c->dead;

		at[i] = (struct pollfd){ open ? c->worker.wire : -1, POLLIN,
					 0 };
	}
	ppoll(p->poll, (nfds_t)p->options.jobs + 2, &second, NULL);
	for (i = 0; i < p->options.jobs; i++)
		if (at[i].revents)
			hear(&p->child[i]);
	if (p->poll[0].revents)
		reap(p);
}

/* A child past its time is told to end, and then made to. */
static void watch_clock(struct cli_pool *p)
{
	double at = now(), most = (double)p->options.seconds;
	unsigned int i;

	for (i = 0; i < p->options.jobs; i++) {
		struct child *c = &p->child[i];

		if (!c->busy || c->dead)
			continue;
		if (most > 0 && at - c->since > most)
			tell(c, SPP_NOANSWER);
		if (c->told > 0 && at - c->told > GRACE_SECONDS &&
		    (c->why || (most > 0 && at - c->since > most)))
			kill(c->worker.pid, SIGKILL);
	}
}

/* How a child ended that returned no exit code. */
static void explain(const struct cli_pool *p, const struct child *c,
		    struct cli_ended *ended)
{
	int sig = WIFSIGNALED(c->how) ? WTERMSIG(c->how) : 0;

	ended->code = -1;
	ended->terminated = sig == SIGTERM;
	if (c->answered && c->answer.too_long)
		spp_fail(&ended->why, SPP_LIMIT,
			 "the output is longer than %zu bytes",
			 CLI_WORKER_SAID);
	else if (c->why == SPP_NOANSWER)
		spp_fail(&ended->why, SPP_NOANSWER,
			 "not finished within %" PRIu64
			 " seconds; more: --time-limit",
			 p->options.seconds);
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

/* Whether a child did what it was asked, in time or not. */
static bool has_come_through(const struct child *c)
{
	return c->answered && !c->answer.too_long &&
	       (!c->why || c->answer.code <= CLI_REFUSED);
}

static void hand_over(struct cli_pool *p, struct child *c,
		      struct cli_ended *ended)
{
	*ended = (struct cli_ended){ .index = c->index,
				     .started = c->started,
				     .seconds = now() - c->since };
	cli_worker_take(&c->worker, ended->said);
	if (has_come_through(c))
		ended->code = c->answer.code;
	else
		explain(p, c, ended);
	c->busy = false;
	if (c->dead)
		cli_worker_release(&c->worker);
	p->busy--;
}

bool cli_pool_wait(struct cli_pool *p, struct cli_ended *ended)
{
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < p->options.jobs; i++) {
			struct child *c = &p->child[i];

			if (c->busy &&
			    (c->dead || (c->answered && !c->answer.last))) {
				hand_over(p, c, ended);
				return true;
			}
		}
		if (round || !p->busy)
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
		if (p->child[i].busy && !p->child[i].dead)
			tell(&p->child[i], SPP_OK);
}

void cli_pool_close(struct cli_pool *p)
{
	struct cli_ended ended;
	unsigned int i;

	if (!p)
		return;
	if (p->child && p->poll && p->busy)
		cli_pool_stop(p);
	while (p->child && p->poll && p->busy)
		if (cli_pool_wait(p, &ended))
			cli_ended_release(&ended);
	for (i = 0; p->child && i < p->options.jobs; i++)
		if (p->child[i].worker.pid)
			dismiss(&p->child[i]);
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

	for (i = 0; i < CLI_WORKER_STREAMS; i++)
		spp_buf_release(&ended->said[i]);
}
