/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/json.h"
#include "cli/out.h"
#include "hive/base/buf.h"
#include "hive/base/newfile.h"

/* Between two tries to lock the file. */
#define PAUSE_NS 50000000L

struct cli_results {
	char *path;
	int fd;
};

/* A line of a file that is gone on with: SPP_USAGE if of another job. */
static enum spp_status read_line(const struct cli_results_options *o,
				 const char *text, size_t n, size_t number,
				 struct cli_result *r, struct spp_error *err)
{
	enum spp_status st = cli_result_read(r, text, n, o->path, number, err);

	if (st)
		return st;
	r->keep = !(o->retry >> r->outcome & 1);
	return !strcmp(r->job, o->job)
		       ? SPP_OK
		       : spp_fail_at(err, SPP_USAGE, o->path, number, 0,
				     "the result of another command, or of "
				     "other options; --resume goes on with the "
				     "same");
}

/*
 * Reads all whole lines; *end is where they end.  Kept ones go to copy.  What
 * follows them is left out by the caller, so it must be a line cut short.
 */
static enum spp_status read_lines(const struct cli_results_options *o, FILE *f,
				  void (*seen)(void *ctx,
					       const struct cli_result *result),
				  void *ctx, FILE *copy, off_t *end,
				  bool *dropped, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	size_t number = 0;
	bool whole;

	*end = 0;
	*dropped = false;
	while (!(st = cli_result_line(f, o->path, ++number, &text, &whole,
				      err)) &&
	       whole) {
		struct cli_result CLEANUP(cli_result_release) r =
			CLI_RESULT_INIT;

		st = read_line(o, spp_buf_text(&text), text.size, number, &r,
			       err);
		if (st)
			return st;
		*end += (off_t)text.size;
		*dropped |= !r.keep;
		if (copy && r.keep &&
		    fwrite(text.data, 1, text.size, copy) != text.size)
			return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
					      o->path);
		if (seen)
			seen(ctx, &r);
	}
	return st;
}

static enum spp_status lock(int fd, const struct cli_results_options *o,
			    struct spp_error *err)
{
	const struct timespec pause = { 0, PAUSE_NS };
	unsigned long tries = o->wait * (1000000000UL / PAUSE_NS);

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return spp_fail_errno(err, SPP_IO, "cannot lock '%s'",
					      o->path);
		if (!tries--)
			return spp_fail(err, SPP_BUSY,
					"'%s' is in use by another run; try "
					"again when it has ended",
					o->path);
		nanosleep(&pause, NULL);
	}
	return SPP_OK;
}

typedef enum spp_status (*copier)(const void *ctx, FILE *from, FILE *to,
				  struct spp_error *err);

/* The folder that a file is in, links followed, and its name there. */
struct spot {
	int dir;
	char *path, *name; /* name: in path */
};

static void leave(struct spot *spot)
{
	if (spot->dir >= 0)
		close(spot->dir);
	free(spot->path);
}

static enum spp_status find(const char *path, int fd, struct spot *spot,
			    struct spp_error *err)
{
	char *folder = spot->path = realpath(path, NULL);
	struct stat st;

