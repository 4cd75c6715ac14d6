/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/dns/records.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/dns/askers.h"
#include "policy/model/dns_name.h"
#include "policy/model/publish_list.h"

#define DOUBTS_TOLD 20

static const struct {
	const char *word, *text;
} silences[SPP_SILENCE_COUNT] = {
	[SPP_PUBLISHES] = { "publishes", "publishes its records" },
	[SPP_SILENT_OFF] = { "dns-publishing-off",
			     "DNS publishing is off (DisableDnsPublishing)" },
	[SPP_SILENT_CLIENT] = { "no-kms-host", "no sign of a KMS host: no "
					       "KeyManagementServiceVersion, "
					       "no list, no listening port" },
	[SPP_SILENT_NOWHERE] = { "no-domain",
				 "there is no list, and the home domain is "
				 "not known" },
};

static const char *const origins[SPP_ORIGIN_COUNT] = {
	[SPP_FROM_LIST] = "list",
	[SPP_FROM_HOME] = "home domain",
	[SPP_FROM_BOTH] = "list, home domain",
};

const char *spp_silence_word(enum spp_silence silence)
{
	return silences[silence].word;
}

const char *spp_silence_text(enum spp_silence silence)
{
	return silences[silence].text;
}

const char *spp_origin_word(enum spp_origin origin)
{
	return origins[origin];
}

static void release_machine(struct spp_machine *m)
{
	free(m->label);
	free(m->computer);
	free(m->fqdn);
	free(m->home);
	free(m->pinned);
	free(m->pinned_for);
	free(m->looks);
	spp_notes_release(&m->notes);
}

void spp_records_release(struct spp_records *dns)
{
	size_t i;

	if (!dns)
		return;
	for (i = 0; i < dns->machines; i++)
		release_machine(&dns->machine[i]);
	for (i = 0; i < dns->count; i++)
		free(dns->srv[i].domain);
	free(dns->machine);
	free(dns->srv);
	*dns = (struct spp_records)SPP_RECORDS_INIT;
}

/* The machine that is being added. */
struct job {
	struct spp_records *dns;
	const struct spp_policy *state;
	const struct spp_identity *identity;
	struct spp_machine *m;
	size_t doubts; /* entries without a record */
	size_t zeros;  /* entries whose numbers have leading zeros */
	struct spp_error *err;
};

/* A setting's value for the whole machine. */
static const struct spp_value *value_of(const struct job *job,
					enum spp_setting_id id)
{
	const struct spp_policy_item *item = spp_effective_machine(
		job->state, spp_identity_build(job->identity), id);

	return item ? &item->value : NULL;
}

static bool is_on(const struct job *job, enum spp_setting_id id)
{
	const struct spp_value *value = value_of(job, id);
	uint32_t n;

	return value && spp_setting_number(value, &n) && n;
}

/* Copies a text; NULL stays NULL. */
static enum spp_status keep(const char *text, char **to, struct spp_error *err)
{
	*to = text ? strdup(text) : NULL;
	return text && !*to ? spp_nomem(err) : SPP_OK;
}

/* Reads the machine's names; only valid ones, as a hive may hold anything. */
static enum spp_status read_names(struct job *job)
{
	const char *suffix = spp_identity_suffix(job->identity);
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(job->identity);
	struct spp_machine *m = job->m;
	enum spp_status st;

	st = keep(job->identity->fact[SPP_FACT_COMPUTER], &m->computer,
		  job->err);
	if (!st && suffix && spp_dns_name_valid(suffix))
		st = keep(suffix, &m->home, job->err);
	else if (suffix)
		spp_note(&m->notes,
			 "primary DNS suffix '%s' is not a valid domain",
			 suffix);
	else if (job->identity->has_system)
		spp_note(&m->notes, "SYSTEM has no primary DNS suffix");
	else
		spp_note_remedy(&m->notes, SPP_REMEDY_SYSTEM,
				"no SYSTEM hive: host name and primary DNS "
				"suffix are not known, nor is the record of "
				"the home domain");
	if (!st && fqdn && m->home && spp_dns_name_valid(fqdn))
		st = keep(fqdn, &m->fqdn, job->err);
	else if (fqdn && m->home)
		spp_note(&m->notes, "host name '%s' is not a valid name", fqdn);
	else if (job->identity->has_system && m->home)
		spp_note(&m->notes, "SYSTEM has no host name");
	return st;
}

static void read_port(struct job *job)
{
	const struct spp_setting *setting =
		&spp_settings[SPP_SETTING_LISTENING_PORT];
	const struct spp_value *value =
		value_of(job, SPP_SETTING_LISTENING_PORT);
	uint32_t n = setting->fallback.number;

	job->m->port = (uint16_t)n;
	if (!value)
		return;
	if (spp_setting_number(value, &n) && n <= setting->max)
		job->m->port = (uint16_t)spp_setting_holds(setting, value);
	else
		spp_note(&job->m->notes,
			 "the listening port is not a port; how the service "
			 "reads it is not known, %u is assumed",
			 job->m->port);
}

