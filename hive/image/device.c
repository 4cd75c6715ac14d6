/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum spp_status spp_device_claim(const struct spp_place *place, bool write,
				 int *fd, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	errno = 0;
	st = spp_place_reopen(place, O_EXCL | (write ? O_RDWR : O_RDONLY), fd,
			      &why);
	if (st && errno == EBUSY)
		return spp_fail(err, SPP_BUSY,
				"'%s' is mounted, or part of another device "
				"that is in use; unmount it first",
				place->label);
	if (st && write && (errno == EACCES || errno == EROFS))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is read-only; allow writing with "
				"blockdev --setrw first",
				place->label);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

bool spp_device_read_only(int fd)
{
	int on = 0;

	return !ioctl(fd, BLKROGET, &on) && on;
}

enum spp_status spp_device_size(int fd, const char *label, uint64_t *size,
				struct spp_error *err)
{
	if (!ioctl(fd, BLKGETSIZE64, size))
		return SPP_OK;
	return spp_fail_errno(err, SPP_IO, "cannot learn the size of '%s'",
			      label);
}

/* Reads one line of a file in /sys; false if there is none. */
static bool read_line(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return *text && !strchr(text, '/');
}

enum spp_status spp_device_name(const struct spp_place *place, char **name,
				struct spp_error *err)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/dm/name",
		 major(place->st.st_rdev), minor(place->st.st_rdev));
	*name = strdup(read_line(path, text, sizeof(text)) ? text
							   : place->name);
	return *name ? SPP_OK : spp_nomem(err);
}
