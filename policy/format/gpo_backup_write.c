/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of one backup.  A setting whose key is below Policies goes into
 * registry.pol, which Windows takes back with the GPO; every other one is a
 * preference.  Ids that Windows would make up are derived: that of the GPO
 * from domain and name, that of the backup from all there is in it.
 */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "hive/base/bytes.h"
#include "hive/base/filetime.h"
#include "policy/format/derived_id.h"
#include "policy/format/gpo_backup.h"
#include "policy/format/gpp.h"
#include "policy/format/regop.h"
#include "policy/format/xml_writer.h"

#define NAME   "KMS settings"	/* where a policy has none */
#define DOMAIN "domain.example" /* where none is given */

#define POL_PATH   "Machine\\registry.pol"
#define GPP_FOLDER "Machine\\Preferences\\Registry"
#define GPP_PATH   GPP_FOLDER "\\Registry.xml"

/* Lines that Windows leaves empty: extensions that have no files here. */
#define OTHER_EXTENSIONS 9

/*
 * SYSTEM and BUILTIN\Administrators may do everything (a self-relative
 * descriptor, [MS-DTYP] 2.4.6).  Import-GPO leaves the GPO's own as it is.
 */
#define DESCRIPTOR                                                     \
	"01 00 04 90 00 00 00 00 00 00 00 00 00 00 00 00 14 00 00 00 " \
	"02 00 34 00 02 00 00 00 00 02 14 00 ff 00 0f 00 01 01 00 00 " \
	"00 00 00 05 12 00 00 00 00 02 18 00 ff 00 0f 00 01 02 00 00 " \
	"00 00 00 05 20 00 00 00 20 02 00 00"

struct writer {
	const struct spp_export *options;
	const char *name, *domain;
	char guid[SPP_DERIVED_ID], domain_guid[SPP_DERIVED_ID];
	char time[32];
	struct spp_buf pol, gpp;
	struct spp_tree *tree;
	struct spp_gpo_made *made;
	struct spp_error *err;
};

static void release(struct writer *w)
{
	spp_buf_release(&w->pol);
	spp_buf_release(&w->gpp);
}

void spp_gpo_made_release(struct spp_gpo_made *made)
{
	if (!made)
		return;
	free(made->name);
	free(made->script);
	*made = (struct spp_gpo_made)SPP_GPO_MADE_INIT;
}

/* Text of UTF-8 without control characters, so many characters at most. */
static bool is_name(const char *text)
{
	size_t n = 0;
	const char *c;

	for (c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
		n += (*c & 0xc0) != 0x80;
	}
	return n && n <= SPP_GPO_NAME_MAX && *text != ' ' && c[-1] != ' ' &&
	       spp_xml_writer_can(text);
}

static bool is_domain(const char *text)
{
	const char *c;

	for (c = text; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
			    *c))
			return false;
	return c > text && c - text <= 253 && *text != '.' && c[-1] != '.';
}

