/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/publish_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/buf.h"
#include "hive/base/utf16.h"
#include "policy/model/dns_name.h"
#include "policy/model/publish_wanted.h"

static const struct {
	const char *word, *text;
} flaws[SPP_FLAW_COUNT] = {
	{ "empty", "an empty entry" },
	{ "fields", "more than domain, priority and weight" },
	{ "priority", "the priority is not a number from 0 to 65535" },
	{ "weight", "the weight is not a number from 0 to 65535" },
	{ "no-priority", "a weight without a priority" },
	{ "domain", "not a valid DNS domain" },
	{ "trailing-dot", "the domain ends with a dot" },
	{ "srv-prefix", "the domain starts with _vlmcs._tcp" },
	{ "separator", "fields are not separated by commas" },
	{ "several", "more than one domain in an entry" },
	{ "not-text", "not valid text" },
	{ "duplicate", "the domain is listed before" },
	{ "no-domain", "no domain in front; lost in copying?" },
	{ "leading-zeros", "a number has leading zeros" },
};

const char *spp_flaw_word(unsigned int bit)
{
	return flaws[bit].word;
}

const char *spp_flaw_text(unsigned int bit)
{
	return flaws[bit].text;
}

/* An entry that holds two also has too many fields; the latter says less. */
const char *spp_flaws_text(unsigned int bits)
{
	if (bits & SPP_FLAW_SEVERAL)
		bits = SPP_FLAW_SEVERAL;
	return spp_flaw_text((unsigned int)__builtin_ctz(bits));
}

bool spp_publish_entry_understood(const struct spp_publish_entry *entry)
{
	return !(entry->flaws & ~(unsigned int)(SPP_FLAW_DUPLICATE |
						SPP_FLAW_DOT | SPP_FLAW_ZEROS));
}

static void release_entry(struct spp_publish_entry *entry)
{
	free(entry->text);
	free(entry->domain);
	free(entry->name);
	free(entry->raw);
}

void spp_publish_list_release(struct spp_publish_list *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		release_entry(&list->entry[i]);
	free(list->entry);
	*list = (struct spp_publish_list)SPP_PUBLISH_LIST_INIT;
}

#define SEPARATORS " \t;|"

/* The number of words that are domains. */
static unsigned int count_domains(const char *text)
{
	unsigned int domains = 0;
	char *word;
	size_t n;

	for (; *text; text += n) {
		text += strspn(text, SEPARATORS);
		n = strcspn(text, SEPARATORS);
		word = strndup(text, n);
		if (!word)
			spp_nomem(NULL);
		domains +=
			word && strchr(word, '.') && spp_dns_name_valid(word);
		free(word);
	}
	return domains;
}

static unsigned int domain_flaws(const char *domain)
{
	size_t n = strlen(domain);
	char *bare;
	bool ok;

	if (strpbrk(domain, SEPARATORS))
		return SPP_FLAW_SEPARATOR |
		       (count_domains(domain) > 1 ? SPP_FLAW_SEVERAL : 0);
	if (spp_dns_name_after_srv(domain))
		return SPP_FLAW_SRV;
	if (n && domain[n - 1] == '.') {
		bare = strndup(domain, n - 1);
		if (!bare)
			spp_nomem(NULL);
		ok = bare && spp_dns_name_valid(bare);
		free(bare);
		return SPP_FLAW_DOT | (ok ? 0 : SPP_FLAW_DOMAIN);
	}
	return spp_dns_name_valid(domain) ? 0 : SPP_FLAW_DOMAIN;
}

static unsigned int number_flaws(const char *field, unsigned int flaw,
				 uint16_t *n, bool *stated)
{
	if (spp_publish_number(field, n)) {
		*stated = true;
		return spp_publish_has_zeros(field) ? SPP_FLAW_ZEROS : 0;
	}
	if (strchr(field, ';') || strchr(field, ' '))
		flaw |= SPP_FLAW_SEPARATOR;
	if (count_domains(field))
		flaw |= SPP_FLAW_SEVERAL;
	return flaw;
}

/* Splits the text of an entry and judges its fields. */
static enum spp_status parse_entry(struct spp_publish_entry *entry,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *priority = NULL;
	char CLEANUP(spp_free_string) *weight = NULL;
	char CLEANUP(spp_free_string) *more = NULL;
	char **field[4] = { &entry->domain, &priority, &weight, &more };
	const char *at = entry->text;
	size_t count = 0;

	do {
		*field[count] = spp_publish_field(&at);
		if (!*field[count++])
			return spp_nomem(err);
	} while (at && count < 4);
	if (!*entry->text || (!priority && !*entry->domain))
		entry->flaws |= SPP_FLAW_EMPTY;
	else if (!*entry->domain)
		entry->flaws |= SPP_FLAW_NO_DOMAIN;
	else
		entry->flaws |= domain_flaws(entry->domain);
	if (more)
		entry->flaws |= SPP_FLAW_FIELDS;
	if (priority && weight && !*priority)
		entry->flaws |= SPP_FLAW_NO_PRIORITY;
	else if (priority)
		entry->flaws |=
			number_flaws(priority, SPP_FLAW_PRIORITY,
				     &entry->priority, &entry->has_priority);
	if (weight)
		entry->flaws |=
			number_flaws(weight, SPP_FLAW_WEIGHT, &entry->weight,
				     &entry->has_weight);
	return SPP_OK;
}

