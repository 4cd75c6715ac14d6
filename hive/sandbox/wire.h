/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A confined child that works on a disk it cannot see.
 *
 *	static enum spp_status job(struct spp_wire *wire, void *ctx,
 *				   struct spp_error *err)
 *	{
 *		spp_wire_read(wire, off, buf, n, err);
 *		spp_wire_write(wire, off, data, n, err);
 *		spp_wire_report(wire, kind, data, n, err);
 *	}
 *
 *	spp_wire_run(job, ctx, &host, "libntfs-3g", err);
 *
 * The child has no files, only a socket to the parent, over which it requests
 * each byte of the disk, hands over each byte that it would write, and reports.
 * The parent checks all of this as if it came from the image, because it may.
 * The child's end is reported as for any process.
 *
 * A message is a head and up to SPP_WIRE_MAX bytes, in one packet:
 *
 *   child   READ off n                  parent  n bytes, or FAILED
 *   child   WRITE off n, n bytes        parent  DONE, or FAILED
 *   child   REPORT off n, n bytes       (no answer; off is the kind)
 *
 * n is 1 to SPP_WIRE_MAX; a message that breaks this ends the conversation.
 */
#ifndef HIVE_SANDBOX_WIRE_H
#define HIVE_SANDBOX_WIRE_H

#include <stdint.h>

#include "hive/base/error.h"

#define SPP_WIRE_MAX ((size_t)32768)

struct spp_wire; /* the child's end */

typedef enum spp_status (*spp_wire_job)(struct spp_wire *wire, void *ctx,
					struct spp_error *err);

/* The parent's functions; NULL refuses the request. */
struct spp_wire_host {
	void *ctx;
	enum spp_status (*read)(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err);
	enum spp_status (*write)(void *ctx, uint64_t off, const void *data,
				 size_t n, struct spp_error *err);
	enum spp_status (*report)(void *ctx, uint64_t kind, const void *data,
				  size_t n, struct spp_error *err);
};

/* Any n; fails with SPP_IO without details, which the parent has. */
enum spp_status spp_wire_read(struct spp_wire *wire, uint64_t off, void *buf,
			      size_t n, struct spp_error *err);
enum spp_status spp_wire_write(struct spp_wire *wire, uint64_t off,
			       const void *data, size_t n,
			       struct spp_error *err);
/* 1 to SPP_WIRE_MAX bytes. */
enum spp_status spp_wire_report(struct spp_wire *wire, uint64_t kind,
				const void *data, size_t n,
				struct spp_error *err);

/*
 * Only the parent's side, until the child hangs up; SPP_BUG from a host
 * function means that the request was nonsense.
 */
enum spp_status spp_wire_serve(const struct spp_wire_host *host, int fd,
			       const char *who, struct spp_error *err);

/* The job's status, or the host's if the host failed first. */
enum spp_status spp_wire_run(spp_wire_job job, void *ctx,
			     const struct spp_wire_host *host, const char *who,
			     struct spp_error *err);

#endif
