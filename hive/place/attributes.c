/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/attributes.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

/* Linux's limit on one extended attribute, and on a list of names. */
#define XATTR_MAX 65536

/* Buffers for a list of names, an attribute, and the other file's attribute. */
struct room {
	char names[XATTR_MAX];
	uint8_t value[XATTR_MAX], now[XATTR_MAX];
};

static enum spp_status copy_one(int from, int to, const char *attr,
				const char *label, bool must, struct room *room,
				struct spp_error *err)
{
	ssize_t n = fgetxattr(from, attr, room->value, XATTR_MAX);

	if (n < 0)
		return must ? spp_fail_errno(err, SPP_IO,
					     "cannot read attribute '%s' of "
					     "'%s'",
					     attr, label)
			    : SPP_OK;
	if (fgetxattr(to, attr, room->now, XATTR_MAX) == n &&
	    !memcmp(room->now, room->value, (size_t)n))
		return SPP_OK;
	if (fsetxattr(to, attr, room->value, (size_t)n, 0))
		return spp_fail_errno(err, SPP_IO,
				      "cannot keep attribute '%s' of '%s'",
				      attr, label);
	return SPP_OK;
}

/*
 * Names of ntfs-3g, then of the kernel's ntfs3.  The object id is left out: two
 * files of a volume must not share one.
 */
static const char *const unlisted[] = {
	"system.ntfs_acl",	"system.ntfs_attrib", "system.ntfs_crtime",
	"system.ntfs_security", "system.dos_attrib",
};

static enum spp_status copy_all(int from, int to, const char *label,
				struct room *room, struct spp_error *err)
{
	ssize_t n = flistxattr(from, room->names, XATTR_MAX), at;
	enum spp_status st = SPP_OK;
	size_t i;

	if (n < 0 && errno != ENOTSUP)
		return spp_fail_errno(err, SPP_IO,
				      "cannot list the attributes of '%s'",
				      label);
	for (at = 0; !st && at < n; at += (ssize_t)strlen(room->names + at) + 1)
		st = copy_one(from, to, room->names + at, label, true, room,
			      err);
	for (i = 0; !st && i < sizeof(unlisted) / sizeof(unlisted[0]); i++)
		st = copy_one(from, to, unlisted[i], label, false, room, err);
	return st;
}

enum spp_status spp_attributes_copy(int from, int to, const char *label,
				    struct spp_error *err)
{
	struct room *room = malloc(sizeof(*room));
	enum spp_status st =
		room ? copy_all(from, to, label, room, err) : spp_nomem(err);

	free(room);
	return st;
}
