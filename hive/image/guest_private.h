/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two processes of hive/image/guest.h say to each other. */
#ifndef HIVE_GUEST_PRIVATE_H
#define HIVE_GUEST_PRIVATE_H

#include "hive/image/guest.h"

/* Below what libguestfs takes in one call. */
#define SPP_GUEST_CHUNK ((size_t)1 << 20)

enum spp_guest_op {
	SPP_GUEST_START, /* answer: n devices */
	SPP_GUEST_READ,	 /* answer: n bytes */
	SPP_GUEST_WRITE, /* n bytes follow */
	SPP_GUEST_FLUSH, /* the device, and forget what was read of it */
	SPP_GUEST_STOP,
};

struct spp_guest_request {
	enum spp_guest_op op;
	uint32_t device; /* index */
	uint64_t off;
	uint64_t n;
};

struct spp_guest_answer {
	struct spp_error error;
	uint64_t n; /* bytes, or devices, that follow */
};

struct spp_guest_job {
	int socket;
	const char *export; /* path of the socket with the disk */
	const char *label;  /* of the image, for messages */
	bool backend;	    /* is chosen by the environment */
	const char *key;    /* of encrypted volumes, or NULL */
};

/* The whole life of the child; returns when the other end is closed. */
void spp_guest_work(const struct spp_guest_job *job);

#endif
