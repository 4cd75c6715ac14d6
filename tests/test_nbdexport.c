/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/nbd_export.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/memory_block.h"
#include "tests/unit.h"

#define SIZE ((size_t)3 * SPP_OVERLAY_PAGE + 512)

/* The disk, its export, and the other end of the socket. */
struct world {
	struct memory_block disk;
	struct spp_overlay *overlay;
	struct spp_nbdexport export;
	int fd;
};

static int connect_to(const struct spp_nbdexport *export)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(name.sun_path, export->path, sizeof(export->path));
	CU_ASSERT_FATAL(!connect(fd, (struct sockaddr *)&name, sizeof(name)));
	return fd;
}

static void begin(struct world *w)
{
	memory_block_init(&w->disk, SIZE);
	memset(w->disk.data, 'd', SIZE);
	CU_ASSERT_FATAL(!spp_overlay_open(&w->disk.base, &w->overlay, NULL));
	CU_ASSERT_FATAL(!spp_nbdexport_open(&w->export, w->overlay, NULL));
	w->fd = connect_to(&w->export);
}

static void end(struct world *w)
{
	char folder[sizeof(w->export.path)];

	strcpy(folder, w->export.path);
	close(w->fd);
	spp_nbdexport_close(&w->export);
	CU_ASSERT(access(folder, F_OK));
	if (*folder)
		*strrchr(folder, '/') = '\0';
	CU_ASSERT(access(folder, F_OK));
	spp_overlay_close(w->overlay);
	CU_ASSERT_EQUAL(w->disk.writes, 0);
	memory_block_free(&w->disk);
}