static bool has_name(const struct spp_publish_entry *entry, const char *name)
{
	return !strcmp(entry->name, name);
}

/* The name and index of an entry, for sorting by both. */
struct named {
	const char *name;
	size_t index;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Marks each entry whose domain is listed before, in any spelling. */
static enum spp_status mark_duplicates(struct spp_publish_list *list,
				       struct spp_error *err)
{
	struct named *sorted = malloc((list->count + 1) * sizeof(*sorted));
	struct spp_publish_entry *entry;
	size_t i, first = 0;

	if (!sorted)
		return spp_nomem(err);
	for (i = 0; i < list->count; i++)
		sorted[i] = (struct named){ list->entry[i].name, i };
	qsort(sorted, list->count, sizeof(*sorted), by_name);
	for (i = 0; i < list->count; i++) {
		if (!*sorted[i].name ||
		    strcmp(sorted[i].name, sorted[first].name))
			first = i;
		entry = &list->entry[sorted[i].index];
		entry->first = sorted[first].index;
		entry->flaws &= ~(unsigned int)SPP_FLAW_DUPLICATE;
		if (first != i)
			entry->flaws |= SPP_FLAW_DUPLICATE;
	}
	free(sorted);
	return SPP_OK;
}

/* Takes text and raw. */
static enum spp_status append(struct spp_publish_list *list, char *text,
			      uint8_t *raw, size_t raw_size,
			      unsigned int flaws_so_far, struct spp_error *err)
{
	struct spp_publish_entry entry = { .text = text,
					   .raw = raw,
					   .raw_size = raw_size,
					   .flaws = flaws_so_far };
	struct spp_publish_entry *grown;
	enum spp_status st = parse_entry(&entry, err);

	if (!st)
		st = spp_dns_name_key(entry.domain, &entry.name, err);
	grown = st ? NULL : spp_grow(list->entry, list->count, sizeof(*grown));
	if (!grown) {
		release_entry(&entry);
		return spp_nomem(err);
	}
	list->entry = grown;
	list->entry[list->count++] = entry;
	return SPP_OK;
}

enum spp_status spp_publish_list_read(const struct spp_value *value,
				      struct spp_publish_list *list,
				      struct spp_error *err)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	struct spp_publish_list found = SPP_PUBLISH_LIST_INIT;
	enum spp_status st = spp_value_get_items(value, &items, err);
	struct spp_item *item;
	size_t i;

	for (i = 0; !st && i < items.count; i++) {
		item = &items.item[i];
		st = append(&found, item->text, item->raw, item->raw_size,
			    item->marks & SPP_MARK_UTF16 ? SPP_FLAW_TEXT : 0,
			    err);
		item->text = NULL; /* taken */
		item->raw = NULL;
	}
	if (!st)
		st = mark_duplicates(&found, err);
	if (st) {
		spp_publish_list_release(&found);
		return st;
	}
	spp_publish_list_release(list);
	*list = found;
	return SPP_OK;
}

enum spp_status spp_publish_list_fits(const struct spp_publish_list *list,
				      struct spp_error *err)
{
	size_t i, size = 2;

	for (i = 0; i < list->count; i++)
		size += list->entry[i].raw_size + 2;
	if (size <= SPP_VALUE_MAX)
		return SPP_OK;
	return spp_fail(err, SPP_LIMIT,
			"the list would have %zu bytes; the most that is "
			"written is %d",
			size, SPP_VALUE_MAX);
}

enum spp_status spp_publish_list_write(const struct spp_publish_list *list,
				       struct spp_value *value,
				       struct spp_error *err)
{
	struct spp_buf buf = SPP_BUF_INIT;
	enum spp_status st = spp_publish_list_fits(list, err);
	size_t i;

	for (i = 0; !st && i < list->count; i++) {
		st = spp_buf_append(&buf, list->entry[i].raw,
				    list->entry[i].raw_size, err);
		if (!st)
			st = spp_buf_u16(&buf, 0, err);
	}
	if (!st)
		st = spp_buf_u16(&buf, 0, err);
	if (!st)
		st = spp_value_set(value, SPP_REG_MULTI_SZ, buf.data, buf.size,
				   err);
	spp_buf_release(&buf);
	return st;
}

