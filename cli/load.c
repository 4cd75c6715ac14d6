/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/evidence/evidence.h"
#include "cli/gpo.h"
#include "cli/heed.h"
#include "cli/target.h"
#include "hive/base/file.h"
#include "hive/place/output.h"
#include "hive/regf/regf.h"
#include "policy/text/near.h"
#include "policy/text/printable.h"

#define HEAD 4096 /* enough to tell any format */

void cli_source_release(struct cli_source *source)
{
	if (!source)
		return;
	spp_document_release(&source->document);
	spp_hives_close(source->windows);
	json_decref(source->exhibit);
	*source = (struct cli_source)CLI_SOURCE_INIT;
}

static enum spp_status too_large(const char *path, struct spp_error *err)
{
	return spp_fail(err, SPP_LIMIT,
			"'%s' is too large for a policy: more than %zu bytes",
			path, SPP_FILE_MAX);
}

static enum spp_status read_all(FILE *f, const char *path, size_t most,
				struct spp_buf *buf, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char chunk[65536];
	struct stat about;
	size_t n;

	/* A regular file's size is known: refuse a large one before reading. */
	if (!fstat(fileno(f), &about) && S_ISREG(about.st_mode)) {
		if (about.st_size > (off_t)most)
			return too_large(path, err);
		st = spp_buf_reserve(buf, (size_t)about.st_size, err);
	}
	while (!st && buf->size <= most &&
	       (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		st = spp_buf_append(buf, chunk, n, err);
	if (!st && ferror(f))
		st = spp_fail_errno(err, SPP_IO, "cannot read '%s'", path);
	return st;
}

static FILE *open_file(const char *path)
{
	int fd = spp_open_quiet(AT_FDCWD, path, 0);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "rb");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

/* *known: the file that was read has these facts; standard input has none. */
static enum spp_status read_file(const char *path, struct spp_buf *buf,
				 struct spp_file_facts *facts, bool *known,
				 struct spp_error *err)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : open_file(path);
	enum spp_status st;

	if (!f)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	st = read_all(f, path, SPP_FILE_MAX, buf, err);
	*known = !standard && spp_fd_facts(fileno(f), facts);
	if (!standard)
		fclose(f);
	if (!st && buf->size > SPP_FILE_MAX)
		st = too_large(path, err);
	if (!st)
		st = spp_buf_reserve(buf, 0, err);
	if (!st)
		buf->data[buf->size] = '\0';
	return st;
}

enum spp_status cli_read_file(const char *path, struct spp_buf *buf,
			      struct spp_error *err)
{
	struct spp_file_facts facts;
	bool known;

	return read_file(path, buf, &facts, &known, err);
}

/* A name for stdout, such as /dev/stdout, even where that is a file. */
bool cli_is_stdout(const char *path)
{
	struct stat file, out;

	return !path || !strcmp(path, "-") ||
	       (!stat(path, &file) && !fstat(STDOUT_FILENO, &out) &&
		file.st_dev == out.st_dev && file.st_ino == out.st_ino);
}

/* A terminal ends its lines by itself. */
static void drop_returns(char *text)
{
	char *to = text;

	for (; text && *text; text++)
		if (text[0] != '\r' || text[1] != '\n')
			*to++ = *text;
	if (to)
		*to = '\0';
}

enum spp_status cli_write_file(const char *path, const void *data, size_t n,
			       bool secret, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *text = NULL;
	char CLEANUP(spp_free_string) *shown = NULL;

	if (!cli_is_stdout(path))
		return spp_output_write(path, data, n, secret, err);
	if (!isatty(STDOUT_FILENO)) {
		fwrite(data, 1, n, stdout);
		return SPP_OK;
	}
	/* A file may contain terminal commands. */
	if (memchr(data, '\0', n))
		return spp_fail(err, SPP_USAGE,
				"these bytes are not for a terminal; write "
				"them to a file, or use a pipe");
	text = strndup(data, n);
	drop_returns(text);
	shown = text ? spp_printable_but(text, "\n\t") : NULL;
	fputs(shown ? shown : "", stdout);
	return shown ? SPP_OK : spp_nomem(err);
}

/* The format that was named for what is read, or NULL. */
static const char *named_format(const struct cli_call *call)
{
	const char *from = cli_value(call, OPT_FROM_FORMAT);

	return from ? from : cli_value(call, OPT_FORMAT);
}

/* Whether a folder holds GPOs and no Windows. */
static bool has_gpos(const struct cli_call *call, const char *path)
{
	const char *name = named_format(call);
	const struct spp_format *format = name ? spp_format_find(name) : NULL;

	return cli_gpo_is(path, format && format->read_tree);
}

/*
 * Whether a path is a policy, by its first bytes.  With --from everything is,
 * except a folder, a device and a hive.
 */
bool cli_is_policy(const struct cli_call *call, const char *path)
{
	bool named = named_format(call) != NULL;
	uint8_t head[HEAD];
	struct stat st;
	size_t n;
	FILE *f;

	if (!strcmp(path, "-"))
		return true;
	if (stat(path, &st))
		return named;
	if (S_ISDIR(st.st_mode))
		return has_gpos(call, path);
	if (!S_ISREG(st.st_mode))
		return named && S_ISFIFO(st.st_mode);
	f = open_file(path);
	if (!f)
		return named;
	n = fread(head, 1, sizeof(head), f);
	fclose(f);
	if (spp_regf_begins(head, n))
		return false;
	return named || spp_format_probe(head, n) != NULL;
}

enum spp_status cli_unknown_format(const char *name, struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	size_t i;

	for (i = 0; i < spp_formats_count; i++)
		spp_near_try(&near, spp_formats[i]->name);
	return spp_near_fail(&near, "format", "list: sppctl help formats", err);
}

static enum spp_status choose_format(const struct cli_call *call,
				     const char *path,
				     const struct spp_buf *buf,
				     const struct spp_format **format,
				     struct spp_error *err)
{
	const char *name = named_format(call);

	*format = name ? spp_format_find(name)
		       : spp_format_probe(buf->data, buf->size);
	if (!*format && name)
		return cli_unknown_format(name, err);
	if (!*format && spp_regf_begins(buf->data, buf->size))
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is a hive, not a policy; sppctl dump "
				"makes a policy of its state",
				path);
	if (!*format)
		return spp_fail(err, SPP_NOTHIVE, "'%s': unrecognised format",
				path);
	if ((*format)->read_tree)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is a file; format %s is a folder", path,
				(*format)->name);
	if (!(*format)->read)
		return spp_fail(err, SPP_USAGE, "format %s can only be written",
				(*format)->name);
	return SPP_OK;
}

