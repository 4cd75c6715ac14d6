/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Group Policy preferences, and reports that hold them. */
#include <stdlib.h>

#include "policy/format/gpp.h"
#include "policy/format/xml_reader.h"
#include "tests/said.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
#define ROOT HEAD "<RegistrySettings clsid=\"" SPP_GPP_SETTINGS "\">\r\n"
#define END  "</RegistrySettings>\r\n"
#define SPP                                                       \
	"hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Microsoft\\" \
	"Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\" "
#define REGISTRY "<Registry clsid=\"" SPP_GPP_REGISTRY "\" name=\"n\" "
#define ITEM(attributes, inside) \
	REGISTRY attributes "><Properties " SPP inside "</Registry>\r\n"
#define VALUE(name, type, value)                                               \
	"action=\"U\" name=\"" name "\" type=\"" type "\" value=\"" value "\"" \
	"/>"
#define ONE(inside) ROOT ITEM("", inside) END
#define HOST	    VALUE("KeyManagementServiceName", "REG_SZ", "kms1")
#define LIST(strings)                                          \
	"name=\"DnsDomainPublishList\" type=\"REG_MULTI_SZ\" " \
	"value=\"x\">" strings "</Properties>"

static const struct {
	const char *text, *said;
} rows[] = {
	{ ROOT END, "" },
	{ HEAD "<RegistrySettings/>", "" },
	{ ONE(HOST), "spp kms-host = kms1\n" },
	/* no declaration, a lying one, comments, other quotes */
	{ "<RegistrySettings>" ITEM("", HOST) END, "spp kms-host = kms1\n" },
	{ "<?xml version='1.0' encoding='utf-16'?>\n<!-- x --><RegistrySettings"
	  "><!-- y -->" ITEM("", HOST) END,
	  "spp kms-host = kms1\n" },
	/* the label is not the value's name; slashes at the key's ends */
	{ ROOT "<Registry name=\"SkipRearm\"><Properties value=\"00000001\" "
	       "type=\"REG_DWORD\" name=\"UserOperations\" key=\"\\SOFTWARE\\"
	       "Microsoft\\Windows NT\\CurrentVersion\\"
	       "SoftwareProtectionPlatform\\\" hive=\"HKEY_LOCAL_MACHINE\" "
	       "action=\"R\" /></Registry>" END,
	  "spp user-operations = 1\n" },
	/* types */
	{ ONE(VALUE("KeyManagementServiceName", "REG_EXPAND_SZ", "%x%")),
	  "spp kms-host = (2) %x%\n" },
	{ ONE(VALUE("KeyManagementServiceName", "REG_SZ",
		    "&lt;&amp;&quot;&#10;z&#xfc;")),
	  "spp kms-host = <&\"\\u{A}z\xc3\xbc\n" },
	{ ONE(VALUE("SkipRearm", "REG_QWORD", "0000000100000002")),
	  "spp rearm = (11) hex:0200000001000000\n" },
	{ ONE(VALUE("SkipRearm", "REG_BINARY", "CAFE01")),
	  "spp rearm = (3) hex:cafe01\n" },
	{ ONE(VALUE("SkipRearm", "REG_BINARY", "00 0f ff")),
	  "spp rearm = (3) hex:000fff\n" },
	{ ONE(LIST(
		  "<Values><Value>a</Value><Value> b, 1, 2 </Value></Values>")),
	  "spp publish-list = a;  b, 1, 2 \n" },
	{ ONE("name=\"DnsDomainPublishList\" type=\"REG_MULTI_SZ\" value=\"\">"
	      "<Values/></Properties>"),
	  "spp publish-list = \n" },
	/* actions */
	{ ONE("name=\"SkipRearm\" type=\"REG_DWORD\" value=\"00000001\"/>"),
	  "spp rearm = 1\n" },
	{ ONE("action=\"D\" name=\"SkipRearm\" type=\"REG_DWORD\" "
	      "value=\"nonsense\"/>"),
	  "spp rearm absent\n" },
	{ ONE("action=\"C\" name=\"SkipRearm\" type=\"REG_DWORD\" "
	      "value=\"00000001\"/>"),
	  "spp rearm default 1\n" },
	/* keys: no name, unless it is the default value */
	{ ONE("action=\"U\" name=\"\" type=\"REG_SZ\" value=\"\"/>"), "" },
	{ ONE("action=\"C\" name=\"\" default=\"0\"/>"), "" },
	{ ONE("action=\"U\" name=\"\" default=\"1\" type=\"REG_SZ\" "
	      "value=\"x\"/>"),
	  "foreign 1\n" },
	{ ROOT "<Registry><Properties action=\"D\" name=\"\" "
	       "hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Microsoft\\"
	       "OfficeSoftwareProtectionPlatform\"/></Registry>" END,
	  "ospp * absent\nospp/* * absent\nospp/*/* * absent\n" },
	{ ROOT "<Registry><Properties action=\"R\" name=\"\" "
	       "hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Microsoft\\"
	       "Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\\"
	       "Activation\"/></Registry>" END,
	  "activation * absent\n" },
	/* a user's hive, and hives of others */
	{ ROOT "<Registry><Properties action=\"D\" name=\"CustomerPID\" "
	       "hive=\"HKEY_USERS\" key=\"S-1-5-20\\Software\\Microsoft\\"
	       "Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\"/>"
	       "</Registry>" END,
	  "cache customer-pid absent\n" },
	{ ROOT "<Registry><Properties name=\"SkipRearm\" "
	       "hive=\"HKEY_CURRENT_USER\" key=\"SOFTWARE\" type=\"x\"/>"
	       "</Registry>" END,
	  "foreign 1\n" },
	/* collections, as root as well; what is off */
	{ HEAD "<Collection name=\"c\">" ITEM(
		  "", HOST) "<Collection "
			    "name=\"d\"><"
			    "Collection>" ITEM("", VALUE("SkipRear"
							 "m",
							 "REG_"
							 "DWORD",
							 "0000000"
							 "1")) "</"
							       "Col"
							       "lec"
							       "tio"
							       "n><"
							       "/Co"
							       "lle"
							       "cti"
							       "on>"
							       "</"
							       "Col"
							       "lec"
							       "tio"
							       "n>",
	  "spp kms-host = kms1\nspp rearm = 1\n" },
	{ ROOT ITEM("disabled=\"1\"", HOST) END, "" },
	{ ROOT "<Collection disabled=\"1\"><Collection>" ITEM(
		  "", HOST) "</Collection></Collection>" END,
	  "" },
	{ HEAD "<RegistrySettings disabled=\"1\">" ITEM("", HOST) END, "" },
	{ ROOT "<Thing><Registry/></Thing>" ITEM("", HOST) END,
	  "spp kms-host = kms1\nforeign 1\n" },
	/* empty filters are none; filters of what is not ours do not matter */
	{ ONE(HOST "<Filters/>"), "spp kms-host = kms1\n" },
	{ ROOT "<Registry><Properties hive=\"HKEY_LOCAL_MACHINE\" key=\"X\" "
	       "name=\"y\"/><Filters><FilterOs/></Filters></Registry>" END,
	  "foreign 1\n" },
	/* what is broken */
	{ ONE(VALUE("SkipRearm", "REG_DWORD", "1")),
	  "!corrupt: t.xml:3: 'SkipRearm': a REG_DWORD must be 8 hex digits; "
	  "fewer could be meant as decimal" },
	{ ONE(VALUE("SkipRearm", "REG_DWORD", "0x000001")),
	  "!corrupt: t.xml:3: 'SkipRearm': a REG_DWORD must be 8 hex digits; "
	  "fewer could be meant as decimal" },
	{ ONE(VALUE("SkipRearm", "REG_QWORD", "00000001")),
	  "!corrupt: t.xml:3: 'SkipRearm': a REG_QWORD must be 16 hex "
	  "digits" },
	{ ONE(VALUE("SkipRearm", "REG_BINARY", "0")),
	  "!corrupt: t.xml:3: 'SkipRearm': a REG_BINARY must be pairs of hex "
	  "digits" },
	{ ONE(VALUE("SkipRearm", "REG_LINK", "0")),
	  "!corrupt: t.xml:3: 'SkipRearm': its type is not one that "
	  "preferences have" },
	{ ONE(VALUE("DnsDomainPublishList", "REG_MULTI_SZ", "one")),
	  "!corrupt: t.xml:3: 'DnsDomainPublishList': a REG_MULTI_SZ without "
	  "its strings in Values, and from \"value\" they cannot be told "
	  "apart" },
	{ ONE("action=\"X\" name=\"SkipRearm\"/>"),
	  "!corrupt: t.xml:3: 'SkipRearm': its action is not C, R, U or D" },
	{ HEAD "<Groups/>",
	  "!not-a-hive: t.xml:2: the root is 'Groups', not RegistrySettings or "
	  "Collection" },
	{ ROOT, "!corrupt: t.xml:3: not well-formed XML: Extra content at the "
		"end of the document" },
	{ HEAD "<!DOCTYPE x><RegistrySettings/>",
	  "!corrupt: t.xml:2: a document type, which Group Policy never writes "
	  "and which could hold entities" },
};

