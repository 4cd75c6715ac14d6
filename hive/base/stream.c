/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/stream.h"

#include <errno.h>
#include <sys/socket.h>

bool spp_stream_take(int fd, void *buf, size_t n)
{
	char *to = buf;
	ssize_t got;

	for (; n; to += got, n -= (size_t)got) {
		got = recv(fd, to, n, MSG_WAITALL);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return false;
	}
	return true;
}

bool spp_stream_give(int fd, const void *data, size_t n)
{
	const char *from = data;
	ssize_t put;

	for (; n; from += put, n -= (size_t)put) {
		put = send(fd, from, n, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put <= 0)
			return false;
	}
	return true;
}
