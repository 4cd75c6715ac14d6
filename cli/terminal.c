/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/fold.h"
#include "hive/base/buf.h"
#include "hive/base/number.h"

#define WIDTH	    80
#define WIDTH_LEAST 20
#define WIDTH_MOST  1000

static struct {
	bool terminal, colours, errors_too;
	int width;
	pid_t pager;
} now = { .width = WIDTH };

enum cli_when cli_when_find(const char *word)
{
	static const char *const words[CLI_WHENS] = { "auto", "always",
						      "never" };
	int i;

	for (i = 0; i < CLI_WHENS && strcmp(words[i], word) != 0; i++)
		;
	return (enum cli_when)i;
}

static int find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { .ws_col = 0 };
	uint64_t n = 0;

	if (!columns || !spp_number_parse(columns, WIDTH_MOST, &n)) {
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
		n = size.ws_col;
	}
	if (!n)
		return WIDTH;
	return n < WIDTH_LEAST	? WIDTH_LEAST
	       : n > WIDTH_MOST ? WIDTH_MOST
				: (int)n;
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !strcmp(term, "dumb");
}

static bool want_colours(enum cli_when when)
{
	const char *no = getenv("NO_COLOR");

	if (when != CLI_AUTO)
		return when == CLI_ALWAYS;
	return now.terminal && !(no && *no) && !is_dumb();
}

static bool is_executable(const char *folder, size_t n, const char *name,
			  size_t length)
{
	char CLEANUP(spp_free_string) *path = NULL;

	if (asprintf(&path, "%.*s%s%.*s", (int)n, folder, n ? "/" : "",
		     (int)length, name) < 0) {
		path = NULL;
		return false;
	}
	return !access(path, X_OK);
}

/* Whether the first word of a command line is a program, maybe in PATH. */
static bool is_program(const char *line)
{
	size_t word = strcspn(line, " "), n;
	const char *at = getenv("PATH");
	bool found = false;

	/* What only the shell understands, it may try. */
	if (strpbrk(line, "$`'\"&|;<>()\\*?[#~=%"))
		return true;
	if (memchr(line, '/', word))
		return is_executable("", 0, line, word);
	for (; at && *at && !found; at += n + (at[n] == ':')) {
		n = strcspn(at, ":");
		found = is_executable(at, n, line, word);
	}
	return found;
}

/* The command line of the pager; NULL: none is wanted, or there is none. */
static const char *find_pager(void)
{
	const char *line = getenv("PAGER");

	if (!line)
		line = is_dumb() ? "" : "less";
	return *line && strcmp(line, "cat") != 0 && is_program(line) ? line
								     : NULL;
}

/* The pager must not stay behind with the terminal. */
static void on_signal(int number)
{
	close(STDOUT_FILENO);
	if (now.errors_too)
		close(STDERR_FILENO);
	waitpid(now.pager, NULL, 0);
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction is, with = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!sigaction(numbers[i], NULL, &is) &&
		    is.sa_handler != SIG_IGN)
			sigaction(numbers[i], &with, NULL);
}

static void start_pager(void)
{
	const char *line = find_pager();
	int ends[2];

	if (!line || pipe2(ends, O_CLOEXEC))
		return;
	now.pager = fork();
	if (!now.pager) {
		dup2(ends[0], STDIN_FILENO);
		setenv("LESS", "FRX", 0);
		setenv("LV", "-c", 0);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	if (now.pager > 0) {
		now.errors_too = isatty(STDERR_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		if (now.errors_too)
			dup2(ends[1], STDERR_FILENO);
		catch_signals();
	}
	close(ends[1]);
}

void cli_terminal_begin(enum cli_when colour, bool paged, bool folded)
{
	now.terminal = isatty(STDOUT_FILENO);
	now.width = find_width();
	now.colours = want_colours(colour);
	if (now.terminal && paged)
		start_pager();
	if (now.terminal && folded)
		cli_fold_begin(now.width);
}

void cli_terminal_end(void)
{
	cli_fold_end();
	if (now.pager <= 0)
		return;
	fflush(stdout);
	close(STDOUT_FILENO);
	if (now.errors_too)
		close(STDERR_FILENO);
	waitpid(now.pager, NULL, 0);
	now.pager = 0;
}

bool cli_terminal_paged(void)
{
	return now.pager > 0;
}

bool cli_on_terminal(FILE *to)
{
	return now.terminal && to == stdout;
}

int cli_width(void)
{
	return now.width;
}

const char *cli_colour(enum cli_paint paint)
{
	static const char *const sequences[CLI_PAINTS] = {
		"\033[0m",  "\033[1m",	"\033[31m",
		"\033[32m", "\033[33m", "\033[36m"
	};

	return now.colours ? sequences[paint] : "";
}

const char *cli_colour_of(const char *severity)
{
	static const struct {
		const char *severity;
		enum cli_paint paint;
	} paints[] = { { "critical", CLI_RED },	  { "high", CLI_RED },
		       { "error", CLI_RED },	  { "medium", CLI_YELLOW },
		       { "warning", CLI_YELLOW }, { "low", CLI_CYAN } };
	size_t i;

	for (i = 0; i < sizeof(paints) / sizeof(paints[0]); i++)
		if (!strcmp(paints[i].severity, severity))
			return cli_colour(paints[i].paint);
	return cli_colour(CLI_PLAIN);
}

bool cli_colours(bool on)
{
	bool before = now.colours;

	now.colours = on;
	return before;
}
