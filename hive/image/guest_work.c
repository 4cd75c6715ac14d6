/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child that has libguestfs.
 *
 * What is used of the library is declared here, as guestfs.h of 1.40 and all
 * later ones has it: so neither a build nor a program that never needs the
 * library depends on it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/image/guest_private.h"
#include "hive/base/stream.h"

#ifndef SPP_GUESTFS_SONAME
#define SPP_GUESTFS_SONAME "libguestfs.so.0"
#endif

typedef struct guestfs_h guestfs_h;

/* Optional arguments of guestfs_add_drive_opts(); -1 ends them. */
enum { ADD_FORMAT = 1, ADD_PROTOCOL = 5, ADD_SERVER = 6, NO_MORE = -1 };

struct library {
	guestfs_h *(*create)(void);
	void (*close)(guestfs_h *g);
	void (*set_error_handler)(guestfs_h *g, void (*handler)(void),
				  void *ctx);
	const char *(*last_error)(guestfs_h *g);
	int (*get_verbose)(guestfs_h *g);
	int (*set_backend)(guestfs_h *g, const char *backend);
	int (*add_drive_opts)(guestfs_h *g, const char *file, ...);
	int (*launch)(guestfs_h *g);
	int (*shutdown)(guestfs_h *g);
	char **(*list_filesystems)(guestfs_h *g);
	char **(*list_partitions)(guestfs_h *g);
	char **(*list_devices)(guestfs_h *g);
	char *(*vfs_type)(guestfs_h *g, const char *device);
	int64_t (*blockdev_getsize64)(guestfs_h *g, const char *device);
	int (*blockdev_flushbufs)(guestfs_h *g, const char *device);
	char *(*pread_device)(guestfs_h *g, const char *device, int n,
			      int64_t off, size_t *got);
	int (*pwrite_device)(guestfs_h *g, const char *device, const char *data,
			     size_t n, int64_t off);
	int (*sync)(guestfs_h *g);
	/* May be missing. */
	int (*cryptsetup_open)(guestfs_h *g, const char *device,
			       const char *key, const char *name, ...);
};

#define FUNCTION(f, may)                                        \
	{                                                       \
		"guestfs_" #f, offsetof(struct library, f), may \
	}

static const struct {
	const char *name;
	size_t at;
	bool optional;
} functions[] = {
	FUNCTION(create, false),
	FUNCTION(close, false),
	FUNCTION(set_error_handler, false),
	FUNCTION(last_error, false),
	FUNCTION(get_verbose, false),
	FUNCTION(set_backend, false),
	FUNCTION(add_drive_opts, false),
	FUNCTION(launch, false),
	FUNCTION(shutdown, false),
	FUNCTION(list_filesystems, false),
	FUNCTION(list_partitions, false),
	FUNCTION(list_devices, false),
	FUNCTION(vfs_type, false),
	FUNCTION(blockdev_getsize64, false),
	FUNCTION(blockdev_flushbufs, false),
	FUNCTION(pread_device, false),
	FUNCTION(pwrite_device, false),
	FUNCTION(sync, false),
	FUNCTION(cryptsetup_open, true),
};

struct work {
	const struct spp_guest_job *job;
	struct library lib;
	guestfs_h *g;
	struct spp_guest_device device[SPP_GUEST_DEVICES];
	size_t devices;
	char *buf; /* SPP_GUEST_CHUNK bytes */
};

const char *spp_guest_built(void)
{
	return "loaded on demand";
}

static enum spp_status load(struct work *w, struct spp_error *err)
{
	void *handle = dlopen(SPP_GUESTFS_SONAME, RTLD_NOW | RTLD_LOCAL), *at;
	size_t i;

	if (!handle)
		return spp_fail(err, SPP_UNSUPPORTED,
				"cannot open '%s' by libguestfs, which cannot "
				"be loaded (%s); install libguestfs0",
				w->job->label, dlerror());
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		at = dlsym(handle, functions[i].name);
		if (!at && !functions[i].optional)
			return spp_fail(err, SPP_UNSUPPORTED,
					"cannot open '%s' by libguestfs: it "
					"has no %s; install version 1.40 or "
					"later",
					w->job->label, functions[i].name);
		memcpy((char *)&w->lib + functions[i].at, &at, sizeof(at));
	}
	return SPP_OK;
}

/* What the library says is of several lines, with advice for its own users. */
static enum spp_status fail(const struct work *w, const char *what,
			    struct spp_error *err)
{
	const char *why = w->lib.last_error(w->g);
	size_t n = why ? strcspn(why, "\n") : 0;