/* An id of a kind, from texts; each with its NUL, so that none runs over. */
static void derive(const char *kind, const char *a, const char *b,
		   char id[SPP_DERIVED_ID])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(kind) + 1, (const uint8_t *)kind);
	sha256_update(&ctx, strlen(a) + 1, (const uint8_t *)a);
	sha256_update(&ctx, strlen(b) + 1, (const uint8_t *)b);
	sha256_digest(&ctx, sizeof(digest), digest);
	spp_derived_id(digest, id);
}

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static enum spp_status identify(struct writer *w,
				const struct spp_document *document)
{
	time_t seconds = (time_t)spp_filetime_unix(w->options->now);
	const char *name = w->options->gpo_name;
	char domain[254];
	struct tm t;

	w->name = name ? name : document->name ? document->name : NAME;
	w->domain = w->options->domain ? w->options->domain : DOMAIN;
	if (!is_name(w->name))
		return spp_fail(w->err, SPP_USAGE,
				"'%s' cannot be the name of a GPO: 1 to %d "
				"characters, none of them a control character",
				w->name, SPP_GPO_NAME_MAX);
	if (!is_domain(w->domain))
		return spp_fail(w->err, SPP_USAGE,
				"'%s' is not a DNS domain such as corp.example",
				w->domain);
	if (!gmtime_r(&seconds, &t))
		return spp_fail(w->err, SPP_USAGE,
				"the time cannot be expressed");
	strftime(w->time, sizeof(w->time), "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(domain, sizeof(domain), "%s", w->domain);
	lower(domain);
	derive("GPO", domain, w->name, w->guid);
	derive("domain", domain, "", w->domain_guid);
	lower(w->domain_guid); /* as Windows writes this one */
	return SPP_OK;
}

static bool is_managed(const struct spp_policy_item *item)
{
	return !strncasecmp(spp_places[item->scope.place].path, "Policies\\",
			    9);
}

/* Writes one of the two files, if there is anything for it. */
static enum spp_status put_part(struct writer *w,
				const struct spp_document *document,
				bool managed, struct spp_buf *out,
				size_t *items, struct spp_notes *notes)
{
	struct spp_document CLEANUP(spp_document_release) part =
		SPP_DOCUMENT_INIT;
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	const struct spp_regops_rules any = { .format = "gpo-backup",
					      .users = true,
					      .offers = true };
	const struct spp_format *format =
		managed ? &spp_format_pol : &spp_format_gpp;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < document->policy.count; i++) {
		const struct spp_policy_item *item = &document->policy.item[i];

		if (is_managed(item) != managed)
			continue;
		st = spp_policy_copy(&part.policy, item, w->err);
		/* What must be absent is no sign of who is meant. */
		if (item->setting && item->wish != SPP_ABSENT)
			w->made->audience |= item->setting->audience;
	}
	if (!st)
		st = spp_regops_make(&part.policy, &any, &lines, NULL, w->err);
	if (st)
		return st;
	*items = lines.count;
	/* One without lines still says in notes what is left out. */
	st = format->write(&part, w->options, out, notes, w->err);
	if (!st && !lines.count)
		spp_buf_release(out);
	return st;
}

static void cdata(struct spp_xml_writer *xml, const char *name,
		  const char *text)
{
	spp_xml_writer_start(xml, name);
	spp_xml_writer_cdata(xml, text);
	spp_xml_writer_end(xml, "");
}

static void put_instance(const struct writer *w, struct spp_xml_writer *xml)
{
	cdata(xml, "GPOGuid", w->guid);
	cdata(xml, "GPODomain", w->domain);
	cdata(xml, "GPODomainGuid", w->domain_guid);
	cdata(xml, "GPODomainController", w->domain);
	cdata(xml, "BackupTime", w->time);
	cdata(xml, "ID", w->made->id);
	cdata(xml, "Comment", "");
	cdata(xml, "GPODisplayName", w->name);
}

static enum spp_status put_manifest(const struct writer *w, bool info,
				    struct spp_buf *out)
{
	struct spp_xml_writer *xml;
	enum spp_status st = spp_xml_writer_open(&xml, w->err);

	if (st)
		return st;
	if (!info) {
		spp_xml_writer_start(xml, "Backups");
		spp_xml_writer_attribute(xml, "xmlns", SPP_GPO_MANIFEST_SPACE);
		spp_xml_writer_attribute(xml, "xmlns:mfst",
					 SPP_GPO_MANIFEST_SPACE);
		spp_xml_writer_attribute(xml, "mfst:version", "1.0");
	}
	spp_xml_writer_start(xml, "BackupInst");
	if (info)
		spp_xml_writer_attribute(xml, "xmlns", SPP_GPO_MANIFEST_SPACE);
	put_instance(w, xml);
	spp_xml_writer_end(xml, "");
	if (!info)
		spp_xml_writer_end(xml, "");
	else
		spp_xml_writer_raw(xml, "\r\n");
	return spp_xml_writer_close(xml, out, w->err);
}

/* The three attributes of a file or folder; path with backslashes. */
static void put_object(const struct writer *w, struct spp_xml_writer *xml,
		       const char *element, const char *path)
{
	char text[1024];

	spp_xml_writer_start(xml, element);
	snprintf(text, sizeof(text), "%%GPO_MACH_FSPATH%%%s",
		 path + strlen("Machine"));
	spp_xml_writer_attribute(xml, "bkp:Path", text);
	snprintf(text, sizeof(text), "\\\\%s\\sysvol\\%s\\Policies\\%s\\%s",
		 w->domain, w->domain, w->guid, path);
	spp_xml_writer_attribute(xml, "bkp:SourceExpandedPath", text);
	snprintf(text, sizeof(text), "DomainSysvol\\GPO\\%s", path);
	spp_xml_writer_attribute(xml, "bkp:Location", text);
	spp_xml_writer_end(xml, "");
}

