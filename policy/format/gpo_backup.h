/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Group Policy objects in a folder: a backup, several, a security baseline,
 * or a domain's SYSVOL.
 *
 *	manifest.xml			<Backups>: a <BackupInst> for each
 *	{BACKUP}/bkupInfo.xml		the same <BackupInst>
 *	{BACKUP}/Backup.xml		<GroupPolicyBackupScheme>: which GPO,
 *					which files belong to which extension
 *	{BACKUP}/DomainSysvol/GPO/	its files, see below
 *
 *	Policies/{GPO}/GPT.INI		in SYSVOL, and in System32\GroupPolicy
 *	Policies/{GPO}/			its files
 *
 *	Machine/registry.pol				administrative templates
 *	Machine/Preferences/Registry/Registry.xml	preferences
 *	User/...					the same for users
 *
 * Names come in any case.  Written: as Windows Server 2025 does, but for what
 * only a domain knows.  What this rests on are backups that Windows wrote and
 * a report of others that backups of this form were imported; nothing here
 * was run on Windows.
 */
#ifndef POLICY_GPO_BACKUP_H
#define POLICY_GPO_BACKUP_H

#include "policy/format/format.h"

#define SPP_GPO_MANIFEST "manifest.xml"
#define SPP_GPO_MANIFEST_SPACE \
	"http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest"
#define SPP_GPO_SPACE "http://www.microsoft.com/GroupPolicy/GPOOperations"

/* The two client-side extensions whose settings we write, with their tools. */
#define SPP_GPO_CSE_POL	  "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}"
#define SPP_GPO_TOOL_POL  "{D02B1F72-3407-48AE-BA88-E8213C6761F1}"
#define SPP_GPO_CSE_GPP	  "{B087BE9D-ED37-454F-AF9C-04291E351182}"
#define SPP_GPO_TOOL_GPP  "{BEE07A6A-EC9F-4659-B8C9-0B1937907C83}"
#define SPP_GPO_TOOLS_CSE "{00000000-0000-0000-0000-000000000000}"

#define SPP_GPO_MAX	 4096 /* in one folder */
#define SPP_GPO_NAME_MAX 255  /* characters of a display name, as Windows has */

/* One GPO of a folder. */
struct spp_gpo {
	char *base;    /* of it in the tree: "" or "a/b/" */
	char *files;   /* of its files; NULL: it has none */
	char *id;      /* of the backup, or the folder's name */
	char *guid;    /* of the GPO, or NULL */
	char *name;    /* as it is displayed, or NULL */
	char *tools;   /* MachineExtensionGuids, or NULL where not known */
	char *options; /* bit 1: the computer side is off; or NULL */
	size_t ours;   /* KMS settings in it; filled by those who list */
};

struct spp_gpos {
	struct spp_gpo *gpo;
	size_t count;
};

#define SPP_GPOS_INIT   \
	{               \
		NULL, 0 \
	}

void spp_gpos_release(struct spp_gpos *gpos);

/*
 * Whether the names in a folder, read with depth 1, look like those of GPOs;
 * named: somebody said that they are, so that only a Windows is none.
 */
bool spp_gpo_is_root(const struct spp_tree *tree, bool named);

/*
 * The first entry at or after base, in a tree that is in order; those below it
 * follow.
 */
size_t spp_gpo_first(const struct spp_tree *tree, const char *base);

/* All GPOs of a folder, in order of their folders. */
enum spp_status spp_gpos_find(struct spp_tree *tree, struct spp_gpos *gpos,
			      struct spp_import *import, struct spp_error *err);

/* Reads one GPO into an empty document. */
enum spp_status spp_gpo_read(const struct spp_input *in, struct spp_tree *tree,
			     const struct spp_gpo *gpo,
			     struct spp_document *document,
			     struct spp_import *import, struct spp_error *err);

/* The one that in->gpo names, or the only one; else lists them in notes. */
enum spp_status spp_gpo_choose(const struct spp_input *in,
			       struct spp_tree *tree, struct spp_gpos *gpos,
			       const struct spp_gpo **gpo,
			       struct spp_import *import,
			       struct spp_error *err);

/* Elements of a record that are wanted, by name; NULL ends the list. */
struct spp_gpo_field {
	const char *name;
	char **to; /* set where it is found, once; yours */
};

struct spp_xml_reader;

/* Reads to the end of the next element called parent; *found: there was. */
enum spp_status spp_gpo_record(struct spp_xml_reader *xml, const char *parent,
			       const struct spp_gpo_field *fields, bool *found,
			       struct spp_error *err);

/*
 * A manifest that is there, with what a new one lists added; the bytes that
 * are there stay.  Ids that are in both are listed once.
 */
enum spp_status spp_gpo_manifest_add(const struct spp_input *old,
				     const struct spp_buf *made,
				     struct spp_buf *out,
				     struct spp_error *err);

/* What was written into a tree, for those who tell of it. */
struct spp_gpo_made {
	char id[40];		      /* of the backup: the folder's name */
	size_t preferences, policies; /* items */
	unsigned int audience;	      /* SPP_AUDIENCE_... of the settings */
	char *name;		      /* of the GPO */
	char *script;		      /* its name in the tree */
};

#define SPP_GPO_MADE_INIT \
	{                 \
		.id = ""  \
	}

void spp_gpo_made_release(struct spp_gpo_made *made);

/* The WMI query that fits these settings, or NULL where all machines do. */
const char *spp_gpo_query(unsigned int audience);

enum spp_status spp_gpo_write(const struct spp_document *document,
			      const struct spp_export *options,
			      struct spp_tree *tree, struct spp_gpo_made *made,
			      struct spp_notes *notes, struct spp_error *err);

/* The script that imports the GPO and sets its filter. */
enum spp_status spp_gpo_script(const struct spp_gpo_made *made,
			       struct spp_buf *out, struct spp_error *err);

#endif
