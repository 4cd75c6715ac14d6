/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   we     "NBDMAGIC" "IHAVEOPT" flags:2
 *   they   flags:4, then options: "IHAVEOPT" option:4 n:4 data
 *   we     to each: 0x3e889045565a9:8 option:4 reply:4 n:4 data
 * and after the option GO or EXPORT_NAME
 *   they   0x25609513:4 flags:2 command:2 cookie:8 offset:8 n:4 [data]
 *   we     0x67446698:4 error:4 cookie:8 [data]
 * all numbers big-endian.
 */
#include "hive/image/nbd_export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/stream.h"

#define OPTION_MAGIC  UINT64_C(0x49484156454f5054) /* "IHAVEOPT" */
#define REPLY_MAGIC   UINT64_C(0x3e889045565a9)
#define REQUEST_MAGIC 0x25609513u
#define ANSWER_MAGIC  0x67446698u

#define FIXED_NEWSTYLE 1
#define NO_ZEROES      2
/* HAS_FLAGS, SEND_FLUSH, SEND_FUA */
#define EXPORT_FLAGS (1 | 4 | 8)

enum { OPT_EXPORT_NAME = 1, OPT_ABORT = 2, OPT_INFO = 6, OPT_GO = 7 };
enum { REP_ACK = 1, REP_INFO = 3 };
#define REP_ERR_UNSUP 0x80000001u

enum { CMD_READ = 0, CMD_WRITE = 1, CMD_DISC = 2, CMD_FLUSH = 3 };
enum { NBD_EIO = 5, NBD_EINVAL = 22, NBD_ENOSPC = 28 };

#define OPTION_MAX 65536
#define HEADER	   28

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8 & 0xff);
	p[1] = (uint8_t)(v & 0xff);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static void put64(uint8_t *p, uint64_t v)
{
	put32(p, (uint32_t)(v >> 32));
	put32(p + 4, (uint32_t)(v & 0xffffffff));
}

static uint64_t disk_size(const struct spp_nbdexport *x)
{
	return spp_overlay_block(x->disk)->size;
}

static bool reply(int fd, uint32_t option, uint32_t what, const void *data,
		  uint32_t n)
{
	uint8_t head[20];

	put64(head, REPLY_MAGIC);
	put32(head + 8, option);
	put32(head + 12, what);
	put32(head + 16, n);
	return spp_stream_give(fd, head, sizeof(head)) &&
	       (!n || spp_stream_give(fd, data, n));
}

/* GO and INFO: size, flags, and which blocks are good. */
static bool tell(const struct spp_nbdexport *x, uint32_t option)
{
	uint8_t export[12], blocks[14];

	put16(export, 0);
	put64(export + 2, disk_size(x));
	put16(export + 10, EXPORT_FLAGS);
	put16(blocks, 3);
	put32(blocks + 2, 1);
	put32(blocks + 6, SPP_OVERLAY_PAGE);
	put32(blocks + 10, SPP_NBDEXPORT_CHUNK);
	return reply(x->fd, option, REP_INFO, export, sizeof(export)) &&
	       reply(x->fd, option, REP_INFO, blocks, sizeof(blocks)) &&
	       reply(x->fd, option, REP_ACK, NULL, 0);
}

static bool tell_oldest(const struct spp_nbdexport *x, bool zeroes)
{
	uint8_t text[10 + 124] = { 0 };

	put64(text, disk_size(x));
	put16(text + 8, EXPORT_FLAGS);
	return spp_stream_give(x->fd, text, zeroes ? sizeof(text) : 10);
}

/* One option of the handshake; false ends the connection. */
static bool negotiate(struct spp_nbdexport *x, bool zeroes)
{
	uint8_t head[16];
	uint32_t option, n;

	if (!spp_stream_take(x->fd, head, sizeof(head)) ||
	    spp_get64be(head) != OPTION_MAGIC)
		return false;
	option = spp_get32be(head + 8);
	n = spp_get32be(head + 12);
	if (n > OPTION_MAX || !spp_stream_take(x->fd, x->buf, n))
		return false;
	switch (option) {
	case OPT_EXPORT_NAME:
		x->talking = true;
		return tell_oldest(x, zeroes);
	case OPT_GO:
		x->talking = true;
		return tell(x, option);
	case OPT_INFO:
		return tell(x, option);
	case OPT_ABORT:
		reply(x->fd, option, REP_ACK, NULL, 0);
		return false;
	default:
		return reply(x->fd, option, REP_ERR_UNSUP, NULL, 0);
	}
}

