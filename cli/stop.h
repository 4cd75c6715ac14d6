/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stops an edit when asked to.
 *
 *	cli_stop_hold();			before the first write
 *	for each target:
 *		if (cli_stop_reason()) ...	report what was not touched
 *		... all of one target ...
 *	cli_stop_raise();			after all output
 *
 * INT, TERM and HUP are held back: the current target is finished, or left
 * alone if nothing was replaced yet, and no other is begun.  Then the program
 * ends by the signal, as a shell expects.  If the reader of stdout is gone, the
 * list stops in the same way, as an error of writing.
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>
#include <stddef.h>

void cli_stop_hold(void);
/* "SIGTERM" if one was held back, or NULL. */
const char *cli_stop_signal(void);
/* Why no further target is to be begun, or NULL. */
const char *cli_stop_reason(void);
/* Ends the program by the signal that was held back, if there is one. */
void cli_stop_raise(void);

/* A descriptor that is readable while a signal is held back, or -1. */
int cli_stop_open(void);

/*
 * Prints "stopped by SIGTERM: 2 of 5 targets done, 1 failed; not touched: 'd',
 * 'e'".  is_left tells which were not touched; NULL: all.
 */
void cli_stop_tell(char *const *paths, size_t count, size_t done, size_t failed,
		   bool (*is_left)(const void *ctx, size_t i), const void *ctx);

#endif
