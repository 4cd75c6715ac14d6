/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qemu-nbd as the one who unpacks qcow2, vhdx, vhd, vmdk and vdi: a process
 * of its own, started for one connection and gone with it.
 *
 *	struct spp_qemu_nbd server = SPP_QEMU_NBD_INIT;
 *
 *	spp_qemu_nbd_start(&server, layers, count, write, label, &fd, err);
 *	... speak NBD on fd ...; close it
 *	spp_qemu_nbd_stop(&server);		waits until all is on disk
 *
 * The format is stated, never guessed, and the layers below an overlay are
 * passed open: no name that stands in an image is ever opened.  Should an
 * image talk it into that all the same, it cannot: hive/sandbox/program.h.
 *
 * A keeper between us and it, which outlives us, ends it by SIGTERM when we let
 * go or are killed, so that it closes the image; only where it does not end
 * within two minutes it is killed.
 */
#ifndef HIVE_QEMU_NBD_H
#define HIVE_QEMU_NBD_H

#include <sys/types.h>

#include "hive/base/error.h"
#include "hive/base/target_kind.h"

#define SPP_LAYERS_MAX 16

/* An image, or one below it. */
struct spp_image_layer {
	int fd;
	enum spp_target_kind kind;
};

struct spp_qemu_nbd {
	pid_t pid; /* of its keeper, which ends as it ended */
	int life;  /* a pipe to the keeper: when it closes, qemu-nbd ends */
	int log;   /* what it says */
	/*
	 * Set before the start, borrowed: where a folder for a socket may be
	 * made (NULL or unusable: /tmp or the like), and $PATH, in which it is
	 * found.
	 */
	const char *tmp_dir, *path;
};

#define SPP_QEMU_NBD_INIT                         \
	{                                         \
		.pid = -1, .life = -1, .log = -1, \
	}

/*
 * layers[0] is the image, each next one the backing file of the one before.
 * Locking the image is the caller's business; the others are locked here.
 * *fd is connected and yours.  It answers nothing if the image cannot be
 * opened; spp_qemu_nbd_why() says why then.
 */
enum spp_status spp_qemu_nbd_start(struct spp_qemu_nbd *server,
				   const struct spp_image_layer *layers,
				   size_t count, bool write, const char *label,
				   int *fd, struct spp_error *err);

/* After a failed conversation: what the server died of. */
enum spp_status spp_qemu_nbd_why(struct spp_qemu_nbd *server, const char *label,
				 struct spp_error *err);
void spp_qemu_nbd_stop(struct spp_qemu_nbd *server);

#endif
