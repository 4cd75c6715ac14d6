/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit: a table of rules, and their findings in one or many targets.
 *
 *	struct spp_audit audit = SPP_AUDIT_INIT;
 *
 *	spp_audit_add(&audit, path, &document, hives, err);	each target
 *	spp_audit_run(&audit, &site, &options, err);
 *	... audit.finding[0 .. audit.findings - 1] ...
 *	spp_audit_release(&audit);
 *
 * A target is judged by its stored values: policy and observed part of a
 * document alike, so that a hive and its dump get the same findings.  Rules
 * about a fleet (R23 and others) see all added targets.
 *
 * A rule that lacks a fact does not guess: spp_audit_limits() names the rules
 * that could not judge a target, or only in part, and why.  The text of a
 * finding holds no product key, unless the options ask for it, and no control
 * character.  Rules and their rationale are in the files of their topics.
 *
 *   engine.c   targets, findings, order, limits
 *   rules.h    the list of rules
 *   item.c     questions of the rules about a target
 *   remedy.c   command lines that can be run one after the other
 *   client.c, emulator.c, fleet.c, general.c, host.c, paste.c, ...
 *              by topic, one function for each rule with its row beside it
 */
#ifndef POLICY_AUDIT_H
#define POLICY_AUDIT_H

#include "policy/audit/rules.h"
#include "policy/audit/site.h"
#include "policy/windows/document.h"

/* Severity, from worth knowing to what must never occur. */
enum spp_grade {
	SPP_GRADE_INFO,
	SPP_GRADE_LOW,
	SPP_GRADE_MEDIUM,
	SPP_GRADE_HIGH,
	SPP_GRADE_CRITICAL,
};
#define SPP_GRADE_COUNT (SPP_GRADE_CRITICAL + 1)

const char *spp_grade_word(enum spp_grade grade);
bool spp_grade_find(const char *word, enum spp_grade *grade);

#define SPP_RULE_BIT(rule) ((uint64_t)1 << (rule))

/* Facts that a rule needs about a target, as bits. */
enum spp_need {
	SPP_NEED_SOFTWARE = 1 << 0, /* a SOFTWARE hive, or a dump of one */
	SPP_NEED_CACHE = 1 << 1,  /* a NetworkService hive, or a dump of one */
	SPP_NEED_SUFFIX = 1 << 2, /* the primary DNS suffix */
	SPP_NEED_BUILD = 1 << 3,
	SPP_NEED_STATE = 1 << 4, /* a state, not wishes */
	SPP_NEED_DUTY = 1 << 5,	 /* its role in the site file */
	SPP_NEED_PLATFORM = 1 << 6,
	SPP_NEED_OWN = 1 << 7,	    /* the site's own domains and hosts */
	SPP_NEED_FLEET = 1 << 8,    /* more than one target */
	SPP_NEED_FIREWALL = 1 << 9, /* of a host */
};
#define SPP_NEED_COUNT 10

/* "no SYSTEM hive", by bit number. */
const char *spp_need_word(unsigned int bit);
/* "no SYSTEM hive: the primary DNS suffix is not known", by bit number. */
const char *spp_need_text(unsigned int bit);
enum spp_remedy spp_need_remedy(unsigned int bit);

struct spp_audit_job;

struct spp_rule {
	const char *id; /* "R01" */
	enum spp_rule_index index;
	const char *name;     /* "public-kms-host" */
	enum spp_grade grade; /* the usual one */
	const char *others;   /* when the grade is another, in words; or NULL */
	const char *summary, *rationale, *source;
	/* "sppctl ...", with {target}, {names} and {scope}; or NULL. */
	const char *remedy;
	const char *advice;   /* for what no command fixes, or NULL */
	uint64_t silenced_by; /* rules that say more about the same value */
	uint64_t
		worse_with; /* rules whose findings in the same target raise it */
	unsigned int needs; /* without these it cannot judge */
	unsigned int wants; /* without these it judges in part */
	void (*check)(struct spp_audit_job *job); /* one target */
};

extern const struct spp_rule *const spp_rules[SPP_RULE_COUNT];

/* By id or name, in any case; NULL if there is none. */
const struct spp_rule *spp_rule_find(const char *text);

/* One target. */
struct spp_subject {
	char *path;
	const struct spp_identity *identity; /* borrowed */
	struct spp_policy state;
	const struct spp_unknowns *unknown; /* borrowed */
	bool is_state;			    /* found in a target, not wanted */
	bool is_document;   /* a policy file: no command fixes it */
	unsigned int hives; /* hives read, as bits: 1 << role */
	enum spp_duty duty;
	enum spp_platform platform;
	/* Set by the run. */
	uint64_t fired;	      /* rules with a finding here */
	uint64_t *item_fired; /* the same for each item of the state */
	uint32_t left_out[SPP_RULE_COUNT]; /* counted but not kept */
};

/* Findings of one rule in one target past this number are counted, not kept. */
#define SPP_AUDIT_KEPT 100

struct spp_audit_finding {
	const struct spp_rule *rule;
	enum spp_grade grade;
	size_t subject;
	char *scope;	  /* "spp/office", or NULL */
	const char *name; /* of the setting, or NULL */
	char *key,
		*value; /* in the registry; NULL if it is not about a value */
	struct spp_value
		stored; /* as found; empty if it is not about a value */
	char *text;
	char *remedy; /* a command line, or NULL */
	const struct spp_site_exception *exception; /* suppresses it, or NULL */
	size_t order; /* order in which they were found */
};

struct spp_audit {
	struct spp_subject *subject;
	size_t subjects;
	/* Sorted by target, then severity, then rule. */
	struct spp_audit_finding *finding;
	size_t findings;
	uint64_t grade[SPP_GRADE_COUNT]; /* numbers, including those not kept */
	uint64_t ignored;		 /* findings of ignored rules */
	uint64_t suppressed; /* findings excepted by the site file */
};

#define SPP_AUDIT_INIT          \
	{                       \
		.subject = NULL \
	}

struct spp_audit_options {
	uint64_t ignore; /* rules to ignore, as bits */
	bool show_keys;
	const char *with; /* options to add to remedies, or NULL */
	uint64_t now;	  /* FILETIME, for expiry */
};

void spp_audit_release(struct spp_audit *audit);

/*
 * Adds a target; the document must outlive the audit.  hives: the roles of the
 * hives that were open, 0 for a policy file.
 */
enum spp_status spp_audit_add(struct spp_audit *audit, const char *path,
			      const struct spp_document *document,
			      unsigned int hives, struct spp_error *err);
enum spp_status spp_audit_run(struct spp_audit *audit,
			      const struct spp_site *site,
			      const struct spp_audit_options *options,
			      struct spp_error *err);

/*
 * The unknown facts about a target, as SPP_NEED_ bits.  A rule with one of them
 * in its needs could not judge it; in its wants, only in part.
 */
unsigned int spp_audit_unknown(const struct spp_audit *audit, size_t subject,
			       const struct spp_site *site);

/* Appends an argument of a command line, with a blank before it. */
void spp_audit_argument(const char *text, struct spp_buf *out);

/* Whether this is a KMS host, as far as its registry or the site tell. */
bool spp_subject_is_host(const struct spp_subject *subject);

#endif
