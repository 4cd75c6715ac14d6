/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Linked into the build "coverage" alone: counts what confined children do.
 *
 * A confined process can open no file, so that it cannot write down which
 * lines it ran.  Here it gets a twin before it is confined: both share their
 * memory, and with it the counters.
 *
 *	parent --fork--> twin, free --clone--> the process, confined
 *	                      `-- waits, writes the counters, ends as it ended
 *
 * The linker leads spp_confine(), kill() and _exit() here (--wrap).  Nothing
 * of the product is changed.
 */
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "hive/sandbox/confine.h"

#define STACK 65536

enum spp_status __real_spp_confine(const struct spp_confine *room,
				   struct spp_error *err);
enum spp_status __wrap_spp_confine(const struct spp_confine *room,
				   struct spp_error *err);
int __real_kill(pid_t pid, int sig);
int __wrap_kill(pid_t pid, int sig);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);
void __gcov_dump(void);

static ucontext_t job, twin;
static char twin_stack[STACK], first_stack[STACK];
static bool confined;

/* The confined one: goes back to where spp_confine() was called. */
static int go_on(void *unused)
{
	(void)unused;
	signal(SIGUSR1, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	confined = true;
	setcontext(&job);
	return 1;
}

/*
 * Until the other has ended nothing here may touch memory, not even errno.
 * Its descriptors are closed at once, for somebody may wait for their end.
 */
static void be_twin(void)
{
	int how = 0, sig;
	pid_t pid;

	setpgid(0, 0);
	signal(SIGUSR1, SIG_IGN);
	pid = clone(go_on, first_stack + STACK, CLONE_VM | SIGCHLD, NULL);
	if (pid < 0)
		__real__exit(1);
	close_range(0, ~0u, 0);
	waitpid(pid, &how, 0);
	__gcov_dump();
	if (!WIFSIGNALED(how))
		__real__exit(WEXITSTATUS(how));
	sig = WTERMSIG(how) == SIGUSR1 ? SIGKILL : WTERMSIG(how);
	signal(sig, SIG_DFL);
	__real_kill(getpid(), sig);
	__real__exit(1);
}

enum spp_status __wrap_spp_confine(const struct spp_confine *room,
				   struct spp_error *err)
{
	getcontext(&twin);
	twin.uc_stack.ss_sp = twin_stack;
	twin.uc_stack.ss_size = STACK;
	makecontext(&twin, be_twin, 0);
	swapcontext(&job, &twin);
	return __real_spp_confine(room, err);
}

/* Who kills a confined process means that one; its twin ends by itself. */
int __wrap_kill(pid_t pid, int sig)
{
	if (sig == SIGKILL && pid > 0 && !__real_kill(-pid, SIGUSR1))
		return 0;
	return __real_kill(pid, sig);
}

void __wrap__exit(int code)
{
	if (!confined)
		__gcov_dump();
	__real__exit(code);
}
