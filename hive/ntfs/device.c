/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives libntfs-3g a device that is read and written by two functions. */
#include "hive/ntfs/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h> /* the headers of libntfs-3g in Debian 13 need it first */

#include <ntfs-3g/device.h>
#include <ntfs-3g/logging.h>
#include <ntfs-3g/volume.h>

#include "hive/base/bytes.h"

static int dev_open(struct ntfs_device *dev, int flags)
{
	if (NDevOpen(dev)) {
		errno = EBUSY;
		return -1;
	}
	NDevSetOpen(dev);
	if ((flags & O_ACCMODE) == O_RDONLY)
		NDevSetReadOnly(dev);
	return 0;
}

static int dev_close(struct ntfs_device *dev)
{
	dev->d_state &= ~(1ul << ND_Open);
	return 0;
}

static s64 dev_pread(struct ntfs_device *dev, void *buf, s64 n, s64 off)
{
	const struct spp_ntfs_io *io =
		((struct spp_ntfs_device *)dev->d_private)->io;

	if (n < 0 || off < 0 ||
	    !spp_within((uint64_t)off, (uint64_t)n, io->size) ||
	    io->read(io->ctx, (uint64_t)off, buf, (size_t)n, NULL)) {
		errno = EIO;
		return -1;
	}
	return n;
}

static s64 dev_pwrite(struct ntfs_device *dev, const void *buf, s64 n, s64 off)
{
	const struct spp_ntfs_io *io =
		((struct spp_ntfs_device *)dev->d_private)->io;

	if (!io->write || NDevReadOnly(dev)) {
		errno = EROFS;
		return -1;
	}
	if (n < 0 || off < 0 ||
	    !spp_within((uint64_t)off, (uint64_t)n, io->size) ||
	    io->write(io->ctx, (uint64_t)off, buf, (size_t)n, NULL)) {
		errno = EIO;
		return -1;
	}
	return n;
}

static s64 dev_seek(struct ntfs_device *dev, s64 off, int whence)
{
	struct spp_ntfs_device *d = dev->d_private;
	s64 from = whence == SEEK_CUR	? d->at
		   : whence == SEEK_END ? (s64)d->io->size
					: 0;

	if (off < -from || off > (s64)d->io->size - from) {
		errno = EINVAL;
		return -1;
	}
	d->at = from + off;
	return d->at;
}

static s64 dev_read(struct ntfs_device *dev, void *buf, s64 n)
{
	struct spp_ntfs_device *d = dev->d_private;
	s64 got = dev_pread(dev, buf, n, d->at);

	if (got > 0)
		d->at += got;
	return got;
}

static s64 dev_write(struct ntfs_device *dev, const void *buf, s64 n)
{
	struct spp_ntfs_device *d = dev->d_private;
	s64 put = dev_pwrite(dev, buf, n, d->at);

	if (put > 0)
		d->at += put;
	return put;
}

static int dev_sync(struct ntfs_device *dev)
{
	(void)dev;
	return 0;
}

static int dev_stat(struct ntfs_device *dev, struct stat *st)
{
	struct spp_ntfs_device *d = dev->d_private;

	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG;
	st->st_size = (off_t)d->io->size;
	return 0;
}

static int dev_ioctl(struct ntfs_device *dev, unsigned long request, void *arg)
{
	(void)dev;
	(void)request;
	(void)arg;
	errno = EOPNOTSUPP;
	return -1;
}

static struct ntfs_device_operations dev_ops = {
	.open = dev_open,
	.close = dev_close,
	.seek = dev_seek,
	.read = dev_read,
	.write = dev_write,
	.pread = dev_pread,
	.pwrite = dev_pwrite,
	.sync = dev_sync,
	.stat = dev_stat,
	.ioctl = dev_ioctl,
};

enum spp_status spp_ntfs_fail(struct spp_error *err, const char *what)
{
	return spp_fail_errno(err, SPP_CORRUPT, "libntfs-3g cannot %s", what);
}

/*
 * Mounts for reading with the forensic option: nothing is repaired, and nothing
 * refused, since we judge ourselves.  Mounts for writing without any option to
 * force: the library's own refusals add to ours.
 */
enum spp_status spp_ntfs_mount(struct spp_ntfs_device *d, bool write,
			       struct _ntfs_volume **vol, struct spp_error *err)
{
	struct ntfs_device *dev;

	ntfs_log_set_handler(ntfs_log_handler_null);
	dev = ntfs_device_alloc("volume", 0, &dev_ops, d);
	if (!dev)
		return spp_nomem(err);
	*vol = ntfs_device_mount(dev,
				 write ? NTFS_MNT_NONE
				       : NTFS_MNT_RDONLY | NTFS_MNT_FORENSIC);
	if (!*vol) {
		int why = errno;

		/* The library frees the device only together with a volume. */
		ntfs_device_free(dev);
		errno = why;
		return spp_ntfs_fail(err, "mount it");
	}
	if (ntfs_set_ignore_case(*vol)) {
		ntfs_umount(*vol, FALSE);
		return spp_nomem(err);
	}
	return SPP_OK;
}
