/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/wim/write.h"

#define MAGIC	"SPPCTL-W"
#define SIZE	512
#define SUM_AT	480
#define BEFORE	64
#define AFTER	272
#define BUFFER	((size_t)1 << 18)
#define HASH_AT 32

/* How the file stands to a WIM. */
enum fit { NONE, BROKEN_OFF, DONE, OTHER };

static void sum(uint8_t *undo, uint8_t *to)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, SUM_AT, undo);
	sha256_digest(&ctx, 32, to);
}

static enum spp_status hash_between(int fd, uint64_t from, uint64_t to,
				    const char *label, uint8_t *sha256,
				    struct spp_error *err)
{
	uint8_t *buf = malloc(BUFFER);
	enum spp_status st = buf ? SPP_OK : spp_nomem(err);
	struct sha256_ctx ctx;
	size_t n;

	sha256_init(&ctx);
	for (; !st && from < to; from += n) {
		n = to - from < BUFFER ? (size_t)(to - from) : BUFFER;
		st = spp_read_at(fd, from, buf, n, label, err);
		if (!st)
			sha256_update(&ctx, n, buf);
	}
	sha256_digest(&ctx, 32, sha256);
	free(buf);
	return st;
}

/* SPP_NOTFOUND without a word; SPP_NOTHIVE for what is no such file. */
static enum spp_status load(const struct spp_wim_undo_place *place,
			    uint8_t *undo, struct spp_error *err)
{
	int fd = openat(place->dir, place->name,
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	uint8_t is[32];
	struct stat st;
	enum spp_status status;

	if (fd < 0 && errno == ENOENT)
		return SPP_NOTFOUND;
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'",
				      place->label);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size != SIZE) {
		close(fd);
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not what undoes an edit of a WIM",
				place->label);
	}
	status = spp_read_at(fd, 0, undo, SIZE, place->label, err);
	close(fd);
	if (status)
		return status;
	sum(undo, is);
	if (memcmp(undo, MAGIC, 8) != 0 || spp_get32(undo + 8) != 1)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not what undoes an edit of a WIM",
				place->label);
	if (memcmp(is, undo + SUM_AT, 32) != 0)
		return spp_fail(err, SPP_CORRUPT, "'%s' is damaged",
				place->label);
	return SPP_OK;
}

static enum fit compare(const uint8_t *undo, const struct spp_wim *wim)
{
	uint8_t sha256[32];

	if (!memcmp(undo + BEFORE, wim->head, SPP_WIM_HEAD) &&
	    spp_get64(undo + 16) <= wim->file_size)
		return BROKEN_OFF;
	if (memcmp(undo + AFTER, wim->head, SPP_WIM_HEAD) != 0 ||
	    spp_get64(undo + 24) != wim->file_size ||
	    spp_get64(undo + 16) > wim->file_size)
		return OTHER;
	if (hash_between(wim->fd, spp_get64(undo + 16), wim->file_size,
			 wim->label, sha256, NULL))
		return OTHER;
	return memcmp(sha256, undo + HASH_AT, 32) != 0 ? OTHER : DONE;
}

static enum spp_status examine(const struct spp_wim_undo_place *place,
			       const struct spp_wim *wim, bool follow,
			       uint8_t *undo, enum fit *fit,
			       struct spp_error *err)
{
	enum spp_status st = load(place, undo, NULL);

	*fit = st == SPP_NOTFOUND ? NONE : st ? OTHER : compare(undo, wim);
	if (*fit == OTHER || (*fit == DONE && !follow))
		return spp_fail(err, SPP_REFUSED,
				"backup '%s' exists already; remove it or "
				"name another suffix",
				place->label);
	return SPP_OK;
}

enum spp_status spp_wim_undo_check(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool follow,
				   struct spp_error *err)
{
	uint8_t undo[SIZE];
	enum fit fit;

	return examine(place, wim, follow, undo, &fit, err);
}

/* Whole and on disk before it has its name. */
static enum spp_status save(const struct spp_wim_undo_place *place,
			    const uint8_t *undo, mode_t mode, bool replace,
			    struct spp_error *err)
{
	const char *temp = place->temp;
	enum spp_status st;
	int fd;

	unlinkat(place->dir, temp, 0);
	fd = openat(place->dir, temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    mode & 0666);
	st = fd < 0 ? spp_fail_errno(err, SPP_IO, "cannot create '%s'",
				     place->label)
		    : spp_write_at(fd, 0, undo, SIZE, place->label, err);
	if (!st && (fsync(fd) ||
		    renameat2(place->dir, temp, place->dir, place->name,
			      replace ? 0 : RENAME_NOREPLACE) ||
		    (fsync(place->dir) && errno != EINVAL)))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'",
				    place->label);
	if (fd >= 0)
		close(fd);
	if (st)
		unlinkat(place->dir, temp, 0);
	return st;
}

enum spp_status spp_wim_undo_write(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool follow,
				   int fd, const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err)
{
	uint8_t undo[SIZE];
	struct stat file;
	enum fit fit;
	enum spp_status st = examine(place, wim, follow, undo, &fit, err);

	if (st)
		return st;
	if (fit != DONE) {
		memset(undo, 0, sizeof(undo));
		memcpy(undo, MAGIC, 8);
		spp_put32(undo + 8, 1);
		spp_put64(undo + 16, wim->end);
		memcpy(undo + BEFORE, wim->head, SPP_WIM_HEAD);
	}
	spp_put64(undo + 24, end);
	memcpy(undo + AFTER, head, SPP_WIM_HEAD);
	st = hash_between(fd, spp_get64(undo + 16), end, wim->label,
			  undo + HASH_AT, err);
	sum(undo, undo + SUM_AT);
	if (!st && fstat(fd, &file))
		st = spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				    wim->label);
	return st ? st : save(place, undo, file.st_mode, fit != NONE, err);
}

/* The header first: behind it the rest is but bytes that nobody reads. */
static enum spp_status put_back(const struct spp_wim *wim, const uint8_t *undo,
				int fd, struct spp_error *err)
{
	enum spp_status st = spp_wim_switch(fd, undo + BEFORE, wim->label, err);

	if (!st && (ftruncate(fd, (off_t)spp_get64(undo + 16)) || fsync(fd)))
		st = spp_fail_errno(err, SPP_IO, "cannot shorten '%s'",
				    wim->label);
	return st;
}

enum spp_status spp_wim_undo_apply(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool dry, int fd,
				   struct spp_error *err)
{
	uint8_t undo[SIZE];
	enum spp_status st = load(place, undo, err);

	if (st)
		return st;
	if (compare(undo, wim) == OTHER)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is not as the edit left it that '%s' "
				"would undo",
				wim->label, place->label);
	if (dry)
		return SPP_OK;
	st = put_back(wim, undo, fd, err);
	if (!st && (unlinkat(place->dir, place->name, 0) ||
		    (fsync(place->dir) && errno != EINVAL)))
		st = spp_fail_errno(err, SPP_IO,
				    "'%s' is put back, but '%s' cannot be "
				    "removed",
				    wim->label, place->label);
	return st;
}
