/* SPDX-License-Identifier: GPL-3.0-or-later */
/* .reg files. */
#include "hive/base/utf16.h"
#include "tests/said.h"

#define V5 "Windows Registry Editor Version 5.00\r\n\r\n"
#define SPP                                                     \
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\" \
	"CurrentVersion\\SoftwareProtectionPlatform"
#define KEY    V5 "[" SPP "]\r\n"
#define OFFICE "\\0ff1ce15-a989-479d-af46-f275c6370663"

static const struct {
	const char *text, *said;
} rows[] = {
	{ V5, "" },
	{ KEY "\"KeyManagementServiceName\"=\"kms1\"\r\n",
	  "spp kms-host = kms1\n" },
	/* the name of a value and of a key in any case, without CR */
	{ "windows registry editor version 5.00\n[hklm\\software\\MICROSOFT\\"
	  "windows nt\\currentversion\\softwareprotectionplatform\\]\n"
	  "\"KEYMANAGEMENTSERVICENAME\" = \"kms1\" ; why not\n",
	  "spp kms-host = kms1\n" },
	{ KEY "\"AlternateURL\"=\"x\"\r\n[" SPP "\\Activation]\r\n"
	      "\"AlternateURL\"=\"a \\\\ and \\\" here\"\r\n",
	  "activation alternate-url = a \\ and \" here\nforeign 1\n" },
	{ KEY "\"VLActivationInterval\"=dword:2A\r\n",
	  "spp activation-interval = 42\n" },
	{ KEY "\"KeyManagementServicePort\"=hex(1):31,00,36,\\\r\n"
	      "  00,38,00,\\\r\n  38,00,00,00\r\n",
	  "spp kms-port = 1688\n" },
	{ KEY "\"DnsDomainPublishList\"=hex(7):\\\r\n  61,00,00,00,62,00,00,"
	      "00,00,00\r\n",
	  "spp publish-list = a; b\n" },
	{ KEY "\"DnsDomainPublishList\"=hex(7):\r\n", "spp publish-list = \n" },
	{ KEY "\"KeyManagementServicePort\"=dword:00000698\r\n",
	  "spp kms-port = (4) 1688\n" },
	{ KEY "\"UserOperations\"=hex:01,ff\r\n",
	  "spp user-operations = (3) hex:01ff\n" },
	{ KEY "\"KeyManagementServiceName\"=-\r\n", "spp kms-host absent\n" },
	/* the later line wins */
	{ KEY "\"KeyManagementServiceName\"=-\r\n"
	      "\"KeyManagementServiceName\"=\"b\"\r\n",
	  "spp kms-host = b\n" },
	/* text over two lines */
	{ KEY "\"KeyManagementServiceName\"=\"a\r\nb\"\r\n",
	  "spp kms-host = a\\u{D}\\u{A}b\n" },
	/* keys of the user's, of applications, of others */
	{ V5 "[HKEY_USERS\\S-1-5-20\\Software\\Microsoft\\Windows NT\\"
	     "CurrentVersion\\SoftwareProtectionPlatform]\r\n"
	     "\"DiscoveredKeyManagementServiceName\"=-\r\n",
	  "cache cached-host absent\n" },
	{ V5 "[" SPP OFFICE "]\r\n\"KeyManagementServiceName\"=\"o\"\r\n",
	  "spp/office kms-host = o\n" },
	{ V5 "[HKEY_CURRENT_USER\\SOFTWARE]\r\n@=\"x\"\r\n\"a\"=dword:1\r\n",
	  "foreign 2\n" },
	{ V5 "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n\"a\"=\"C:\\Windows\"\r\n",
	  "foreign 1\n" },
	/* what Windows keeps can be judged, or removed */
	{ KEY "\"TokenStore\"=hex(2):78,00,00,00\r\n",
	  "observed spp token-store = x\n" },
	{ KEY "\"TokenStore\"=-\r\n", "spp token-store absent\n" },
	/* deleting keys, of what is ours, in part or with more */
	{ V5 "[-" SPP "\\Activation]\r\n", "activation * absent\n" },
	{ V5 "[-" SPP OFFICE "]\r\n",
	  "spp/office * absent\nspp/office/* * absent\n" },
	{ V5 "[" SPP OFFICE "]\r\n\"KeyManagementServiceName\"=\"o\"\r\n"
	     "[-" SPP "]\r\n[" SPP "]\r\n\"SkipRearm\"=dword:1\r\n",
	  "spp * absent\nspp rearm = 1\nspp/* * absent\n"
	  "spp/*/* * absent\nactivation * absent\n" },
	{ V5 "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso]\r\n", "foreign 1\n" },
	/* what is broken, and where */
	{ "REGEDIT4\r\n",
	  "!unsupported: 't.reg' is a .reg file of version 4, whose text "
	  "depends on a code page; export it again as version 5" },
	{ "Windows Registry Editor Version 6.00\r\n",
	  "!corrupt: t.reg:1: not 'Windows Registry Editor Version 5.00'" },
	{ "", "!corrupt: 't.reg': the file is empty" },
	{ V5 "\"a\"=\"b\"\r\n", "!corrupt: t.reg:3: a value outside of a key" },
	{ V5 "[-" SPP "]\r\n\"a\"=\"b\"\r\n",
	  "!corrupt: t.reg:4: a value outside of a key" },
	{ V5 "[HKEY_LOCAL_MACHINE\r\n",
	  "!corrupt: t.reg:3: no ']' after the name of a key" },
	{ V5 "[]\r\n", "!corrupt: t.reg:3: a key without a name" },
	{ KEY "what\r\n", "!corrupt: t.reg:4: neither a key nor a value" },
	{ KEY "\"a\"\r\n",
	  "!corrupt: t.reg:4: no '=' after the name of a value" },
	{ KEY "\"a\"=sz:x\r\n",
	  "!corrupt: t.reg:4: a value must be \"text\", dword:, hex: or -" },
	{ KEY "\"a\"=\"b\r\n", "!corrupt: t.reg:4: text in quotes has no end" },
	{ KEY "\"a\"=\"b\" c\r\n",
	  "!corrupt: t.reg:4: something follows where the line should end" },
	{ KEY "\"a\"=dword:123456789\r\n",
	  "!corrupt: t.reg:4: not a number of 1 to 8 hex digits" },
	{ KEY "\"a\"=dword:\r\n",
	  "!corrupt: t.reg:4: not a number of 1 to 8 hex digits" },
	{ KEY "\"a\"=hex(7:00\r\n",
	  "!corrupt: t.reg:4: no ')' after the type" },
	{ KEY "\"a\"=hex 00\r\n",
	  "!corrupt: t.reg:4: no ':' before the bytes" },
	{ KEY "\"a\"=hex:0g\r\n",
	  "!corrupt: t.reg:4: bytes must be pairs of hex digits with commas "
	  "between them" },
	{ KEY "\"a\"=hex:00,\\\r\n  0,1\r\n",
	  "!corrupt: t.reg:5: bytes must be pairs of hex digits with commas "
	  "between them" },
	{ KEY "\"a\"=hex:00,\\",
	  "!corrupt: t.reg:4: the file ends inside a value" },
	{ KEY "\"a\"=hex:00\\ 00\r\n",
	  "!corrupt: t.reg:4: a backslash inside a line of bytes" },
	{ KEY "\"KeyManagementServiceName\"=\"a\\b\"\r\n",
	  "!corrupt: t.reg:4: a single backslash in quotes; it must be written "
	  "twice" },
	{ "\xc3\x28", "!corrupt: 't.reg' is neither UTF-8 nor UTF-16; save it "
		      "as one of these" },
};

