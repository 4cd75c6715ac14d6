/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The side of this process: asks the child, and serves the machine's disk
 * while it waits.
 */
#include "hive/image/guest_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/image/nbd_export.h"
#include "hive/base/stream.h"

/* Volumes begin at multiples of it on the common device. */
#define GRAIN ((uint64_t)1 << 20)
/* Small reads take as long as this one. */
#define AHEAD ((size_t)64 << 10)

struct spp_guest {
	struct spp_block block;
	struct spp_nbdexport export;
	pid_t pid;
	int socket;
	bool stopped;
	struct spp_guest_device device[SPP_GUEST_DEVICES];
	size_t devices;
	/* What was read last. */
	uint8_t ahead[AHEAD];
	uint64_t ahead_off;
	size_t ahead_n;
};

static enum spp_status died(const struct spp_guest *g, struct spp_error *err)
{
	return spp_fail(err, SPP_IO,
			"libguestfs, at work on '%s', ended unexpectedly",
			g->block.label);
}

/* Until the child has something to say, the machine gets its disk. */
static enum spp_status await(struct spp_guest *g, struct spp_error *err)
{
	struct pollfd fds[2];
	int ready;

	for (;;) {
		fds[0] = (struct pollfd){ .fd = g->socket, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = spp_nbdexport_fd(&g->export),
					  .events = POLLIN };
		ready = poll(fds, 2, SPP_GUEST_SECONDS * 1000);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return spp_fail_errno(err, SPP_IO,
					      "cannot wait for libguestfs");
		if (!ready)
			kill(g->pid, SIGKILL);
		if (!ready)
			return spp_fail(err, SPP_IO,
					"libguestfs, at work on '%s', did "
					"nothing for %d seconds",
					g->block.label, SPP_GUEST_SECONDS);
		if (fds[1].revents && spp_nbdexport_serve(&g->export, err))
			return SPP_IO;
		if (fds[0].revents)
			return SPP_OK;
	}
}

static enum spp_status ask(struct spp_guest *g, enum spp_guest_op op,
			   size_t device, uint64_t off, const void *data,
			   size_t n, struct spp_guest_answer *answer,
			   struct spp_error *err)
{
	struct spp_guest_request r = { op, (uint32_t)device, off, n };
	enum spp_status st;

	if (g->socket < 0 || g->stopped)
		return spp_fail(err, SPP_BUG, "libguestfs is not at work");
	if (!spp_stream_give(g->socket, &r, sizeof(r)) ||
	    (data && !spp_stream_give(g->socket, data, n)))
		return died(g, err);
	st = await(g, err);
	if (st)
		return st;
	if (!spp_stream_take(g->socket, answer, sizeof(*answer)))
		return died(g, err);
	/* The library in there may have been taken over. */
	answer->error.text[sizeof(answer->error.text) - 1] = '\0';
	if ((unsigned int)answer->error.status >= SPP_STATUS_COUNT)
		return died(g, err);
	if (answer->error.status)
		return spp_fail(err, answer->error.status, "%s",
				answer->error.text);
	return SPP_OK;
}

static struct spp_guest *guest(struct spp_block *block)
{
	return (struct spp_guest *)block; /* block comes first */
}

/* The volume at off, if any; *n is shortened to its end, or to the next. */
static const struct spp_guest_device *find(const struct spp_guest *g,
					   uint64_t off, size_t *n)
{
	const struct spp_guest_device *d;
	size_t i;

	for (i = 0; i < g->devices; i++) {
		d = &g->device[i];
		if (off < d->off) {
			*n = *n < d->off - off ? *n : (size_t)(d->off - off);
			return NULL;
		}
		if (off - d->off >= d->size)
			continue;
		if (*n > d->size - (off - d->off))
			*n = (size_t)(d->size - (off - d->off));
		return d;
	}
	return NULL;
}

/* Fills the buffer from off on, as far as the volume goes. */
static enum spp_status fetch(struct spp_guest *g, uint64_t off, uint8_t *to,
			     size_t n, const struct spp_guest_device *d,
			     struct spp_error *err)
{
	struct spp_guest_answer answer;
	enum spp_status st = ask(g, SPP_GUEST_READ, (size_t)(d - g->device),
				 off - d->off, NULL, n, &answer, err);

