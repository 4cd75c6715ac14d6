/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/newfile.h"

#define DIGITS 6 /* of a backup's number, at most */

/* The number in a backup's name; 0 if the entry is not a backup. */
static unsigned int number_of(const char *entry, const char *name,
			      const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix), digits;
	unsigned int number = 0;

	if (strncmp(entry, name, n) != 0 || strncmp(entry + n, suffix, m) != 0)
		return 0;
	entry += n + m;
	if (!*entry)
		return 1;
	digits = strspn(entry + 1, "0123456789");
	if (*entry != '.' || entry[1] == '0' || !digits || digits > DIGITS ||
	    entry[1 + digits])
		return 0;
	while (*++entry)
		number = number * 10 + (unsigned int)(*entry - '0');
	return number > 1 ? number : 0;
}

/*
 * Which entries of the folder count as backups: all, those that are not empty,
 * or hard links to the given file.
 */
enum counts { ANY, FILLED, LINK };

static bool does_count(int dir, const char *entry, enum counts what,
		       const struct stat *st)
{
	struct stat now;

	if (what == LINK)
		return spp_leads_to(dir, entry, st);
	if (what == ANY || fstatat(dir, entry, &now, AT_SYMLINK_NOFOLLOW))
		return what == ANY;
	return !S_ISREG(now.st_mode) || now.st_size;
}

/* Finds the highest number and counts the backups. */
static enum spp_status scan(int dirfd, const char *name, const char *suffix,
			    enum counts what, const struct stat *st,
			    unsigned int *highest, unsigned int *count,
			    struct spp_error *err)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	unsigned int number;

	*highest = *count = 0;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return spp_fail_errno(err, SPP_IO,
				      "cannot look for backups of '%s'", name);
	}
	while ((entry = readdir(dir))) {
		number = number_of(entry->d_name, name, suffix);
		if (!number || !does_count(dirfd, entry->d_name, what, st))
			continue;
		++*count;
		if (number > *highest)
			*highest = number;
	}
	closedir(dir);
	return SPP_OK;
}

static enum spp_status make(const char *suffix, unsigned int number,
			    struct spp_buf *full, struct spp_error *err)
{
	full->size = 0;
	return number < 2 ? spp_buf_puts(full, suffix, err)
			  : spp_buf_printf(full, err, "%s.%u", suffix, number);
}

enum spp_status spp_backup_next(int dir, const char *name, const char *suffix,
				struct spp_buf *full, struct spp_error *err)
{
	unsigned int highest, count;
	enum spp_status st =
		scan(dir, name, suffix, ANY, NULL, &highest, &count, err);

	if (st)
		return st;
	if (highest >= 999999)
		return spp_fail(err, SPP_LIMIT,
				"backup '%s%s.%u' has the last number; remove "
				"it or name another suffix",
				name, suffix, highest);
	return make(suffix, highest + 1, full, err);
}

enum spp_status spp_backup_newest(int dir, const char *name, const char *suffix,
				  struct spp_buf *full, struct spp_error *err)
{
	unsigned int highest, count;
	enum spp_status st =
		scan(dir, name, suffix, FILLED, NULL, &highest, &count, err);

	if (st)
		return st;
	return highest ? make(suffix, highest, full, err) : SPP_NOTFOUND;
}

enum spp_status spp_backup_links(int dir, const char *name, const char *suffix,
				 const struct stat *st, unsigned int *links,
				 struct spp_error *err)
{
	unsigned int highest;

	*links = 0;
	if (st->st_nlink < 2)
		return SPP_OK;
	return scan(dir, name, suffix, LINK, st, &highest, links, err);
}