	while (n && why[n - 1] == '.')
		n--;
	return spp_fail(err, SPP_IO, "libguestfs cannot %s '%s'%s%.*s", what,
			w->job->label, n ? ": " : "", (int)n, n ? why : "");
}

static enum spp_status launch(struct work *w, struct spp_error *err)
{
	char server[80];
	char *const servers[] = { server, NULL };
	int nowhere;

	snprintf(server, sizeof(server), "unix:%s", w->job->export);
	w->g = w->lib.create();
	if (!w->g)
		return spp_fail(err, SPP_IO, "libguestfs does not start");
	w->lib.set_error_handler(w->g, NULL, NULL);
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (nowhere >= 0) {
		dup2(nowhere, STDOUT_FILENO);
		if (!w->lib.get_verbose(w->g))
			dup2(nowhere, STDERR_FILENO);
	}
	/*
	 * A machine of one's own for each image: what libvirt would start may
	 * not reach our socket.
	 */
	if (!w->job->backend && w->lib.set_backend(w->g, "direct"))
		return fail(w, "take", err);
	if (w->lib.add_drive_opts(w->g, "", ADD_FORMAT, "raw", ADD_PROTOCOL,
				  "nbd", ADD_SERVER, servers, NO_MORE))
		return fail(w, "take", err);
	if (w->lib.launch(w->g))
		return spp_fail(err, SPP_IO,
				"libguestfs does not start its machine for "
				"'%s'; libguestfs-test-tool says why",
				w->job->label);
	return SPP_OK;
}

static bool is_known(const struct work *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->devices; i++)
		if (!strcmp(w->device[i].name, name))
			return true;
	return false;
}

/*
 * A volume; what has no size, or is a part of one as of btrfs, is none.  Some
 * are listed twice.
 */
static void add(struct work *w, const char *name, const char *type)
{
	struct spp_guest_device *d = &w->device[w->devices];
	int64_t size;

	if (w->devices == SPP_GUEST_DEVICES || strncmp(name, "/dev/", 5) ||
	    strlen(name) >= sizeof(d->name) || is_known(w, name))
		return;
	size = w->lib.blockdev_getsize64(w->g, name);
	if (size <= 0)
		return;
	memset(d, 0, sizeof(*d));
	strcpy(d->name, name);
	snprintf(d->type, sizeof(d->type), "%s", type);
	d->size = (uint64_t)size;
	w->devices++;
}

static bool is_encrypted(const char *type)
{
	return !strcmp(type, "crypto_LUKS") || !strcmp(type, "BitLocker");
}

/* Those that the key opens are replaced by what is in them. */
static enum spp_status unlock(struct work *w, struct spp_error *err)
{
	char name[32], device[64], *type;
	struct spp_guest_device *d;
	size_t i, locked = 0, opened = 0;

	if (!w->job->key)
		return SPP_OK;
	if (!w->lib.cryptsetup_open)
		return spp_fail(err, SPP_UNSUPPORTED,
				"this libguestfs opens no encrypted volumes; "
				"install version 1.44 or later");
	for (i = 0; i < w->devices; i++) {
		d = &w->device[i];
		if (!is_encrypted(d->type))
			continue;
		locked++;
		snprintf(name, sizeof(name), "sppctl%zu", i);
		if (w->lib.cryptsetup_open(w->g, d->name, w->job->key, name,
					   NO_MORE))
			continue;
		opened++;
		snprintf(device, sizeof(device), "/dev/mapper/%s", name);
		type = w->lib.vfs_type(w->g, device);
		strcpy(d->name, device);
		snprintf(d->type, sizeof(d->type), "%s", type ? type : "");
		d->size = (uint64_t)w->lib.blockdev_getsize64(w->g, device);
		free(type);
	}
	if (locked && !opened)
		return spp_fail(err, SPP_REFUSED,
				"the key opens none of the encrypted volumes "
				"of '%s'",
				w->job->label);
	return SPP_OK;
}

static void free_list(char **list)
{
	size_t i;

	for (i = 0; list[i]; i++)
		free(list[i]);
	free(list);
}

/* Those that are encrypted are no file systems; so they are not listed. */
static enum spp_status add_encrypted(struct work *w, char **devices,
				     struct spp_error *err)
{
	char *type;
	size_t i;

