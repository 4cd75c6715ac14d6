/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DnsDomainPublishList: the domains in which a KMS host publishes its SRV
 * record, in addition to its primary DNS suffix.
 *
 * A REG_MULTI_SZ, one entry a string, in Microsoft's form "domain, priority,
 * weight"; the numbers may be left out and are then 0.  How the service reads
 * any other form is not documented: such entries are shown as found, marked,
 * kept byte by byte when others change, and not written; only leading zeros are
 * accepted, with a note.  Source: Microsoft, Registry Settings for Volume
 * Activation.
 *
 *	struct spp_publish_list list = SPP_PUBLISH_LIST_INIT;
 *
 *	spp_publish_list_read(&value, &list, err);
 *	spp_publish_list_add(&list, "corp.example,10,100", &notes, err);
 *	spp_publish_list_write(&list, &value, err);
 *	spp_publish_list_release(&list);
 */
#ifndef POLICY_PUBLISH_LIST_H
#define POLICY_PUBLISH_LIST_H

#include "hive/base/notes.h"
#include "hive/base/value.h"

#define SPP_PRIORITY_MAX 65535 /* 16 bits in an SRV record, RFC 2782 */
#define SPP_WEIGHT_MAX	 65535

/* Flaws of an entry, as bits; spp_flaws_text() has the words. */
enum spp_flaw {
	SPP_FLAW_EMPTY = 1 << 0,
	SPP_FLAW_FIELDS = 1 << 1,      /* more than three */
	SPP_FLAW_PRIORITY = 1 << 2,    /* not 0 to 65535 */
	SPP_FLAW_WEIGHT = 1 << 3,      /* not 0 to 65535 */
	SPP_FLAW_NO_PRIORITY = 1 << 4, /* weight alone: "dom,,10" */
	SPP_FLAW_DOMAIN = 1 << 5,      /* breaks the rules of DNS names */
	SPP_FLAW_DOT = 1 << 6,	       /* trailing dot */
	SPP_FLAW_SRV = 1 << 7,	       /* starts with _vlmcs._tcp. */
	SPP_FLAW_SEPARATOR = 1 << 8,   /* ';' or blanks between fields */
	SPP_FLAW_SEVERAL = 1 << 9,     /* more than one domain */
	SPP_FLAW_TEXT = 1 << 10,       /* not valid text */
	SPP_FLAW_DUPLICATE = 1 << 11,  /* domain listed before */
	SPP_FLAW_NO_DOMAIN = 1 << 12,  /* numbers alone: ", 10, 100" */
	SPP_FLAW_ZEROS = 1 << 13,      /* "010", read as 10 here */
};
#define SPP_FLAW_COUNT 14

struct spp_publish_entry {
	char *text;   /* for display, as stored */
	char *domain; /* the first field; "" if there is none */
	char *name;   /* its spp_dns_name_key() */
	size_t first; /* index of the first entry with this name */
	uint16_t priority, weight;
	bool has_priority, has_weight; /* stated; 0 otherwise */
	unsigned int flaws;
	uint8_t *raw; /* UTF-16LE as stored */
	size_t raw_size;
};

struct spp_publish_list {
	struct spp_publish_entry *entry;
	size_t count;
};

#define SPP_PUBLISH_LIST_INIT \
	{                     \
		NULL, 0       \
	}

void spp_publish_list_release(struct spp_publish_list *list);

/*
 * Tolerant: any value of any type gives a list; malformed entries have flaws.
 */
enum spp_status spp_publish_list_read(const struct spp_value *value,
				      struct spp_publish_list *list,
				      struct spp_error *err);
enum spp_status spp_publish_list_write(const struct spp_publish_list *list,
				       struct spp_value *value,
				       struct spp_error *err);

/*
 * Adds or updates "DOMAIN[,PRIORITY[,WEIGHT]]".  A missing number keeps the
 * entry's own, or is 0 in a new entry.  Strict: SPP_INVALID.
 */
enum spp_status spp_publish_list_add(struct spp_publish_list *list,
				     const char *text, struct spp_notes *notes,
				     struct spp_error *err);
/*
 * Does this for all entries of a pasted text, one a line.  Without update it
 * reads a whole list: a semicolon separates, too, and a domain listed twice is
 * refused.
 */
enum spp_status spp_publish_list_paste(struct spp_publish_list *list,
				       const char *text, bool update,
				       struct spp_notes *notes,
				       struct spp_error *err);
/* Removes every entry of this domain; SPP_NOTFOUND if there is none. */
enum spp_status spp_publish_list_remove(struct spp_publish_list *list,
					const char *domain,
					struct spp_error *err);
/*
 * Sets the priority or weight of every entry (-1: unchanged).  SPP_INVALID if
 * an entry cannot be understood, since its new form would be a guess.
 */
enum spp_status spp_publish_list_rank(struct spp_publish_list *list,
				      long priority, long weight,
				      struct spp_error *err);

/* publish_order.c: the index of a domain's first entry; the count: none. */
size_t spp_publish_list_find(const struct spp_publish_list *list,
			     const char *domain);
/* Makes a domain the Nth, counted from 1; SPP_INVALID names what it has. */
enum spp_status spp_publish_list_move(struct spp_publish_list *list,
				      const char *domain, size_t n,
				      struct spp_error *err);
/* add() for a domain that is listed already; SPP_INVALID if it is not. */
enum spp_status spp_publish_list_set(struct spp_publish_list *list,
				     const char *text, struct spp_notes *notes,
				     struct spp_error *err);
/* SPP_LIMIT if the list is larger than a value may be. */
enum spp_status spp_publish_list_fits(const struct spp_publish_list *list,
				      struct spp_error *err);

/* Whether the entry's priority and weight are certain, whatever its flaws. */
bool spp_publish_entry_understood(const struct spp_publish_entry *entry);

/* The flaws of all entries together. */
unsigned int spp_publish_list_flaws(const struct spp_publish_list *list);
const char *spp_flaw_word(unsigned int bit);
const char *spp_flaw_text(unsigned int bit);
/* The most informative of several flaws; bits must not be 0. */
const char *spp_flaws_text(unsigned int bits);

#endif
