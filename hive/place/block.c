/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/block.h"

#include <stdlib.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"

struct file_block {
	struct spp_block base;
	int fd;
};

static enum spp_status check(const struct spp_block *block, uint64_t off,
			     size_t n, struct spp_error *err)
{
	if (spp_within(off, n, block->size))
		return SPP_OK;
	return spp_fail(err, SPP_CORRUPT,
			"%zu bytes at 0x%llx are outside of '%s'", n,
			(unsigned long long)off, block->label);
}

enum spp_status spp_block_read(struct spp_block *block, uint64_t off, void *buf,
			       size_t n, struct spp_error *err)
{
	enum spp_status st = check(block, off, n, err);

	if (!st)
		st = block->ops->read(block, off, buf, n, err);
	if (!st)
		block->bytes_read += n;
	return st;
}

enum spp_status spp_block_write(struct spp_block *block, uint64_t off,
				const void *buf, size_t n,
				struct spp_error *err)
{
	enum spp_status st = check(block, off, n, err);

	if (!st && !block->write)
		st = spp_fail(err, SPP_BUG, "'%s' is not open for writing",
			      block->label);
	if (!st)
		st = block->ops->write(block, off, buf, n, err);
	if (!st)
		block->bytes_written += n;
	return st;
}

enum spp_status spp_block_flush(struct spp_block *block, struct spp_error *err)
{
	return block->ops->flush(block, err);
}

void spp_block_close(struct spp_block *block)
{
	if (block)
		block->ops->close(block);
}

static enum spp_status read_file(struct spp_block *block, uint64_t off,
				 void *buf, size_t n, struct spp_error *err)
{
	return spp_read_at(((struct file_block *)block)->fd, off, buf, n,
			   block->label, err);
}

static enum spp_status write_file(struct spp_block *block, uint64_t off,
				  const void *buf, size_t n,
				  struct spp_error *err)
{
	return spp_write_at(((struct file_block *)block)->fd, off, buf, n,
			    block->label, err);
}

static enum spp_status flush_file(struct spp_block *block,
				  struct spp_error *err)
{
	if (fdatasync(((struct file_block *)block)->fd))
		return spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				      block->label);
	return SPP_OK;
}

static void close_file(struct spp_block *block)
{
	free(block);
}

static const struct spp_block_ops file_ops = { read_file, write_file,
					       flush_file, close_file };

enum spp_status spp_block_file(int fd, uint64_t size, bool write,
			       const char *label, struct spp_block **block,
			       struct spp_error *err)
{
	struct file_block *b = calloc(1, sizeof(*b));

	if (!b)
		return spp_nomem(err);
	b->base = (struct spp_block){
		.ops = &file_ops, .label = label, .size = size, .write = write
	};
	b->fd = fd;
	*block = &b->base;
	return SPP_OK;
}

struct switch_block {
	struct spp_block base;
	struct spp_block *inner;
};

static struct spp_block *inner(struct spp_block *block)
{
	return ((struct switch_block *)block)->inner;
}

static enum spp_status nothing(const struct spp_block *block,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_IO, "'%s' is closed", block->label);
}

static enum spp_status read_inner(struct spp_block *block, uint64_t off,
				  void *buf, size_t n, struct spp_error *err)
{
	return inner(block) ? spp_block_read(inner(block), off, buf, n, err)
			    : nothing(block, err);
}

static enum spp_status write_inner(struct spp_block *block, uint64_t off,
				   const void *buf, size_t n,
				   struct spp_error *err)
{
	return inner(block) ? spp_block_write(inner(block), off, buf, n, err)
			    : nothing(block, err);
}

static enum spp_status flush_inner(struct spp_block *block,
				   struct spp_error *err)
{
	return inner(block) ? spp_block_flush(inner(block), err)
			    : nothing(block, err);
}

static void close_switch(struct spp_block *block)
{
	spp_block_close(inner(block));
	free(block);
}

static const struct spp_block_ops switch_ops = { read_inner, write_inner,
						 flush_inner, close_switch };

enum spp_status spp_block_switch(const char *label, struct spp_block **block,
				 struct spp_error *err)
{
	struct switch_block *b = calloc(1, sizeof(*b));

	if (!b)
		return spp_nomem(err);
	b->base = (struct spp_block){ .ops = &switch_ops, .label = label };
	*block = &b->base;
	return SPP_OK;
}

enum spp_status spp_block_switch_to(struct spp_block *block,
				    struct spp_block *inner,
				    struct spp_error *err)
{
	struct switch_block *b = (struct switch_block *)block;
	bool first = !block->size;

	spp_block_close(b->inner);
	b->inner = inner;
	block->write = inner && inner->write;
	if (!inner)
		return SPP_OK;
	if (first)
		block->size = inner->size;
	if (block->size != inner->size)
		return spp_fail(err, SPP_BUSY, "'%s' has changed its size",
				block->label);
	return SPP_OK;
}
