/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/qemu_nbd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hive/place/block.h"
#include "hive/sandbox/landlock.h"
#include "tests/unit.h"

#define SECTOR 512

/* A VMDK whose one extent is another file, in the way that qemu believes. */
static int make_vmdk(const char *victim)
{
	uint8_t image[32 * SECTOR] = "KDMV\1";
	char path[UNIT_PATH];
	int fd;

	image[28] = 1;
	image[36] = 20;
	snprintf((char *)image + SECTOR, 20 * SECTOR,
		 "# Disk DescriptorFile\nversion=1\nCID=12345678\n"
		 "parentCID=ffffffff\ncreateType=\"monolithicFlat\"\n"
		 "RW 8 FLAT \"%s\" 0\n",
		 victim);
	unit_path(path, "disk.vmdk");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CU_ASSERT_EQUAL(write(fd, image, sizeof(image)),
			(ssize_t)sizeof(image));
	return fd;
}

static enum spp_status serve(int fd, const char *label, struct spp_error *err)
{
	const struct spp_image_layer layer = { fd, SPP_TARGET_VMDK };
	struct spp_qemu_nbd server = SPP_QEMU_NBD_INIT;
	struct spp_block *block = NULL;
	enum spp_status st;
	int socket = -1;

	st = spp_qemu_nbd_start(&server, &layer, 1, true, label, &socket, err);
	if (!st && spp_block_nbd(socket, NULL, true, label, &block, NULL))
		st = spp_qemu_nbd_why(&server, label, err);
	spp_block_close(block);
	spp_qemu_nbd_stop(&server);
	return st;
}

/* Whatever got past the reader of headers. */
static void test_other_file(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	char victim[UNIT_PATH];
	int fd, own;

	if (!spp_landlock_version()) {
		puts("  skipped: no Landlock in this kernel");
		return;
	}
	unit_folder();
	unit_path(victim, "victim");
	own = open(victim, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CU_ASSERT(!ftruncate(own, 8 * SECTOR));
	fd = make_vmdk(victim);
	CU_ASSERT_EQUAL(serve(fd, "disk.vmdk", &err), SPP_IO);
	if (!strstr(err.text, "not installed"))
		CU_ASSERT(strstr(err.text, "Permission denied") != NULL);
	close(fd);
	close(own);
}

/* A connection to nobody costs one time-out, not one for each step. */
static void test_silent(void)
{
	int pair[2], was = spp_nbd_silence;
	struct spp_block *block = NULL;

	CU_ASSERT(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	spp_nbd_silence = 20;
	CU_ASSERT_EQUAL(
		spp_block_nbd(pair[0], NULL, false, "disk", &block, NULL),
		SPP_NOANSWER);
	spp_nbd_silence = was;
	close(pair[1]);
}

static void put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

/*
 * Answers the first option with a long refusal, one byte after the other, as
 * long as somebody listens.
 */
static void drip(int fd)
{
	const struct timespec nap = { 0, 5 * 1000 * 1000 };
	const char hello[] = "NBDMAGICIHAVEOPT\0\1";
	uint8_t asked[20],
		answer[20] = { 0, 3, 0xe8, 0x89, 4, 0x55, 0x65, 0xa9 };
	int i;

	alarm(60);
	send(fd, hello, 18, MSG_NOSIGNAL);
	/* Flags, "IHAVEOPT", the option and the size of what follows. */
	if (recv(fd, asked, 4 + 16, MSG_WAITALL) != 20)
		_exit(1);
	memcpy(answer + 8, asked + 12, 4);
	put32(answer + 12, 0x80000001);
	put32(answer + 16, 4000);
	send(fd, answer, 20, MSG_NOSIGNAL);
	for (i = 0; i < 4000; i++) {
		if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
			_exit(0);
		nanosleep(&nap, NULL);
	}
	_exit(2);
}

/* A byte now and then is no answer, and does not prolong the wait for one. */
static void test_dripping(void)
{
	int pair[2], was = spp_nbd_silence, how = -1;
	struct spp_block *block = NULL;
	char hello[18];
	pid_t pid;

	CU_ASSERT(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	pid = fork();
	if (!pid) {
		close(pair[0]);
		drip(pair[1]);
	}
	close(pair[1]);
	/* Starts the clock when the server has said hello, however late. */
	CU_ASSERT_EQUAL(
		recv(pair[0], hello, sizeof(hello), MSG_PEEK | MSG_WAITALL),
		sizeof(hello));
	spp_nbd_silence = 50;
	CU_ASSERT_EQUAL(
		spp_block_nbd(pair[0], NULL, false, "disk", &block, NULL),
		SPP_NOANSWER);
	spp_nbd_silence = was;
	CU_ASSERT(waitpid(pid, &how, 0) == pid);
	CU_ASSERT(WIFEXITED(how) && !WEXITSTATUS(how));
}

static const struct unit_test tests[] = {
	{ "a server that drips bytes", test_dripping },
	{ "a silent server", test_silent },
	{ "qemu-nbd opens the image and no other file", test_other_file },
	{ 0 },
};

const struct unit_suite unit_qemu_nbd = { "qemu_nbd", tests };
