/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LGPO text. */
#include "tests/said.h"

#define KEY                                                 \
	"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\" \
	"SoftwareProtectionPlatform"
#define SET(name, what) "Computer\r\n" KEY "\r\n" name "\r\n" what "\r\n\r\n"

static const struct {
	const char *text, *said;
} rows[] = {
	{ "; nothing\r\n", "" },
	{ SET("KeyManagementServiceName", "SZ:kms1"), "spp kms-host = kms1\n" },
	{ "; x\ncomputer\n " KEY "\\ \nkeymanagementservicename\nsz:kms1",
	  "spp kms-host = kms1\n" },
	{ SET("KeyManagementServiceName", "SZ:a\\\\b"),
	  "spp kms-host = a\\b\n" },
	{ SET("KeyManagementServiceName", "EXSZ:%x%"),
	  "spp kms-host = (2) %x%\n" },
	{ SET("VLActivationInterval", "DWORD:120"),
	  "spp activation-interval = 120\n" },
	{ SET("VLActivationInterval", "DWORD:0x78"),
	  "spp activation-interval = 120\n" },
	{ SET("DnsDomainPublishList", "MULTISZ:a\\0b, 1, 2"),
	  "spp publish-list = a; b, 1, 2\n" },
	{ SET("DnsDomainPublishList", "MULTISZ:a\\0b\\0"),
	  "spp publish-list = a; b\n" },
	{ SET("DnsDomainPublishList", "MULTISZ:\\0"), "spp publish-list = \n" },
	{ SET("DnsDomainPublishList", "MULTISZ:"), "spp publish-list = \n" },
	{ SET("SkipRearm", "DELETE"), "spp rearm absent\n" },
	{ SET("SkipRearm", "DWORD:1") SET("*", "DELETEALLVALUES")
		  SET("UserOperations", "DWORD:0"),
	  "spp * absent\nspp user-operations = 0\n" },
	{ SET("*", "CREATEKEY"), "" },
	{ "User\r\n" KEY "\r\nSkipRearm\r\nDWORD:1\r\n", "foreign 1\n" },
	{ "Computer\r\nSoftware\\X\r\ny\r\nWHATEVER:1\r\n", "foreign 1\n" },
	/* what is broken, and where */
	{ "Computer\r\n" KEY "\r\nSkipRearm",
	  "!corrupt: t.txt:3: a setting must have four lines: where, key, "
	  "value and action" },
	{ "Computer\r\n\r\n" KEY "\r\nSkipRearm\r\nDWORD:1",
	  "!corrupt: t.txt:4: a setting must have four lines: where, key, "
	  "value and action" },
	{ "Machine\r\n",
	  "!corrupt: t.txt:1: neither 'Computer' nor 'User', with which a "
	  "setting begins" },
	{ SET("SkipRearm", "DWORD:1x"),
	  "!corrupt: t.txt:4: DWORD is not followed by a number of 32 bits" },
	{ SET("SkipRearm", "DWORD:-1"),
	  "!corrupt: t.txt:4: DWORD is not followed by a number of 32 bits" },
	{ SET("SkipRearm", "DWORD:4294967296"),
	  "!corrupt: t.txt:4: DWORD is not followed by a number of 32 bits" },
	{ SET("SkipRearm", "DWORD:"),
	  "!corrupt: t.txt:4: DWORD is not followed by a number of 32 bits" },
	{ SET("SkipRearm", "DWORDS"),
	  "!corrupt: t.txt:4: not an action that LGPO text has" },
	{ SET("KeyManagementServiceName", "SZ:C:\\Windows"),
	  "!corrupt: t.txt:4: a single backslash in text; it must be written "
	  "twice" },
	{ SET("KeyManagementServiceName", "SZ:a\\0b"),
	  "!corrupt: t.txt:4: a single backslash in text; it must be written "
	  "twice" },
};

static void files_are_read(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_input in = { .name = "t.txt",
					.data = (const uint8_t *)rows[i].text,
					.size = strlen(rows[i].text) };

		SAID("lgpo", &in, rows[i].said);
	}
}

static const struct unit_test tests[] = {
	{ "files are read", files_are_read },
	{ NULL, NULL },
};

const struct unit_suite unit_lgpo = { "lgpo", tests };
