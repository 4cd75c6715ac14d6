/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "hive/check/private.h"

const struct spp_check_row spp_check_rules[SPP_CHECK_RULES] = {
	[SPP_CHECK_BASE] = { "base-block", SPP_ERROR,
			     "the base block contradicts the file" },
	[SPP_CHECK_DIRTY] = { "dirty", SPP_ERROR,
			      "writes to the hive were not finished" },
	[SPP_CHECK_TRANSACTIONS] = { "transactions", SPP_WARNING,
				     "transactions are pending" },
	[SPP_CHECK_TRAILING] = { "trailing-bytes", SPP_INFO,
				 "bytes after the last bin" },
	[SPP_CHECK_BIN] = { "bin", SPP_ERROR, "a bin's header is wrong" },
	[SPP_CHECK_CELL] = { "cell", SPP_ERROR, "a cell's size is impossible" },
	[SPP_CHECK_FREE_PAIR] = { "free-pair", SPP_INFO,
				  "free cells side by side are not joined" },
	[SPP_CHECK_REFERENCE] = { "reference", SPP_ERROR,
				  "an offset does not lead to a cell in use" },
	[SPP_CHECK_SHARED] = { "shared-cell", SPP_ERROR,
			       "a cell is reached twice" },
	[SPP_CHECK_ORPHAN] = { "orphan", SPP_WARNING,
			       "nothing refers to a cell in use" },
	[SPP_CHECK_KEY] = { "key", SPP_ERROR, "a key node is damaged" },
	[SPP_CHECK_PARENT] = { "parent", SPP_ERROR,
			       "a key does not point to its parent" },
	[SPP_CHECK_DEPTH] = { "depth", SPP_ERROR,
			      "keys are nested deeper than Windows allows" },
	[SPP_CHECK_LIST] = { "subkey-list", SPP_ERROR,
			     "a subkey list is damaged" },
	[SPP_CHECK_COUNT] = { "count", SPP_ERROR, "a count is wrong" },
	[SPP_CHECK_ORDER] = { "order", SPP_ERROR,
			      "subkeys are not in Windows' order" },
	[SPP_CHECK_HASH] = { "hash", SPP_ERROR,
			     "the hash or hint of a subkey is wrong" },
	[SPP_CHECK_LIST_KIND] = { "list-kind", SPP_WARNING,
				  "a kind of list that this version of the "
				  "format does not have" },
	[SPP_CHECK_MAXIMUM] = { "maximum", SPP_WARNING,
				"a stored maximum is too small" },
	[SPP_CHECK_TWINS] = { "twins", SPP_ERROR,
			      "names differ in upper and lower case only" },
	[SPP_CHECK_NAME_NUL] = { "name-nul", SPP_WARNING,
				 "a name has a NUL, which hides it from most "
				 "programs" },
	[SPP_CHECK_NAME_SLASH] = { "name-backslash", SPP_ERROR,
				   "the name of a key has a backslash" },
	[SPP_CHECK_NAME_TEXT] = { "name-text", SPP_INFO,
				  "a name is not valid text" },
	[SPP_CHECK_NAME_SIZE] = { "name-size", SPP_ERROR,
				  "a name is empty, odd or too long" },
	[SPP_CHECK_VALUE] = { "value", SPP_ERROR, "a value is damaged" },
	[SPP_CHECK_DATA] = { "data", SPP_ERROR,
			     "the data of a value is not all there" },
	[SPP_CHECK_BIG_DATA] = { "big-data", SPP_ERROR,
				 "the segments of big data are wrong" },
	[SPP_CHECK_SECURITY] = { "security", SPP_ERROR,
				 "a security descriptor is damaged" },
	[SPP_CHECK_RING] = { "security-ring", SPP_ERROR,
			     "the ring of security descriptors is broken" },
	[SPP_CHECK_REFCOUNT] = { "security-references", SPP_WARNING,
				 "a security descriptor's reference count is "
				 "wrong" },
};

const char *spp_severity_word(enum spp_severity severity)
{
	static const char *const words[] = { "info", "warning", "error" };

	return words[severity];
}

void spp_check_release(struct spp_check *check)
{
	size_t i;

	if (!check)
		return;
	for (i = 0; i < check->count; i++) {
		free(check->finding[i].path);
		free(check->finding[i].text);
	}
	free(check->finding);
	*check = (struct spp_check)SPP_CHECK_INIT;
}

/* The path from below the root to the current key. */
static char *path_here(const struct spp_check_job *job)
{
	struct spp_buf path = SPP_BUF_INIT;
	int i;

	for (i = 1; i < job->depth; i++) {
		if (i > 1)
			spp_buf_puts(&path, "\\", NULL);
		spp_name_show(&job->frame[i].key.name, &path, NULL, NULL);
	}
	return spp_buf_take(&path);
}

static struct spp_finding *new_finding(struct spp_check_job *job,
				       enum spp_check_rule rule,
				       enum spp_severity severity)
{
	struct spp_check *check = job->check;
	struct spp_finding *grown;

	check->severity[severity]++;
	if (check->total[rule]++ >= SPP_CHECK_KEPT)
		return NULL;
	grown = realloc(check->finding, (check->count + 1) * sizeof(*grown));
	if (!grown) {
		job->failed = true;
		return NULL;
	}
	check->finding = grown;
	grown[check->count] =
		(struct spp_finding){ .rule = rule, .severity = severity };
	return &grown[check->count++];
}

static void fill(struct spp_check_job *job, struct spp_finding *f,
		 uint64_t offset, const char *fmt, va_list ap)
{
	f->offset = offset;
	f->path = path_here(job);
	if (vasprintf(&f->text, fmt, ap) < 0)
		f->text = NULL;
	if (!f->path || !f->text)
		job->failed = true;
}

void spp_check_note(struct spp_check_job *job, enum spp_check_rule rule,
		    uint32_t cell, const char *fmt, ...)
{
	struct spp_finding *f =
		new_finding(job, rule, spp_check_rules[rule].severity);
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	fill(job, f, spp_file_offset(cell), fmt, ap);
	va_end(ap);
}

void spp_check_note_at(struct spp_check_job *job, enum spp_check_rule rule,
		       enum spp_severity severity, uint64_t offset,
		       const char *fmt, ...)
{
	struct spp_finding *f = new_finding(job, rule, severity);
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	fill(job, f, offset, fmt, ap);
	va_end(ap);
}
