/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "hive/sandbox/process.h"

enum { READ = 1, WRITE, REPORT, DATA, DONE, FAILED };

struct head {
	uint32_t what;
	uint32_t n; /* bytes requested, or bytes after the head */
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

/* The child's arguments. */
struct task {
	spp_wire_job job;
	void *ctx;
	struct spp_wire *wire;
};

/*
 * In the child: sends a request; uses writev() and read(), which its filter
 * allows.
 */
static bool ask(struct spp_wire *wire, const struct head *head,
		const void *data, size_t n)
{
	struct iovec parts[] = { { (void *)(uintptr_t)head, sizeof(*head) },
				 { (void *)(uintptr_t)data, n } };

	return writev(wire->fd, parts, 2) == (ssize_t)(sizeof(*head) + n);
}

static bool hear(struct spp_wire *wire, uint32_t what, size_t n)
{
	return read(wire->fd, &wire->packet, sizeof(wire->packet)) ==
		       (ssize_t)(sizeof(wire->packet.head) + n) &&
	       wire->packet.head.what == what;
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

	for (; n; off += head.n, to += head.n, n -= head.n) {
		head.n = (uint32_t)(n < SPP_WIRE_MAX ? n : SPP_WIRE_MAX);
		head.off = off;
		if (!ask(wire, &head, NULL, 0) || !hear(wire, DATA, head.n))
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
		if (!ask(wire, &head, from, head.n) || !hear(wire, DONE, 0))
			return gone(err);
	}
	return SPP_OK;
}

enum spp_status spp_wire_report(struct spp_wire *wire, uint64_t kind,
				const void *data, size_t n,
				struct spp_error *err)
{
	struct head head = { REPORT, (uint32_t)n, kind };

	if (!n || n > SPP_WIRE_MAX || !ask(wire, &head, data, n))
		return gone(err);
	return SPP_OK;
}

/* In the child. */
static enum spp_status work(void *ctx, struct spp_error *err)
{
	struct task *task = ctx;

	return task->job(task->wire, task->ctx, err);
}

/* In the parent: sends an answer.  A failure is the child's problem. */
static void reply(int fd, struct packet *p, uint32_t what, size_t n)
{
	struct iovec part = { p, sizeof(p->head) + n };
	const struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	p->head = (struct head){ what, (uint32_t)n, 0 };
	while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

enum heard { MESSAGE, NONSENSE, SILENCE, HANGUP };

/*
 * Receives the next message; p->n is the number of its bytes, or of those that
 * it requests.
 */
static enum heard receive(int fd, struct packet *p)
{
	struct iovec part = { p, sizeof(*p) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	do
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? SILENCE : HANGUP;
	if (!got)
		return HANGUP;
	if (got < (ssize_t)sizeof(p->head) || message.msg_flags & MSG_TRUNC ||
	    !p->head.n || p->head.n > SPP_WIRE_MAX)
		return NONSENSE;
	got -= (ssize_t)sizeof(p->head);
	return got == (p->head.what == READ ? 0 : (ssize_t)p->head.n)
		       ? MESSAGE
		       : NONSENSE;
}

static enum spp_status serve_read(const struct spp_wire_host *host, int fd,
				  struct packet *p, struct spp_error *err)
{
	size_t n = p->head.n;
	enum spp_status st;

	if (!host->read)
		return SPP_BUG;
	st = host->read(host->ctx, p->head.off, p->data, n, err);
	reply(fd, p, st ? FAILED : DATA, st ? 0 : n);
	return st;
}

static enum spp_status serve_write(const struct spp_wire_host *host, int fd,
				   struct packet *p, struct spp_error *err)
{
	enum spp_status st;

	if (!host->write)
		return SPP_BUG;
	st = host->write(host->ctx, p->head.off, p->data, p->head.n, err);
	reply(fd, p, st ? FAILED : DONE, 0);
	return st;
}

static enum spp_status serve_one(const struct spp_wire_host *host, int fd,
				 struct packet *p, struct spp_error *err)
{
	switch (p->head.what) {
	case READ:
		return serve_read(host, fd, p, err);
	case WRITE:
		return serve_write(host, fd, p, err);
	case REPORT:
		return host->report ? host->report(host->ctx, p->head.off,
						   p->data, p->head.n, err)
				    : SPP_BUG;
	default:
		return SPP_BUG;
	}
}

/*
 * Answers until the child hangs up.  A failure here is recorded in err and the
 * child is told; whatever the child makes of it is ignored.
 */
enum spp_status spp_wire_serve(const struct spp_wire_host *host, int fd,
			       const char *who, struct spp_error *err)
{
	const struct timeval patience = { .tv_sec = SPP_PROCESS_SECONDS };
	struct packet *p = malloc(sizeof(*p));
	enum spp_status st = SPP_OK, now;
	enum heard heard;

	if (!p)
		return spp_nomem(err);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	while ((heard = receive(fd, p)) == MESSAGE) {
		now = serve_one(host, fd, p, err);
		st = st ? st : now;
		if (now == SPP_BUG)
			break;
	}
	free(p);
	if (heard == NONSENSE || st == SPP_BUG)
		return spp_fail(err, SPP_CORRUPT, "%s sent an invalid message",
				who);
	if (heard == SILENCE && !st)
		return spp_fail(err, SPP_NOANSWER,
				"%s said nothing for %d seconds", who,
				SPP_PROCESS_SECONDS);
	return st;
}

enum spp_status spp_wire_run(spp_wire_job job, void *ctx,
			     const struct spp_wire_host *host, const char *who,
			     struct spp_error *err)
{
	struct spp_process CLEANUP(spp_process_abandon) process =
		SPP_PROCESS_INIT;
	struct task task = { job, ctx, NULL };
	struct spp_process_room room;
	enum spp_status st;
	int ends[2];

	task.wire = calloc(1, sizeof(*task.wire));
	if (!task.wire)
		return spp_nomem(err);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		free(task.wire);
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot make a socket");
	}
	task.wire->fd = ends[1];
	room = (struct spp_process_room){ .keep = ends[1] };
	st = spp_process_start(&process, work, &task, &room, err);
	close(ends[1]);
	if (!st)
		st = spp_wire_serve(host, ends[0], who, err);
	close(ends[0]);
	free(task.wire);
	return st ? st : spp_process_wait(&process, who, err);
}
