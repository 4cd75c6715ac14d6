/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_words[SPP_STATUS_COUNT] = {
	[SPP_OK] = "ok",
	[SPP_NOTFOUND] = "not-found",
	[SPP_USAGE] = "usage",
	[SPP_INVALID] = "invalid",
	[SPP_NOMEM] = "no-memory",
	[SPP_IO] = "io",
	[SPP_NOTHIVE] = "not-a-hive",
	[SPP_CORRUPT] = "corrupt",
	[SPP_TRUNCATED] = "truncated",
	[SPP_UNSUPPORTED] = "unsupported",
	[SPP_DIRTY] = "dirty",
	[SPP_BUSY] = "in-use",
	[SPP_REFUSED] = "refused",
	[SPP_LIMIT] = "limit",
	[SPP_NORESOURCES] = "no-resources",
	[SPP_NOANSWER] = "no-answer",
	[SPP_BUG] = "proof-failed",
};

static unsigned int shortages;

const char *spp_status_word(enum spp_status status)
{
	if ((unsigned int)status >= SPP_STATUS_COUNT)
		return "unknown";
	return status_words[status];
}

bool spp_status_starved(enum spp_status status)
{
	return status == SPP_NOMEM || status == SPP_NORESOURCES ||
	       status == SPP_NOANSWER;
}

/* Keeps a message on one line, whatever name or path it quotes. */
static void flatten(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

/* Records a failure unless there is one already; false if there is. */
static bool record(struct spp_error *err, enum spp_status status,
		   const char *fmt, va_list ap)
{
	if (!err || err->status)
		return false;
	err->status = status;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	flatten(err->text);
	return true;
}

enum spp_status spp_fail(struct spp_error *err, enum spp_status status,
			 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, status, fmt, ap);
	va_end(ap);
	return status;
}

enum spp_status spp_fail_remedy(struct spp_error *err, enum spp_status status,
				enum spp_remedy remedy, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (record(err, status, fmt, ap))
		err->remedy = remedy;
	va_end(ap);
	return status;
}

enum spp_status spp_fail_from(struct spp_error *err, enum spp_status status,
			      const struct spp_error *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (record(err, status, fmt, ap)) {
		memcpy(err->source, why->source, sizeof(err->source));
		err->line = why->line;
		err->column = why->column;
		err->remedy = why->remedy;
	}
	va_end(ap);
	return status;
}

enum spp_status spp_fail_at(struct spp_error *err, enum spp_status status,
			    const char *source, size_t line, size_t column,
			    const char *fmt, ...)
{
	char what[SPP_ERROR_TEXT];
	va_list ap;

	if (!err || err->status)
		return status;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(err->source, sizeof(err->source), "%s", source);
	flatten(err->source);
	err->line = line;
	err->column = column;
	if (column)
		return spp_fail(err, status, "%s:%zu:%zu: %s", source, line,
				column, what);
	if (line)
		return spp_fail(err, status, "%s:%zu: %s", source, line, what);
	return spp_fail(err, status, "'%s': %s", source, what);
}

enum spp_status spp_fail_errno(struct spp_error *err, enum spp_status status,
			       const char *fmt, ...)
{
	int code = errno;
	size_t used;
	va_list ap;

	if (code == ENOMEM) {
		shortages++;
		status = SPP_NOMEM;
	}
	va_start(ap, fmt);
	if (record(err, status, fmt, ap)) {
		used = strlen(err->text);
		snprintf(err->text + used, sizeof(err->text) - used, ": %s",
			 strerror(code));
	}
	va_end(ap);
	return status;
}

enum spp_status spp_nomem(struct spp_error *err)
{
	shortages++;
	return spp_fail(err, SPP_NOMEM, "out of memory");
}

unsigned int spp_memory_shortages(void)
{
	return shortages;
}

void spp_error_clear(struct spp_error *err)
{
	if (!err)
		return;
	err->status = SPP_OK;
	err->text[0] = err->source[0] = '\0';
	err->line = err->column = 0;
	err->remedy = SPP_REMEDY_NONE;
}

void spp_free_string(char **s)
{
	free(*s);
	*s = NULL;
}
