/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/info/wim.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/out.h"

/* "45.2 MiB", "45.2 MiB, dirty", "a hard link", "" */
static void hive_text(const struct spp_wim_hive *hive, struct spp_buf *out)
{
	char size[24];

	if (!hive->there)
		return;
	spp_buf_puts(out, cli_size_text(hive->size, size), NULL);
	if (hive->dirty)
		spp_buf_puts(out, ", dirty", NULL);
	if (hive->odd)
		spp_buf_printf(out, NULL, ", %s", hive->odd);
}

static void print_image(struct cli_table *t, size_t number,
			const struct spp_wim_image_about *image)
{
	struct spp_buf hive[SPP_ROLE_COUNT] = { SPP_BUF_INIT };
	char index[24];
	int role;

	snprintf(index, sizeof(index), "%zu", number);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		hive_text(&image->hive[role], &hive[role]);
	cli_row(t, index, image->name ? image->name : "",
		image->edition ? image->edition : "",
		image->version ? image->version : "",
		image->arch ? image->arch : "",
		image->why.status ? "unreadable"
				  : spp_buf_text(&hive[SPP_ROLE_SOFTWARE]),
		spp_buf_text(&hive[SPP_ROLE_SYSTEM]),
		spp_buf_text(&hive[SPP_ROLE_NETSVC]), NULL);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_buf_release(&hive[role]);
}

void cli_print_wim(const struct spp_wim_about *wim)
{
	struct cli_table *t;
	char size[24];
	size_t i;

	printf("WIM of %s, %zu image%s, compression %s",
	       cli_size_text(wim->size, size), wim->images,
	       wim->images == 1 ? "" : "s", wim->method);
	if (wim->chunk)
		printf(" in chunks of %s", cli_size_text(wim->chunk, size));
	printf("%s%s%s%s\n", wim->solid ? ", solid" : "",
	       wim->integrity ? ", integrity table" : "",
	       wim->read_only ? ", marked read-only" : "",
	       wim->in_progress ? ", marked as being written" : "");
	if (wim->boot)
		printf("boots from image %u\n", wim->boot);
	if (wim->dead)
		printf("%s lie after the end of the WIM and belong to nothing "
		       "in it; an interrupted write leaves such bytes, and "
		       "programs ignore them\n",
		       cli_size_text(wim->dead, size));
	t = cli_table_open(">INDEX|NAME|EDITION|VERSION|ARCH|SOFTWARE|SYSTEM|"
			   "NETWORKSERVICE");
	for (i = 0; i < wim->images; i++)
		print_image(t, i + 1, &wim->image[i]);
	cli_table_close(t, stdout, 2);
}

static json_t *json_hive(const struct spp_wim_hive *hive)
{
	if (!hive->there)
		return json_null();
	return json_pack("{s:I, s:b, s:o}", "size", (json_int_t)hive->size,
			 "dirty", hive->dirty, "odd", cli_json_text(hive->odd));
}

static json_t *json_image(size_t number,
			  const struct spp_wim_image_about *image)
{
	json_t *hives = json_object();
	int role;

	for (role = SPP_ROLE_SOFTWARE; role < SPP_ROLE_COUNT; role++)
		json_object_set_new(hives, spp_role_name((enum spp_role)role),
				    json_hive(&image->hive[role]));
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "index",
			 (json_int_t)number, "name", cli_json_text(image->name),
			 "edition", cli_json_text(image->edition), "version",
			 cli_json_text(image->version), "arch",
			 cli_json_text(image->arch), "hives", hives,
			 "unreadable", cli_json_why(&image->why));
}

json_t *cli_json_wim(const struct spp_wim_about *wim)
{
	json_t *images = json_array();
	size_t i;

	for (i = 0; i < wim->images; i++)
		json_array_append_new(images,
				      json_image(i + 1, &wim->image[i]));
	return json_pack("{s:I, s:I, s:s, s:I, s:b, s:b, s:b, s:b, s:I, s:o, "
			 "s:o}",
			 "size", (json_int_t)wim->size, "unused",
			 (json_int_t)wim->dead, "compression", wim->method,
			 "chunk", (json_int_t)wim->chunk, "solid", wim->solid,
			 "integrity", wim->integrity, "read_only",
			 wim->read_only, "in_progress", wim->in_progress,
			 "boot", (json_int_t)wim->boot, "chosen",
			 wim->chosen ? json_integer((json_int_t)wim->chosen)
				     : json_null(),
			 "images", images);
}
