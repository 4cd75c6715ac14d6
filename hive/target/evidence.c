/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/evidence.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hive/regf/tmpfile.h"

bool spp_fd_facts(int fd, struct spp_file_facts *facts)
{
	*facts = (struct spp_file_facts){ .has_birth = false };
	if (fd < 0 || fstat(fd, &facts->st))
		return false;
#ifdef STATX_BTIME /* an older musl has no statx() */
	struct statx x;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) ||
	    !(x.stx_mask & STATX_BTIME))
		return true;
	facts->has_birth = true;
	facts->birth.tv_sec = (time_t)x.stx_btime.tv_sec;
	facts->birth.tv_nsec = (long)x.stx_btime.tv_nsec;
#endif
	return true;
}

bool spp_store_facts(const struct spp_store *store,
		     struct spp_file_facts *facts)
{
	return store->fd && spp_fd_facts(*store->fd, facts);
}

bool spp_store_log_facts(const struct spp_store *store, enum spp_log_name log,
			 struct spp_file_facts *facts)
{
	return store->log_fd && spp_fd_facts(store->log_fd[log], facts);
}

bool spp_target_facts(const struct spp_target *target,
		      struct spp_file_facts *facts)
{
	return target->fd && spp_fd_facts(*target->fd, facts);
}

enum spp_status spp_store_base(const struct spp_store *store,
			       struct spp_base *base, struct spp_error *err)
{
	const struct spp_source *source = &store->source;
	uint8_t head[512];
	enum spp_status st;

	if (source->size < sizeof(head))
		return spp_fail(err, SPP_NOTHIVE, "'%s' has no base block",
				store->label);
	st = source->read(source->ctx, 0, head, sizeof(head), err);
	return st ? st : spp_base_read(head, sizeof(head), base, err);
}

static enum spp_status read_pages(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	return spp_pages_read(ctx, off, buf, n, err);
}

struct spp_source spp_session_source(struct spp_session *session)
{
	struct spp_pages *pages = spp_session_hive(session)->pages;

	return (struct spp_source){ read_pages, pages, spp_pages_size(pages) };
}

enum spp_status spp_target_source(const struct spp_target *target,
				  struct spp_source *source,
				  struct spp_error *err)
{
	struct stat about;
	enum spp_status st;
	off_t end;

	if (!target->fd || *target->fd < 0 || fstat(*target->fd, &about))
		return SPP_NOTFOUND;
	st = spp_fd_source(target->fd, source, err);
	/* The size of a device is found differently. */
	if (!st && S_ISBLK(about.st_mode)) {
		end = lseek(*target->fd, 0, SEEK_END);
		source->size = end > 0 ? (uint64_t)end : 0;
	}
	return st;
}
