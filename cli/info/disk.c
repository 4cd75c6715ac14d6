/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/info/disk.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/out.h"

/* "hibernated, log cached, dirty"; "clean" for none of these. */
static void state_text(const struct spp_volume_facts *facts,
		       struct spp_buf *out)
{
	if (facts->hibernated)
		spp_buf_puts(out, "hibernated", NULL);
	if (facts->log != SPP_VOLUME_LOG_CLEAN)
		spp_buf_printf(out, NULL, "%slog %s", out->size ? ", " : "",
			       spp_disk_log_word(facts->log));
	if (facts->dirty)
		spp_buf_printf(out, NULL, "%sdirty", out->size ? ", " : "");
	if (!out->size)
		spp_buf_puts(out, "clean", NULL);
}

static void print_partition(struct cli_table *t, const struct spp_disk *disk,
			    size_t i)
{
	const struct spp_partition *p = &disk->table.part[i];
	const struct spp_disk_volume *v = &disk->volume[i];
	struct spp_buf CLEANUP(spp_buf_release) state = SPP_BUF_INIT;
	char number[16], off[24], size[24];

	snprintf(number, sizeof(number), p->number ? "%u" : "-", p->number);
	snprintf(off, sizeof(off), "%" PRIu64, p->off);
	if (v->probed && !v->why.status)
		state_text(&v->facts, &state);
	cli_row(t, number, off, cli_size_text(p->size, size),
		spp_content_word(p->content),
		v->windows	? "Windows"
		: v->why.status ? "unreadable"
				: "",
		spp_buf_text(&state),
		*v->facts.label ? v->facts.label : p->name, NULL);
}

void cli_print_disk(const struct spp_disk *disk)
{
	struct cli_table *t;
	char size[24], file[24];
	unsigned int bit;
	size_t i;

	printf("%s disk", spp_target_kind_name(disk->image->kind));
	if (disk->block)
		printf(" of %s", cli_size_text(disk->block->size, size));
	if (disk->image->file_size)
		printf(" in a file of %s",
		       cli_size_text(disk->image->file_size, file));
	for (bit = 0; bit < SPP_IMAGE_FLAGS; bit++)
		if (disk->image->flags >> bit & 1)
			printf(", %s", spp_image_format_flag_word(bit));
	printf("\n");
	if (disk->image->backing)
		printf("overlay of '%s'\n", cli_path(disk->image->backing));
	if (!disk->block)
		return;
	printf("partition table: %s", spp_table_word(disk->table.kind));
	if (disk->table.sector)
		printf(", sectors of %u bytes", disk->table.sector);
	printf("\n");
	t = cli_table_open(">NUMBER|>OFFSET|>SIZE|CONTENT|HAS|STATE|NAME");
	for (i = 0; i < disk->table.count; i++)
		print_partition(t, disk, i);
	cli_table_close(t, stdout, 2);
	if (disk->pending)
		printf("unfinished edit: %zu pages; sppctl recover completes "
		       "it, recover --discard takes it back\n",
		       disk->pending);
}

static json_t *json_facts(const struct spp_volume_facts *facts)
{
	char serial[24], version[8];

	snprintf(serial, sizeof(serial), "%016" PRIx64, facts->serial);
	snprintf(version, sizeof(version), "%u.%u", facts->major, facts->minor);
	return json_pack("{s:o, s:s, s:s, s:I, s:b, s:s, s:b}", "label",
			 cli_json_text(facts->label), "serial", serial,
			 "version", version, "cluster",
			 (json_int_t)facts->cluster, "hibernated",
			 facts->hibernated, "log",
			 spp_disk_log_word(facts->log), "dirty", facts->dirty);
}

static json_t *json_partition(const struct spp_disk *disk, size_t i)
{
	const struct spp_partition *p = &disk->table.part[i];
	const struct spp_disk_volume *v = &disk->volume[i];
	json_t *json = json_pack(
		"{s:I, s:I, s:I, s:o, s:o, s:s, s:b}", "number",
		(json_int_t)p->number, "offset", (json_int_t)p->off, "size",
		(json_int_t)p->size, "type", cli_json_text(p->type), "name",
		cli_json_text(p->name), "content", spp_content_word(p->content),
		"windows", v->windows);

	json_object_set_new(json, "volume",
			    v->probed && !v->why.status ? json_facts(&v->facts)
							: json_null());
	json_object_set_new(json, "unreadable", cli_json_why(&v->why));
	return json;
}

json_t *cli_json_disk(const struct spp_disk *disk)
{
	json_t *flags = json_array(), *parts = json_array();
	const struct spp_image_format *image = disk->image;
	unsigned int bit;
	size_t i;

	for (bit = 0; bit < SPP_IMAGE_FLAGS; bit++)
		if (image->flags >> bit & 1)
			json_array_append_new(
				flags,
				json_string(spp_image_format_flag_word(bit)));
	for (i = 0; i < disk->table.count; i++)
		json_array_append_new(parts, json_partition(disk, i));
	return json_pack(
		"{s:s, s:I, s:I, s:o, s:o, s:s, s:I, s:o, s:o, s:I, s:I}",
		"format", spp_target_kind_name(image->kind), "size",
		(json_int_t)(disk->block ? disk->block->size : 0), "file_size",
		(json_int_t)image->file_size, "flags", flags, "backing",
		cli_json_text(image->backing), "table",
		spp_table_word(disk->table.kind), "sector",
		(json_int_t)disk->table.sector, "partitions", parts, "chosen",
		disk->chosen < 0
			? json_null()
			: json_integer(disk->table.part[disk->chosen].number),
		"unfinished_pages", (json_int_t)disk->pending, "bytes_read",
		(json_int_t)(disk->block ? disk->block->bytes_read : 0));
}
