/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/wire.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "tests/unit.h"

#define SIZE ((size_t)100000)

/* The parent's side: a disk, and what was reported. */
struct host {
	uint8_t disk[SIZE];
	uint64_t kind;
	char text[32];
};

static enum spp_status read_disk(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	struct host *host = ctx;

	if (!spp_within(off, n, SIZE))
		return spp_fail(err, SPP_IO, "outside of the disk");
	memcpy(buf, host->disk + off, n);
	return SPP_OK;
}

static enum spp_status write_disk(void *ctx, uint64_t off, const void *data,
				  size_t n, struct spp_error *err)
{
	struct host *host = ctx;

	if (!spp_within(off, n, SIZE))
		return spp_fail(err, SPP_IO, "outside of the disk");
	memcpy(host->disk + off, data, n);
	return SPP_OK;
}

static enum spp_status take(void *ctx, uint64_t kind, const void *data,
			    size_t n, struct spp_error *err)
{
	struct host *host = ctx;

	(void)err;
	if (n >= sizeof(host->text))
		return SPP_BUG;
	host->kind = kind;
	memcpy(host->text, data, n);
	host->text[n] = '\0';
	return SPP_OK;
}

static enum spp_status run(struct host *host, spp_wire_job job,
			   struct spp_error *err)
{
	const struct spp_wire_host wire_host = { host, read_disk, write_disk,
						 take };

	return spp_wire_run(job, NULL, &wire_host, "the job", err);
}

/* Reads, writes and reports more than fits one message. */
static enum spp_status honest(struct spp_wire *wire, void *ctx,
			      struct spp_error *err)
{
	static uint8_t buf[SIZE];
	enum spp_status st = spp_wire_read(wire, 0, buf, SIZE, err);
	size_t i;

	(void)ctx;
	for (i = 0; i < SIZE; i++)
		buf[i] ^= 0xff;
	if (!st)
		st = spp_wire_write(wire, 0, buf, SIZE, err);
	return st ? st : spp_wire_report(wire, 7, "done", 4, err);
}

static void test_honest(void)
{
	static struct host host;
	size_t i, bad = 0;

	for (i = 0; i < SIZE; i++)
		host.disk[i] = (uint8_t)(i * 31);
	CU_ASSERT_EQUAL(run(&host, honest, NULL), SPP_OK);
	for (i = 0; i < SIZE; i++)
		bad += host.disk[i] != (uint8_t) ~(i * 31);
	CU_ASSERT_EQUAL(bad, 0);
	CU_ASSERT_EQUAL(host.kind, 7);
	CU_ASSERT_STRING_EQUAL(host.text, "done");
}

static enum spp_status crash(struct spp_wire *wire, void *ctx,
			     struct spp_error *err)
{
	(void)wire;
	(void)ctx;
	(void)err;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	/* Where it may not signal even itself. */
	_exit(3);
}

static enum spp_status leave(struct spp_wire *wire, void *ctx,
			     struct spp_error *err)
{
	(void)wire;
	(void)ctx;
	(void)err;
	_exit(0);
}

static enum spp_status complain(struct spp_wire *wire, void *ctx,
				struct spp_error *err)
{
	(void)wire;
	(void)ctx;
	return spp_fail(err, SPP_UNSUPPORTED, "no such thing");
}

static enum spp_status far_away(struct spp_wire *wire, void *ctx,
				struct spp_error *err)
{
	uint8_t buf[16];

	(void)ctx;
	/* The parent knows better what went wrong. */
	return spp_wire_read(wire, UINT64_MAX - 4, buf, sizeof(buf), err);
}

static enum spp_status babble(struct spp_wire *wire, void *ctx,
			      struct spp_error *err)
{
	uint8_t much[100] = { 0 };

	(void)ctx;
	return spp_wire_report(wire, 1, much, sizeof(much), err);
}

static void test_verdicts(void)
{
	static const struct {
		spp_wire_job job;
		enum spp_status status;
		const char *text;
	} jobs[] = {
		{ crash, SPP_CORRUPT, "the job" },
		{ leave, SPP_CORRUPT, "the job gave up" },
		{ complain, SPP_UNSUPPORTED, "no such thing" },
		{ far_away, SPP_IO, "outside of the disk" },
		{ babble, SPP_CORRUPT, "sent an invalid message" },
	};
	static struct host host;
	struct spp_error err;
	size_t i;

	for (i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		CU_ASSERT_EQUAL(run(&host, jobs[i].job, &err), jobs[i].status);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, jobs[i].text));
	}
}