static struct spp_input input(const char *text, size_t size)
{
	return (struct spp_input){ .name = "t.reg",
				   .data = (const uint8_t *)text,
				   .size = size };
}

static void files_are_read(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_input in = input(rows[i].text, strlen(rows[i].text));

		SAID("reg", &in, rows[i].said);
	}
}

/* The same in every encoding that a file may come in. */
static void encodings_do_not_matter(void)
{
	static const char text[] =
		KEY "\"KeyManagementServiceName\"=\"z\xc3\xbcrich \xf0\x9f\x94"
		    "\x91\"\r\n";
	static const char expected[] =
		"spp kms-host = z\xc3\xbcrich \xf0\x9f\x94\x91\n";
	struct spp_buf le = SPP_BUF_INIT, be = SPP_BUF_INIT, u8 = SPP_BUF_INIT;
	struct spp_input in;
	size_t i;

	spp_buf_puts(&u8, "\xef\xbb\xbf", NULL);
	spp_buf_puts(&u8, text, NULL);
	spp_buf_u16(&le, 0xfeff, NULL);
	spp_utf16_from(text, strlen(text), &le, NULL);
	for (i = 0; i < le.size; i++)
		spp_buf_append(&be, le.data + (i ^ 1), 1, NULL);
	in = input((char *)u8.data, u8.size);
	SAID("reg", &in, expected);
	in = input((char *)le.data, le.size);
	SAID("reg", &in, expected);
	in = input((char *)le.data + 2, le.size - 2);
	SAID("reg", &in, expected);
	in = input((char *)be.data, be.size);
	SAID("reg", &in, expected);
	in = input((char *)le.data, le.size - 1);
	SAID("reg", &in, "!corrupt: 't.reg': text has an odd number of bytes");
	le.data[100] = 0;
	le.data[101] = 0xd8;
	in = input((char *)le.data, le.size);
	SAID("reg", &in, "!corrupt: 't.reg': text has a lone surrogate");
	spp_buf_release(&u8);
	spp_buf_release(&le);
	spp_buf_release(&be);
}

