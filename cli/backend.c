/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* It takes half a minute where there is no virtualization in hardware. */
static void ask_for_patience(void)
{
	static bool said;

	if (!said && isatty(STDERR_FILENO))
		/* In place of what cli_progress() has there. */
		fputs("\r\033[Ksppctl: starting libguestfs, which takes "
		      "some seconds\n",
		      stderr);
	said = true;
}

enum spp_status cli_disk_backend(const struct cli_call *call,
				 struct spp_target_options *options,
				 struct spp_error *err)
{
	const char *name = cli_value(call, OPT_DISK_BACKEND);
	const char *backend = getenv("LIBGUESTFS_BACKEND");

	options->guest = name && !strcmp(name, "guestfs");
	options->guest_backend = backend && *backend;
	options->key_file = cli_value(call, OPT_DISK_KEY);
	if (name && !options->guest && strcmp(name, "builtin") != 0)
		return spp_fail(err, SPP_USAGE,
				"'%s' is none of builtin and guestfs", name);
	if (options->key_file && !options->guest)
		return spp_fail(err, SPP_USAGE,
				"--disk-key is for --disk-backend=guestfs");
	if (options->guest)
		ask_for_patience();
	return SPP_OK;
}
