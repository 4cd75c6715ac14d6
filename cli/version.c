/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/version.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/json.h"
#include "hive/target.h"
#include "policy/audit/known_hosts.h"

/*
 * The libraries that every sppctl was compiled with; those of images and of
 * the screen are named with what needs them.
 */
static const struct {
	const char *name;
	const char *version;
} libraries[] = {
	{ "hivex", SPP_HIVEX_VERSION },	  { "jansson", SPP_JANSSON_VERSION },
	{ "libidn2", SPP_IDN2_VERSION },  { "libxml2", SPP_LIBXML_VERSION },
	{ "nettle", SPP_NETTLE_VERSION },
};

#define LIBRARIES (sizeof(libraries) / sizeof(libraries[0]))

static bool screen_built(void)
{
	return *SPP_CURSES_VERSION != '\0';
}

static const char *libraries_confined(void)
{
	return spp_target_filters()
		       ? "seccomp and limits"
		       : "limits only; no seccomp on this kernel or processor";
}

static void print_text(void)
{
	const char *disk = spp_target_disk_built();
	const char *confined = spp_target_disk_confined();
	const char *wim = spp_target_wim_built();

	size_t i;

	puts("sppctl " CLI_VERSION);
	puts("build: " SPP_BUILD);
	for (i = 0; i < LIBRARIES; i++)
		printf("%s %s %s", i ? "," : "libraries:", libraries[i].name,
		       libraries[i].version);
	printf("; confined by %s\n", libraries_confined());
	printf("disk images: %s\n",
	       disk ? disk : "not in this build (no libntfs-3g or libnbd)");
	if (confined)
		printf("qemu-nbd: confined by %s%s\n", confined,
		       strstr(confined, "Landlock")
			       ? ""
			       : " only; this kernel has no Landlock");
	printf("WIM: %s\n", wim ? wim : "not in this build (no libwim)");
	printf("screen: %s\n", screen_built()
				       ? "ncursesw " SPP_CURSES_VERSION
				       : "not in this build (no ncursesw)");
	printf("public KMS hosts: as of %s\n", spp_known_hosts_date);
}

/* Adds "libnbd 1.14.2", or several of them with commas between. */
static void add_versions(json_t *built, const char *text)
{
	char name[32], version[32];
	int n;

	while (text && sscanf(text, "%31s %31[^,]%n", name, version, &n) == 2) {
		json_object_set_new(built, name, json_string(version));
		text += (size_t)n + strspn(text + n, ", ");
	}
}

static void print_json(void)
{
	json_t *document = cli_json_document("version", 1);
	json_t *built = json_object(), *confined = json_object();
	const char *nbd = spp_target_disk_confined();
	size_t i;

	for (i = 0; i < LIBRARIES; i++)
		json_object_set_new(built, libraries[i].name,
				    json_string(libraries[i].version));
	add_versions(built, spp_target_disk_built());
	add_versions(built, spp_target_wim_built());
	if (screen_built())
		json_object_set_new(built, "ncursesw",
				    json_string(SPP_CURSES_VERSION));
	json_object_set_new(document, "libraries", built);
	json_object_set_new(document, "build", json_string(SPP_BUILD));
	json_object_set_new(document, "features",
			    json_pack("{s:b, s:b, s:b}", "disk-images",
				      !!spp_target_disk_built(), "wim",
				      !!spp_target_wim_built(), "screen",
				      screen_built()));
	json_object_set_new(confined, "libraries",
			    json_string(libraries_confined()));
	if (nbd)
		json_object_set_new(confined, "qemu-nbd", json_string(nbd));
	json_object_set_new(document, "confined_by", confined);
	json_object_set_new(
		document, "data",
		json_pack("{s:s}", "public-hosts", spp_known_hosts_date));
	cli_json_print(document, stdout);
}

void cli_print_version(bool json)
{
	if (json)
		print_json();
	else
		print_text();
}