static void open_extension(struct spp_xml_writer *xml, const char *id,
			   const char *name)
{
	spp_xml_writer_start(xml, "GroupPolicyExtension");
	spp_xml_writer_attribute(xml, "bkp:ID", id);
	spp_xml_writer_attribute(xml, "bkp:DescName", name);
}

static void empty(struct spp_xml_writer *xml, const char *name)
{
	spp_xml_writer_start(xml, name);
	spp_xml_writer_end(xml, "");
}

/* Which extensions of a client read the GPO, and the tools that edit it. */
static void put_tools(const struct writer *w, struct spp_xml_writer *xml)
{
	char text[400] = "";

	if (w->gpp.size)
		strcat(text, "[" SPP_GPO_TOOLS_CSE SPP_GPO_TOOL_GPP "]");
	if (w->pol.size)
		strcat(text, "[" SPP_GPO_CSE_POL SPP_GPO_TOOL_POL "]");
	if (w->gpp.size)
		strcat(text, "[" SPP_GPO_CSE_GPP SPP_GPO_TOOL_GPP "]");
	if (*text)
		cdata(xml, "MachineExtensionGuids", text);
	else
		empty(xml, "MachineExtensionGuids");
}

static void put_core(const struct writer *w, struct spp_xml_writer *xml)
{
	spp_xml_writer_start(xml, "GroupPolicyCoreSettings");
	cdata(xml, "ID", w->guid);
	cdata(xml, "Domain", w->domain);
	spp_xml_writer_element(xml, "SecurityDescriptor", DESCRIPTOR);
	cdata(xml, "DisplayName", w->name);
	cdata(xml, "Options", "0");
	cdata(xml, "UserVersionNumber", "0");
	/* The first version, in the directory and in SYSVOL. */
	cdata(xml, "MachineVersionNumber",
	      w->gpp.size || w->pol.size ? "65537" : "0");
	put_tools(w, xml);
	empty(xml, "UserExtensionGuids");
	empty(xml, "WMIFilter");
	spp_xml_writer_end(xml, "");
}

static void put_registry(const struct writer *w, struct spp_xml_writer *xml)
{
	char text[1024];

	open_extension(xml, SPP_GPO_CSE_POL, "Registry");
	spp_xml_writer_raw(xml, "\r\n            ");
	if (w->pol.size)
		put_object(w, xml, "FSObjectFile", POL_PATH);
	/* That of the user side is not there. */
	spp_xml_writer_raw(xml, "\r\n            \r\n            ");
	spp_xml_writer_start(xml, "FSObjectFile");
	spp_xml_writer_attribute(xml, "bkp:Path", "%GPO_FSPATH%\\Adm\\*.*");
	snprintf(text, sizeof(text),
		 "\\\\%s\\sysvol\\%s\\Policies\\%s\\Adm\\*.*", w->domain,
		 w->domain, w->guid);
	spp_xml_writer_attribute(xml, "bkp:SourceExpandedPath", text);
	spp_xml_writer_end(xml, "");
	spp_xml_writer_raw(xml, "\r\n        ");
	spp_xml_writer_end(xml, "");
}

static enum spp_status put_backup(const struct writer *w, struct spp_buf *out)
{
	struct spp_xml_writer *xml;
	enum spp_status st = spp_xml_writer_open(&xml, w->err);
	int i;

	if (st)
		return st;
	spp_xml_writer_raw(xml,
			   "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
			   "<!-- Copyright (c) Microsoft Corporation.  All "
			   "rights reserved. -->");
	spp_xml_writer_start(xml, "GroupPolicyBackupScheme");
	spp_xml_writer_attribute(xml, "bkp:version", "2.0");
	spp_xml_writer_attribute(xml, "bkp:type", "GroupPolicyBackupTemplate");
	spp_xml_writer_attribute(xml, "xmlns:bkp", SPP_GPO_SPACE);
	spp_xml_writer_attribute(xml, "xmlns", SPP_GPO_SPACE);
	spp_xml_writer_raw(xml, "\r\n    ");
	spp_xml_writer_start(xml, "GroupPolicyObject");
	empty(xml, "SecurityGroups");
	empty(xml, "FilePaths");
	put_core(w, xml);
	spp_xml_writer_raw(xml, " \r\n        ");
	put_registry(w, xml);
	for (i = 0; i < OTHER_EXTENSIONS; i++)
		spp_xml_writer_raw(xml, "\r\n        ");
	spp_xml_writer_raw(xml, "\r\n    ");
	if (w->gpp.size) {
		open_extension(xml, "{F15C46CD-82A0-4C2D-A210-5D0D3182A418}",
			       "Unknown Extension");
		put_object(w, xml, "FSObjectDir", "Machine\\Preferences");
		put_object(w, xml, "FSObjectDir", GPP_FOLDER);
		put_object(w, xml, "FSObjectFile", GPP_PATH);
		spp_xml_writer_end(xml, "");
	}
	spp_xml_writer_end(xml, "");
	spp_xml_writer_raw(xml, "\r\n");
	spp_xml_writer_end(xml, "");
	return spp_xml_writer_close(xml, out, w->err);
}

