/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of GPOs: which are found, what is read of one, manifests. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/format/gpo_backup.h"
#include "tests/gpo_tree.h"
#include "tests/unit.h"

#define A    "{11111111-2222-4333-8444-555555555555}"
#define B    "{AAAAAAAA-2222-4333-8444-555555555555}"
#define NS   "xmlns=\"" SPP_GPO_MANIFEST_SPACE "\""
#define INST "</GPOGuid><ID>" A "</ID><GPODisplayName>One</GPODisplayName>"

/* A Registry.xml with these items. */
#define XML(items)                                                \
	"<RegistrySettings "                                      \
	"clsid=\"{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}\">" items \
	"</RegistrySettings>\n"
#define ITEM(action, name, type, value)                                \
	"<Registry clsid=\"{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}\">"  \
	"<Properties action=\"" action "\" default=\"0\" hive=\"HKEY_" \
	"LOCAL_MACHINE\" key=\"SOFTWARE\\Microsoft\\Windows NT\\"      \
	"CurrentVersion\\SoftwareProtectionPlatform\" name=\"" name    \
	"\" type=\"" type "\" value=\"" value "\"/></Registry>"
#define PORT(n) ITEM("U", "KeyManagementServicePort", "REG_SZ", n)

struct folder {
	struct spp_tree tree;
	struct spp_gpos gpos;
	struct spp_document document;
	struct spp_import import;
	struct spp_error err;
	enum spp_status status;
};

static void leave(struct folder *f)
{
	spp_tree_close(&f->tree);
	spp_gpos_release(&f->gpos);
	spp_document_release(&f->document);
	spp_import_release(&f->import);
}

/* Finds the GPOs of a folder and reads the one that is named. */
static void enter(struct folder *f, const char *text, const char *gpo)
{
	struct spp_input in = { .name = "folder", .gpo = gpo };

	*f = (struct folder){ .tree = SPP_TREE_INIT };
	gpo_tree_fill(&f->tree, text, strlen(text));
	CU_ASSERT_EQUAL(spp_gpos_find(&f->tree, &f->gpos, &f->import, NULL),
			SPP_OK);
	spp_import_release(&f->import);
	f->status = spp_format_gpo_backup.read_tree(&in, &f->tree, &f->document,
						    &f->import, &f->err);
}

/* "kms-port=1701" of everything that was read, in order. */
static bool is(const struct folder *f, const char *wanted)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	size_t i;

	for (i = 0; i < f->document.policy.count; i++) {
		const struct spp_policy_item *item =
			&f->document.policy.item[i];

		spp_buf_printf(&text, NULL, "%s%s=", i ? " " : "",
			       item->setting ? item->setting->name : "*");
		if (item->wish == SPP_PRESENT || item->wish == SPP_DEFAULT)
			spp_setting_show(item->setting, &item->value,
					 SPP_TERMS_OWN, &text, NULL);
		else
			spp_buf_puts(&text, "-", NULL);
	}
	if (!strcmp(spp_buf_text(&text), wanted))
		return true;
	printf("is '%s', wanted '%s' (%s)\n", spp_buf_text(&text), wanted,
	       f->err.text);
	return false;
}

static bool noted(const struct folder *f, const char *part)
{
	size_t i;

	for (i = 0; i < f->import.notes.count; i++)
		if (strstr(f->import.notes.text[i], part))
			return true;
	return false;
}