/* Things with which an item is not simply to be set. */
static const struct {
	const char *text, *why;
} limits[] = {
	{ ONE(HOST "<Filters><FilterOs/><FilterGroup name=\"x\"/></Filters>"),
	  "item-level targeting by FilterOs, FilterGroup" },
	{ ROOT "<Collection><Filters><FilterRunOnce/></Filters>" ITEM(
		  "", HOST) "</Collection>" END,
	  "item-level targeting by FilterRunOnce" },
	{ ROOT "<Collection>" ITEM(
		  "", HOST) "<Filters><FilterOs/></Filters></Collection>" END,
	  "item-level targeting by FilterOs" },
	{ ROOT ITEM("userContext=\"1\"", HOST) END,
	  "run as the user (userContext)" },
	{ ROOT
	  "<Collection userContext=\"1\">" ITEM("", HOST) "</Collection>" END,
	  "run as the user (userContext)" },
	{ ROOT ITEM("removePolicy=\"1\"", HOST) END,
	  "to be removed again with the GPO (removePolicy)" },
	{ ONE("bitfield=\"1\" " HOST), "single bits (bitfield)" },
	{ ONE("name=\"KeyManagementServiceName\" type=\"REG_SZ\" "
	      "value=\"kms1\"><SubProp id=\"a\" value=\"1\" mask=\"1\"/>"
	      "</Properties>"),
	  "single bits (SubProp)" },
	{ ONE(HOST "<Strange/>"), "an unknown element 'Strange'" },
};

