/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk reached by the NBD protocol.
 *
 * An export has a smallest block (512 bytes for vhdx) and refuses anything
 * else.  So reads are widened to whole blocks here, and a write of part of a
 * block reads the block first.
 */
#include <errno.h>
#include <libnbd.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "hive/place/block.h"

/* A server need not accept more than 32 MiB at once; less is as fast. */
#define CHUNK	  ((size_t)1 << 20)
#define IN_FLIGHT 4	/* requests at once: the server reads ahead */
#define BLOCK_MAX 65536 /* the protocol's limit for the smallest block */

int spp_nbd_silence = 60 * 1000;

/*
 * All waiting for reads shares one time-out, so a server that sends a byte now
 * and then gains nothing.  Each answer pays some of it back, so a slow disk may
 * take as long as it needs.
 */
#define EARNED_MS    500 /* paid back for an answer */
#define BYTES_PER_MS 64	 /* and 1 ms for so many bytes of it */

struct nbd_block {
	struct spp_block base;
	struct nbd_handle *nbd;
	size_t grain;	 /* the smallest block */
	uint8_t *bounce; /* CHUNK bytes */
	bool silent;	 /* the server did not answer in time */
	bool lost;	 /* the connection is no longer read */
	int timer;	 /* runs while waiting */
	int left;	 /* of the time-out, in ms */
};

static struct nbd_block *nbd_block(struct spp_block *block)
{
	return (struct nbd_block *)block; /* base comes first */
}

static enum spp_status fail(const struct spp_block *block, const char *what,
			    struct spp_error *err)
{
	const struct nbd_block *b = (const struct nbd_block *)block;
	const char *why = nbd_get_error();

	if (b->silent)
		return spp_fail(err, SPP_NOANSWER,
				"cannot %s '%s': its server did not answer "
				"within %d seconds",
				what, block->label, spp_nbd_silence / 1000);
	return spp_fail(err, SPP_IO, "cannot %s '%s': %s", what, block->label,
			why ? why : "unknown error");
}

static void run_timer(struct nbd_block *b, int ms)
{
	const struct itimerspec in = { .it_value = { ms / 1000,
						     ms % 1000 * 1000000L } };
	struct itimerspec was;

	if (!timerfd_settime(b->timer, 0, &in, &was) && !ms)
		b->left = (int)was.it_value.tv_sec * 1000 +
			  (int)(was.it_value.tv_nsec / 1000000);
}

static void start_waiting(struct nbd_block *b)
{
	run_timer(b, b->left > 0 ? b->left : 1);
}

static void stop_waiting(struct nbd_block *b)
{
	run_timer(b, 0);
}

/* Gives back the whole time-out, for slow work, or a part of it. */
static void pay_back(struct nbd_block *b, int ms)
{
	b->left =
		ms > spp_nbd_silence - b->left ? spp_nbd_silence : b->left + ms;
}

