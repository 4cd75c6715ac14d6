/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules at the edge of what they are about: one step further they do not fire. */
#include <stdio.h>
#include <string.h>

#include "tests/audit_help.h"
#include "tests/unit.h"

#define DOCUMENTS 3

#define OF(build, scopes)                                                 \
	"{\"sppctl-policy\":1,\"scopes\":{" scopes "},\"image\":{\"build" \
	"\":\"" build "\"}}"
#define SPP(members) OF("20348", "\"spp\":{" members "}")
#define HOST(entries) \
	SPP("\"host-version\":\"10\",\"publish-list\":[" entries "]")

/* A client edition with the key of a KMS host, and what else image has. */
#define HOST_KEY(scopes, image)                                              \
	"{\"sppctl-policy\":1,\"scopes\":{" scopes "},\"image\":{\"build\":" \
	"\"20348\",\"installation_type\":\"Client\",\"key_channel\":"        \
	"\"Volume:CSVLK\"" image "}}"
#define SIGN	"\"spp\":{\"host-version\":\"10.0\"}"
#define PRODUCT ",\"product\":\"Windows 10 Pro\""

#define SITE(members) "{\"sppctl-site\":1" members "}"
#define IMAGE	      ",\"role\":\"image\""
#define OURS	      ",\"domains\":[\"a.example\"]"
#define AZURE	      "\"kms-host\":\"kms.core.windows.net\""

/* A client that "kms1" has answered. */
#define CACHED                                                                 \
	"{\"sppctl-policy\":1,\"observed\":{\"cache/windows/73111121-5638-"    \
	"40f6-bc11-f1d7b0d64300\":{\"cached-host\":{\"type\":\"REG_SZ\",\"hex" \
	"\":\"6b006d00730031000000\"}}},\"image\":{\"build\":\"19045\"}}"

