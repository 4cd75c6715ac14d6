/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/sandbox/confine.h"

#define NOT_CONFINED -1

/* A library may talk to people; what it has to say comes through the pipe. */
static void silence(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0)
		dup2(nowhere, STDERR_FILENO);
}

/* The kernel's default action, not a handler that the parent installed. */
static void run(int out, pid_t parent, spp_job job, void *ctx, int keep)
{
	struct spp_error result = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;

	if (keep == NOT_CONFINED) /* the other way has its own */
		silence();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		_exit(1);
	signal(SIGALRM, SIG_DFL);
	alarm(SPP_CHILD_SECONDS);
	if (keep != NOT_CONFINED)
		st = spp_confine(out, keep, &result);
	if (!st)
		st = job(ctx, &result);
	if (st && !result.status)
		spp_fail(&result, st, "%s", spp_status_word(st));
	_exit(write(out, &result, sizeof(result)) == sizeof(result) ? 0 : 1);
}

static enum spp_status start(struct spp_child *child, spp_job job, void *ctx,
			     int keep, struct spp_error *err)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return spp_fail_errno(err, SPP_IO, "cannot make a pipe");
	pid = fork();
	if (pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return spp_fail_errno(err, SPP_IO, "cannot start a process");
	}
	if (!pid) {
		close(ends[0]);
		run(ends[1], parent, job, ctx, keep);
	}
	close(ends[1]);
	child->pid = pid;
	child->pipe = ends[0];
	return SPP_OK;
}

enum spp_status spp_child_start(struct spp_child *child, spp_job job, void *ctx,
				struct spp_error *err)
{
	return start(child, job, ctx, NOT_CONFINED, err);
}

enum spp_status spp_child_start_confined(struct spp_child *child, spp_job job,
					 void *ctx, int keep,
					 struct spp_error *err)
{
	return start(child, job, ctx, keep, err);
}

static pid_t reap(struct spp_child *child, int *how)
{
	pid_t pid;

	close(child->pipe);
	do
		pid = waitpid(child->pid, how, 0);
	while (pid < 0 && errno == EINTR);
	*child = (struct spp_child)SPP_CHILD_INIT;
	return pid;
}

static enum spp_status how_it_died(int how, const char *who,
				   struct spp_error *err)
{
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGALRM)
		return spp_fail(err, SPP_CORRUPT,
				"%s did not finish within %d seconds", who,
				SPP_CHILD_SECONDS);
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU)
		return spp_fail(err, SPP_CORRUPT,
				"%s took more than %d seconds of processor "
				"time",
				who, SPP_CONFINE_SECONDS);
	if (WIFSIGNALED(how))
		return spp_fail(err, SPP_CORRUPT, "%s crashed (%s)", who,
				strsignal(WTERMSIG(how)));
	return spp_fail(err, SPP_CORRUPT, "%s gave up", who);
}

enum spp_status spp_child_wait(struct spp_child *child, const char *who,
			       struct spp_error *err)
{
	struct spp_error result = SPP_ERROR_INIT;
	size_t have = 0;
	ssize_t got;
	int how = 0;

	do {
		got = read(child->pipe, (char *)&result + have,
			   sizeof(result) - have);
		if (got > 0)
			have += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (reap(child, &how) < 0)
		return spp_fail_errno(err, SPP_IO, "cannot wait for %s", who);
	if (have != sizeof(result) || !WIFEXITED(how) || WEXITSTATUS(how))
		return how_it_died(how, who, err);
	/* A child that was taken over may have written anything. */
	result.text[sizeof(result.text) - 1] = '\0';
	if ((unsigned int)result.status >= SPP_STATUS_COUNT)
		return how_it_died(how, who, err);
	if (result.status)
		return spp_fail(err, result.status, "%s", result.text);
	return SPP_OK;
}

void spp_child_abandon(struct spp_child *child)
{
	int how;

	if (!child || child->pid < 0)
		return;
	kill(child->pid, SIGKILL);
	reap(child, &how);
}