static void pass_notes(const struct spp_import *import, struct spp_notes *notes)
{
	size_t i;

	for (i = 0; i < import->notes.count; i++)
		spp_note_remedy(notes, import->notes.remedy[i], "%s",
				import->notes.text[i]);
}

/* Notes the items that are not KMS settings, or refuses the file. */
static enum spp_status judge_import(const struct cli_call *call,
				    const char *path,
				    const struct spp_import *import,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	size_t i;

	if (import->foreign && cli_has(call, OPT_STRICT))
		return spp_fail(err, SPP_REFUSED,
				"'%s' has %zu items that are not KMS settings, "
				"the first: %s",
				path, import->foreign,
				import->listed.count ? import->listed.text[0]
						     : "?");
	pass_notes(import, notes);
	for (i = 0; i < import->listed.count; i++)
		spp_note(notes, "'%s': not a KMS setting, left out: %s", path,
			 import->listed.text[i]);
	if (import->noted > SPP_FOREIGN_LISTED)
		spp_note(notes, "'%s': and %zu more warnings like these", path,
			 import->noted - SPP_FOREIGN_LISTED);
	if (import->foreign > import->listed.count)
		spp_note(notes, "'%s': and %zu more that are not KMS settings",
			 path, import->foreign - import->listed.count);
	return SPP_OK;
}

/* Every error about a file names it. */
static enum spp_status name_file(const char *path, const struct spp_error *why,
				 struct spp_error *err)
{
	if (err->status)
		return why->status;
	if (strstr(why->text, path)) {
		*err = *why;
		return why->status;
	}
	err->remedy = why->remedy;
	return spp_fail_at(err, why->status, path, 0, 0, "%s", why->text);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A folder of GPOs. */
static enum spp_status load_gpo(const struct cli_call *call, const char *path,
				struct cli_source *source,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = path,
				.gpo = cli_value(call, OPT_GPO),
				.ignore_filters =
					cli_has(call, OPT_IGNORE_FILTERS) };
	const char *name = named_format(call);
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	source->format = name ? spp_format_find(name) : &spp_format_gpo_backup;
	if (!source->format)
		return cli_unknown_format(name, err);
	if (!source->format->read_tree)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is a folder; format %s is a file", path,
				name);
	source->path = path;
	st = cli_gpo_load(&in, &source->document, &import, &why);
	if (!st)
		source->exhibit = cli_evidence_file(call, path, NULL,
						    source->format->name, NULL);
	if (!st)
		return judge_import(call, path, &import, notes, err);
	pass_notes(&import, notes);
	return name_file(path, &why, err);
}

enum spp_status cli_load_policy(const struct cli_call *call, const char *path,
				struct cli_source *source,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = path,
				.prefix = cli_value(call, OPT_PREFIX),
				.ignore_filters =
					cli_has(call, OPT_IGNORE_FILTERS) };
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_file_facts facts;
	bool known;
	enum spp_status st;

	if (strcmp(path, "-") && is_folder(path))
		return load_gpo(call, path, source, notes, err);
	if (cli_has(call, OPT_GPO))
		return spp_fail(err, SPP_USAGE,
				"--gpo is for a folder of GPOs; '%s' is a file",
				path);
	st = read_file(path, &buf, &facts, &known, err);
	if (!st)
		st = choose_format(call, path, &buf, &source->format, err);
	if (st)
		return st;
	cli_heed_format(call, path, source->format);
	in.data = buf.data;
	in.size = buf.size;
	source->path = path;
	st = source->format->read(&in, &source->document, &import, &why);
	if (st)
		return name_file(path, &why, err);
	source->exhibit = cli_evidence_file(
		call, path, &buf, source->format->name, known ? &facts : NULL);
	return judge_import(call, path, &import, notes, err);
}

enum spp_status cli_load(const struct cli_call *call, const char *path,
			 struct cli_source *source, struct spp_notes *notes,
			 struct spp_error *err)
{
	enum spp_status st;

	if (cli_is_policy(call, path)) {
		cli_heed_kind(call, path, "policy");
		return cli_load_policy(call, path, source, notes, err);
	}
	source->path = path;
	st = cli_open(call, path, 0, &source->windows, err);
	if (!st)
		st = spp_document_dump(source->windows, &source->document, err);
	if (!st)
		source->exhibit = cli_evidence_hives(call, source->windows);
	if (!st)
		cli_warn_of_state(source->windows, notes);
	return st;
}