static enum spp_status add_record(struct job *job, const char *domain,
				  uint16_t priority, uint16_t weight,
				  enum spp_origin origin)
{
	struct spp_records *dns = job->dns;
	struct spp_srv *grown;

	grown = spp_grow(dns->srv, dns->count, sizeof(*grown));
	if (!grown)
		return spp_nomem(job->err);
	dns->srv = grown;
	grown[dns->count] = (struct spp_srv){ .machine = dns->machines,
					      .priority = priority,
					      .weight = weight,
					      .port = job->m->port,
					      .origin = origin };
	grown[dns->count].domain = strdup(domain);
	if (!grown[dns->count].domain)
		return spp_nomem(job->err);
	dns->count++;
	return SPP_OK;
}

/* Notes why an entry gives no record; past DOUBTS_TOLD they are counted. */
static void doubt(struct job *job, const struct spp_publish_entry *e)
{
	if (job->doubts++ >= DOUBTS_TOLD)
		return;
	if (e->flaws == SPP_FLAW_DUPLICATE)
		spp_note(&job->m->notes,
			 "entry '%.200s': the domain is listed before, and "
			 "which entry counts is not documented; the first is "
			 "taken",
			 e->text);
	else
		spp_note(&job->m->notes,
			 "entry '%.200s': %s; whether it is published is not "
			 "documented, no record is given",
			 e->text, spp_flaws_text(e->flaws));
}

static enum spp_status add_entry(struct job *job,
				 const struct spp_publish_entry *e,
				 bool *home_listed)
{
	const char *home = job->m->home;
	bool is_home = home && !strcasecmp(home, e->domain);

	if (e->flaws == SPP_FLAW_ZEROS && !job->zeros++)
		spp_note(&job->m->notes,
			 "entry '%.200s': leading zeros are read as decimal; "
			 "how the service reads them is not documented",
			 e->text);
	if (e->flaws && e->flaws != SPP_FLAW_ZEROS) {
		doubt(job, e);
		return SPP_OK;
	}
	*home_listed |= is_home;
	return add_record(job, e->domain, e->priority, e->weight,
			  is_home ? SPP_FROM_BOTH : SPP_FROM_LIST);
}

static enum spp_status add_list(struct job *job, bool *home_listed)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_value *value = value_of(job, SPP_SETTING_PUBLISH_LIST);
	enum spp_status st;
	size_t i;

	if (!value)
		return SPP_OK;
	if (value->type != SPP_REG_MULTI_SZ) {
		spp_note(&job->m->notes,
			 "DnsDomainPublishList is not a REG_MULTI_SZ; how the "
			 "service reads it is not documented, no record is "
			 "given");
		return SPP_OK;
	}
	st = spp_publish_list_read(value, &list, job->err);
	for (i = 0; !st && i < list.count; i++)
		st = add_entry(job, &list.entry[i], home_listed);
	if (job->doubts > DOUBTS_TOLD)
		spp_note(&job->m->notes,
			 "entries that make no record beyond these: %zu",
			 job->doubts - DOUBTS_TOLD);
	return st;
}

/*
 * Whether a host key is, or will be, installed; adds a note if that is
 * uncertain.
 */
static bool is_host(struct job *job)
{
	enum spp_hosting hosting = spp_effective_hosting(
		job->state, spp_identity_build(job->identity));

	job->m->is_sure = hosting == SPP_SURE_HOST || job->dns->told;
	if (job->dns->told)
		return true;
	if (hosting == SPP_MAYBE_HOST)
		spp_note(&job->m->notes,
			 "no KeyManagementServiceVersion: whether a KMS host "
			 "key is installed is not known; the records hold if "
			 "it is");
	return hosting != SPP_NO_HOST;
}

static enum spp_status read_machine(struct job *job)
{
	struct spp_machine *m = job->m;
	size_t before = job->dns->count;
	bool home_listed = false;
	enum spp_status st = read_names(job);

	read_port(job);
	if (!st)
		st = spp_askers_read(job->state, job->identity, m, job->err);
	if (st)
		return st;
	if (!is_host(job)) {
		m->silence = SPP_SILENT_CLIENT;
		spp_notes_release(&m->notes);
		return spp_askers_note(job->state, job->identity, m, job->err);
	}
	if (is_on(job, SPP_SETTING_DNS_PUBLISHING)) {
		m->silence = SPP_SILENT_OFF;
		spp_notes_release(&m->notes);
		return SPP_OK;
	}
	st = add_list(job, &home_listed);
	if (!st && m->home && !home_listed)
		st = add_record(job, m->home, 0, 0, SPP_FROM_HOME);
	if (!st && job->dns->count == before)
		m->silence = SPP_SILENT_NOWHERE;
	return st;
}