/* Replaces an entry or appends one, in Microsoft's form. */
static enum spp_status put(struct spp_publish_list *list,
			   struct spp_publish_entry *old, const char *domain,
			   unsigned int priority, unsigned int weight,
			   struct spp_error *err)
{
	struct spp_buf text = SPP_BUF_INIT, raw = SPP_BUF_INIT;
	struct spp_publish_list one = SPP_PUBLISH_LIST_INIT;
	enum spp_status st;

	st = spp_buf_printf(&text, err, "%s, %u, %u", domain, priority, weight);
	if (!st)
		st = spp_utf16_from((char *)text.data, text.size, &raw, err);
	if (st) {
		spp_buf_release(&text);
		spp_buf_release(&raw);
		return st;
	}
	st = append(old ? &one : list, (char *)text.data, raw.data, raw.size, 0,
		    err);
	if (!st && old) {
		release_entry(old);
		*old = one.entry[0];
		free(one.entry);
	}
	return st;
}

/*
 * The entry with this name.  Flaws in its other fields do not matter, so adding
 * the domain again repairs the entry.
 */
static struct spp_publish_entry *find(struct spp_publish_list *list,
				      const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (has_name(&list->entry[i], name))
			return &list->entry[i];
	return NULL;
}

/* Removes the entries with a name from index i on; true if there were any. */
static bool drop_named(struct spp_publish_list *list, size_t i,
		       const char *name)
{
	size_t kept = i;

	for (; i < list->count; i++)
		if (has_name(&list->entry[i], name))
			release_entry(&list->entry[i]);
		else
			list->entry[kept++] = list->entry[i];
	i = list->count;
	list->count = kept;
	return kept < i;
}

/* Updates the first entry of the domain and removes its duplicates. */
static enum spp_status put_wanted(struct spp_publish_list *list,
				  struct spp_publish_wanted *w,
				  struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = NULL;
	enum spp_status st = spp_dns_name_key(w->domain, &name, err);
	struct spp_publish_entry *old;

	if (st)
		return st;
	old = find(list, name);
	if (old && !w->has_priority)
		w->priority = old->priority;
	if (old && !w->has_weight)
		w->weight = old->weight;
	if (old)
		drop_named(list, (size_t)(old - list->entry) + 1, name);
	st = put(list, old, w->domain, w->priority, w->weight, err);
	return st ? st : mark_duplicates(list, err);
}

enum spp_status spp_publish_list_add(struct spp_publish_list *list,
				     const char *text, struct spp_notes *notes,
				     struct spp_error *err)
{
	struct spp_publish_wanted w = { .domain = NULL };
	enum spp_status st = spp_publish_wanted_parse(text, &w, notes, err);

	if (!st)
		st = put_wanted(list, &w, err);
	free(w.domain);
	return st;
}

enum spp_status spp_publish_list_paste(struct spp_publish_list *list,
				       const char *text, bool update,
				       struct spp_notes *notes,
				       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char *entry = NULL;
	size_t before, blank = strspn(text, " \t\r\n");

	if (strcspn(text, "\r\n") < blank)
		text += blank;
	while (!st && *text) {
		spp_free_string(&entry);
		entry = spp_publish_entry(&text, update);
		if (!entry)
			return spp_nomem(err);
		before = list->count;
		st = spp_publish_list_add(list, entry, notes, err);
		if (!st && !update && list->count == before)
			st = spp_fail(err, SPP_INVALID,
				      "the domain of '%s' is listed twice",
				      entry);
		if (!st)
			st = spp_publish_list_fits(list, err);
	}
	spp_free_string(&entry);
	return st;
}

enum spp_status spp_publish_list_remove(struct spp_publish_list *list,
					const char *domain,
					struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = NULL;
	enum spp_status st = spp_dns_name_key(domain, &name, err);

	if (st)
		return st;
	if (!drop_named(list, 0, name))
		return SPP_NOTFOUND;
	return mark_duplicates(list, err);
}

enum spp_status spp_publish_list_rank(struct spp_publish_list *list,
				      long priority, long weight,
				      struct spp_error *err)
{
	struct spp_publish_entry *e;
	char CLEANUP(spp_free_string) *domain = NULL;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; i < list->count; i++) {
		e = &list->entry[i];
		if (e->flaws)
			return spp_fail(
				err, SPP_INVALID,
				"cannot rank the entry '%s': %s; remove it or "
				"add its domain again first",
				e->text, spp_flaws_text(e->flaws));
	}
	for (i = 0; !st && i < list->count; i++) {
		e = &list->entry[i];
		spp_free_string(&domain);
		domain = strdup(e->domain);
		if (!domain)
			return spp_nomem(err);
		st = put(list, e, domain,
			 priority < 0 ? e->priority : (unsigned int)priority,
			 weight < 0 ? e->weight : (unsigned int)weight, err);
	}
	return st ? st : mark_duplicates(list, err);
}

unsigned int spp_publish_list_flaws(const struct spp_publish_list *list)
{
	unsigned int all = 0;
	size_t i;

	for (i = 0; i < list->count; i++)
		all |= list->entry[i].flaws;
	return all;
}