static bool listen_once(struct nbd_block *b)
{
	unsigned int dir = nbd_aio_get_direction(b->nbd);
	struct pollfd on[] = {
		{ b->timer, POLLIN, 0 },
		{ nbd_aio_get_fd(b->nbd),
		  (short)((dir & LIBNBD_AIO_DIRECTION_READ ? POLLIN : 0) |
			  (dir & LIBNBD_AIO_DIRECTION_WRITE ? POLLOUT : 0)),
		  0 },
	};
	short got;

	if (on[1].fd < 0)
		return false;
	while (poll(on, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	b->silent = on[0].revents != 0;
	got = on[1].revents;
	if (b->silent)
		return false;
	if (got & (POLLIN | POLLHUP))
		return !nbd_aio_notify_read(b->nbd);
	return got & POLLOUT ? !nbd_aio_notify_write(b->nbd) : false;
}

/*
 * One step of the conversation; false at its end.  After a time-out nothing
 * more is read: a late answer would be written to memory that has another use
 * by then.
 */
static bool step(struct nbd_block *b)
{
	b->lost = b->lost || !listen_once(b);
	return !b->lost;
}

/*
 * Waits until a command is done; like nbd_pread() and the like, but with a
 * time-out.
 */
static int settle(struct nbd_block *b, int64_t cookie)
{
	int done = cookie < 0 ? -1 : 0;

	start_waiting(b);
	while (!done) {
		done = nbd_aio_command_completed(b->nbd, (uint64_t)cookie);
		if (!done && !step(b))
			done = -1;
	}
	stop_waiting(b);
	return done > 0 ? 0 : -1;
}

/*
 * Waits for a write or flush, with the whole time-out, as a disk must follow.
 */
static int settle_change(struct nbd_block *b, int64_t cookie)
{
	pay_back(b, spp_nbd_silence);
	return settle(b, cookie);
}

static int settle_connect(struct nbd_block *b, int started)
{
	bool goes_on = !started;

	start_waiting(b);
	while (goes_on && nbd_aio_is_connecting(b->nbd) > 0)
		goes_on = step(b);
	stop_waiting(b);
	/* libnbd has kept the reason of a failed or closed connection. */
	return !started && nbd_aio_is_ready(b->nbd) > 0 ? 0 : -1;
}

static int settle_read(struct nbd_block *b, int64_t cookie, size_t n)
{
	int failed = settle(b, cookie);

	if (!failed)
		pay_back(b, EARNED_MS + (int)n / BYTES_PER_MS);
	return failed;
}

static int read_at(struct nbd_block *b, size_t n, uint64_t off)
{
	return settle_read(b,
			   nbd_aio_pread(b->nbd, b->bounce, n, off,
					 NBD_NULL_COMPLETION, 0),
			   n);
}

/*
 * The whole blocks around a range, at most CHUNK bytes; *lead: the bytes before
 * the range.
 */
static size_t widen(const struct nbd_block *b, uint64_t off, size_t n,
		    uint64_t *start, size_t *lead)
{
	uint64_t end;

	*lead = (size_t)(off % b->grain);
	*start = off - *lead;
	if (n > CHUNK - BLOCK_MAX)
		n = CHUNK - BLOCK_MAX;
	end = off + n + (b->grain - (off + n) % b->grain) % b->grain;
	if (end > b->base.size)
		end = b->base.size;
	return (size_t)(end - *start);
}

/*
 * Reads whole blocks, several requests at a time.  All requests are settled
 * before the caller gets its buffer back, even if the first one fails.
 */
static int read_whole(struct nbd_block *b, uint8_t *to, size_t n, uint64_t off)
{
	struct {
		int64_t cookie;
		size_t n;
	} sent[IN_FLIGHT], *next;
	size_t asked = 0, got = 0;
	int failed = b->lost;

	while ((n && !failed) || got < asked) {
		if (n && !failed && asked - got < IN_FLIGHT) {
			next = &sent[asked++ % IN_FLIGHT];
			next->n = n < CHUNK ? n : CHUNK;
			next->cookie = nbd_aio_pread(b->nbd, to, next->n, off,
						     NBD_NULL_COMPLETION, 0);
			to += next->n;
			off += next->n;
			n -= next->n;
		} else {
			next = &sent[got++ % IN_FLIGHT];
			failed |= settle_read(b, next->cookie, next->n);
		}
	}
	return failed;
}

static enum spp_status read_nbd(struct spp_block *block, uint64_t off,
				void *buf, size_t n, struct spp_error *err)
{
	struct nbd_block *b = nbd_block(block);
	uint8_t *to = buf;
	size_t lead, got, take;
	uint64_t start;

	for (; n; to += take, off += take, n -= take) {
		take = n - n % b->grain;
		if (take && !(off % b->grain)) {
			if (read_whole(b, to, take, off))
				return fail(block, "read", err);
			continue;
		}
		got = widen(b, off, n < b->grain ? n : b->grain, &start, &lead);
		if (read_at(b, got, start))
			return fail(block, "read", err);
		take = got - lead < n ? got - lead : n;
		memcpy(to, b->bounce + lead, take);
	}
	return SPP_OK;
}

static enum spp_status write_nbd(struct spp_block *block, uint64_t off,
				 const void *buf, size_t n,
				 struct spp_error *err)
{
	struct nbd_block *b = nbd_block(block);
	const uint8_t *from = buf;
	size_t lead, got, take;
	uint64_t start;

	for (; n; from += take, off += take, n -= take) {
		got = widen(b, off, n, &start, &lead);
		take = got - lead < n ? got - lead : n;
		if (take != got && read_at(b, got, start))
			return fail(block, "read", err);
		memcpy(b->bounce + lead, from, take);
		if (settle_change(b,
				  nbd_aio_pwrite(b->nbd, b->bounce, got, start,
						 NBD_NULL_COMPLETION, 0)))
			return fail(block, "write", err);
	}
	return SPP_OK;
}

static enum spp_status flush_nbd(struct spp_block *block, struct spp_error *err)
{
	struct nbd_block *b = nbd_block(block);

	if (nbd_can_flush(b->nbd) > 0 &&
	    settle_change(b, nbd_aio_flush(b->nbd, NBD_NULL_COMPLETION, 0)))
		return fail(block, "write to disk", err);
	return SPP_OK;
}

static void close_nbd(struct spp_block *block)
{
	struct nbd_block *b = nbd_block(block);

	if (b->nbd) {
		pay_back(b, spp_nbd_silence);
		start_waiting(b);
		if (!b->lost)
			nbd_aio_disconnect(b->nbd, 0);
		while (!b->lost && nbd_aio_is_closed(b->nbd) == 0 &&
		       nbd_aio_is_dead(b->nbd) == 0 && step(b))
			;
		nbd_close(b->nbd);
	}
	if (b->timer >= 0)
		close(b->timer);
	free(b->bounce);
	free(b);
}

static const struct spp_block_ops ops = { read_nbd, write_nbd, flush_nbd,
					  close_nbd };

/* Allows a URI to name a UNIX socket and nothing else of this machine. */
static int connect_uri(struct nbd_handle *nbd, const char *uri)
{
	if (nbd_set_uri_allow_transports(nbd, LIBNBD_ALLOW_TRANSPORT_UNIX) ||
	    nbd_set_uri_allow_tls(nbd, LIBNBD_TLS_DISABLE))
		return -1;
	return nbd_aio_connect_uri(nbd, uri);
}

static enum spp_status learn(struct nbd_block *b, struct spp_error *err)
{
	int64_t size = nbd_get_size(b->nbd);
	int64_t grain = nbd_get_block_size(b->nbd, LIBNBD_SIZE_MINIMUM);

	if (size < 0 || grain < 0)
		return fail(&b->base, "open", err);
	if (b->base.write && nbd_is_read_only(b->nbd))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is exported for reading only",
				b->base.label);
	b->base.size = (uint64_t)size;
	b->grain = grain ? (size_t)grain : 512;
	if (b->grain > BLOCK_MAX || b->grain & (b->grain - 1))
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is exported in blocks of %zu bytes",
				b->base.label, b->grain);
	return SPP_OK;
}

enum spp_status spp_block_nbd(int socket, const char *uri, bool write,
			      const char *label, struct spp_block **block,
			      struct spp_error *err)
{
	struct nbd_block *b = calloc(1, sizeof(*b));
	enum spp_status st = SPP_OK;

	if (!b)
		return spp_nomem(err);
	b->base = (struct spp_block){ .ops = &ops,
				      .label = label,
				      .write = write };
	b->left = spp_nbd_silence;
	b->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	b->bounce = malloc(CHUNK);
	b->nbd = b->bounce ? nbd_create() : NULL;
	if (b->timer < 0)
		st = spp_fail_errno(err, SPP_NORESOURCES,
				    "cannot make a timer");
	else if (!b->nbd)
		st = spp_nomem(err);
	else if (settle_connect(
			 b, socket >= 0 ? nbd_aio_connect_socket(b->nbd, socket)
					: connect_uri(b->nbd, uri)))
		st = fail(&b->base, "open", err);
	if (!st)
		st = learn(b, err);
	if (st) {
		close_nbd(&b->base);
		return st;
	}
	*block = &b->base;
	return SPP_OK;
}
