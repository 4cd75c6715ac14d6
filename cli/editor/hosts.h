/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The KMS hosts beside the one that is edited, and whom clients ask of all of
 * them: the SRV records of the state as it would be, with what happens while
 * one host is down.
 *
 *	struct cli_hosts hosts = CLI_HOSTS_INIT;
 *
 *	cli_hosts_add(&hosts, call, path, err);	a target or a dump, read only
 *	cli_hosts_show(&hosts, &state, &now, domain, &lines, err);
 *	cli_hosts_next(&hosts);			another host is down
 *	cli_hosts_release(&hosts);
 */
#ifndef CLI_EDITOR_HOSTS_H
#define CLI_EDITOR_HOSTS_H

#include "cli/editor/state.h"

struct cli_host {
	char *path;
	struct spp_policy have;
	struct spp_identity identity;
};

struct cli_hosts {
	struct cli_host *host;
	size_t count;
	size_t down; /* 0: the one that is edited, else host[down - 1] */
};

#define CLI_HOSTS_INIT        \
	{                     \
		.host = NULL, \
	}

void cli_hosts_release(struct cli_hosts *hosts);
enum spp_status cli_hosts_add(struct cli_hosts *hosts,
			      const struct cli_call *call, const char *path,
			      struct spp_error *err);
void cli_hosts_next(struct cli_hosts *hosts);

/*
 * Adds a line for each record, below one for its domain.  top: the domain to
 * begin with, and no notes; NULL: all, with what weakens the design.
 */
enum spp_status cli_hosts_show(const struct cli_hosts *hosts,
			       const struct cli_state *state,
			       const struct spp_policy *now, const char *top,
			       struct spp_notes *lines, struct spp_error *err);

#endif
