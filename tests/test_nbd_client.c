/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Through NBD, from a server that answers as it likes, and to one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/image/nbd_uri.h"
#include "hive/place/block.h"
#include "tests/unit.h"

#define MIB  ((size_t)1 << 20)
#define SIZE (6 * MIB)
#define MOST 8 /* requests that the server takes before it answers */

/* What becomes of each request of a batch. */
enum mood { ANSWER = 1, REFUSE, HALF };

struct request {
	uint8_t handle[8];
	uint64_t off;
	uint32_t n;
};

static uint8_t byte_at(uint64_t off)
{
	return (uint8_t)(off / 512 * 7 + off);
}

static void put_all(int fd, const void *data, size_t n)
{
	const uint8_t *from = data;
	ssize_t put;

	for (; n; n -= (size_t)put, from += put) {
		put = send(fd, from, n, MSG_NOSIGNAL);
		if (put <= 0)
			_exit(0);
	}
}

static void take_all(int fd, void *data, size_t n)
{
	uint8_t *to = data;
	ssize_t got;

	for (; n; n -= (size_t)got, to += got) {
		got = read(fd, to, n);
		if (got <= 0)
			_exit(0);
	}
}

static void put32be(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16 & 0xff);
	p[2] = (uint8_t)(v >> 8 & 0xff);
	p[3] = (uint8_t)(v & 0xff);
}

/* Takes requests until one is a disconnection. */
static void take_batch(int fd, struct request *r, size_t count)
{
	uint8_t head[28];
	size_t i;

	for (i = 0; i < count; i++) {
		take_all(fd, head, sizeof(head));
		if (head[7])
			_exit(0);
		memcpy(r[i].handle, head + 8, 8);
		r[i].off = spp_get64be(head + 16);
		r[i].n = spp_get32be(head + 24);
	}
}

static void answer(int fd, const struct request *r, enum mood mood)
{
	uint8_t head[16] = { 0x67, 0x44, 0x66, 0x98 }, *data = malloc(r->n);
	size_t i;

	put32be(head + 4, mood == REFUSE ? 5 : 0);
	memcpy(head + 8, r->handle, 8);
	put_all(fd, head, sizeof(head));
	for (i = 0; i < r->n; i++)
		data[i] = byte_at(r->off + i);
	if (mood != REFUSE)
		put_all(fd, data, mood == HALF ? r->n / 2 : r->n);
	free(data);
	if (mood == HALF)
		for (;;) /* until it is killed */
			pause();
}

/*
 * The old handshake, then batches: each has as many requests as its text has
 * characters, which tell what becomes of them, and is answered last first.
 */
static void serve(int fd, const char *const *batch)
{
	uint8_t hello[152] = "NBDMAGIC\x00\x00\x42\x02\x81\x86\x12\x53";
	struct request r[MOST];
	size_t n;

	put32be(hello + 20, SIZE);
	hello[27] = 1; /* flags: there are some */
	put_all(fd, hello, sizeof(hello));
	for (; *batch; batch++) {
		n = strlen(*batch);
		take_batch(fd, r, n);
		while (n--)
			answer(fd, &r[n],
			       (*batch)[n] == 'r'   ? REFUSE
			       : (*batch)[n] == 'h' ? HALF
						    : ANSWER);
	}
	take_batch(fd, r, 1);
}