static struct spp_input input(const char *text)
{
	return (struct spp_input){ .name = "t.xml",
				   .data = (const uint8_t *)text,
				   .size = strlen(text) };
}

static void files_are_read(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_input in = input(rows[i].text);

		SAID("gpp", &in, rows[i].said);
	}
}

static void what_is_for_some_is_refused(void)
{
	char expected[300];
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct spp_input in = input(limits[i].text);

		snprintf(expected, sizeof(expected),
			 "!refused: t.xml:3: 'KeyManagementServiceName' is not "
			 "simply to be set: %s",
			 limits[i].why);
		SAID("gpp", &in, expected);
		in.ignore_filters = true;
		SAID("gpp", &in, "spp kms-host = kms1\n");
	}
}

/* <x><x>...</x></x> in a root, and the limit */
static void depth_is_bounded(void)
{
	struct spp_buf text = SPP_BUF_INIT;
	struct spp_input in;
	int i;

	spp_buf_puts(&text, "<Collection>", NULL);
	for (i = 0; i < 100000; i++)
		spp_buf_puts(&text, "<Collection>", NULL);
	in = input(spp_buf_text(&text));
	SAID("gpp", &in,
	     "!limit: t.xml:1: elements are nested more than 64 deep");
	spp_buf_release(&text);
}