	if (!devices)
		return fail(w, "list the partitions of", err);
	for (i = 0; devices[i]; i++) {
		type = w->lib.vfs_type(w->g, devices[i]);
		if (type && is_encrypted(type))
			add(w, devices[i], type);
		free(type);
	}
	free_list(devices);
	return SPP_OK;
}

static enum spp_status find(struct work *w, struct spp_error *err)
{
	char **list = w->lib.list_filesystems(w->g);
	enum spp_status st;
	size_t i;

	if (!list)
		return fail(w, "list the volumes of", err);
	for (i = 0; list[i] && list[i + 1]; i += 2)
		add(w, list[i], list[i + 1]);
	free_list(list);
	st = add_encrypted(w, w->lib.list_partitions(w->g), err);
	if (!st)
		st = add_encrypted(w, w->lib.list_devices(w->g), err);
	return st ? st : unlock(w, err);
}

static enum spp_status start(struct work *w, struct spp_error *err)
{
	enum spp_status st = load(w, err);

	if (!st)
		st = launch(w, err);
	return st ? st : find(w, err);
}

static enum spp_status read_device(struct work *w,
				   const struct spp_guest_request *r,
				   struct spp_error *err)
{
	const char *name = w->device[r->device].name;
	size_t have = 0, got;
	char *data;

	for (; have < r->n; have += got) {
		got = 0;
		data = w->lib.pread_device(w->g, name, (int)(r->n - have),
					   (int64_t)(r->off + have), &got);
		if (!data || !got || got > r->n - have) {
			free(data);
			return fail(w, "read", err);
		}
		memcpy(w->buf + have, data, got);
		free(data);
	}
	return SPP_OK;
}

static enum spp_status write_device(struct work *w,
				    const struct spp_guest_request *r,
				    struct spp_error *err)
{
	const char *name = w->device[r->device].name;
	uint64_t done = 0;
	int put;

	for (; done < r->n; done += (uint64_t)put) {
		put = w->lib.pwrite_device(w->g, name, w->buf + done,
					   (size_t)(r->n - done),
					   (int64_t)(r->off + done));
		if (put <= 0)
			return fail(w, "write", err);
	}
	return SPP_OK;
}

static enum spp_status flush(struct work *w, size_t device,
			     struct spp_error *err)
{
	if (w->lib.sync(w->g) ||
	    w->lib.blockdev_flushbufs(w->g, w->device[device].name))
		return fail(w, "write", err);
	return SPP_OK;
}

static bool fits(const struct work *w, const struct spp_guest_request *r)
{
	if (r->op == SPP_GUEST_START || r->op == SPP_GUEST_STOP)
		return true;
	return r->device < w->devices && r->n <= SPP_GUEST_CHUNK;
}

/* Does one thing; answers, with what belongs to it. */
static bool serve(struct work *w, const struct spp_guest_request *r)
{
	struct spp_guest_answer answer = { .error = SPP_ERROR_INIT };
	const void *data = NULL;
	size_t n = 0;

	switch (r->op) {
	case SPP_GUEST_START:
		start(w, &answer.error);
		data = w->device;
		answer.n = w->devices;
		n = w->devices * sizeof(*w->device);
		break;
	case SPP_GUEST_READ:
		read_device(w, r, &answer.error);
		data = w->buf;
		answer.n = n = (size_t)r->n;
		break;
	case SPP_GUEST_WRITE:
		write_device(w, r, &answer.error);
		break;
	case SPP_GUEST_FLUSH:
		flush(w, r->device, &answer.error);
		break;
	case SPP_GUEST_STOP:
		if (w->g && w->lib.shutdown(w->g))
			fail(w, "finish its work on", &answer.error);
		break;
	}
	if (answer.error.status)
		answer.n = n = 0;
	return spp_stream_give(w->job->socket, &answer, sizeof(answer)) &&
	       spp_stream_give(w->job->socket, data, n);
}

void spp_guest_work(const struct spp_guest_job *job)
{
	struct work *w = calloc(1, sizeof(*w));
	struct spp_guest_request r;

	if (!w)
		return;
	w->job = job;
	w->buf = malloc(SPP_GUEST_CHUNK);
	while (w->buf && spp_stream_take(job->socket, &r, sizeof(r))) {
		if (!fits(w, &r) ||
		    (r.op == SPP_GUEST_WRITE &&
		     !spp_stream_take(job->socket, w->buf, (size_t)r.n)) ||
		    !serve(w, &r))
			break;
	}
	if (w->g)
		w->lib.close(w->g);
	free(w->buf);
	free(w);
}