static void gpos_are_found_by_their_shape(void)
{
	static const struct {
		const char *text;
		size_t count;
		const char *id; /* of the first */
	} rows[] = {
		{ "== " A "/DomainSysvol/GPO/\n", 1, A },
		{ "== DomainSysvol/GPO/\n== Backup.xml\n", 1, "" },
		{ "== GPOs/" A "/DomainSysvol/GPO/\n== GPOs/" B
		  "/domainsysvol/gpo/\n== Documentation/x.pdf\n",
		  2, A },
		{ "== Policies/" A "/GPT.INI\n== Policies/" A
		  "/MACHINE/\n== Policies/" B "/User/\n",
		  2, A },
		{ "== gpt.ini\n== Machine/\n== Machine/Scripts/" A
		  "/Machine/\n",
		  1, "" },
		{ "== Machine/\n", 1, "" },
		/* What is in a GPO's files is not a GPO. */
		{ "== " A "/DomainSysvol/GPO/\n== " A
		  "/DomainSysvol/GPO/Machine/\n== " A
		  "/DomainSysvol/GPO/Machine/" B "/Backup.xml\n== " A
		  "/DomainSysvol/GPO/GPT.INI\n",
		  1, A },
		{ "== " A "/bkupInfo.xml\n<BackupInst " NS "><GPOGuid>" B INST
		  "</BackupInst>\n== " A "/Backup.xml\n",
		  1, A },
		{ "== a/b/c\n== Windows/\n", 0, NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct folder CLEANUP(leave) f;

		enter(&f, rows[i].text, NULL);
		UNIT_ROW(f.gpos.count == rows[i].count, rows[i].text);
		if (f.gpos.count && rows[i].id)
			UNIT_ROW(!strcmp(f.gpos.gpo[0].id, rows[i].id),
				 f.gpos.gpo[0].id);
		if (rows[i].count == 1)
			UNIT_ROW(f.status == SPP_OK, f.err.text);
		else
			UNIT_ROW(f.status == (rows[i].count ? SPP_REFUSED
							    : SPP_NOTHIVE),
				 f.err.text);
	}
}

static void one_of_several_is_chosen(void)
{
	static const char text[] =
		"== " A "/bkupInfo.xml\n<BackupInst " NS "><GPOGuid>" B INST
		"</BackupInst>\n== " A "/DomainSysvol/GPO/\n== " A
		"/DomainSysvol/GPO/Machine/Preferences/Registry/"
		"Registry.xml\n" XML(PORT("1701")) "== Policies/" B
						   "/GPT.INI\n";
	static const char *const names[] = {
		"one", A, "11111111-2222-4333-8444-555555555555"
	};
	size_t i;

	for (i = 0; i < 3; i++) {
		struct folder CLEANUP(leave) f;

		enter(&f, text, names[i]);
		UNIT_ROW(f.status == SPP_OK, f.err.text);
		UNIT_ROW(is(&f, "kms-port=1701"), names[i]);
		CU_ASSERT_STRING_EQUAL(f.document.name, "One");
	}
	for (i = 0; i < 2; i++) {
		struct folder CLEANUP(leave) f;

		enter(&f, text, i ? "two" : NULL);
		CU_ASSERT_EQUAL(f.status, i ? SPP_NOTFOUND : SPP_REFUSED);
		CU_ASSERT_EQUAL(f.err.remedy,
				i ? SPP_REMEDY_NONE : SPP_REMEDY_GPO);
		CU_ASSERT_TRUE(noted(&f, "One: 1 KMS setting"));
		CU_ASSERT_TRUE(noted(&f, "'" B "' : no KMS setting"));
	}
	for (i = 0; i < 1; i++) { /* the backup is of B, and B is there, too */
		struct folder CLEANUP(leave) f;

		enter(&f, text, B);
		CU_ASSERT_EQUAL(f.status, SPP_REFUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(f.err.text, "of this name"));
	}
}

/* Appends a Registry.pol with one setting to a folder. */
static void add_pol(struct spp_tree *tree, const char *path, const char *port)
{
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_export options = { .now = 1 };
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_scope scope = SPP_SCOPE_INIT;
	enum spp_terms terms;

	spp_value_set_text(&value, SPP_REG_SZ, port, NULL);
	spp_policy_set(&document.policy, &scope,
		       spp_setting_find("kms-port", &terms), &value, NULL);
	spp_format_find("pol")->write(&document, &options, &out, NULL, NULL);
	spp_tree_add(tree, path, out.data, out.size, NULL);
}

/* registry.pol first, then the preferences; names in any case. */
static void preferences_come_last(void)
{
	static const struct {
		const char *xml, *wanted;
		bool conflict;
	} rows[] = {
		{ XML(PORT("1702")), "kms-port=1702", true },
		{ XML(PORT("1701")), "kms-port=1701", false },
		{ XML(ITEM("C", "KeyManagementServicePort", "REG_SZ", "1702")),
		  "kms-port=1701", false },
		{ XML(ITEM("D", "KeyManagementServicePort", "REG_SZ", "")),
		  "kms-port=-", true },
		{ XML(ITEM("U", "KeyManagementServiceName", "REG_SZ", "a.b")),
		  "kms-host=a.b kms-port=1701", false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct folder CLEANUP(leave) f = { .tree = SPP_TREE_INIT };
		struct spp_input in = { .name = "folder" };

		spp_tree_add(&f.tree,
			     A "/MACHINE/preferences/REGISTRY/registry.XML",
			     rows[i].xml, strlen(rows[i].xml), NULL);
		add_pol(&f.tree, A "/MACHINE/Registry.pol", "1701");
		add_pol(&f.tree, A "/User/Registry.pol", "1703");
		spp_tree_add(&f.tree, A "/GPT.INI", "", 0, NULL);
		spp_tree_add(&f.tree, A "/MACHINE/comment.cmtx", "", 0, NULL);
		spp_tree_sort(&f.tree);
		f.status = spp_format_gpo_backup.read_tree(
			&in, &f.tree, &f.document, &f.import, &f.err);
		UNIT_ROW(!f.status, f.err.text);
		UNIT_ROW(is(&f, rows[i].wanted), rows[i].xml);
		UNIT_ROW(noted(&f, "the preference is taken") ==
				 rows[i].conflict,
			 rows[i].xml);
		UNIT_ROW(noted(&f, "user side of the GPO is left out: 1 value"),
			 rows[i].xml);
		UNIT_ROW(f.import.foreign == 1, rows[i].xml);
	}
}

#define GPO    A "/DomainSysvol/GPO/"
#define FOLDER "== " GPO "\n"
#define PREFS  "== " GPO "Machine/Preferences/Registry/Registry.xml\n"
#define CORE(x)                                                                \
	"== " A "/Backup.xml\n<GroupPolicyBackupScheme xmlns=\"" SPP_GPO_SPACE \
	"\"><GroupPolicyObject><GroupPolicyCoreSettings><ID>" B "</ID>" x      \
	"</GroupPolicyCoreSettings></GroupPolicyObject>"                       \
	"</GroupPolicyBackupScheme>\n"

/* What is not taken is told, or refused. */
static void the_rest_is_told(void)
{
	static const struct {
		const char *text, *wanted;
		enum spp_status status;
		size_t foreign;
		const char *said; /* a note, or the error */
	} rows[] = {
		{ FOLDER PREFS XML(PORT(
			  "1701")) "== " GPO
				   "Machine/Scripts/scripts.ini\n== " GPO
				   "User/Documents & Settings/fdeploy.ini\n",
		  "kms-port=1701", SPP_OK, 2, NULL },
		{ FOLDER
		  "== " GPO
		  "User/Preferences/Registry/Registry.xml\n" XML(PORT("1701")),
		  "", SPP_OK, 1, "about volume activation" },
		{ FOLDER PREFS XML(PORT("1701")) CORE("<Options>2</Options>"),
		  "kms-port=1701", SPP_OK, 0, "is switched off" },
		{ FOLDER PREFS XML(PORT("1701")) CORE(
			  "<MachineExtensionGuids>[{35378EAC-683F-11D2-A89A-"
			  "00C04FBBCFA2}]</MachineExtensionGuids>"),
		  "kms-port=1701", SPP_OK, 0, "no machine applies them" },
		{ FOLDER PREFS XML(PORT("1701")) "== " A "/Backup.xml\n<a>",
		  "kms-port=1701", SPP_OK, 0, "what it says is not used" },
		{ FOLDER PREFS XML(
			  PORT("1701")) "== manifest.xml\n<Backups " NS
					"><BackupInst><ID>" B
					"</ID></BackupInst></Backups>\n",
		  "kms-port=1701", SPP_OK, 0, "which is not there" },
		{ FOLDER PREFS XML(PORT("1701")) "== " GPO
						 "Machine/preferences/registry/"
						 "Registry.xml\n",
		  "", SPP_REFUSED, 0, "one file on Windows" },
		{ FOLDER PREFS "<!DOCTYPE a [<!ENTITY b SYSTEM "
			       "\"file:///etc/passwd\">]><RegistrySettings>&b;"
			       "</RegistrySettings>",
		  "", SPP_CORRUPT, 0, "a document type" },
		{ FOLDER "== " GPO "User/Preferences/Registry/Registry.xml\n<a",
		  "", SPP_OK, 0, "user side is left out: " },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct folder CLEANUP(leave) f;

		enter(&f, rows[i].text, NULL);
		UNIT_ROW(f.status == rows[i].status, f.err.text);
		UNIT_ROW(is(&f, rows[i].wanted), rows[i].text);
		UNIT_ROW(f.status || f.import.foreign == rows[i].foreign,
			 rows[i].text);
		if (rows[i].said)
			UNIT_ROW(f.status ? strstr(f.err.text, rows[i].said) !=
						    NULL
					  : noted(&f, rows[i].said),
				 rows[i].text);
	}
}

/* What is there keeps its bytes; nothing is listed twice. */
static void manifests_grow(void)
{
	static const char made[] = "<Backups " NS "><BackupInst><ID><![CDATA[" A
				   "]]></ID></BackupInst></Backups>";
	static const struct {
		const char *old, *wanted; /* NULL: refused */
	} rows[] = {
		{ "<Backups " NS " a=\"&amp;\"><BackupInst><ID>" B
		  "</ID></BackupInst> </Backups>\r\n",
		  "<Backups " NS " a=\"&amp;\"><BackupInst><ID>" B
		  "</ID></BackupInst> <BackupInst><ID><![CDATA[" A
		  "]]></ID></BackupInst></Backups>\r\n" },
		{ "<Backups " NS "><BackupInst><ID>" A
		  "</ID></BackupInst></Backups>",
		  "<Backups " NS "><BackupInst><ID>" A
		  "</ID></BackupInst></Backups>" },
		{ "<Backups><BackupInst/></Backups>", NULL },
		{ "<m:Backups xmlns:m=\"" SPP_GPO_MANIFEST_SPACE "\"/>", NULL },
		{ "<!DOCTYPE a><Backups " NS "></Backups>", NULL },
		{ "", NULL },
		{ "not XML", NULL },
	};
	struct spp_buf CLEANUP(spp_buf_release) new = SPP_BUF_INIT;
	size_t i;

	spp_buf_puts(&new, made, NULL);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		struct spp_input in = {
			.name = "manifest.xml",
			.data = (const uint8_t *)rows[i].old,
			.size = strlen(rows[i].old),
		};
		enum spp_status st =
			spp_gpo_manifest_add(&in, &new, &out, &err);

		UNIT_ROW(!st == !!rows[i].wanted, rows[i].old);
		if (rows[i].wanted)
			UNIT_ROW(!strcmp(spp_buf_text(&out), rows[i].wanted),
				 spp_buf_text(&out));
		else
			UNIT_ROW(*err.text && !out.size, err.text);
	}
}

/* Links and pipes are not read, even if they are planted in between. */
static void a_folder_is_read_by_descriptors(void)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char path[UNIT_PATH], to[UNIT_PATH];
	const char *folder = unit_folder();
	size_t i;
	int n;

	unit_path(path, "a");
	mkdir(path, 0700);
	unit_path(path, "a/file");
	close(open(path, O_WRONLY | O_CREAT, 0600));
	unit_path(path, "link");
	CU_ASSERT_EQUAL(symlink("a", path), 0);
	unit_path(path, "a/up");
	CU_ASSERT_EQUAL(symlink("/etc/passwd", path), 0);
	unit_path(path, "pipe");
	mkfifo(path, 0600);
	unit_path(path, "deep");
	for (n = 0; n < SPP_TREE_DEPTH + 2; n++) {
		mkdir(path, 0700);
		strcat(path, "/d");
	}
	CU_ASSERT_EQUAL_FATAL(
		spp_tree_open(&tree, folder, SPP_TREE_DEPTH, &err), SPP_OK);
	CU_ASSERT_EQUAL(tree.skipped, 4); /* and what is too deep */
	for (i = 0; i < tree.count; i++)
		if (!strcmp(tree.entry[i].path, "a/file"))
			break;
	CU_ASSERT_TRUE_FATAL(i < tree.count);
	CU_ASSERT_EQUAL(spp_tree_read(&tree, i, 10, &data, &err), SPP_OK);
	/* Its folder becomes a link, and then it does itself. */
	unit_path(path, "a");
	unit_path(to, "moved");
	rename(path, to);
	CU_ASSERT_EQUAL(symlink("moved", path), 0);
	CU_ASSERT_EQUAL(spp_tree_read(&tree, i, 10, &data, NULL), SPP_IO);
	unlink(path);
	rename(to, path);
	unit_path(path, "a/file");
	unlink(path);
	CU_ASSERT_EQUAL(symlink("/etc/passwd", path), 0);
	CU_ASSERT_EQUAL(spp_tree_read(&tree, i, 10, &data, NULL), SPP_IO);
	unlink(path);
	mkfifo(path, 0600);
	CU_ASSERT_EQUAL(spp_tree_read(&tree, i, 10, &data, NULL), SPP_BUSY);
	unlink(path);
	n = open(path, O_WRONLY | O_CREAT, 0600);
	CU_ASSERT_EQUAL(write(n, "12345678901", 11), 11);
	close(n);
	CU_ASSERT_EQUAL(spp_tree_read(&tree, i, 10, &data, NULL), SPP_LIMIT);
	CU_ASSERT_EQUAL(data.size, 0);
}

