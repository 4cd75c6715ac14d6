/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/gpo.h"

/* More than are ever open at once. */
#define FILES_MAX 1024

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether a name leads to the file; "FILE#1" is an image of the WIM FILE. */
static bool leads_to(const char *name, const struct stat *file)
{
	char path[PATH_MAX];
	struct stat st;
	char *hash;

	if (!strcmp(name, "-"))
		return !fstat(STDIN_FILENO, &st) && is_same(&st, file);
	snprintf(path, sizeof(path), "%s", name);
	do {
		if (!stat(path, &st) && is_same(&st, file))
			return true;
		hash = strrchr(path, '#');
		if (hash)
			*hash = '\0';
	} while (hash);
	return cli_gpo_has(name, file);
}

/* Puts the folder of a path into folder; the name in it. */
static const char *split(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	snprintf(folder, PATH_MAX, "%.*s", (int)(name - path), path);
	return name;
}

/* A file that is not there yet, by another name of the same folder. */
static bool is_same_name(const char *a, const char *b)
{
	char folder_a[PATH_MAX], folder_b[PATH_MAX];
	const char *name_a = split(a, folder_a), *name_b = split(b, folder_b);
	struct stat st_a, st_b;

	return !strcmp(name_a, name_b) &&
	       !stat(*folder_a ? folder_a : ".", &st_a) &&
	       !stat(*folder_b ? folder_b : ".", &st_b) &&
	       is_same(&st_a, &st_b);
}

/* All open files but those that the caller left open. */
static bool is_open(const struct stat *file)
{
	struct stat st;
	int fd;

	for (fd = STDERR_FILENO + 1; fd < FILES_MAX; fd++)
		if (fcntl(fd, F_GETFD) == FD_CLOEXEC && !fstat(fd, &st) &&
		    is_same(&st, file))
			return true;
	return false;
}

static bool is_file_option(enum cli_option_id id)
{
	const char *argument = cli_options[id].argument;

	return argument && !strcmp(argument, "FILE") && id != OPT_OUTPUT &&
	       id != OPT_RECOVERED;
}

static bool is_named(const struct cli_call *call, const char *path,
		     const struct stat *file)
{
	size_t i;
	int k;

	for (i = 0; i < call->targets; i++)
		if (leads_to(call->target[i], file))
			return true;
	for (k = 0; k < call->operands; k++)
		if (call->operand[k] != path &&
		    leads_to(call->operand[k], file))
			return true;
	for (i = 0; i < call->given_count; i++)
		if (is_file_option(call->given[i].id) && call->given[i].value &&
		    leads_to(call->given[i].value, file))
			return true;
	return false;
}

static bool is_new_file_of(const struct cli_call *call, const char *path)
{
	const char *results = cli_value(call, OPT_RESULTS);
	const char *resume = cli_value(call, OPT_RESUME);

	return (results && is_same_name(results, path)) ||
	       (resume && is_same_name(resume, path));
}

enum spp_status cli_output_apart(const struct cli_call *call, const char *path,
				 struct spp_error *err)
{
	struct stat file;
	bool used;

	if (!path || !strcmp(path, "-"))
		return SPP_OK;
	if (stat(path, &file))
		used = is_new_file_of(call, path);
	else if (S_ISBLK(file.st_mode))
		return spp_fail(err, SPP_USAGE,
				"cannot write to '%s', a block device; name a "
				"file",
				path);
	else
		/* Nothing but a file is lost by being written over. */
		used = S_ISREG(file.st_mode) &&
		       (is_named(call, path, &file) || is_open(&file));
	/* Without memory it may not have been found. */
	if (!used && spp_memory_shortages())
		return spp_nomem(err);
	return used ? spp_fail(err, SPP_USAGE,
			       "cannot write to '%s', which this command uses "
			       "already; name another file",
			       path)
		    : SPP_OK;
}
