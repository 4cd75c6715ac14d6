/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/gpo.h"

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether a name leads to the file; "FILE#1" is an image of the WIM FILE. */
static bool leads_to(const char *name, const struct stat *file)
{
	char CLEANUP(spp_free_string) *path = strdup(name);
	struct stat st;
	char *hash;

	if (!strcmp(name, "-"))
		return !fstat(STDIN_FILENO, &st) && is_same(&st, file);
	while (path) {
		if (!stat(path, &st) && is_same(&st, file))
			return true;
		hash = strrchr(path, '#');
		if (!hash)
			break;
		*hash = '\0';
	}
	return cli_gpo_has(name, file);
}

/* A file that is not there yet, by another name of the same folder. */
static bool is_same_name(const char *a, const char *b)
{
	char CLEANUP(spp_free_string) *folder_a = strdup(a);
	char CLEANUP(spp_free_string) *folder_b = strdup(b);
	char *x = folder_a ? strrchr(folder_a, '/') : NULL;
	char *y = folder_b ? strrchr(folder_b, '/') : NULL;
	struct stat st_a, st_b;

	if (x)
		x[1] = '\0';
	if (y)
		y[1] = '\0';
	return !strcmp(x ? a + (x + 1 - folder_a) : a,
		       y ? b + (y + 1 - folder_b) : b) &&
	       !stat(x ? folder_a : ".", &st_a) &&
	       !stat(y ? folder_b : ".", &st_b) && is_same(&st_a, &st_b);
}

/* Files that are open, but for those that the caller has left open to us. */
static bool is_open(const struct stat *file)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	bool found = false;
	struct stat st;
	int fd;

	while (dir && !found && (entry = readdir(dir))) {
		fd = atoi(entry->d_name);
		found = fd > STDERR_FILENO && fd != dirfd(dir) &&
			fcntl(fd, F_GETFD) == FD_CLOEXEC && !fstat(fd, &st) &&
			is_same(&st, file);
	}
	if (dir)
		closedir(dir);
	return found;
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
	return used ? spp_fail(err, SPP_USAGE,
			       "cannot write to '%s', which this command uses "
			       "already; name another file",
			       path)
		    : SPP_OK;
}
