/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "hive/sandbox/process.h"

enum { READ = 1, WRITE, REPORT, DATA, DONE, FAILED };

struct head {
	uint32_t what;
	uint32_t n; /* bytes asked for, or behind the head */
	uint64_t off;
};

struct packet {
	struct head head;
	uint8_t data[SPP_WIRE_MAX];
};

struct spp_wire {
	int fd;
	struct packet packet;
};

/* What the child is given. */
struct task {
	spp_worker_job job;
	void *ctx;
	struct spp_wire *wire;
};

static bool send_packet(int fd, const struct head *head, const void *data,
			size_t n)
{
	struct iovec parts[] = { { (void *)(uintptr_t)head, sizeof(*head) },
				 { (void *)(uintptr_t)data, n } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t sent;

	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)(sizeof(*head) + n);
}

/* Bytes behind the head; -1 at the end or if it is no packet of ours. */
static ssize_t receive(int fd, struct packet *packet)
{
	struct iovec part = { packet, sizeof(*packet) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	do
		got = recvmsg(fd, &message, 0);
	while (got < 0 && errno == EINTR);
	if (got < (ssize_t)sizeof(packet->head) ||
	    message.msg_flags & MSG_TRUNC)
		return -1;
	return got - (ssize_t)sizeof(packet->head);
}

static enum spp_status gone(struct spp_error *err)
{
	return spp_fail(err, SPP_IO, "the disk cannot be reached");
}

enum spp_status spp_wire_read(struct spp_wire *wire, uint64_t off, void *buf,
			      size_t n, struct spp_error *err)
{
	struct head head = { .what = READ };
	uint8_t *to = buf;
	ssize_t got;

	for (; n; off += head.n, to += head.n, n -= head.n) {
		head.n = (uint32_t)(n < SPP_WIRE_MAX ? n : SPP_WIRE_MAX);
		head.off = off;
		if (!send_packet(wire->fd, &head, NULL, 0))
			return gone(err);
		got = receive(wire->fd, &wire->packet);
		if (got != (ssize_t)head.n || wire->packet.head.what != DATA)
			return gone(err);
		memcpy(to, wire->packet.data, head.n);
	}
	return SPP_OK;
}

enum spp_status spp_wire_write(struct spp_wire *wire, uint64_t off,
			       const void *data, size_t n,
			       struct spp_error *err)
{
	struct head head = { .what = WRITE };
	const uint8_t *from = data;

	for (; n; off += head.n, from += head.n, n -= head.n) {
		head.n = (uint32_t)(n < SPP_WIRE_MAX ? n : SPP_WIRE_MAX);
		head.off = off;
		if (!send_packet(wire->fd, &head, from, head.n) ||
		    receive(wire->fd, &wire->packet) ||
		    wire->packet.head.what != DONE)
			return gone(err);
	}
	return SPP_OK;
}

enum spp_status spp_wire_report(struct spp_wire *wire, uint64_t kind,
				const void *data, size_t n,
				struct spp_error *err)
{
	struct head head = { REPORT, (uint32_t)n, kind };

	if (n > SPP_WIRE_MAX || !send_packet(wire->fd, &head, data, n))
		return gone(err);
	return SPP_OK;
}

/* In the child. */
static enum spp_status work(void *ctx, struct spp_error *err)
{
	struct task *task = ctx;

	return task->job(task->wire, task->ctx, err);
}

static enum spp_status serve_read(const struct spp_worker_host *host, int fd,
				  struct packet *p, ssize_t n,
				  struct spp_error *err)
{
	enum spp_status st;

	if (n || p->head.n > SPP_WIRE_MAX || !host->read)
		return SPP_BUG;
	st = host->read(host->ctx, p->head.off, p->data, p->head.n, err);
	p->head.what = st ? FAILED : DATA;
	send_packet(fd, &p->head, p->data, st ? 0 : p->head.n);
	return st;
}

static enum spp_status serve_write(const struct spp_worker_host *host, int fd,
				   struct packet *p, ssize_t n,
				   struct spp_error *err)
{
	enum spp_status st;

	if (n != (ssize_t)p->head.n || !host->write)
		return SPP_BUG;
	st = host->write(host->ctx, p->head.off, p->data, p->head.n, err);
	p->head.what = st ? FAILED : DONE;
	send_packet(fd, &p->head, NULL, 0);
	return st;
}

static enum spp_status serve_report(const struct spp_worker_host *host, int fd,
				    struct packet *p, ssize_t n,
				    struct spp_error *err)
{
	(void)fd;
	if (n != (ssize_t)p->head.n || !host->report)
		return SPP_BUG;
	return host->report(host->ctx, p->head.off, p->data, (size_t)n, err);
}

/*
 * Answers until the child hangs up.  What fails here is kept in err; the
 * child is told, and what it makes of it does not matter any more.
 */
static enum spp_status serve(const struct spp_worker_host *host, int fd,
			     const char *who, struct spp_error *err)
{
	static enum spp_status (*const services[])(
		const struct spp_worker_host *, int, struct packet *, ssize_t,
		struct spp_error *) = {
		[READ] = serve_read,
		[WRITE] = serve_write,
		[REPORT] = serve_report,
	};
	struct packet *p = malloc(sizeof(*p));
	enum spp_status st = SPP_OK, now;
	ssize_t n;

	if (!p)
		return spp_nomem(err);
	while ((n = receive(fd, p)) >= 0) {
		now = p->head.what >= READ && p->head.what <= REPORT
			      ? services[p->head.what](host, fd, p, n, err)
			      : SPP_BUG;
		if (now == SPP_BUG) {
			st = spp_fail(err, SPP_CORRUPT,
				      "%s sent what makes no sense", who);
			break;
		}
		st = st ? st : now;
	}
	free(p);
	return st;
}

enum spp_status spp_worker_run(spp_worker_job job, void *ctx,
			       const struct spp_worker_host *host,
			       const char *who, struct spp_error *err)
{
	struct spp_child CLEANUP(spp_child_abandon) child = SPP_CHILD_INIT;
	struct task task = { job, ctx, NULL };
	enum spp_status st;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return spp_fail_errno(err, SPP_IO, "cannot make a socket");
	task.wire = calloc(1, sizeof(*task.wire));
	if (task.wire) {
		task.wire->fd = ends[1];
		st = spp_child_start_confined(&child, work, &task, ends[1],
					      err);
	} else {
		st = spp_nomem(err);
	}
	close(ends[1]);
	if (!st)
		st = serve(host, ends[0], who, err);
	close(ends[0]);
	free(task.wire);
	return st ? st : spp_child_wait(&child, who, err);
}
