/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk offered to another program by the NBD protocol: what that program
 * writes goes into an overlay, and the disk below is not touched.
 *
 *	struct spp_nbdexport export = SPP_NBDEXPORT_INIT;
 *
 *	spp_nbdexport_open(&export, overlay, err);
 *	... hand "unix:" export.path to the other one ...
 *	poll(spp_nbdexport_fd(&export)), and when it is readable:
 *	spp_nbdexport_serve(&export, err);
 *	spp_nbdexport_close(&export);
 *
 * One connection at a time, in the fixed newstyle, without TLS, reading,
 * writing and flushing.  The other one is started by us, on a socket in a
 * folder that is ours alone; still, nothing that it says is believed.
 *
 * Source: doc/proto.md of github.com/NetworkBlockDevice/nbd.
 */
#ifndef HIVE_NBDEXPORT_H
#define HIVE_NBDEXPORT_H

#include "hive/image/overlay.h"

struct spp_nbdexport {
	struct spp_overlay *disk;
	int listener;
	int fd;	       /* connected, or -1 */
	bool talking;  /* the handshake is over */
	bool full;     /* a write was turned away: too many pages */
	char path[48]; /* of the socket */
	uint8_t *buf;  /* SPP_NBDEXPORT_CHUNK bytes */
};

#define SPP_NBDEXPORT_INIT               \
	{                                \
		.listener = -1, .fd = -1 \
	}

/* The largest request: what every client keeps to. */
#define SPP_NBDEXPORT_CHUNK ((size_t)32 << 20)

enum spp_status spp_nbdexport_open(struct spp_nbdexport *export,
				   struct spp_overlay *disk,
				   struct spp_error *err);
void spp_nbdexport_close(struct spp_nbdexport *export);

/* Nobody else needs the socket's name: it is gone, also if we are killed. */
void spp_nbdexport_hide(struct spp_nbdexport *export);

/* What to wait for: the connection, or one to come. */
int spp_nbdexport_fd(const struct spp_nbdexport *export);

/*
 * Answers one request, or takes a connection.  A connection that breaks is
 * not an error: another one may come.
 */
enum spp_status spp_nbdexport_serve(struct spp_nbdexport *export,
				    struct spp_error *err);

#endif
