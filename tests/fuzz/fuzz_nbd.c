/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that a server of a disk says, before it hangs up.  The disk is read and
 * written, or one line says why not, at once.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hive/place/block.h"
#include "tests/fuzz/memory.h"

#define SILENCE 2000 /* ms; nobody waits for what will never come */

static void check_line(enum spp_status st, const struct spp_error *err)
{
	if (st != err->status || (st && !*err->text) || st == SPP_NOANSWER ||
	    st == SPP_BUG)
		abort();
}

static void use(struct spp_block *block)
{
	struct spp_error err = SPP_ERROR_INIT;
	uint8_t buf[1500];
	size_t n =
		block->size < sizeof(buf) ? (size_t)block->size : sizeof(buf);

	check_line(spp_block_read(block, 0, buf, n, &err), &err);
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_block_read(block, block->size - n, buf, n, &err), &err);
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_block_write(block, n / 3, buf, n / 3, &err), &err);
	err = (struct spp_error)SPP_ERROR_INIT;
	check_line(spp_block_flush(block, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_block *block = NULL;
	enum spp_status st;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		abort();
	spp_nbd_silence = SILENCE;
	/* What does not fit is cut off. */
	if (send(ends[0], data, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && size)
		size = 0;
	shutdown(ends[0], SHUT_WR);
	st = spp_block_nbd(ends[1], NULL, true, "disk", &block, &err);
	check_line(st, &err);
	if (!st) {
		use(block);
		spp_block_close(block);
	}
	close(ends[0]);
	return 0;
}