/* The whole of it at once; it is some hundred bytes. */
static bool handshake(struct spp_nbdexport *x)
{
	uint8_t hello[18] = "NBDMAGICIHAVEOPT", flags[4];

	put16(hello + 16, FIXED_NEWSTYLE | NO_ZEROES);
	if (!spp_stream_give(x->fd, hello, sizeof(hello)) ||
	    !spp_stream_take(x->fd, flags, sizeof(flags)))
		return false;
	while (!x->talking)
		if (!negotiate(x, !(spp_get32be(flags) & NO_ZEROES)))
			return false;
	return true;
}

static bool answer(const struct spp_nbdexport *x, const uint8_t *request,
		   uint32_t error, size_t n)
{
	uint8_t head[16];

	put32(head, ANSWER_MAGIC);
	put32(head + 4, error);
	memcpy(head + 8, request + 8, 8);
	return spp_stream_give(x->fd, head, sizeof(head)) &&
	       (error || !n || spp_stream_give(x->fd, x->buf, n));
}

static uint32_t store(struct spp_nbdexport *x, uint64_t off, size_t n)
{
	enum spp_status st = spp_overlay_write(x->disk, off, x->buf, n, NULL);

	if (st)
		x->full = true;
	return st ? NBD_ENOSPC : 0;
}

static bool command(struct spp_nbdexport *x)
{
	uint8_t request[HEADER];
	bool inside;
	uint64_t off;
	size_t n;

	if (!spp_stream_take(x->fd, request, sizeof(request)) ||
	    spp_get32be(request) != REQUEST_MAGIC)
		return false;
	off = spp_get64be(request + 16);
	n = spp_get32be(request + 24);
	inside = n <= SPP_NBDEXPORT_CHUNK && spp_within(off, n, disk_size(x));
	switch (request[6] << 8 | request[7]) {
	case CMD_READ:
		if (!inside)
			return answer(x, request, NBD_EINVAL, 0);
		if (spp_overlay_read(x->disk, off, x->buf, n, NULL))
			return answer(x, request, NBD_EIO, 0);
		return answer(x, request, 0, n);
	case CMD_WRITE:
		/* Its data follow, so there is no way on after a bad one. */
		if (!inside || !spp_stream_take(x->fd, x->buf, n))
			return false;
		return answer(x, request, store(x, off, n), 0);
	case CMD_DISC:
		return false;
	case CMD_FLUSH:
		return answer(x, request, 0, 0);
	default:
		return answer(x, request, NBD_EINVAL, 0);
	}
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

enum spp_status spp_nbdexport_open(struct spp_nbdexport *x,
				   struct spp_overlay *disk,
				   struct spp_error *err)
{
	char folder[] = "/tmp/sppctl-XXXXXX";
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	*x = (struct spp_nbdexport)SPP_NBDEXPORT_INIT;
	x->disk = disk;
	x->buf = malloc(SPP_NBDEXPORT_CHUNK);
	if (!x->buf)
		return spp_nomem(err);
	x->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (x->listener < 0 || !mkdtemp(folder))
		return spp_fail_errno(err, SPP_IO, "cannot make a socket");
	snprintf(x->path, sizeof(x->path), "%s/nbd", folder);
	memcpy(name.sun_path, x->path, sizeof(x->path));
	if (bind(x->listener, (struct sockaddr *)&name, sizeof(name)) ||
	    listen(x->listener, 4))
		return spp_fail_errno(err, SPP_IO, "cannot make a socket");
	return SPP_OK;
}

void spp_nbdexport_hide(struct spp_nbdexport *x)
{
	char *slash = strrchr(x->path, '/');

	if (!slash)
		return;
	unlink(x->path);
	*slash = '\0';
	rmdir(x->path);
	*x->path = '\0';
}

void spp_nbdexport_close(struct spp_nbdexport *x)
{
	if (!x)
		return;
	close_fd(&x->fd);
	close_fd(&x->listener);
	free(x->buf);
	spp_nbdexport_hide(x);
	*x = (struct spp_nbdexport)SPP_NBDEXPORT_INIT;
}

int spp_nbdexport_fd(const struct spp_nbdexport *x)
{
	return x->fd >= 0 ? x->fd : x->listener;
}

enum spp_status spp_nbdexport_serve(struct spp_nbdexport *x,
				    struct spp_error *err)
{
	if (x->fd < 0) {
		x->fd = accept4(x->listener, NULL, NULL, SOCK_CLOEXEC);
		if (x->fd < 0)
			return errno == EINTR || errno == ECONNABORTED
				       ? SPP_OK
				       : spp_fail_errno(err, SPP_IO,
							"cannot take a "
							"connection");
		x->talking = false;
		if (!handshake(x))
			close_fd(&x->fd);
		return SPP_OK;
	}
	if (!command(x))
		close_fd(&x->fd);
	return SPP_OK;
}
