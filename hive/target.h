/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a user names: a hive file, a Windows folder, a disk image, a WIM.  A
 * target has one store for each hive in it.
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
 * Reading takes no lock and writes nothing.  A target opened for writing holds
 * its hives until it is closed; whatever was prepared but not published is
 * discarded then.
 */
#ifndef HIVE_TARGET_H
#define HIVE_TARGET_H

#include "hive/base/notes.h"
#include "hive/base/target_kind.h"
#include "hive/store.h"

/* The most layers below an overlay. */
#define SPP_BACKING_MAX 15

struct spp_lognames;

struct spp_target_options {
	unsigned int write; /* roles to be edited, as bits: 1 << role */
	/*
	 * A rehearsal: judges, prepares and proves as for writing, but creates
	 * nothing that others could see, and publishing only checks.
	 */
	bool dry;
	bool break_links; /* see links in struct spp_place_options */
	const char
		*backup; /* suffix for the old hives, or NULL for no backup */
	enum spp_target_kind kind; /* SPP_TARGET_AUTO: by content */
	/* If there are several Windows: the spelling of the wanted one. */
	const char *windows;
	/* Logs found beside an earlier read-only target; or NULL. */
	struct spp_lognames *lognames;
	unsigned int wait; /* seconds to keep trying while it is in use */
	/* For disk images. */
	const char *partition; /* number of the wanted partition */
	bool unclean;	       /* accept a volume that was not shut down */
	bool snapshots;	       /* accept an image with snapshots */
	const char *backing[SPP_BACKING_MAX]; /* the image's backing files */
	size_t backings;
	const char *
		backing_dir; /* all files below it are trusted as such; or NULL */
	const char *
		journal_dir; /* for journal and undo file; NULL: beside the image */
	const char *tmp_dir; /* for a socket to qemu-nbd; NULL: /tmp */
	const char *path;    /* $PATH, in which qemu-nbd is found */
	/* For WIMs. */
	bool rebuild; /* write a new file without unused data */
	bool follow;  /* the newest backup may be of the edit just before */
	bool whole;   /* to restore the file: open no image of a WIM */
	bool inspect; /* open as far as possible, and keep the refusal */
};

struct spp_disk;
struct spp_wim_about;
struct spp_target;

/* One hive restored from its backup. */
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
	struct spp_notes notes;		 /* things that a person should know */
	const int *fd;			 /* of an image's file, or NULL */
	const char *file;		 /* and its path */
	const struct spp_disk *disk;	 /* of a disk image, or NULL */
	const struct spp_wim_about *wim; /* of a WIM inspected, or NULL */
};

/* Finds out the kind of path and opens it. */
enum spp_status spp_target_open(const char *path,
				const struct spp_target_options *options,
				struct spp_target **target,
				struct spp_error *err);

/*
 * Remembers the logs of one folder for options.lognames, so that opening many
 * targets of one folder in turn lists it once.
 */
enum spp_status spp_lognames_open(struct spp_lognames **names,
				  struct spp_error *err);
void spp_lognames_close(struct spp_lognames *names);
/*
 * Lists the folder of path ahead of time, for child processes that open a
 * target in it.  Ignores failures: the child will meet them.
 */
void spp_lognames_prime(struct spp_lognames *names, const char *path);

/* The store of a role, or NULL. */
struct spp_store *spp_target_store(struct spp_target *target,
				   enum spp_role role);

/* Makes all prepared hives visible. */
enum spp_status spp_target_publish(struct spp_target *target,
				   struct spp_error *err);
void spp_target_close(struct spp_target *target);

/*
 * Restores the hives from their backups with this suffix, after checking that
 * each backup is an earlier state of the same hive; then removes the backups.
 * The target must be open for writing.  dry: only check.  SPP_NOTFOUND if no
 * hive has a backup.
 */
enum spp_status spp_target_restore(struct spp_target *target,
				   const char *suffix, bool dry,
				   struct spp_restores *restores,
				   struct spp_error *err);
void spp_restores_release(struct spp_restores *restores);
/* Records one restored hive; copies the label. */
enum spp_status spp_restores_add(struct spp_restores *restores,
				 const char *label, const char *backup,
				 struct spp_error *err);

/*
 * Completes an interrupted edit, or undoes it (discard).  The target must be
 * open for writing.  SPP_NOTFOUND, with err untouched, if there is none.
 */
enum spp_status spp_target_recover(struct spp_target *target, bool discard,
				   size_t *pages, struct spp_error *err);

/* The opener of each kind; spp_target_open() chooses one. */
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

/* path may end in an image: see wim/spec.h. */
enum spp_status spp_target_wim_open(const char *path,
				    const struct spp_target_options *options,
				    struct spp_target **target,
				    struct spp_error *err);
/* The number of images in a WIM. */
enum spp_status spp_target_wim_count(const char *path, unsigned int *images,
				     struct spp_error *err);

/*
 * *file: the WIM of an operand that means all its images (WIM#all); NULL for
 * any other operand.
 */
enum spp_status spp_target_all_of(const char *operand, char **file,
				  struct spp_error *err);

/* The library of WIMs in this build, or NULL. */
const char *spp_target_wim_built(void);

/* The libraries of disk images in this build, or NULL. */
const char *spp_target_disk_built(void);
/*
 * Whether libraries that read foreign bytes run under a filter of system calls.
 * If not, only limits and closed files confine them.
 */
bool spp_target_filters(void);
/* What confines the program that unpacks images: "Landlock 7 and seccomp" */
const char *spp_target_disk_confined(void);

#endif