/* All of a folder or nothing; what a crash left is no obstacle. */
static void a_folder_is_made_whole(void)
{
	struct spp_tree CLEANUP(spp_tree_close) tree = SPP_TREE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char path[UNIT_PATH];
	unsigned char *data;
	size_t size;
	int dir = open(unit_folder(), O_RDONLY | O_DIRECTORY);

	spp_tree_add(&tree, "top/a/b/c", "one", 3, NULL);
	spp_tree_add(&tree, "top/d", "", 0, NULL);
	spp_tree_add(&tree, "beside", "two", 3, NULL);
	unit_path(path, ".top.sppctl-new");
	mkdir(path, 0700);
	strcat(path, "/a");
	mkdir(path, 0700);
	CU_ASSERT_EQUAL(spp_tree_make(&tree, "top", dir, unit_folder(), &err),
			SPP_OK);
	unit_path(path, "top/a/b/c");
	data = unit_slurp(path, &size);
	CU_ASSERT_TRUE(size == 3 && !memcmp(data, "one", 3));
	free(data);
	unit_path(path, "beside");
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	unit_path(path, ".top.sppctl-new");
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	/* Again the same, then another. */
	CU_ASSERT_EQUAL(spp_tree_make(&tree, "top", dir, unit_folder(), &err),
			SPP_OK);
	unit_path(path, "top/d");
	CU_ASSERT_EQUAL(truncate(path, 1), 0);
	CU_ASSERT_EQUAL(spp_tree_make(&tree, "top", dir, unit_folder(), &err),
			SPP_REFUSED);
	close(dir);
}

static const struct unit_test tests[] = {
	{ "GPOs are found by their shape", gpos_are_found_by_their_shape },
	{ "one of several is chosen", one_of_several_is_chosen },
	{ "preferences come last", preferences_come_last },
	{ "the rest is told", the_rest_is_told },
	{ "manifests grow", manifests_grow },
	{ "a folder is read by descriptors", a_folder_is_read_by_descriptors },
	{ "a folder is made whole", a_folder_is_made_whole },
	{ NULL, NULL },
};

const struct unit_suite unit_gpo = { "gpo", tests };
