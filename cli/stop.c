/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/stop.h"

#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>

#include "cli/out.h"
#include "hive/base/buf.h"

/* The most untouched targets that are named. */
#define NAMED 8

static const struct {
	int number;
	const char *name;
} signals[] = {
	{ SIGINT, "SIGINT" },
	{ SIGTERM, "SIGTERM" },
	{ SIGHUP, "SIGHUP" },
};

#define COUNT (sizeof(signals) / sizeof(signals[0]))

/*
 * Whether the caller ignores the signal (nohup); holding it would make it
 * count.
 */
static bool is_ignored(int number)
{
	struct sigaction now;

	return !sigaction(number, NULL, &now) && now.sa_handler == SIG_IGN;
}

void cli_stop_hold(void)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < COUNT; i++)
		if (!is_ignored(signals[i].number))
			sigaddset(&set, signals[i].number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A write without a reader is an error, not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
}

int cli_stop_open(void)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < COUNT; i++)
		sigaddset(&set, signals[i].number);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The index of a signal that is held back; COUNT if there is none. */
static size_t find_held(void)
{
	sigset_t set;
	size_t i = 0;

	if (sigpending(&set))
		return COUNT;
	while (i < COUNT && !sigismember(&set, signals[i].number))
		i++;
	return i;
}

const char *cli_stop_signal(void)
{
	size_t i = find_held();

	return i < COUNT ? signals[i].name : NULL;
}

const char *cli_stop_reason(void)
{
	static char text[32];
	const char *name = cli_stop_signal();

	if (name) {
		snprintf(text, sizeof(text), "stopped by %s", name);
		return text;
	}
	return fflush(stdout) || ferror(stdout)
		       ? "the output could not be written"
		       : NULL;
}

void cli_stop_raise(void)
{
	size_t i = find_held();
	sigset_t set;

	if (i == COUNT)
		return;
	fflush(stdout);
	sigemptyset(&set);
	sigaddset(&set, signals[i].number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void cli_stop_tell(char *const *paths, size_t count, size_t done, size_t failed,
		   bool (*is_left)(const void *ctx, size_t i), const void *ctx)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *reason = cli_stop_reason();
	size_t i, named = 0, left = count - done - failed;

	if (!reason || !left)
		return;
	spp_buf_printf(&text, NULL, "%s: %zu of %zu target%s done", reason,
		       done, count, count == 1 ? "" : "s");
	if (failed)
		spp_buf_printf(&text, NULL, ", %zu failed", failed);
	for (i = 0; i < count && named < NAMED; i++)
		if (!is_left || is_left(ctx, i))
			spp_buf_printf(
				&text, NULL, "%s'%s'",
				named++ ? ", " : "; not touched: ", paths[i]);
	if (left > named)
		spp_buf_printf(&text, NULL, " and %zu more", left - named);
	cli_complain("%s", spp_buf_text(&text));
}