static void texts_are_bounded(void)
{
	struct spp_buf text = SPP_BUF_INIT;
	struct spp_input in;

	spp_buf_puts(&text, "<Collection name='", NULL);
	spp_buf_reserve(&text, SPP_XML_LONG + 1, NULL);
	memset(text.data + text.size, 'x', SPP_XML_LONG + 1);
	text.size += SPP_XML_LONG + 1;
	spp_buf_puts(&text, "'/>", NULL);
	in = input(spp_buf_text(&text));
	SAID("gpp", &in,
	     "!limit: t.xml:1: a text of 1048577 bytes; the most is 1048576");
	spp_buf_release(&text);
}

/* The parser compares all attributes of an element with each other. */
static void crowds_are_refused(void)
{
	struct spp_buf text = SPP_BUF_INIT;
	struct spp_input in;
	int i;

	spp_buf_puts(&text, "<!-- <a '' ''> -->\n<RegistrySettings", NULL);
	for (i = 0; i <= SPP_XML_ATTRIBUTES; i++)
		spp_buf_printf(&text, NULL, " a%d='>'", i);
	spp_buf_puts(&text, "/>", NULL);
	in = input(spp_buf_text(&text));
	SAID("gpp", &in,
	     "!limit: t.xml:2: an element with 257 attributes; the most is "
	     "256");
	spp_buf_release(&text);
}

static void truncations_are_refused(void)
{
	static const char text[] =
		ROOT ITEM("", LIST("<Values><Value>\xc3\xbc</Value></Values>"))
			END;
	struct spp_buf out = SPP_BUF_INIT;
	size_t n;

	for (n = 0; n < sizeof(text) - 3; n++) {
		struct spp_input in = input(text);
		char *copy = malloc(n + 1);

		memcpy(copy, text, n);
		in.data = (const uint8_t *)copy;
		in.size = n;
		spp_buf_release(&out);
		said("gpp", &in, &out);
		CU_ASSERT_EQUAL(*spp_buf_text(&out), '!');
		free(copy);
	}
	spp_buf_release(&out);
}

/* Items of a file, without their meaning. */
static enum spp_status read_items(const char *path, struct spp_gpp *gpp,
				  unsigned char **data, size_t *size)
{
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = path };
	enum spp_xml_event event = SPP_XML_TEXT;
	struct spp_xml_reader *xml;
	enum spp_status st;

	*data = unit_slurp(path, size);
	in.data = *data;
	in.size = *size;
	st = spp_xml_reader_open(&in, &xml, NULL);
	while (!st && event != SPP_XML_OPEN)
		st = spp_xml_reader_next(xml, &event, NULL);
	if (!st)
		st = spp_gpp_read(xml, false, gpp, &import, NULL);
	spp_xml_reader_close(xml);
	spp_import_release(&import);
	return st;
}

/* Real files come back byte for byte; the repository's has LF alone. */
static void real_files_come_back(void)
{
	static const struct {
		const char *name, *flavour;
		size_t items;
	} files[] = {
		{ "gpp/native-cmdlet-ws2025-Machine-sz-dword-expand.xml",
		  "cmdlet", 3 },
		{ "gpp/ms-BaselineManagement-Registry.xml", "gpmc", 3 },
		{ "own/own-kms-Registry.xml", "gpmc", 3 },
	};
	const struct spp_gpp_flavour *flavour;
	size_t i, j, size;

	for (i = 0; i < 3; i++) {
		struct spp_gpp gpp = SPP_GPP_INIT;
		struct spp_buf out = SPP_BUF_INIT;
		const char *path = said_real(files[i].name);
		unsigned char *data;

		if (!path)
			continue;
		CU_ASSERT_EQUAL_FATAL(read_items(path, &gpp, &data, &size),
				      SPP_OK);
		CU_ASSERT_EQUAL(gpp.count, files[i].items);
		spp_gpp_flavour_find(files[i].flavour, &flavour, NULL);
		CU_ASSERT_EQUAL(spp_gpp_write(&gpp, flavour, &out, NULL),
				SPP_OK);
		if (!memchr(data, '\r', size)) {
			for (j = 0; j < out.size; j++)
				if (out.data[j] == '\r')
					memmove(out.data + j, out.data + j + 1,
						out.size-- - j);
		}
		CU_ASSERT_EQUAL(out.size, size);
		CU_ASSERT_TRUE(out.size == size &&
			       !memcmp(out.data, data, size));
		free(data);
		spp_buf_release(&out);
		spp_gpp_release(&gpp);
	}
}