	if (!folder || fstat(fd, &st))
		return spp_fail_errno(err, SPP_IO, "cannot find '%s'", path);
	spot->name = strrchr(folder, '/') + 1;
	spot->name[-1] = '\0';
	spot->dir = open(*folder ? folder : "/",
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (spot->dir < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot open the folder of '%s'", path);
	return spp_leads_to(spot->dir, spot->name, &st)
		       ? SPP_OK
		       : spp_fail(err, SPP_BUSY,
				  "'%s' was replaced a moment ago; try again",
				  path);
}

/*
 * Who may write a file of others cannot give a copy to its owner.  It stays
 * theirs to read and write as far as its group and mode let them.
 */
static enum spp_status keep_access(struct spp_newfile *f,
				   const struct stat *about, const char *path,
				   struct spp_error *err)
{
	mode_t mode = about->st_mode & 0777;

	if (!spp_newfile_own(f, about, path, NULL))
		return SPP_OK;
	if (fchown(f->fd, (uid_t)-1, about->st_gid))
		mode &= ~(mode_t)070;
	return fchmod(f->fd, mode)
		       ? spp_fail_errno(err, SPP_IO, "cannot write '%s'", path)
		       : SPP_OK;
}

static enum spp_status open_copy(struct spp_newfile *f, const struct spot *spot,
				 const char *path, int fd,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *work = NULL;
	enum spp_status st;
	struct stat about;

	if (asprintf(&work, ".%s.sppctl-new", spot->name) < 0) {
		work = NULL;
		return spp_nomem(err);
	}
	st = spp_newfile_open(f, spot->dir, work, path, err);
	if (!st && (fstat(fd, &about) || fcntl(f->fd, F_SETFL, O_APPEND) ||
		    flock(f->fd, LOCK_EX | LOCK_NB)))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", path);
	return st ? st : keep_access(f, &about, path, err);
}

static enum spp_status fill(int in, int out, const char *path, copier copy,
			    const void *ctx, struct spp_error *err)
{
	FILE *from = fdopen(dup(in), "r"), *to = fdopen(dup(out), "w");
	enum spp_status st = SPP_OK;

	if (!from || !to)
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", path);
	if (!st)
		rewind(from);
	if (!st)
		st = copy(ctx, from, to, err);
	if (!st && fflush(to))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", path);
	if (from)
		fclose(from);
	if (to)
		fclose(to);
	return st;
}

/* A copy takes the place of the file, with its owner and mode. */
static enum spp_status replace(const char *path, int *fd, copier copy,
			       const void *ctx, struct spp_error *err)
{
	/* The folder is left last: a work file is removed from it. */
	struct spot CLEANUP(leave) spot = { .dir = -1 };
	struct spp_newfile CLEANUP(spp_newfile_close) f = SPP_NEWFILE_INIT;
	enum spp_status st = find(path, *fd, &spot, err);

	if (!st)
		st = open_copy(&f, &spot, path, *fd, err);
	if (!st)
		st = fill(*fd, f.fd, path, copy, ctx, err);
	if (!st)
		st = spp_newfile_sync(&f, err);
	if (!st)
		st = spp_newfile_replace(&f, spot.name, err);
	if (st)
		return st;
	fsync(spot.dir);
	close(*fd);
	*fd = f.fd;
	f.fd = -1;
	return SPP_OK;
}

/* Without the lines that are to be repeated. */
static enum spp_status copy_kept(const void *ctx, FILE *from, FILE *to,
				 struct spp_error *err)
{
	bool dropped;
	off_t end;

	return read_lines(ctx, from, NULL, NULL, to, &end, &dropped, err);
}

static enum spp_status go_on(const struct cli_results_options *o, int *fd,
			     void (*seen)(void *ctx,
					  const struct cli_result *result),
			     void *ctx, struct spp_error *err)
{
	enum spp_status st;
	bool dropped = false;
	struct stat about;
	off_t end = 0;
	FILE *f;
	int in;

	if (fstat(*fd, &about) || !S_ISREG(about.st_mode))
		return spp_fail(err, SPP_USAGE,
				"cannot go on with '%s', a pipe or device; "
				"name a file",
				o->path);
	st = lock(*fd, o, err);
	if (st)
		return st;
	in = dup(*fd);
	f = in >= 0 ? fdopen(in, "r") : NULL;
	if (!f)
		return spp_fail_errno(err, SPP_IO, "cannot read '%s'", o->path);
	st = read_lines(o, f, seen, ctx, NULL, &end, &dropped, err);
	fclose(f);
	/* What follows the last whole line was cut short. */
	if (!st && ftruncate(*fd, end))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'", o->path);
	return st || !dropped ? st : replace(o->path, fd, copy_kept, o, err);
}

static int open_file(const struct cli_results_options *o)
{
	int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY;
	struct stat about;

	if (o->resume)
		return open(o->path, flags | O_CREAT, o->secret ? 0600 : 0666);
	/* A disk is no more to be written over than a file. */
	if (!stat(o->path, &about) && !S_ISREG(about.st_mode) &&
	    !S_ISBLK(about.st_mode))
		return open(o->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return open(o->path, flags | O_CREAT | O_EXCL, o->secret ? 0600 : 0666);
}

enum spp_status cli_results_open(const struct cli_results_options *o,
				 void (*seen)(void *ctx,
					      const struct cli_result *result),
				 void *ctx, struct cli_results **results,
				 struct spp_error *err)
{
	int fd = open_file(o);
	enum spp_status st = SPP_OK;
	struct cli_results *r;

	if (fd < 0 && errno == EEXIST)
		return spp_fail(err, SPP_REFUSED,
				"'%s' exists; go on with --resume, or name "
				"another file",
				o->path);
	if (fd < 0)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", o->path);
	if (o->resume)
		st = go_on(o, &fd, seen, ctx, err);
	else
		flock(fd, LOCK_EX | LOCK_NB);
	r = st ? NULL : calloc(1, sizeof(*r));
	if (r)
		r->path = strdup(o->path);
	if (!st && (!r || !r->path))
		st = spp_nomem(err);
	if (st) {
		free(r);
		close(fd);
		return st;
	}
	r->fd = fd;
	*results = r;
	return SPP_OK;
}

static enum spp_status write_line(struct cli_results *r, const char *text,
				  size_t n, struct spp_error *err)
{
	ssize_t done;

	while (n) {
		done = write(r->fd, text, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
					      r->path);
		text += done;
		n -= (size_t)done;
	}
	return SPP_OK;
}

enum spp_status cli_results_add(struct cli_results *r, json_t *line,
				struct spp_error *err)
{
	char *text = json_dumps(line, JSON_COMPACT);
	struct spp_buf CLEANUP(spp_buf_release) whole = SPP_BUF_INIT;
	enum spp_status st;

	json_decref(line);
	if (!text)
		return spp_nomem(err);
	st = spp_buf_puts(&whole, text, err);
	if (!st)
		st = spp_buf_puts(&whole, "\n", err);
	free(text);
	return st ? st : write_line(r, spp_buf_text(&whole), whole.size, err);
}

struct revision {
	const char *path;
	void (*revise)(void *ctx, const char *target, json_t *line);
	void *ctx;
};

static enum spp_status copy_revised(const void *ctx, FILE *from, FILE *to,
				    struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct revision *r = ctx;
	enum spp_status st = SPP_OK;
	size_t number = 0;
	bool whole;

	while (!st &&
	       !(st = cli_result_line(from, r->path, ++number, &text, &whole,
				      err)) &&
	       whole) {
		struct cli_result CLEANUP(cli_result_release) result =
			CLI_RESULT_INIT;

		st = cli_result_read(&result, spp_buf_text(&text), text.size,
				     r->path, number, err);
		if (st)
			return st;
		r->revise(r->ctx, result.target, result.line);
		if (json_dumpf(result.line, to, JSON_COMPACT) ||
		    putc('\n', to) == EOF)
			st = spp_fail_errno(err, SPP_IO, "cannot write '%s'",
					    r->path);
	}
	return st;
}

enum spp_status cli_results_revise(struct cli_results *r,
				   void (*revise)(void *ctx, const char *target,
						  json_t *line),
				   void *ctx, struct spp_error *err)
{
	const struct revision revision = { r->path, revise, ctx };
	struct stat about;

	if (fstat(r->fd, &about) || !S_ISREG(about.st_mode))
		return SPP_OK;
	return replace(r->path, &r->fd, copy_revised, &revision, err);
}

void cli_results_close(struct cli_results *r)
{
	if (!r)
		return;
	close(r->fd);
	free(r->path);
	free(r);
}
