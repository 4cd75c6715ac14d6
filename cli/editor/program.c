/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/stop.h"

#define GRACE_MS 3000 /* for an editor that is asked to end */

/* In PATH, the first that is there. */
static const char *const usual[] = { "sensible-editor", "editor", "vi" };

/* These take "+LINE" before the file. */
static const char *const take_line[] = {
	"sensible-editor", "editor", "vi",     "vim",	"nvim", "nano", "pico",
	"emacs",	   "joe",    "mcedit", "micro", "kak",	"ne",
};

static bool is_in_path(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];
	size_t n;

	for (; path && *path; path += n + (path[n] != '\0')) {
		n = strcspn(path, ":");
		if ((size_t)snprintf(file, sizeof(file), "%.*s/%s", (int)n,
				     path, name) < sizeof(file) &&
		    !access(file, X_OK))
			return true;
	}
	return false;
}

/* *from: the variable to set for another. */
static const char *choose(const char **from)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
	size_t i;

	*from = visual && *visual ? "VISUAL" : "EDITOR";
	if (visual && *visual)
		return visual;
	if (editor && *editor)
		return editor;
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (is_in_path(usual[i]))
			return usual[i];
	return "vi";
}

static bool takes_line(const char *editor)
{
	size_t n = strcspn(editor, " "), i, start = n;

	while (start && editor[start - 1] != '/')
		start--;
	for (i = 0; i < sizeof(take_line) / sizeof(take_line[0]); i++)
		if (strlen(take_line[i]) == n - start &&
		    !strncmp(take_line[i], editor + start, n - start))
			return true;
	return false;
}

/* The child; returns only if there is no such program. */
static void become(const char *editor, const char *path, const char *at)
{
	char CLEANUP(spp_free_string) *line = NULL;
	const char *argv[6];
	size_t n = 0;

	if (!strpbrk(editor, "|&;<>()$`\\\"' \t\n*?[#~=%")) {
		argv[n++] = editor;
	} else {
		if (asprintf(&line, "%s \"$@\"", editor) < 0)
			return;
		argv[n++] = "sh";
		argv[n++] = "-c";
		argv[n++] = line;
		argv[n++] = editor;
	}
	if (*at)
		argv[n++] = at;
	argv[n++] = path;
	argv[n] = NULL;
	execvp(argv[0], (char *const *)argv);
}

static void child(const char *editor, const char *path, const char *at,
		  bool quiet, const sigset_t *mask)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (quiet)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	become(editor, path, at);
	_exit(errno == ENOENT ? 127 : 126);
}

/* An INT is the editor's affair, and forgotten here. */
static void forget_interrupts(void)
{
	static const struct timespec at_once = { 0, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	while (sigtimedwait(&set, NULL, &at_once) > 0)
		;
}

/* Waits for the end; asked to stop, ends it. */
static enum spp_status wait_for(pid_t pid, int signals, int *status,
				struct spp_error *err)
{
	struct pollfd poll_on = { .fd = signals, .events = POLLIN };
	bool stopping = false;
	int left = GRACE_MS;

	for (;;) {
		pid_t ended = waitpid(pid, status, WNOHANG);

		if (ended == pid) {
			forget_interrupts();
			return SPP_OK;
		}
		if (ended < 0 && errno != EINTR)
			return spp_fail_errno(err, SPP_IO,
					      "cannot wait for the editor");
		forget_interrupts();
		if (!stopping && cli_stop_signal()) {
			stopping = true;
			kill(pid, SIGTERM);
		}
		if (!stopping) {
			poll(&poll_on, 1, -1);
			continue;
		}
		poll(NULL, 0, 20);
		left -= 20;
		if (left <= 0)
			kill(pid, SIGKILL);
	}
}

static enum spp_status judge(const char *editor, const char *from, int status,
			     struct spp_error *err)
{
	if (cli_stop_signal())
		return spp_fail(err, SPP_IO, "stopped by %s",
				cli_stop_signal());
	if (WIFSIGNALED(status))
		return spp_fail(err, SPP_IO,
				"the editor '%s' was ended by signal %d (%s)",
				editor, WTERMSIG(status),
				strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
		return spp_fail(err, SPP_IO,
				"cannot run the editor '%s'; set %s to another",
				editor, from);
	if (WEXITSTATUS(status))
		return spp_fail(err, SPP_IO,
				"the editor '%s' failed with exit code %d",
				editor, WEXITSTATUS(status));
	return SPP_OK;
}

/* The mask that an editor expects, and the signals that are looked for. */
static int hold(sigset_t *mask, sigset_t *before)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, before);
	*mask = *before;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigismember(before, numbers[i]))
			sigaddset(&set, numbers[i]);
		sigdelset(mask, numbers[i]);
	}
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum spp_status cli_program_run(const char *path, size_t line, bool quiet,
				struct spp_error *err)
{
	const char *from, *editor = choose(&from);
	void (*quit)(int) = signal(SIGQUIT, SIG_IGN);
	sigset_t mask, before;
	int signals = hold(&mask, &before), status = 0;
	enum spp_status st;
	char at[32] = "";
	pid_t pid;

	if (line && takes_line(editor))
		snprintf(at, sizeof(at), "+%zu", line);
	fflush(stdout);
	pid = signals < 0 ? -1 : fork();
	if (!pid)
		child(editor, path, at, quiet, &mask);
	if (pid < 0)
		st = spp_fail_errno(err, SPP_NORESOURCES,
				    "cannot run the editor '%s'", editor);
	else
		st = wait_for(pid, signals, &status, err);
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGQUIT, quit);
	return st ? st : judge(editor, from, status, err);
}
