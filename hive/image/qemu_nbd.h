/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qemu-nbd unpacks qcow2, vhdx, vhd, vmdk and vdi, in a process that is started
 * for one connection and ends with it.
 *
 *	struct spp_qemu_nbd server = SPP_QEMU_NBD_INIT;
 *
 *	spp_qemu_nbd_start(&server, layers, count, write, label, &fd, err);
 *	... speak NBD on fd ...; close it
 *	spp_qemu_nbd_stop(&server);		waits until all is on disk
 *
 * The format is stated, never guessed, and the layers below an overlay are
 * passed as open files: no name in an image is ever opened.  If an image could
 * make it try, the sandbox would refuse: hive/sandbox/program.h.
 *
 * A keeper process outlives us.  When we close or are killed, it ends qemu-nbd
 * by SIGTERM, so that the image is closed properly; after two minutes it kills
 * it.
 */
#ifndef HIVE_QEMU_NBD_H
#define HIVE_QEMU_NBD_H

#include <sys/types.h>

#include "hive/base/error.h"
#include "hive/base/target_kind.h"

#define SPP_LAYERS_MAX 16

/* An image, or a backing file below it. */
struct spp_image_layer {
	int fd;
	enum spp_target_kind kind;
};

struct spp_qemu_nbd {
	pid_t pid; /* of the keeper, which ends as qemu-nbd did */
	int life;  /* pipe to the keeper: closing it ends qemu-nbd */
	int log;   /* qemu-nbd's messages */
	/*
	 * Set before the start; borrowed.  The folder for a socket's folder
	 * (NULL or unusable: /tmp or the like), and $PATH, to find qemu-nbd.
	 */
	const char *tmp_dir, *path;
};

#define SPP_QEMU_NBD_INIT                         \
	{                                         \
		.pid = -1, .life = -1, .log = -1, \
	}

/*
 * layers[0] is the image, each next one the backing file of the one before.
 * The caller locks the image; the other layers are locked here.  *fd is
 * connected and yours.  If the image cannot be opened, nothing answers, and
 * spp_qemu_nbd_why() tells the reason.
 */
enum spp_status spp_qemu_nbd_start(struct spp_qemu_nbd *server,
				   const struct spp_image_layer *layers,
				   size_t count, bool write, const char *label,
				   int *fd, struct spp_error *err);

/* After a failed conversation: why the server ended. */
enum spp_status spp_qemu_nbd_why(struct spp_qemu_nbd *server, const char *label,
				 struct spp_error *err);
void spp_qemu_nbd_stop(struct spp_qemu_nbd *server);

#endif
