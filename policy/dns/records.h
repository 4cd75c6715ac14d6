/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SRV records that KMS hosts would publish, _vlmcs._tcp.DOMAIN.
 *
 *	struct spp_records dns = SPP_RECORDS_INIT;
 *
 *	spp_records_add(&dns, path, &state, &image, err);	each machine
 *	spp_records_finish(&dns);
 *	for (i = 0; i < dns.count; i = next)
 *		next = spp_records_domain(&dns, i);	records i .. next - 1
 *	spp_records_release(&dns);
 *
 * There is one record for each well-formed entry of DnsDomainPublishList, and
 * one for the home domain, which is the primary DNS suffix.  Microsoft's pages
 * differ on the latter: "always used, so it is not necessary to include it"
 * (Registry Settings for Volume Activation) against "suspends the default
 * behavior of publishing only in" it (Deploy KMS Activation).  Both are true if
 * the home domain is always published, and listing it gives its record a
 * priority and a weight; this reading, an inference, is used here.
 *
 * How the service treats a malformed entry is not documented: no record is
 * made, and a note says so.  A record has no time to live, since Microsoft
 * documents none.
 */
#ifndef POLICY_RECORDS_H
#define POLICY_RECORDS_H

#include "policy/model/policy.h"
#include "policy/windows/identity.h"

#define SPP_SRV_PREFIX "_vlmcs._tcp."

/* Why a machine publishes no record. */
enum spp_silence {
	SPP_PUBLISHES,
	SPP_SILENT_OFF,	    /* DisableDnsPublishing */
	SPP_SILENT_CLIENT,  /* no sign that it is a KMS host */
	SPP_SILENT_NOWHERE, /* no list, and the home domain is unknown */
};
#define SPP_SILENCE_COUNT (SPP_SILENT_NOWHERE + 1)

/* "dns-publishing-off"; the same as a sentence. */
const char *spp_silence_word(enum spp_silence silence);
const char *spp_silence_text(enum spp_silence silence);

/* A KMS host, or a client that might ask for one. */
struct spp_machine {
	char *label;	  /* the target, as the user named it */
	char *computer;	  /* NetBIOS name; NULL: not known */
	char *fqdn;	  /* a valid one; NULL: not known */
	char *home;	  /* primary DNS suffix; NULL: not known */
	char *pinned;	  /* KMS host that is set for a client, or NULL */
	char *pinned_for; /* its scope; NULL: for the machine as a whole */
	bool stays;    /* a client asks the DNS, and stays with what it found */
	char *looks;   /* domains in which it asks the DNS, "a, b"; or NULL */
	bool repeated; /* has the full name of one before it */
	uint16_t port;
	enum spp_silence silence;
	bool is_sure; /* a KMS host by its registry, or as the user says */
	struct spp_notes notes; /* uncertainties */
};

enum spp_origin {
	SPP_FROM_LIST,
	SPP_FROM_HOME, /* not listed */
	SPP_FROM_BOTH, /* the home domain, listed */
};
#define SPP_ORIGIN_COUNT (SPP_FROM_BOTH + 1)

const char *spp_origin_word(enum spp_origin origin);

struct spp_srv {
	char *domain; /* valid */
	size_t machine;
	uint16_t priority, weight, port;
	enum spp_origin origin;
};

struct spp_records {
	struct spp_machine *machine;
	size_t machines;
	/* Sorted by domain, priority, weight (highest first), machine. */
	struct spp_srv *srv;
	size_t count;
	bool told; /* the user says the next machine is a host */
};

#define SPP_RECORDS_INIT        \
	{                       \
		.machine = NULL \
	}

void spp_records_release(struct spp_records *dns);

/* Adds a machine; copies what it needs. */
enum spp_status spp_records_add(struct spp_records *dns, const char *label,
				const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_error *err);
/* Sorts the records and removes duplicates. */
void spp_records_finish(struct spp_records *dns);
/* The index after the last record of the domain that begins at from. */
size_t spp_records_domain(const struct spp_records *dns, size_t from);

/* Whether any record has a priority or a weight. */
bool spp_records_rank(const struct spp_records *dns);
/* Whether a record is in one of the domains that a machine looks in. */
bool spp_machine_served(const struct spp_records *dns,
			const struct spp_machine *machine);
/*
 * Whether a machine is a client that finds its host by DNS and then keeps it.
 * Needs no finished records.
 */
bool spp_machine_stays(const struct spp_machine *machine);

/* The machine's full name, or the user's name for it. */
const char *spp_machine_name(const struct spp_machine *machine);
/* Whether text is one of the machine's names. */
bool spp_machine_is(const struct spp_machine *machine, const char *text);

#endif