	if (!st && (answer.n != n || !spp_stream_take(g->socket, to, n)))
		st = died(g, err);
	return st;
}

/* At least one byte at off; *n is how many there are now. */
static enum spp_status some(struct spp_guest *g, uint64_t off, uint8_t *to,
			    size_t *n, struct spp_error *err)
{
	const struct spp_guest_device *d = find(g, off, n);
	uint64_t start = off - off % AHEAD;
	size_t ahead = AHEAD;
	enum spp_status st;

	if (!d) {
		memset(to, 0, *n);
		return SPP_OK;
	}
	if (*n > SPP_GUEST_CHUNK)
		*n = SPP_GUEST_CHUNK;
	if (*n >= AHEAD)
		return fetch(g, off, to, *n, d, err);
	if (!spp_within(off, 1, g->ahead_off + g->ahead_n) ||
	    off < g->ahead_off) {
		g->ahead_n = 0;
		find(g, start, &ahead);
		st = fetch(g, start, g->ahead, ahead, d, err);
		if (st)
			return st;
		g->ahead_off = start;
		g->ahead_n = ahead;
	}
	if (*n > g->ahead_n - (off - g->ahead_off))
		*n = (size_t)(g->ahead_n - (off - g->ahead_off));
	memcpy(to, g->ahead + (off - g->ahead_off), *n);
	return SPP_OK;
}

static enum spp_status read_guest(struct spp_block *block, uint64_t off,
				  void *buf, size_t n, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *to = buf;
	size_t got;

	for (; !st && n; to += got, off += got, n -= got) {
		got = n;
		st = some(guest(block), off, to, &got, err);
	}
	return st;
}

/* What lies between the volumes is padding. */
static enum spp_status write_guest(struct spp_block *block, uint64_t off,
				   const void *buf, size_t n,
				   struct spp_error *err)
{
	struct spp_guest *g = guest(block);
	const struct spp_guest_device *d;
	struct spp_guest_answer answer;
	enum spp_status st = SPP_OK;
	const uint8_t *from = buf;
	size_t put;

	g->ahead_n = 0;
	for (; !st && n; from += put, off += put, n -= put) {
		put = n;
		d = find(g, off, &put);
		if (put > SPP_GUEST_CHUNK)
			put = SPP_GUEST_CHUNK;
		if (d)
			st = ask(g, SPP_GUEST_WRITE, (size_t)(d - g->device),
				 off - d->off, from, put, &answer, err);
	}
	return st;
}

static enum spp_status flush_guest(struct spp_block *block,
				   struct spp_error *err)
{
	struct spp_guest *g = guest(block);
	struct spp_guest_answer answer;
	enum spp_status st = SPP_OK;
	size_t i;

	g->ahead_n = 0;
	for (i = 0; !st && i < g->devices; i++)
		st = ask(g, SPP_GUEST_FLUSH, i, 0, NULL, 0, &answer, err);
	if (!st && g->export.full)
		st = spp_fail(err, SPP_LIMIT,
			      "libguestfs would change more than %d MiB of "
			      "'%s'",
			      SPP_OVERLAY_MAX / 256, block->label);
	return st;
}

static void close_guest(struct spp_block *block)
{
	(void)block; /* goes with its guest */
}

static const struct spp_block_ops ops = { read_guest, write_guest, flush_guest,
					  close_guest };

/* In the child; what it inherits of open files is not for it. */
static void become(struct spp_guest_job *job, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	dup2(job->socket, STDERR_FILENO + 1);
	job->socket = STDERR_FILENO + 1;
	fcntl(job->socket, F_SETFD, FD_CLOEXEC);
	close_range(STDERR_FILENO + 2, ~0u, 0);
	spp_guest_work(job);
	_exit(0);
}

