/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target.h"

#include <errno.h>
#include <strings.h>
#include <sys/stat.h>

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

enum spp_status spp_target_open(const char *path,
				const struct spp_target_options *options,
				struct spp_target **target,
				struct spp_error *err)
{
	struct stat st;

	if (stat(path, &st))
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	if (S_ISDIR(st.st_mode))
		return spp_target_dir_open(path, options, target, err);
	return spp_target_file_open(path, options, target, err);
}

struct spp_store *spp_target_store(struct spp_target *target,
				   enum spp_role role)
{
	return target->store[role];
}

enum spp_status spp_target_publish(struct spp_target *target,
				   struct spp_error *err)
{
	return target->ops->publish(target, err);
}

void spp_target_close(struct spp_target *target)
{
	if (target)
		target->ops->close(target);
}
