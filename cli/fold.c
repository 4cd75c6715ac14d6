/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fold.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "cli/wrap.h"

#define HANGING 2    /* so much further right than the line began */
#define WORDS	24   /* columns for words in every line */
#define LONGEST 8192 /* bytes; a longer line is printed as it is */

static struct {
	FILE *terminal; /* stdout as it was; NULL: nothing is folded */
	int width;
	bool whole;
	char line[LONGEST + 1]; /* what was printed of the last one */
	size_t size;
} now;

static void end_line(void)
{
	int lead = (int)strspn(now.line, " "), most = now.width - WORDS;
	int hang = lead + HANGING;

	now.line[now.size] = '\0';
	now.size = 0;
	if (now.whole || cli_text_width(now.line) <= now.width) {
		fprintf(now.terminal, "%s\n", now.line);
		return;
	}
	lead = lead < most ? lead : most;
	fprintf(now.terminal, "%*s", lead, "");
	cli_wrap(now.terminal, now.line, lead, hang < most ? hang : most,
		 now.width);
}

/* What is no end of a line, as it is. */
static void pass_on(void)
{
	fwrite(now.line, 1, now.size, now.terminal);
	now.size = 0;
}

static ssize_t take(void *cookie, const char *text, size_t size)
{
	size_t i;

	(void)cookie;
	for (i = 0; i < size; i++) {
		if (text[i] == '\n') {
			end_line();
			continue;
		}
		if (now.size == LONGEST)
			pass_on();
		now.line[now.size++] = text[i];
	}
	return fflush(now.terminal) || ferror(now.terminal) ? 0 : (ssize_t)size;
}

void cli_fold_begin(int width)
{
#ifdef __GLIBC__
	FILE *folded = fopencookie(NULL, "w",
				   (cookie_io_functions_t){ .write = take });

	/* Without memory, lines are as long as they are. */
	if (!folded)
		return;
	setvbuf(folded, NULL, _IOLBF, 0);
	now.terminal = stdout;
	now.width = width;
	stdout = folded;
#else
	(void)take;
	(void)width;
#endif
}

void cli_fold_whole(const char *line)
{
	fflush(stdout);
	now.whole = true;
	puts(line);
	fflush(stdout);
	now.whole = false;
}

void cli_fold_end(void)
{
	if (!now.terminal)
		return;
	fflush(stdout);
	pass_on();
	fflush(now.terminal);
}
