/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a site knows about itself and no hive tells: its own domains and KMS
 * hosts, bad names, and the purpose of each image.
 *
 *	struct spp_site site = SPP_SITE_INIT;
 *
 *	spp_site_read("site.json", data, size, &site, err);
 *	spp_site_place(&site, path, &image, &role, &platform);
 *	spp_site_release(&site);
 *
 * site.c shows the format.  A mistake in it is reported with line and column.
 * SPP_SITE_INIT is a site without a file, about which nothing is known.
 */
#ifndef POLICY_SITE_H
#define POLICY_SITE_H

#include "policy/audit/known_hosts.h"
#include "policy/windows/identity.h"

#define SPP_SITE_VERSION   1
#define SPP_SITE_NAMES_MAX 10000 /* of one list */

/* The purpose of a target. */
enum spp_duty {
	SPP_DUTY_UNKNOWN,
	SPP_DUTY_IMAGE,	 /* to be cloned */
	SPP_DUTY_HOST,	 /* a KMS host */
	SPP_DUTY_CLIENT, /* one machine that activates */
};
#define SPP_DUTY_COUNT (SPP_DUTY_CLIENT + 1)

/* "image", "host", "client"; "unknown" */
const char *spp_duty_word(enum spp_duty duty);

struct spp_names {
	char **name;
	size_t count;
};

/* Targets, by path, computer name or host name. */
struct spp_site_target {
	char *match; /* '*' stands for any characters */
	enum spp_duty duty;
	enum spp_platform platform;
};

/* A finding that is known and accepted for a time. */
struct spp_site_exception {
	char *rule;    /* its id or name */
	char *match;   /* of targets, as above; NULL: any */
	char *setting; /* or NULL: any */
	char *reason, *author;
	char *expires; /* "2027-01-31", the last day */
};

struct spp_site {
	bool given; /* a file was read */
	struct spp_names
		domain;	       /* own domains; every host in them is accepted */
	struct spp_names host; /* accepted hosts elsewhere */
	struct spp_names
		bad; /* patterns, in addition to spp_known_hosts_public */
	struct spp_names good; /* patterns of exceptions from both */
	enum spp_duty duty;    /* of targets that match no row */
	enum spp_platform platform;
	struct spp_site_target *target;
	size_t targets;
	struct spp_site_exception *exception;
	size_t exceptions;
};

#define SPP_SITE_INIT          \
	{                      \
		.given = false \
	}

void spp_site_release(struct spp_site *site);

/* name is for messages; SPP_INVALID: "NAME:LINE:COLUMN: what". */
enum spp_status spp_site_read(const char *name, const void *data, size_t size,
			      struct spp_site *site, struct spp_error *err);

/* Role and platform of one target; the first matching row counts. */
void spp_site_place(const struct spp_site *site, const char *path,
		    const struct spp_identity *identity, enum spp_duty *duty,
		    enum spp_platform *platform);

/* Whether the last day of an exception is over. */
bool spp_site_expired(const struct spp_site_exception *exception, uint64_t now);
/*
 * The exception for a finding, if there is one that has not expired, or NULL.
 */
const struct spp_site_exception *spp_site_excepts(
	const struct spp_site *site, const char *id, const char *name,
	const char *setting, const char *path,
	const struct spp_identity *identity, uint64_t now);

/*
 * _allows(): whether a host is in kms-hosts or known-good; _owns(): in a
 * domain.
 */
bool spp_site_allows(const struct spp_site *site,
		     const struct spp_host_address *address);
bool spp_site_owns(const struct spp_site *site,
		   const struct spp_host_address *address);
/* The pattern of known-bad that matches, or NULL. */
const char *spp_site_condemns(const struct spp_site *site,
			      const struct spp_host_address *address);

#endif
