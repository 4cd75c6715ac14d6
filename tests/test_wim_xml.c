/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/xml.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

#define IMAGE(n, more)                                          \
	"<IMAGE INDEX=\"" n "\"><TOTALBYTES>100</TOTALBYTES>"   \
	"<LASTMODIFICATIONTIME><HIGHPART>0x01D00000</HIGHPART>" \
	"<LOWPART>0x00000001</LOWPART></LASTMODIFICATIONTIME>" more "</IMAGE>"

static const char document[] = "<WIM><TOTALBYTES>5000</TOTALBYTES>" IMAGE(
	"1", "<WINDOWS><ARCH>9</ARCH><EDITIONID>Pro</EDITIONID>"
	     "<VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR>"
	     "<BUILD>22631</BUILD></VERSION></WINDOWS>"
	     "<NAME>A &amp; B</NAME>")
	IMAGE("2", "<!-- <NAME>no</NAME> --><NAME>C</NAME>") "</WIM>";

static void release(struct spp_wim_image_about *image)
{
	free(image->name);
	free(image->edition);
	free(image->version);
	free(image->arch);
}

static void what_images_are(void)
{
	struct spp_wim_image_about image[2] = { 0 };

	CU_ASSERT_EQUAL(spp_wim_xml_about(document, sizeof(document) - 1, image,
					  2, NULL),
			SPP_OK);
	CU_ASSERT_STRING_EQUAL(image[0].name, "A & B");
	CU_ASSERT_STRING_EQUAL(image[0].edition, "Pro");
	CU_ASSERT_STRING_EQUAL(image[0].version, "10.0.22631");
	CU_ASSERT_STRING_EQUAL(image[0].arch, "x64");
	CU_ASSERT_STRING_EQUAL(image[1].name, "C");
	CU_ASSERT_PTR_NULL(image[1].version);
	release(&image[0]);
	release(&image[1]);
}

static void one_image_is_patched(void)
{
	const struct spp_wim_patch patch = {
		.image = 2, .grown = -10, .now = 0x01d1000000000002, .all = 6000
	};
	struct spp_buf out = SPP_BUF_INIT;

	CU_ASSERT_EQUAL(spp_wim_xml_patch(document, sizeof(document) - 1,
					  &patch, &out, NULL),
			SPP_OK);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(spp_buf_text(&out), "<WIM><TOTALBYTES>6000<"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(spp_buf_text(&out), "\"1\"><TOTALBYTES>100<"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(spp_buf_text(&out),
		       "\"2\"><TOTALBYTES>90</TOTALBYTES>"
		       "<LASTMODIFICATIONTIME><HIGHPART>0x01D10000</HIGHPART>"
		       "<LOWPART>0x00000002</LOWPART>"));
	CU_ASSERT_EQUAL(out.size, sizeof(document) - 1 - 1);
	spp_buf_release(&out);
}

/* Every cut of the document is one more that is not well-formed. */
static void cuts(void)
{
	const struct spp_wim_patch patch = { .image = 1 };
	struct spp_wim_image_about image[2] = { 0 };
	struct spp_buf out = SPP_BUF_INIT;
	char *copy;
	size_t n;

	for (n = 0; n < sizeof(document) - 1; n++) {
		copy = malloc(n + 1);
		memcpy(copy, document, n);
		spp_wim_xml_about(copy, n, image, 2, NULL);
		spp_wim_xml_patch(copy, n, &patch, &out, NULL);
		release(&image[0]);
		release(&image[1]);
		memset(image, 0, sizeof(image));
		free(copy);
	}
	spp_buf_release(&out);
}

static const struct unit_test tests[] = {
	{ "what images are", what_images_are },
	{ "one image is patched", one_image_is_patched },
	{ "cuts", cuts },
	{ NULL, NULL },
};

const struct unit_suite unit_wim_xml = { "wim_xml", tests };