static const struct {
	const char *document[DOCUMENTS];
	const char *site;  /* or NULL */
	const char *found; /* "TARGET RULE GRADE; ..." */
} rows[] = {
	/* R11: a cloud's own host is right in an image for that cloud. */
	{ { SPP(AZURE) }, SITE(IMAGE), "0 R06 info; " },
	{ { SPP(AZURE) }, SITE(IMAGE ",\"platform\":\"azure\""), "" },
	{ { SPP(AZURE) },
	  SITE(IMAGE ",\"platform\":\"aws\""),
	  "0 R11 medium; 0 R06 low; " },
	{ { SPP("\"kms-host\":\"kms.a.example\"") },
	  SITE(IMAGE OURS),
	  "0 R11 medium; " },
	{ { SPP("\"kms-host\":\"kms.a.example\"") },
	  SITE(",\"role\":\"client\"" OURS),
	  "" },
	/* R10: in an image any cached host, also where none is set. */
	{ { CACHED }, SITE(IMAGE), "0 R10 medium; " },
	{ { CACHED }, SITE(",\"role\":\"client\""), "" },
	/* R24: once for each host, by itself or beside others. */
	{ { HOST("\"a.example,0,0\",\"b.example,0,100\""),
	    HOST("\"a.example,0,50\",\"b.example,0,50\"") },
	  NULL,
	  "0 R24 info; " },
	{ { HOST("\"a.example,0,0\",\"b.example,0,0\""),
	    HOST("\"a.example,0,50\",\"b.example,0,50\"") },
	  NULL,
	  "0 R24 info; " },
	{ { HOST("\"a.example,0,0\""), HOST("\"b.example,0,50\"") }, NULL, "" },
	{ { HOST("\"a.example,1,0\""), HOST("\"a.example,0,50\"") }, NULL, "" },
	/* Windows 7 begins with build 7600, and Vista ends before it. */
	{ { OF("7599", "\"spp\":{\"kms-host\":\"kms.03k.org\"}") }, NULL, "" },
	{ { OF("7600", "\"spp\":{\"kms-host\":\"kms.03k.org\"}") },
	  NULL,
	  "0 R01 critical; " },
	{ { OF("7599", "\"sl\":{\"kms-host\":\"kms.03k.org\"}") },
	  NULL,
	  "0 R01 critical; " },
	{ { OF("7600", "\"sl\":{\"kms-host\":\"kms.03k.org\"}") },
	  NULL,
	  "0 R32 medium; " },
	/* R13: a port that a host of the fleet listens on. */
	{ { SPP("\"kms-host\":\"kms.a.example\",\"kms-port\":1690"),
	    SPP("\"host-version\":\"10\",\"listening-port\":1690") },
	  SITE(OURS),
	  "1 R14 info; " },
	{ { SPP("\"kms-host\":\"kms.a.example\",\"kms-port\":1690"),
	    SPP("\"host-version\":\"10\",\"listening-port\":1691") },
	  SITE(OURS),
	  "0 R13 low; 1 R14 info; " },
	/* R70: one finding for one key, where slmgr left its sign, too. */
	{ { HOST_KEY("\"spp\":{}", PRODUCT) }, NULL, "0 R70 low; " },
	{ { HOST_KEY(SIGN, PRODUCT) }, NULL, "0 R53 low; " },
	{ { HOST_KEY(SIGN, PRODUCT) }, SITE(IMAGE), "0 R19 medium; " },
	{ { HOST_KEY(SIGN, "") }, NULL, "0 R70 low; " },
	/* R15: port "0" means the default, "65536" nothing. */
	{ { SPP("\"kms-host\":\"kms.a.example\",\"kms-port\":{\"type\":"
		"\"REG_SZ\",\"hex\":\"30000000\"}") },
	  SITE(OURS),
	  "" },
	{ { SPP("\"kms-host\":\"kms.a.example\",\"kms-port\":{\"type\":"
		"\"REG_SZ\",\"hex\":\"360035003500330036000000\"}") },
	  SITE(OURS),
	  "0 R15 medium; " },
	/* R27: a host that is set makes caching harmless. */
	{ { HOST("\"a.example,10,100\""),
	    SPP("\"kms-host\":\"kms.a.example\"") },
	  SITE(OURS),
	  "" },
	{ { HOST("\"a.example,10,100\""),
	    SPP("\"lookup-domain\":\"a.example\"") },
	  SITE(OURS),
	  "1 R27 info; " },
	{ { HOST("\"a.example\""), SPP("\"lookup-domain\":\"a.example\"") },
	  SITE(OURS),
	  "" },
};

struct audited {
	struct spp_document document[DOCUMENTS];
	struct spp_audit audit;
};

static void release(struct audited *a)
{
	size_t i;

	spp_audit_release(&a->audit);
	for (i = 0; i < DOCUMENTS; i++)
		spp_document_release(&a->document[i]);
}

static void edges(void)
{
	struct spp_audit_options options = { .ignore = 0 };
	const struct spp_audit_finding *f;
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
		struct spp_buf CLEANUP(spp_buf_release) found = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		char name[8];

		for (k = 0; k < DOCUMENTS && rows[i].document[k]; k++) {
			snprintf(name, sizeof(name), "%u", (unsigned int)k);
			help_read(rows[i].document[k], &a.document[k]);
			spp_audit_add(&a.audit, name, &a.document[k],
				      1u << SPP_ROLE_SOFTWARE, &err);
		}
		help_site(rows[i].site, &site);
		spp_audit_run(&a.audit, &site, &options, &err);
		CU_ASSERT_STRING_EQUAL(err.text, "");
		for (k = 0; k < a.audit.findings; k++) {
			f = &a.audit.finding[k];
			spp_buf_printf(&found, NULL, "%zu %s %s; ", f->subject,
				       f->rule->id, spp_grade_word(f->grade));
		}
		if (strcmp(spp_buf_text(&found), rows[i].found))
			printf("\nrow %zu: %s", i, spp_buf_text(&found));
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&found), rows[i].found);
	}
}

static const struct unit_test tests[] = {
	{ "edges of rules", edges },
	{ NULL, NULL },
};

const struct unit_suite unit_audit_edges = { "audit_edges", tests };
