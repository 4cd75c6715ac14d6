/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/paths.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "hive/base/buf.h"

static_assert(SPP_ROLE_COUNT <= SPP_SEEK_PATHS, "a path for each role");

/* Until Windows 2000 the folder was WINNT. */
#define WINDOWS "Windows|WINNT"

static const struct spp_seek_path paths[SPP_ROLE_COUNT] = {
	[SPP_ROLE_SOFTWARE] = { { WINDOWS, "System32", "config", "SOFTWARE" } },
	[SPP_ROLE_SYSTEM] = { { WINDOWS, "System32", "config", "SYSTEM" } },
	[SPP_ROLE_NETSVC] = { { WINDOWS, "ServiceProfiles", "NetworkService",
				"NTUSER.DAT" } },
};

static const char *const texts[SPP_ROLE_COUNT] = {
	[SPP_ROLE_ANY] = "",
	[SPP_ROLE_SOFTWARE] = "System32/config/SOFTWARE",
	[SPP_ROLE_SYSTEM] = "System32/config/SYSTEM",
	[SPP_ROLE_NETSVC] = "ServiceProfiles/NetworkService/NTUSER.DAT",
};

static const char *const role_names[SPP_ROLE_COUNT] = {
	[SPP_ROLE_ANY] = "hive",
	[SPP_ROLE_SOFTWARE] = "SOFTWARE",
	[SPP_ROLE_SYSTEM] = "SYSTEM",
	[SPP_ROLE_NETSVC] = "NetworkService",
};

const char *spp_role_name(enum spp_role role)
{
	return role_names[role];
}

enum spp_role spp_role_find(const char *name)
{
	int role;

	for (role = SPP_ROLE_COUNT - 1; role > SPP_ROLE_ANY; role--)
		if (!strcasecmp(role_names[role], name))
			break;
	return (enum spp_role)role;
}

struct spp_seek_query spp_paths_query(const char *pick)
{
	return (struct spp_seek_query){ .path = paths,
					.paths = SPP_ROLE_COUNT,
					.lead = SPP_ROLE_SOFTWARE,
					.pick = pick };
}

const char *spp_paths_text(enum spp_role role)
{
	return texts[role];
}

/*
 * Lists the found files: "'Windows/System32/config/SOFTWARE', 'WINNT/...'";
 * fit: only those that the user's pick allows.
 */
static void list_them(const struct spp_seek *seek, size_t path, const char *fit,
		      struct spp_buf *list)
{
	size_t i;

	for (i = 0; i < seek->count; i++)
		if (seek->found[i].path == path &&
		    spp_seek_fits(&seek->found[i], fit))
			spp_buf_printf(list, NULL, "%s'%s'",
				       list->size ? ", " : "",
				       seek->found[i].name);
}

enum spp_status spp_paths_choose(const struct spp_seek *seek,
				 const struct spp_seek_query *query,
				 const char *subject,
				 const struct spp_found *chosen[SPP_ROLE_COUNT],
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) list = SPP_BUF_INIT;
	const struct spp_found *found[SPP_SEEK_PATHS];
	enum spp_seek_verdict verdict;
	size_t many;

	verdict = spp_seek_choose(seek, query, found, &many);
	memcpy(chosen, found, SPP_ROLE_COUNT * sizeof(*chosen));
	if (verdict == SPP_SEEK_MANY) {
		list_them(seek, many, query->pick, &list);
		return spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_WINDOWS,
				       "%s has several %s hives: %s", subject,
				       spp_role_name((enum spp_role)many),
				       spp_buf_text(&list));
	}
	if (verdict == SPP_SEEK_ONE || !query->pick)
		return SPP_OK;
	list_them(seek, query->lead, NULL, &list);
	if (!list.size)
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"%s has no SOFTWARE hive in '%s'; it has %s", subject,
			query->pick, spp_buf_text(&list));
}