static enum spp_status add(struct writer *w, const char *path,
			   const struct spp_buf *data)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s%s", w->made->id,
		 *w->made->id ? "/" : "", path);
	return spp_tree_add(w->tree, full, data->data, data->size, w->err);
}

/* The backup's id is that of everything in it. */
static void derive_backup(struct writer *w)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	const char *const texts[] = { "backup", w->guid, w->name, w->domain,
				      w->time };
	uint8_t sizes[16];
	size_t i;

	sha256_init(&ctx);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		sha256_update(&ctx, strlen(texts[i]) + 1,
			      (const uint8_t *)texts[i]);
	spp_put64(sizes, w->pol.size);
	spp_put64(sizes + 8, w->gpp.size);
	sha256_update(&ctx, sizeof(sizes), sizes);
	sha256_update(&ctx, w->pol.size, w->pol.data);
	sha256_update(&ctx, w->gpp.size, w->gpp.data);
	sha256_digest(&ctx, sizeof(digest), digest);
	spp_derived_id(digest, w->made->id);
}

/* "import-KMS-primary-1A2B3C4D.ps1" */
static enum spp_status name_script(struct writer *w)
{
	char name[64];
	const char *c;
	size_t n = 0;

	for (c = w->name; *c && n + 1 < sizeof(name); c++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
			   *c))
			name[n++] = *c;
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	}
	while (n && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	if (asprintf(&w->made->script, "import-%s%s%.8s.ps1", name,
		     n ? "-" : "", w->made->id + 1) < 0) {
		w->made->script = NULL;
		return spp_nomem(w->err);
	}
	w->made->name = strdup(w->name);
	return w->made->name ? SPP_OK : spp_nomem(w->err);
}

static enum spp_status put_all(struct writer *w)
{
	struct spp_buf CLEANUP(spp_buf_release) manifest = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) info = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) backup = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) script = SPP_BUF_INIT;
	enum spp_status st = put_manifest(w, false, &manifest);

	if (!st)
		st = put_manifest(w, true, &info);
	if (!st)
		st = put_backup(w, &backup);
	if (!st)
		st = spp_gpo_script(w->made, &script, w->err);
	if (!st)
		st = add(w, "bkupInfo.xml", &info);
	if (!st)
		st = add(w, "Backup.xml", &backup);
	if (!st && w->pol.size)
		st = add(w, "DomainSysvol/GPO/Machine/registry.pol", &w->pol);
	if (!st && w->gpp.size)
		st = add(w,
			 "DomainSysvol/GPO/Machine/Preferences/Registry/"
			 "Registry.xml",
			 &w->gpp);
	if (!st)
		st = spp_tree_add(w->tree, w->made->script, script.data,
				  script.size, w->err);
	if (!st)
		st = spp_tree_add(w->tree, SPP_GPO_MANIFEST, manifest.data,
				  manifest.size, w->err);
	if (!st)
		spp_tree_sort(w->tree);
	return st;
}

enum spp_status spp_gpo_write(const struct spp_document *document,
			      const struct spp_export *options,
			      struct spp_tree *tree, struct spp_gpo_made *made,
			      struct spp_notes *notes, struct spp_error *err)
{
	struct writer CLEANUP(release) w = {
		.options = options, .tree = tree, .made = made, .err = err
	};
	enum spp_status st = identify(&w, document);

	if (!st)
		st = put_part(&w, document, true, &w.pol, &made->policies,
			      notes);
	if (!st)
		st = put_part(&w, document, false, &w.gpp, &made->preferences,
			      notes);
	if (st)
		return st;
	derive_backup(&w);
	st = name_script(&w);
	return st ? st : put_all(&w);
}
