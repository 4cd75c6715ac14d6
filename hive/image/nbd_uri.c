/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/nbd_uri.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The byte of a percent escape; 0: it is none, or %00. */
static char unhex(const char *p)
{
	char text[3] = "";

	if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]))
		return '\0';
	memcpy(text, p, 2);
	return (char)strtol(text, NULL, 16);
}

/* The socket's path: socket= of the query, unescaped. */
enum spp_status spp_nbd_uri_socket(const char *uri, struct spp_buf *path,
				   struct spp_error *err)
{
	const char *p = strchr(uri, '?');
	enum spp_status st = SPP_OK;
	char c;

	while (p && strncmp(p + 1, "socket=", 7))
		p = strchr(p + 1, '&');
	for (p = p ? p + 8 : ""; !st && *p && *p != '&' && *p != '#'; p++) {
		c = *p;
		if (c == '%' && unhex(p + 1)) {
			c = unhex(p + 1);
			p += 2;
		}
		st = spp_buf_append(path, &c, 1, err);
	}
	if (!st && !path->size)
		st = spp_fail(err, SPP_USAGE,
			      "'%s' names no socket; write "
			      "nbd+unix:///EXPORT?socket=PATH",
			      uri);
	return st;
}

/* Appends the export's name; a slash becomes an underscore. */
static enum spp_status add_export(struct spp_buf *path, const char *uri,
				  struct spp_error *err)
{
	const char *p = strstr(uri, "://") + 3, *end;
	enum spp_status st = SPP_OK;

	p += strcspn(p, "/?#");
	p += *p == '/';
	end = p + strcspn(p, "?#");
	if (p < end)
		st = spp_buf_puts(path, "-", err);
	for (; !st && p < end; p++)
		st = spp_buf_append(path, *p == '/' ? "_" : p, 1, err);
	return st;
}

enum spp_status spp_nbd_uri_path(const char *uri, struct spp_buf *path,
				 struct spp_error *err)
{
	enum spp_status st = spp_nbd_uri_socket(uri, path, err);

	return st ? st : add_export(path, uri, err);
}