#define REPORT                                                          \
	"<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\">" \
	"<Name>g</Name><Computer><Enabled>true</Enabled>"
#define EXTENSION                                                            \
	"<ExtensionData><Extension xmlns:q1=\"http://www.microsoft.com/"     \
	"GroupPolicy/Settings/Windows/Registry\"><q1:RegistrySettings>"      \
	"<q1:Registry name=\"n\"><q1:GPOSettingOrder>1</q1:GPOSettingOrder>" \
	"<q1:Properties " SPP "name=\"SkipRearm\" type=\"REG_DWORD\" "       \
	"value=\"00000001\"><q1:Values/></q1:Properties><q1:Filters/>"       \
	"</q1:Registry></q1:RegistrySettings></Extension><Name>Windows "     \
	"Registry</Name></ExtensionData>"
#define TEMPLATES                                                         \
	"<ExtensionData><Extension xmlns:q1=\"http://www.microsoft.com/"  \
	"GroupPolicy/Settings/Registry\"><q1:Policy><q1:Name>x</q1:Name>" \
	"</q1:Policy><q1:RegistrySettings/></Extension></ExtensionData>"

static void reports_are_read(void)
{
	static const struct {
		const char *text, *said;
	} reports[] = {
		{ REPORT EXTENSION "</Computer></GPO>", "spp rearm = 1\n" },
		{ "<?xml version=\"1.0\" encoding=\"utf-16\"?>" REPORT TEMPLATES
			  EXTENSION "</Computer></GPO>",
		  "spp rearm = 1\nforeign 2\n" },
		{ "<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\""
		  "><Computer><Enabled>false</Enabled>" EXTENSION
		  "</Computer></GPO>",
		  "" },
		{ "<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\""
		  "><User>" EXTENSION "</User></GPO>",
		  "foreign 1\n" },
		{ "<report>" REPORT EXTENSION "</Computer></GPO></report>",
		  "spp rearm = 1\n" },
		{ "<report>" REPORT "</Computer></GPO>" REPORT
		  "</Computer></GPO></report>",
		  "!refused: t.xml:1: a second GPO; make a report of the one "
		  "that is meant" },
		{ "<GPO/>", "!not-a-hive: t.xml:1: not a report of a GPO" },
	};
	size_t i;

	for (i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		struct spp_input in = input(reports[i].text);

		SAID("gpreport", &in, reports[i].said);
	}
}

static void real_reports_are_read(void)
{
	static const char *const files[] = {
		"gpreport/simeon-EccCurves-MultiText.gpreport.xml",
		"gpreport/simeon-RegistrySetting-extra.gpreport.xml",
	};
	size_t i, size;

	for (i = 0; i < 2; i++) {
		const char *path = said_real(files[i]);
		struct spp_input in = { .name = "real" };
		struct spp_buf out = SPP_BUF_INIT;

		if (!path)
			continue;
		in.data = unit_slurp(path, &size);
		in.size = size;
		CU_ASSERT_PTR_EQUAL(spp_format_probe(in.data, in.size),
				    spp_format_find("gpreport"));
		said("gpreport", &in, &out);
		CU_ASSERT_EQUAL(strncmp(spp_buf_text(&out), "foreign ", 8), 0);
		spp_buf_release(&out);
		free((void *)in.data);
	}
}

static const struct unit_test tests[] = {
	{ "files are read", files_are_read },
	{ "what is for some is refused", what_is_for_some_is_refused },
	{ "depth is bounded", depth_is_bounded },
	{ "texts are bounded", texts_are_bounded },
	{ "crowds are refused", crowds_are_refused },
	{ "truncations are refused", truncations_are_refused },
	{ "real files come back", real_files_come_back },
	{ "reports are read", reports_are_read },
	{ "real reports are read", real_reports_are_read },
	{ NULL, NULL },
};

const struct unit_suite unit_gpp = { "gpp", tests };