static void a_prefix_names_the_hive(void)
{
	static const char text[] =
		V5 "[HKEY_LOCAL_MACHINE\\OFF\\Microsoft\\Windows NT\\"
		   "CurrentVersion\\SoftwareProtectionPlatform]\r\n"
		   "\"SkipRearm\"=dword:1\r\n"
		   "[HKLM\\off\\Software\\Microsoft\\Windows NT\\"
		   "CurrentVersion\\SoftwareProtectionPlatform]\r\n"
		   "\"CustomerPID\"=-\r\n"
		   "[HKEY_LOCAL_MACHINE\\OFFICE\\Microsoft]\r\n\"a\"=-\r\n"
		   "[" SPP "]\r\n\"SkipRearm\"=dword:0\r\n";
	struct spp_input in = input(text, strlen(text));

	SAID("reg", &in, "spp rearm = 0\nforeign 3\n");
	in.prefix = "HKLM\\Off\\";
	SAID("reg", &in,
	     "spp rearm = 1\ncache customer-pid absent\nforeign 2\n");
}

/* Every truncation is read or refused, with a line. */
static void truncations_are_harmless(void)
{
	static const char text[] =
		KEY "\"DnsDomainPublishList\"=hex(7):61,00,\\\r\n  00,00\r\n"
		    "\"KeyManagementServiceName\"=\"a\\\\b\"\r\n@=-\r\n";
	size_t n;

	for (n = 0; n < sizeof(text); n++) {
		struct spp_input in = input(text, n);
		struct spp_buf out = SPP_BUF_INIT;

		said("reg", &in, &out);
		spp_buf_release(&out);
	}
}

static const struct unit_test tests[] = {
	{ "files are read", files_are_read },
	{ "encodings do not matter", encodings_do_not_matter },
	{ "a prefix names the hive", a_prefix_names_the_hive },
	{ "truncations are harmless", truncations_are_harmless },
	{ NULL, NULL },
};

const struct unit_suite unit_reg = { "reg", tests };
