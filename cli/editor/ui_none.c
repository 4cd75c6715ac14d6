/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instead of ui.c where ncurses is not there. */
#include "cli/editor/ui.h"
#include "cli/fail.h"

enum cli_exit cli_ui(const struct cli_call *call)
{
	struct spp_error err = SPP_ERROR_INIT;

	spp_fail(&err, SPP_UNSUPPORTED,
		 "the screen is not in this build (no ncursesw); use sppctl "
		 "edit");
	return cli_fail(call, &err);
}