static enum spp_status spawn(struct spp_guest *g, bool backend, const char *key,
			     struct spp_error *err)
{
	struct spp_guest_job job = { .export = g->export.path,
				     .label = g->block.label,
				     .backend = backend,
				     .key = key };
	pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return spp_fail_errno(err, SPP_IO, "cannot make a socket");
	g->socket = ends[0];
	job.socket = ends[1];
	g->pid = fork();
	if (!g->pid)
		become(&job, parent);
	close(ends[1]);
	if (g->pid < 0)
		return spp_fail_errno(err, SPP_IO, "cannot start a process");
	return SPP_OK;
}

/* The first line of the file. */
static enum spp_status read_key(const char *path, char key[SPP_GUEST_KEY],
				struct spp_error *err)
{
	FILE *f = fopen(path, "re");
	bool good = f && fgets(key, SPP_GUEST_KEY, f);
	size_t n = good ? strcspn(key, "\r\n") : 0;

	if (!f)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	good = good && !ferror(f) && (key[n] || feof(f));
	fclose(f);
	key[n] = '\0';
	if (!good || !n)
		return spp_fail(err, SPP_INVALID,
				"'%s' has no key in its first line", path);
	return SPP_OK;
}

/* Takes the list that the child has made, and gives each its place. */
static enum spp_status learn(struct spp_guest *g, struct spp_error *err)
{
	struct spp_guest_answer answer;
	enum spp_status st;
	uint64_t end = 0;
	size_t i;

	st = ask(g, SPP_GUEST_START, 0, 0, NULL, 0, &answer, err);
	if (st)
		return st;
	spp_nbdexport_hide(&g->export);
	if (answer.n > SPP_GUEST_DEVICES ||
	    !spp_stream_take(g->socket, g->device,
			     (size_t)answer.n * sizeof(*g->device)))
		return died(g, err);
	g->devices = (size_t)answer.n;
	for (i = 0; i < g->devices; i++) {
		struct spp_guest_device *d = &g->device[i];

		d->name[sizeof(d->name) - 1] = '\0';
		d->type[sizeof(d->type) - 1] = '\0';
		/* Of no machine's disk; so the sum below is none either. */
		if (!d->size || d->size > UINT64_MAX / 2 / SPP_GUEST_DEVICES)
			return died(g, err);
		d->off = end;
		end += (d->size + GRAIN - 1) / GRAIN * GRAIN;
	}
	g->block.size = end;
	return SPP_OK;
}

enum spp_status spp_guest_start(struct spp_overlay *disk,
				const struct spp_guest_options *options,
				const char *label, struct spp_guest **started,
				struct spp_error *err)
{
	struct spp_guest *g = calloc(1, sizeof(*g));
	enum spp_status st = SPP_OK;
	char key[SPP_GUEST_KEY];

	if (!g)
		return spp_nomem(err);
	g->block = (struct spp_block){ .ops = &ops,
				       .label = label,
				       .write = true };
	g->pid = g->socket = -1;
	if (options->key_file)
		st = read_key(options->key_file, key, err);
	if (!st)
		st = spp_nbdexport_open(&g->export, disk, err);
	if (!st)
		st = spawn(g, options->backend, options->key_file ? key : NULL,
			   err);
	explicit_bzero(key, sizeof(key));
	if (!st)
		st = learn(g, err);
	if (st) {
		spp_guest_close(g);
		return st;
	}
	*started = g;
	return SPP_OK;
}

enum spp_status spp_guest_stop(struct spp_guest *g, struct spp_error *err)
{
	struct spp_guest_answer answer;
	enum spp_status st =
		ask(g, SPP_GUEST_STOP, 0, 0, NULL, 0, &answer, err);

	g->stopped = true;
	return st;
}

/*
 * The closed socket tells the child to end; its machine has no disk then, and
 * nothing that it still wrote would be of use.
 */
void spp_guest_close(struct spp_guest *g)
{
	if (!g)
		return;
	spp_nbdexport_close(&g->export);
	if (g->socket >= 0)
		close(g->socket);
	while (g->pid > 0 && waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(g);
}

size_t spp_guest_count(const struct spp_guest *g)
{
	return g->devices;
}

const struct spp_guest_device *spp_guest_device(const struct spp_guest *g,
						size_t i)
{
	return &g->device[i];
}

struct spp_block *spp_guest_block(struct spp_guest *g)
{
	return &g->block;
}