static pid_t start(const char *const *batch, struct spp_block **block)
{
	int pair[2];
	pid_t pid;

	*block = NULL;
	CU_ASSERT_EQUAL_FATAL(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	if (!pid) {
		close(pair[0]);
		serve(pair[1], batch);
		_exit(0);
	}
	close(pair[1]);
	CU_ASSERT_EQUAL_FATAL(
		spp_block_nbd(pair[0], NULL, false, "disk", block, NULL),
		SPP_OK);
	return pid;
}

static void stop(pid_t pid, struct spp_block *block)
{
	spp_block_close(block);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool holds(const uint8_t *data, uint64_t off, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (data[i] != byte_at(off + i))
			return false;
	return true;
}

/* Several requests at once, answered in another order, at odd offsets. */
static void requests_overlap(void)
{
	static const struct {
		uint64_t off;
		size_t n;
		const char *batch[4];
	} rows[] = {
		{ 0, 512, { "a" } },
		{ 512, 4 * MIB, { "aaaa" } },
		{ 100, 4 * MIB + 300, { "a", "aaaa", "a" } },
		{ 3, 5, { "a" } },
		{ 511, 2, { "a", "a" } },
		{ 512, 1000, { "a", "a" } },
		{ SIZE - 1, 1, { "a" } },
	};
	uint8_t *data = malloc(SIZE);
	struct spp_block *block;
	size_t i;
	pid_t pid;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(data, 0xee, SIZE);
		pid = start(rows[i].batch, &block);
		CU_ASSERT_EQUAL(block->size, SIZE);
		CU_ASSERT_EQUAL(spp_block_read(block, rows[i].off, data,
					       rows[i].n, NULL),
				SPP_OK);
		CU_ASSERT(holds(data, rows[i].off, rows[i].n));
		CU_ASSERT_EQUAL(data[rows[i].n], 0xee);
		stop(pid, block);
	}
	free(data);
}

/* All others are waited for: none of them writes to the buffer later. */
static void one_that_fails_ends_all(void)
{
	static const char *const batch[] = { "araa", "a", NULL };
	uint8_t *data = malloc(SIZE), small[512];
	struct spp_block *block;
	pid_t pid = start(batch, &block);

	CU_ASSERT_EQUAL(spp_block_read(block, 0, data, 4 * MIB, NULL), SPP_IO);
	free(data);
	CU_ASSERT_EQUAL(spp_block_read(block, 512, small, 512, NULL), SPP_OK);
	CU_ASSERT(holds(small, 512, 512));
	stop(pid, block);
}

/* Neither does what comes too late. */
static void silence_ends_all(void)
{
	static const char *const batch[] = { "a", "aaha", NULL };
	uint8_t *data = malloc(SIZE), small[512];
	int was = spp_nbd_silence;
	struct spp_block *block;
	pid_t pid = start(batch, &block);

	/* From the next answer on. */
	spp_nbd_silence = 20;
	CU_ASSERT_EQUAL(spp_block_read(block, 0, small, 512, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_block_read(block, 0, data, 4 * MIB, NULL),
			SPP_NOANSWER);
	free(data);
	CU_ASSERT_EQUAL(spp_block_read(block, 0, small, 512, NULL),
			SPP_NOANSWER);
	stop(pid, block);
	spp_nbd_silence = was;
}

/* What a server has that is written to, seen from here as well. */
struct disk {
	uint8_t data[16 * 512];
	int flushes, odd; /* odd: not of whole blocks */
};

#define CAN_ONLY_READ 2
#define CAN_FLUSH     4

static void keep(int fd, uint8_t flags, struct disk *d)
{
	uint8_t hello[152] = "NBDMAGIC\x00\x00\x42\x02\x81\x86\x12\x53";
	uint8_t head[28], reply[16] = { 0x67, 0x44, 0x66, 0x98 };
	uint64_t off;
	uint32_t n;

	put32be(hello + 20, sizeof(d->data));
	hello[27] = 1 | flags;
	put_all(fd, hello, sizeof(hello));
	for (;;) {
		take_all(fd, head, sizeof(head));
		memcpy(reply + 8, head + 8, 8);
		off = spp_get64be(head + 16);
		n = spp_get32be(head + 24);
		d->odd += off % 512 || n % 512 || n > sizeof(d->data) - off;
		if (d->odd || head[7] == 2)
			_exit(0);
		if (head[7] == 1)
			take_all(fd, d->data + off, n);
		d->flushes += head[7] == 3;
		put_all(fd, reply, sizeof(reply));
		if (!head[7])
			put_all(fd, d->data + off, n);
	}
}

/* A server with these flags, whose disk is shared; *st: of connecting to it. */
static struct disk *start_keeping(uint8_t flags, bool write, pid_t *pid,
				  struct spp_block **block, enum spp_status *st)
{
	struct disk *d = mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int pair[2];
	size_t i;

	CU_ASSERT_FATAL(d != MAP_FAILED);
	for (i = 0; i < sizeof(d->data); i++)
		d->data[i] = byte_at(i);
	CU_ASSERT_EQUAL_FATAL(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	*pid = fork();
	if (!*pid) {
		close(pair[0]);
		keep(pair[1], flags, d);
	}
	close(pair[1]);
	*block = NULL;
	*st = spp_block_nbd(pair[0], NULL, write, "disk", block, NULL);
	return d;
}

/* A write of a part of a block leaves the rest of it as it was. */
static void parts_of_blocks_are_written(void)
{
	static const struct {
		uint64_t off;
		size_t n;
	} rows[] = {
		{ 700, 5 },   { 512, 512 }, { 511, 2 },
		{ 512, 513 }, { 1, 1534 },  { 16 * 512 - 1, 1 },
	};
	struct spp_block *block;
	uint8_t data[2048];
	enum spp_status st;
	size_t i, k, wrong;
	struct disk *d;
	char row[32];
	pid_t pid;

	memset(data, 0xee, sizeof(data));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(row, sizeof(row), "%zu at %zu", rows[i].n,
			 (size_t)rows[i].off);
		d = start_keeping(CAN_FLUSH, true, &pid, &block, &st);
		CU_ASSERT_EQUAL_FATAL(st, SPP_OK);
		UNIT_ROW(!spp_block_write(block, rows[i].off, data, rows[i].n,
					  NULL),
			 row);
		UNIT_ROW(!d->flushes, row);
		UNIT_ROW(!spp_block_flush(block, NULL), row);
		UNIT_ROW(d->flushes == 1, row);
		for (wrong = k = 0; k < sizeof(d->data); k++)
			wrong +=
				d->data[k] !=
				(k >= rows[i].off && k - rows[i].off < rows[i].n
					 ? 0xee
					 : byte_at(k));
		UNIT_ROW(!wrong && !d->odd, row);
		stop(pid, block);
		munmap(d, sizeof(*d));
	}
}

/* A server says what it can do, and is asked for nothing else. */
static void servers_that_can_do_less(void)
{
	struct spp_block *block;
	enum spp_status st;
	struct disk *d;
	pid_t pid;

	d = start_keeping(CAN_ONLY_READ, true, &pid, &block, &st);
	CU_ASSERT_EQUAL(st, SPP_REFUSED);
	CU_ASSERT_PTR_NULL(block);
	stop(pid, NULL);
	munmap(d, sizeof(*d));
	d = start_keeping(CAN_ONLY_READ, false, &pid, &block, &st);
	CU_ASSERT_EQUAL(st, SPP_OK);
	stop(pid, block);
	munmap(d, sizeof(*d));
	d = start_keeping(0, true, &pid, &block, &st);
	CU_ASSERT_EQUAL_FATAL(st, SPP_OK);
	CU_ASSERT_EQUAL(spp_block_write(block, 0, "!", 1, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_block_flush(block, NULL), SPP_OK);
	CU_ASSERT_EQUAL(d->flushes, 0);
	CU_ASSERT_EQUAL(d->data[0], '!');
	stop(pid, block);
	munmap(d, sizeof(*d));
}

/* A percent sign escapes with two hexadecimal digits, and with nothing else. */
static void escapes_are_two_digits(void)
{
	static const char *const rows[][2] = {
		{ "/a%20b", "/a b" },	{ "/a%2Fb%c3%a9", "/a/b\u00e9" },
		{ "/a%+5b", "/a%+5b" }, { "/a% 5b", "/a% 5b" },
		{ "/a%-5b", "/a%-5b" }, { "/a%0xb", "/a%0xb" },
		{ "/a%00b", "/a%00b" }, { "/a%2", "/a%2" },
		{ "/a%", "/a%" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_buf CLEANUP(spp_buf_release) uri = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;

		spp_buf_printf(&uri, NULL, "nbd+unix:///?socket=%s",
			       rows[i][0]);
		UNIT_ROW(!spp_nbd_uri_socket(spp_buf_text(&uri), &path, NULL),
			 rows[i][0]);
		UNIT_ROW(!strcmp(spp_buf_text(&path), rows[i][1]), rows[i][0]);
	}
}

static const struct unit_test tests[] = {
	{ "escapes are two digits", escapes_are_two_digits },
	{ "requests overlap", requests_overlap },
	{ "one that fails ends all", one_that_fails_ends_all },
	{ "silence ends all", silence_ends_all },
	{ "parts of blocks are written", parts_of_blocks_are_written },
	{ "servers that can do less", servers_that_can_do_less },
	{ NULL, NULL },
};

const struct unit_suite unit_nbd_client = { "nbd_client", tests };