static void say(struct world *w, const void *data, size_t n)
{
	CU_ASSERT_EQUAL(send(w->fd, data, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* The next n bytes that it said. */
static void hear(struct world *w, void *data, size_t n)
{
	memset(data, 0xee, n);
	CU_ASSERT_EQUAL(recv(w->fd, data, n, MSG_WAITALL), (ssize_t)n);
}

static bool hears_nothing(struct world *w)
{
	char byte;

	return recv(w->fd, &byte, 1, MSG_DONTWAIT) <= 0;
}

static void serve(struct world *w)
{
	CU_ASSERT_EQUAL(spp_nbdexport_serve(&w->export, NULL), SPP_OK);
}

static const char flags[] = { 0, 0, 0, 3 };
static const char go[] = "IHAVEOPT\0\0\0\7\0\0\0\6\0\0\0\0\0\0";

/* By the option that all clients of today use, after one that is unknown. */
static void shake_hands(struct world *w)
{
	uint8_t hello[18], reply[20], export[12], blocks[14];

	say(w, flags, sizeof(flags));
	say(w, "IHAVEOPT\0\0\0\10\0\0\0\0", 16);
	say(w, go, 22);
	serve(w);
	hear(w, hello, sizeof(hello));
	CU_ASSERT_EQUAL(memcmp(hello, "NBDMAGICIHAVEOPT\0\3", 18), 0);
	hear(w, reply, sizeof(reply));
	CU_ASSERT_EQUAL(memcmp(reply + 8, "\0\0\0\10\x80\0\0\1\0\0\0\0", 12),
			0);
	hear(w, reply, sizeof(reply));
	hear(w, export, sizeof(export));
	CU_ASSERT_EQUAL(export[8] << 8 | export[9], SIZE);
	hear(w, reply, sizeof(reply));
	hear(w, blocks, sizeof(blocks));
	hear(w, reply, sizeof(reply));
	CU_ASSERT_EQUAL(memcmp(reply,
			       "\0\3\xe8\x89\x04\x55\x65\xa9"
			       "\0\0\0\7\0\0\0\1\0\0\0\0",
			       20),
			0);
}

static void request(struct world *w, int command, uint64_t off, size_t n,
		    const void *data)
{
	uint8_t r[28] = { 0x25, 0x60, 0x95, 0x13, 0, 0, 0, (uint8_t)command,
			  1,	2,    3,    4,	  5, 6, 7, 8 };
	int i;

	for (i = 0; i < 8; i++)
		r[16 + i] = (uint8_t)(off >> (56 - 8 * i) & 0xff);
	for (i = 0; i < 4; i++)
		r[24 + i] = (uint8_t)(n >> (24 - 8 * i) & 0xff);
	say(w, r, sizeof(r));
	if (data)
		say(w, data, n);
	serve(w);
}

/* The error of the answer; it belongs to the request. */
static int answer(struct world *w)
{
	uint8_t a[16];

	hear(w, a, sizeof(a));
	CU_ASSERT_EQUAL(memcmp(a, "\x67\x44\x66\x98", 4), 0);
	CU_ASSERT_EQUAL(memcmp(a + 8, "\1\2\3\4\5\6\7\10", 8), 0);
	return a[7];
}

static void test_reads_and_writes(void)
{
	struct world w;
	char buf[600];

	begin(&w);
	shake_hands(&w);
	request(&w, 0, SIZE - 600, 600, NULL);
	CU_ASSERT_EQUAL(answer(&w), 0);
	hear(&w, buf, 600);
	CU_ASSERT(buf[0] == 'd' && buf[599] == 'd');
	request(&w, 1, 4090, 10, "0123456789");
	CU_ASSERT_EQUAL(answer(&w), 0);
	request(&w, 3, 0, 0, NULL);
	CU_ASSERT_EQUAL(answer(&w), 0);
	request(&w, 0, 4089, 12, NULL);
	CU_ASSERT_EQUAL(answer(&w), 0);
	hear(&w, buf, 12);
	CU_ASSERT_EQUAL(memcmp(buf, "d0123456789d", 12), 0);
	CU_ASSERT_EQUAL(spp_overlay_count(w.overlay), 2);
	CU_ASSERT_EQUAL(w.disk.data[4090], 'd');
	/* It goes, and another one comes. */
	request(&w, 2, 0, 0, NULL);
	CU_ASSERT(hears_nothing(&w));
	close(w.fd);
	w.fd = connect_to(&w.export);
	shake_hands(&w);
	request(&w, 0, 4091, 1, NULL);
	CU_ASSERT_EQUAL(answer(&w), 0);
	hear(&w, buf, 1);
	CU_ASSERT_EQUAL(*buf, '1');
	spp_nbdexport_hide(&w.export);
	end(&w);
}

static void test_outside(void)
{
	struct world w;

	begin(&w);
	shake_hands(&w);
	request(&w, 0, SIZE - 1, 2, NULL);
	CU_ASSERT_EQUAL(answer(&w), 22);
	request(&w, 0, UINT64_MAX, 2, NULL);
	CU_ASSERT_EQUAL(answer(&w), 22);
	request(&w, 0, 0, SPP_NBDEXPORT_CHUNK + 1, NULL);
	CU_ASSERT_EQUAL(answer(&w), 22);
	request(&w, 4, 0, 512, NULL); /* trim, which is not offered */
	CU_ASSERT_EQUAL(answer(&w), 22);
	request(&w, 1, SIZE, 1, "x");
	CU_ASSERT(hears_nothing(&w));
	CU_ASSERT(w.export.fd < 0);
	CU_ASSERT_EQUAL(spp_overlay_count(w.overlay), 0);
	end(&w);
}

/* The oldest way to begin, with and without the zeroes of those days. */
static void test_export_name(void)
{
	static const uint8_t size[8] = { 0, 0, 0, 0, 0, 0, SIZE >> 8, 0 };
	uint8_t hello[18], export[10 + 124];
	struct world w;
	int modern;

	for (modern = 0; modern < 2; modern++) {
		begin(&w);
		say(&w, modern ? flags : "\0\0\0\1", 4);
		say(&w, "IHAVEOPT\0\0\0\1\0\0\0\0", 16);
		serve(&w);
		hear(&w, hello, sizeof(hello));
		hear(&w, export, modern ? 10 : sizeof(export));
		CU_ASSERT_EQUAL(memcmp(export, size, 8), 0);
		CU_ASSERT(hears_nothing(&w));
		request(&w, 0, 0, 1, NULL);
		CU_ASSERT_EQUAL(answer(&w), 0);
		end(&w);
	}
}

/* Who does not speak the protocol is shown out, and nothing more happens. */
static void test_nonsense(void)
{
	static const struct {
		const char *text;
		size_t n;
	} lines[] = {
		{ "\0\0\0\3IHAVEOPX\0\0\0\7\0\0\0\0", 20 },
		{ "\0\0\0\3IHAVEOPT\0\0\0\7\xff\xff\xff\xff", 20 },
		{ "\0\0\0\3IHAVEOPT\0\0\0\2\0\0\0\0", 20 },
		{ "\0\0\0\3IHAVEOPT\0\0\0\7\0\0\0\11xx", 22 },
		{ "GET", 3 },
	};
	uint8_t hello[18];
	struct world w;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		begin(&w);
		say(&w, lines[i].text, lines[i].n);
		shutdown(w.fd, SHUT_WR);
		serve(&w);
		hear(&w, hello, sizeof(hello));
		CU_ASSERT(w.export.fd < 0);
		end(&w);
	}
	begin(&w);
	shake_hands(&w);
	say(&w, "this is no request of that kind", 28);
	serve(&w);
	CU_ASSERT(w.export.fd < 0);
	end(&w);
}

static const struct unit_test tests[] = {
	{ "reads and writes, into the overlay", test_reads_and_writes },
	{ "nothing outside of the disk", test_outside },
	{ "the oldest way to begin", test_export_name },
	{ "nonsense", test_nonsense },
	{ NULL, NULL },
};

const struct unit_suite unit_nbdexport = { "nbdexport", tests };
