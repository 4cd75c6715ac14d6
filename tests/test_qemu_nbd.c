/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/qemu_nbd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
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
	const struct spp_layer layer = { fd, SPP_TARGET_VMDK };
	struct spp_nbdserver server = SPP_NBDSERVER_INIT;
	struct spp_block *block = NULL;
	enum spp_status st;
	int socket = -1;

	st = spp_nbdserver_start(&server, &layer, 1, true, NULL, label, &socket,
				 err);
	if (!st && spp_block_nbd(socket, NULL, true, label, &block, NULL))
		st = spp_nbdserver_why(&server, label, err);
	spp_block_close(block);
	spp_nbdserver_stop(&server);
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

static const struct unit_test tests[] = {
	{ "a silent server", test_silent },
	{ "qemu-nbd opens the image and no other file", test_other_file },
	{ 0 },
};

const struct unit_suite unit_qemu_nbd = { "qemu_nbd", tests };
