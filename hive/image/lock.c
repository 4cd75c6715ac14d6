/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "hive/base/holder.h"

/* Bits of qemu's permissions. */
enum { READ = 0, WRITE = 1, RESIZE = 3 };

#define USED	 100 /* first byte of the permissions in use */
#define UNSHARED 200 /* first byte of those that nobody else may use */

/* What a reader or writer of ours uses and forbids. */
struct rule {
	bool write; /* only for writers */
	int byte;   /* locked by us; 0: none */
	int clash;  /* must not be locked by others */
};

static const struct rule rules[] = {
	{ false, USED + READ, UNSHARED + READ },
	{ true, USED + WRITE, UNSHARED + WRITE },
	{ false, UNSHARED + WRITE, USED + WRITE },
	{ false, UNSHARED + RESIZE, USED + RESIZE },
	/*
	 * A machine that only reads a raw image allows others to write; but a
	 * write would break a backup of the image that is being made, or a
	 * clone on top of it.
	 */
	{ true, 0, USED + READ },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct flock at(int byte, short type)
{
	return (struct flock){ .l_type = type,
			       .l_whence = SEEK_SET,
			       .l_start = byte,
			       .l_len = 1 };
}

static enum spp_status busy(int fd, const char *label, struct spp_error *err)
{
	char holder[SPP_HOLDER_TEXT];
	const char *who = spp_holder(fd, holder);

	return spp_fail(err, SPP_BUSY, "'%s' is in use by %s; %s", label, who,
			!strncmp(who, "sppctl", 6)
				? "wait until that has ended"
				: "shut the virtual machine down first");
}

/*
 * Whether another process holds a lock that clashes; false on a file system
 * without locks.
 */
static bool is_held(int fd, const struct rule *rule)
{
	struct flock lock = at(rule->clash, F_WRLCK);

	return !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

static bool cannot_lock(int fd, const struct rule *rule)
{
	struct flock lock = at(rule->byte, F_RDLCK);

	return rule->byte && fcntl(fd, F_OFD_SETLK, &lock) &&
	       (errno == EAGAIN || errno == EACCES);
}

/* SPP_BUSY if one of the rules for a reader or writer clashes. */
static enum spp_status each_rule(int fd, bool write,
				 bool (*clashes)(int fd,
						 const struct rule *rule),
				 const char *label, struct spp_error *err)
{
	size_t i;

	for (i = 0; i < COUNT(rules); i++)
		if ((write || !rules[i].write) && clashes(fd, &rules[i]))
			return busy(fd, label, err);
	return SPP_OK;
}

enum spp_status spp_image_lock_probe(int fd, bool write, const char *label,
				     struct spp_error *err)
{
	return each_rule(fd, write, is_held, label, err);
}

/*
 * Take our locks first, then look for others': of two at once, at least one
 * must notice the other.
 */
enum spp_status spp_image_lock_take(int fd, bool write, const char *label,
				    struct spp_error *err)
{
	enum spp_status st = each_rule(fd, write, cannot_lock, label, err);

	return st ? st : spp_image_lock_probe(fd, write, label, err);
}

enum spp_status spp_image_lock_lease(int fd, const char *label,
				     struct spp_error *err)
{
	char holder[SPP_HOLDER_TEXT];

	/*
	 * A process that opens the file breaks the lease; its signal must not
	 * end us.
	 */
	fcntl(fd, F_SETSIG, SIGURG);
	if (fcntl(fd, F_SETLEASE, F_RDLCK)) {
		if (errno != EAGAIN)
			return SPP_OK;
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use by %s, which has it open for "
				"writing; end that first",
				label, spp_holder(fd, holder));
	}
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return SPP_OK;
}
