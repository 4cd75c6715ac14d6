/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where hives live, and how edited ones get back there.
 *
 * A target is what a user names: a hive file, a Windows folder.  It has one
 * store for each hive that it holds.
 *
 *	struct spp_target *target;
 *	struct spp_store *store;
 *
 *	spp_target_open(path, &options, &target, err);
 *	store = spp_target_store(target, SPP_ROLE_SOFTWARE);
 *	... read store->source and store->logs ...
 *	store->ops->prepare(store, pages, err);		written, not visible
 *	store->ops->reread(store, &source, &fd, err);	for the proof
 *	store->ops->seal(store, err);			proven
 *	spp_target_publish(target, err);		all of them at once
 *	spp_target_close(target);
 *
 * Reading takes no lock and writes nothing.  A target opened for writing
 * holds its hives until it is closed; what was prepared and not published is
 * gone then.
 */
#ifndef HIVE_TARGET_H
#define HIVE_TARGET_H

#include "hive/base/notes.h"
#include "hive/base/target_kind.h"
#include "hive/store.h"

/* An overlay above more than these is not opened. */
#define SPP_BACKING_MAX 15

struct spp_lognames;

struct spp_target_options {
	unsigned int write; /* roles to be edited, as bits: 1 << role */
	/*
	 * A rehearsal: judged, prepared and proven as for writing, but nothing
	 * is made where others could see it, and publishing only looks.
	 */
	bool dry;
	bool break_links;   /* see spp_place_options, links */
	const char *backup; /* suffix to keep replaced hives under, or NULL */
	enum spp_target_kind kind; /* SPP_TARGET_AUTO: look */
	/* Where several Windows are: the spelling of the one that is meant. */
	const char *windows;
	/* Logs found beside an earlier target that is only read; or NULL. */
	struct spp_lognames *lognames;
	unsigned int wait; /* seconds to try again while it is in use */
	/* Of disk images. */
	const char *partition; /* number of the one to take */
	bool unclean;	       /* go on though Windows did not close it */
	bool snapshots;	       /* go on though it has snapshots */
	const char *backing[SPP_BACKING_MAX]; /* the image's backing files */
	size_t backings;
	const char *backing_dir; /* a folder of trusted ones; or NULL */
	const char *journal_dir; /* for what is kept beside it; or NULL */
	const char *tmp_dir;	 /* for a socket to qemu-nbd; NULL: /tmp */
	const char *path;	 /* $PATH, in which qemu-nbd is found */
	/* Of WIMs. */
	bool rebuild; /* a new file without what is not used any more */
	bool follow;  /* the backup may be of the edit just before */
	bool whole;   /* all of it is meant, and no image opened */
	bool inspect; /* tell what is wrong in the refusal, go on */
};

struct spp_disk;
struct spp_wim_about;
struct spp_target;

/* One hive put back from its backup. */
struct spp_restored {
	char *label; /* of the hive; owned */
	char *backup;
};

struct spp_restores {
	struct spp_restored *item;
	size_t count;
};

#define SPP_RESTORES_INIT \
	{                 \
		NULL, 0   \
	}

struct spp_target_ops {
	const char *kind; /* "hive", "folder", "disk", "wim" */
	enum spp_status (*publish)(struct spp_target *target,
				   struct spp_error *err);
	enum spp_status (*restore)(struct spp_target *target,
				   const char *suffix, bool dry,
				   struct spp_restores *restores,
				   struct spp_error *err);
	void (*close)(struct spp_target *target);
};

struct spp_target {
	const struct spp_target_ops *ops;
	char *path;				 /* as the user gave it */
	struct spp_store *store[SPP_ROLE_COUNT]; /* NULL: not there */
	struct spp_notes notes;	     /* what a person should know about it */
	const int *fd;		     /* of an image's file, or NULL */
	const char *file;	     /* and its path */
	const struct spp_disk *disk; /* of a disk image, or NULL */
	const struct spp_wim_about *wim; /* of a WIM inspected, or NULL */
};

/* Finds out what path is and opens it. */
enum spp_status spp_target_open(const char *path,
				const struct spp_target_options *options,
				struct spp_target **target,
				struct spp_error *err);

/*
 * What one folder's logs are called, for options.lognames: targets that are
 * opened one after the other, many in one folder, need not list it each time.
 */
enum spp_status spp_lognames_open(struct spp_lognames **names,
				  struct spp_error *err);
void spp_lognames_close(struct spp_lognames *names);
/*
 * Lists the folder of path, for processes that are started next and open a
 * target in it; what fails is left to them.
 */
void spp_lognames_prime(struct spp_lognames *names, const char *path);

/* The store of a role, or NULL. */
struct spp_store *spp_target_store(struct spp_target *target,
				   enum spp_role role);

/* Makes all that was prepared visible. */
enum spp_status spp_target_publish(struct spp_target *target,
				   struct spp_error *err);
void spp_target_close(struct spp_target *target);

/*
 * Puts back what was kept under the suffix when the target was edited, after
 * checking that it is the same hive in an earlier state; the backups are gone
 * then.  The target must be open for writing.  dry: only check.  SPP_NOTFOUND
 * if no hive has a backup.
 */
enum spp_status spp_target_restore(struct spp_target *target,
				   const char *suffix, bool dry,
				   struct spp_restores *restores,
				   struct spp_error *err);
void spp_restores_release(struct spp_restores *restores);
/* Notes one hive; copies. */
enum spp_status spp_restores_add(struct spp_restores *restores,
				 const char *label, const char *backup,
				 struct spp_error *err);

/*
 * Completes an edit that was interrupted, or takes it back; the target must be
 * open for writing.  SPP_NOTFOUND without a word if there is none.
 */
enum spp_status spp_target_recover(struct spp_target *target, bool discard,
				   size_t *pages, struct spp_error *err);

/* The openers of the kinds, which spp_target_open() chooses from. */
enum spp_status spp_target_file_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err);
enum spp_status spp_target_dir_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err);

enum spp_status spp_target_disk_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err);

/* path may have an image after it: see wim/spec.h. */
enum spp_status spp_target_wim_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err);
/* How many images there are. */
enum spp_status spp_target_wim_count(const char *path, unsigned int *images,
				     struct spp_error *err);

/*
 * *file: the WIM of an operand that means all its images, WIM#all; NULL for
 * any other.
 */
enum spp_status spp_target_all_of(const char *operand, char **file,
				  struct spp_error *err);

/* Whether WIMs are in this build: their library, or NULL. */
const char *spp_target_wim_built(void);

/* Whether disk images are in this build: their libraries, or NULL. */
const char *spp_target_disk_built(void);
/*
 * Whether libraries that read foreign bytes run under a filter of system
 * calls; where not, limits and closed files must do.
 */
bool spp_target_filters(void);
/* What shuts in the program that unpacks images: "Landlock 7 and seccomp" */
const char *spp_target_disk_confined(void);

#endif