enum spp_status spp_records_add(struct spp_records *dns, const char *label,
				const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_error *err)
{
	struct spp_machine m = { .label = strdup(label) };
	struct spp_machine *grown;
	struct job job = { .dns = dns,
			   .state = state,
			   .identity = identity,
			   .m = &m,
			   .err = err };
	enum spp_status st = m.label ? read_machine(&job) : spp_nomem(err);

	grown = st ? NULL
		   : realloc(dns->machine,
			     (dns->machines + 1) * sizeof(*grown));
	if (!grown) {
		release_machine(&m);
		return st ? st : spp_nomem(err);
	}
	dns->machine = grown;
	grown[dns->machines++] = m;
	return SPP_OK;
}

/* Sorts by content, since qsort has no context. */
static int by_record(const void *a, const void *b)
{
	const struct spp_srv *x = a, *y = b;
	int order = strcasecmp(x->domain, y->domain);

	if (order)
		return order;
	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->machine > y->machine) - (x->machine < y->machine);
}

static bool same_numbers(const struct spp_srv *x, const struct spp_srv *y)
{
	return x->priority == y->priority && x->weight == y->weight &&
	       !strcasecmp(x->domain, y->domain);
}

static bool same_target(const struct spp_records *dns, const struct spp_srv *x,
			const struct spp_srv *y)
{
	const char *a = dns->machine[x->machine].fqdn;
	const char *b = dns->machine[y->machine].fqdn;

	return x->port == y->port &&
	       (x->machine == y->machine || (a && b && !strcasecmp(a, b)));
}

/* Marks machines named like an earlier one, such as a hive and its dump. */
static void mark_repeated(struct spp_records *dns)
{
	size_t i, k;

	for (i = 0; i < dns->machines; i++) {
		struct spp_machine *m = &dns->machine[i];

		for (k = 0; m->fqdn && !m->repeated && k < i; k++)
			m->repeated =
				dns->machine[k].fqdn &&
				!strcasecmp(m->fqdn, dns->machine[k].fqdn);
		if (m->repeated)
			spp_note(&m->notes,
				 "'%s' is named like a machine before; both "
				 "are taken for one",
				 m->fqdn);
	}
}

void spp_records_finish(struct spp_records *dns)
{
	size_t i, k, to = 0;

	mark_repeated(dns);
	if (dns->count)
		qsort(dns->srv, dns->count, sizeof(*dns->srv), by_record);
	for (i = 0; i < dns->count; i++) {
		struct spp_srv *new = &dns->srv[i];
		bool repeated = false;

		for (k = to;
		     !repeated && k && same_numbers(&dns->srv[k - 1], new); k--)
			repeated = same_target(dns, &dns->srv[k - 1], new);
		if (repeated)
			free(new->domain);
		else
			dns->srv[to++] = *new;
	}
	dns->count = to;
}

size_t spp_records_domain(const struct spp_records *dns, size_t from)
{
	size_t i = from + 1;

	while (i < dns->count &&
	       !strcasecmp(dns->srv[i].domain, dns->srv[from].domain))
		i++;
	return i;
}

bool spp_records_rank(const struct spp_records *dns)
{
	size_t i;

	for (i = 0; i < dns->count; i++)
		if (dns->srv[i].priority || dns->srv[i].weight)
			return true;
	return false;
}

bool spp_machine_stays(const struct spp_machine *machine)
{
	return machine->silence == SPP_SILENT_CLIENT && !machine->repeated &&
	       machine->stays;
}

bool spp_machine_served(const struct spp_records *dns,
			const struct spp_machine *machine)
{
	const char *at = machine->looks;
	size_t i, n;

	for (; *at; at += n) {
		at += strspn(at, ", ");
		n = strcspn(at, ", ");
		for (i = 0; i < dns->count; i++)
			if (strlen(dns->srv[i].domain) == n &&
			    !strncasecmp(dns->srv[i].domain, at, n))
				return true;
	}
	return false;
}

const char *spp_machine_name(const struct spp_machine *machine)
{
	return machine->fqdn ? machine->fqdn : machine->label;
}

/* Whether text is the last part of a path, with or without its suffix. */
static bool is_basename(const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	size_t n = strlen(text);

	return n && !strncmp(base, text, n) && (!base[n] || base + n == dot);
}

bool spp_machine_is(const struct spp_machine *machine, const char *text)
{
	size_t n = machine->fqdn ? strcspn(machine->fqdn, ".") : 0;

	return !strcmp(machine->label, text) ||
	       is_basename(machine->label, text) ||
	       (machine->fqdn && !strcasecmp(machine->fqdn, text)) ||
	       (machine->computer && !strcasecmp(machine->computer, text)) ||
	       (n && strlen(text) == n && !strncasecmp(machine->fqdn, text, n));
}