/* What the parent has open is closed in the child. */
static enum spp_status use_file(struct spp_wire *wire, void *ctx,
				struct spp_error *err)
{
	const int *fd = ctx;
	char c;

	(void)wire;
	if (read(*fd, &c, 1) >= 0)
		return spp_fail(err, SPP_BUG, "the file is open");
	return SPP_OK;
}

static void test_no_files(void)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	const struct spp_wire_host wire_host = { .ctx = NULL };

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(
		spp_wire_run(use_file, &fd, &wire_host, "the job", NULL),
		SPP_OK);
	close(fd);
}

/* What a child that was taken over may send: bytes as they are. */
struct lie {
	const char *name;
	uint32_t what, n;
	uint64_t off;
	size_t bytes; /* behind the head */
};

#define HEAD 16
#define LONG (HEAD + SPP_WIRE_MAX + 64)

static enum spp_status tell(const struct lie *lie, size_t size,
			    struct spp_error *err)
{
	static uint8_t packet[LONG];
	static struct host host;
	const struct spp_wire_host wire_host = { &host, read_disk, write_disk,
						 take };
	enum spp_status st;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	memcpy(packet, &lie->what, 4);
	memcpy(packet + 4, &lie->n, 4);
	memcpy(packet + 8, &lie->off, 8);
	CU_ASSERT_EQUAL(send(ends[1], packet, size, 0), (ssize_t)size);
	close(ends[1]);
	st = spp_wire_serve(&wire_host, ends[0], "the liar", err);
	close(ends[0]);
	return st;
}

static void test_lies(void)
{
	enum { READ = 1, WRITE, REPORT };
	static const struct lie lies[] = {
		{ "reads nothing", READ, 0, 0, 0 },
		{ "reads with bytes", READ, 8, 0, 8 },
		{ "reads too much", READ, SPP_WIRE_MAX + 1, 0, 0 },
		{ "reads all there is", READ, UINT32_MAX, 0, 0 },
		{ "writes nothing", WRITE, 0, 0, 0 },
		{ "writes less than it says", WRITE, 9, 0, 8 },
		{ "writes more than it says", WRITE, 7, 0, 8 },
		{ "writes too much", WRITE, SPP_WIRE_MAX + 1, 0,
		  SPP_WIRE_MAX + 1 },
		{ "reports nothing", REPORT, 0, 0, 0 },
		{ "reports less than it says", REPORT, 9, 0, 8 },
		{ "reports more than it says", REPORT, 7, 0, 8 },
		{ "reports what nobody takes", REPORT, 32, 0, 32 },
		{ "answers", 4, 8, 0, 8 },
		{ "nothing known", 0, 8, 0, 8 },
		{ "far from it", UINT32_MAX, 8, 0, 8 },
	};
	const struct lie far_off = { "", READ, 8, UINT64_MAX - 4, 0 };
	struct spp_error err;
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		UNIT_ROW(tell(&lies[i], HEAD + lies[i].bytes, &err) ==
				 SPP_CORRUPT,
			 lies[i].name);
		UNIT_ROW(strstr(err.text, "the liar sent an invalid message"),
			 lies[i].name);
	}
	for (i = 1; i < HEAD; i++)
		CU_ASSERT_EQUAL(tell(&lies[0], i, NULL), SPP_CORRUPT);
	CU_ASSERT_EQUAL(tell(&lies[0], LONG, NULL), SPP_CORRUPT);
	/* A host's own failure stays what it is. */
	CU_ASSERT_EQUAL(tell(&far_off, HEAD, NULL), SPP_IO);
}

static const struct unit_test tests[] = {
	{ "reads, writes, reports", test_honest },
	{ "a verdict for each end", test_verdicts },
	{ "has no files", test_no_files },
	{ "lies are told apart", test_lies },
	{ NULL, NULL },
};

const struct unit_suite unit_wire = { "wire", tests };
