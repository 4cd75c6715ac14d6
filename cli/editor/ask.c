/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/ask.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/stop.h"

bool cli_ask_can(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Reads a byte; a signal that is held back ends the wait. */
static bool read_byte(int signals, char *c)
{
	struct pollfd on[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				{ .fd = signals, .events = POLLIN } };

	while (poll(on, 2, -1) < 0)
		;
	return !cli_stop_signal() && read(STDIN_FILENO, c, 1) == 1;
}

bool cli_ask(const char *question, char *answer, size_t room)
{
	int signals = cli_stop_open();
	size_t n = 0, blank;
	bool got;
	char c = 0;

	fflush(stdout);
	fputs(question, stderr);
	fflush(stderr);
	while ((got = read_byte(signals, &c)) && c != '\n')
		if (n + 1 < room)
			answer[n++] = c;
	if (signals >= 0)
		close(signals);
	while (n && strchr(" \t\r", answer[n - 1]))
		n--;
	answer[n] = '\0';
	blank = strspn(answer, " \t");
	memmove(answer, answer + blank, n - blank + 1);
	if (!got)
		fputc('\n', stderr);
	return got;
}
