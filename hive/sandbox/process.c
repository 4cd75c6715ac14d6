/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/sandbox/confine.h"
#include "hive/sandbox/filter.h"

/* Exit code of a child that crashed because memory was short. */
#define EXIT_STARVED 77
/* If this much memory cannot be had, memory is short. */
#define PROBE ((size_t)4 << 20)
/* The parent waits this much longer than the child's own alarm. */
#define GRACE_SECONDS 10

/*
 * Many libraries do not check whether they got memory.  A crash while memory is
 * short says nothing about the bytes.
 */
static void on_crash(int sig)
{
	void *p = mmap(NULL, PROBE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED && errno == ENOMEM)
		_exit(EXIT_STARVED);
	/* The kernel's default action follows when this function returns. */
	raise(sig);
}

/*
 * Resets the handlers that the parent installed.  Signals that a terminal sends
 * to both are ignored here: the parent decides.
 */
static void set_signals(void)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGHUP, SIGTERM,
				       SIGPIPE };
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT };
	static char stack[32768];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags =
					    SA_ONSTACK | (int)SA_RESETHAND };
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	signal(SIGXCPU, SIG_DFL);
	/* A sanitizer reports crashes itself. */
	if (!SPP_SANITIZED && !sigaltstack(&other, NULL))
		for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
			sigaction(crashes[i], &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run(int out, pid_t parent, spp_job job, void *ctx,
		const struct spp_process_room *room)
{
	const struct spp_confine confine = { .say = out,
					     .keep = room->keep,
					     .name = room->name,
					     .write = room->write,
					     .longest = room->longest,
					     .memory = room->memory };
	struct spp_error result = SPP_ERROR_INIT;
	enum spp_status st;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* the parent died before prctl() */
		_exit(1);
	set_signals();
	alarm(SPP_PROCESS_SECONDS);
	if (room->warm)
		room->warm();
	st = spp_confine(&confine, &result);
	if (!st)
		st = job(ctx, &result);
	if (st && !result.status)
		spp_fail(&result, st, "%s", spp_status_word(st));
	_exit(write(out, &result, sizeof(result)) == sizeof(result) ? 0 : 1);
}

enum spp_status spp_process_start(struct spp_process *process, spp_job job,
				  void *ctx,
				  const struct spp_process_room *room,
				  struct spp_error *err)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot make a pipe");
	pid = fork();
	if (pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot start a process");
	}
	if (!pid)
		run(ends[1], parent, job, ctx, room);
	close(ends[1]);
	*process = (struct spp_process){ pid, ends[0] };
	return SPP_OK;
}

/*
 * Kills the child if it still runs: once it has closed the pipe, its work is
 * done.  A child that is already ending keeps its own exit status.
 */
static pid_t reap(struct spp_process *process, int *how)
{
	pid_t pid;

	kill(process->pid, SIGKILL);
	close(process->pipe);
	do
		pid = waitpid(process->pid, how, 0);
	while (pid < 0 && errno == EINTR);
	*process = (struct spp_process)SPP_PROCESS_INIT;
	return pid;
}

static enum spp_status how_it_died(int how, const char *who,
				   struct spp_error *err)
{
	int sig = WIFSIGNALED(how) ? WTERMSIG(how) : 0;

	if (sig == SIGALRM)
		return spp_fail(err, SPP_NOANSWER,
				"%s did not finish within %d seconds", who,
				SPP_PROCESS_SECONDS);
	if (sig == SIGXCPU)
		return spp_fail(err, SPP_NORESOURCES,
				"%s took more than %d seconds of processor "
				"time",
				who, SPP_CONFINE_SECONDS);
	if (sig == SIGKILL)
		return spp_fail(err, SPP_NOANSWER,
				"%s was killed, perhaps by the kernel because "
				"memory is short",
				who);
	if (sig)
		return spp_fail(err, SPP_CORRUPT, "%s crashed (%s)", who,
				strsignal(sig));
	if (WIFEXITED(how) && WEXITSTATUS(how) == EXIT_STARVED)
		return spp_fail(err, SPP_NORESOURCES, "%s ran out of memory",
				who);
	return spp_fail(err, SPP_CORRUPT, "%s gave up", who);
}

/*
 * Whether a job may end with this status; any other would mislead its caller.
 */
static bool is_verdict(enum spp_status st)
{
	switch (st) {
	case SPP_OK:
	case SPP_INVALID:
	case SPP_NOMEM:
	case SPP_IO:
	case SPP_CORRUPT:
	case SPP_TRUNCATED:
	case SPP_UNSUPPORTED:
	case SPP_REFUSED:
	case SPP_LIMIT:
	case SPP_NORESOURCES:
	case SPP_BUG:
		return true;
	default:
		return false;
	}
}

/* Reads at most room bytes from a child; *late: it was silent for too long. */
static size_t hear(int fd, void *to, size_t room, bool *late)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t have = 0;
	ssize_t got = 1;
	int n;

	*late = false;
	while (have < room && got) {
		n = poll(&ready, 1,
			 1000 * (SPP_PROCESS_SECONDS + GRACE_SECONDS));
		if (n < 0 && errno == EINTR)
			continue;
		*late = !n;
		if (n <= 0)
			break;
		got = read(fd, (char *)to + have, room - have);
		if (got < 0)
			break;
		have += (size_t)got;
	}
	return have;
}

enum spp_status spp_process_wait(struct spp_process *process, const char *who,
				 struct spp_error *err)
{
	struct spp_error result = SPP_ERROR_INIT;
	size_t have;
	bool late;
	int how = 0;

	have = hear(process->pipe, &result, sizeof(result), &late);
	if (reap(process, &how) < 0 && have != sizeof(result))
		return spp_fail_errno(err, SPP_NOANSWER, "cannot wait for %s",
				      who);
	if (have != sizeof(result))
		return how_it_died(late ? SIGALRM : how, who, err);
	result.text[sizeof(result.text) - 1] = '\0';
	if (!is_verdict(result.status))
		return spp_fail(err, SPP_CORRUPT, "%s gave an invalid answer",
				who);
	if (result.status == SPP_NOMEM)
		return spp_fail(err, SPP_NOMEM, "%s ran out of memory", who);
	return result.status ? spp_fail(err, result.status, "%s", result.text)
			     : SPP_OK;
}

void spp_process_abandon(struct spp_process *process)
{
	int how;

	if (process && process->pid >= 0)
		reap(process, &how);
}
