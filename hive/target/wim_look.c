/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The images of a WIM, the one that the user means, and what is in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "hive/regf/regf.h"
#include "hive/target/paths.h"
#include "hive/target/wim.h"
#include "hive/wim/xml.h"

static enum spp_status read_xml(struct spp_target_wim *t, struct spp_buf *text,
				struct spp_error *err)
{
	struct spp_wim_bytes CLEANUP(spp_wim_bytes_release) bytes =
		SPP_WIM_BYTES_INIT;
	struct spp_wim_place place = spp_wim_whole(&t->wim.xml);
	enum spp_status st;

	if (place.size > SPP_WIM_XML_MAX)
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is damaged: its XML is too long",
				t->file);
	st = spp_wim_read(&t->wim, &place, 0, place.size, &bytes, err);
	return st ? st : spp_utf16_to(bytes.data, bytes.size, text, err);
}

enum spp_status spp_target_wim_names(struct spp_target_wim *t,
				     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_wim_about *a = &t->about;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	a->image = calloc(t->wim.images + 1, sizeof(*a->image));
	if (!a->image)
		return spp_nomem(err);
	a->images = t->wim.images;
	st = read_xml(t, &text, &why);
	if (!st && memmem(spp_buf_text(&text), text.size, "<ENCRYPTED", 10))
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is encrypted; its key is with Microsoft",
				t->file);
	if (!st)
		st = spp_wim_xml_about(spp_buf_text(&text), text.size, a->image,
				       a->images, &why);
	if (st == SPP_NOMEM)
		return spp_nomem(err);
	/* The images can be used without their names. */
	if (st)
		spp_note(&t->base.notes,
			 "the XML of '%s' cannot be read; its images "
			 "have numbers only",
			 t->file);
	return SPP_OK;
}

static enum spp_status list_images(const struct spp_target_wim *t,
				   enum spp_status st, const char *what,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) list = SPP_BUF_INIT;
	const char *name;
	size_t i;

	for (i = 0; i < t->about.images && list.size < 500; i++) {
		name = t->about.image[i].name;
		spp_buf_printf(&list, NULL, "%s#%zu%s%s%s", i ? ", " : "",
			       i + 1, name ? " (" : "", name ? name : "",
			       name ? ")" : "");
	}
	return spp_fail(err, st, "'%s' %s; name one: %s%s or #all", t->file,
			what, spp_buf_text(&list),
			i < t->about.images ? ", ..." : "");
}

/* Finds an image by number, then by name, then by name in any case. */
static unsigned int find_image(const struct spp_target_wim *t,
			       const char *image)
{
	unsigned long number;
	const char *name;
	char *end;
	size_t i;

	number = strtoul(image, &end, 10);
	if (*image >= '1' && *image <= '9' && !*end &&
	    number <= t->about.images)
		return (unsigned int)number;
	for (i = 0; i < t->about.images; i++) {
		name = t->about.image[i].name;
		if (name && !strcmp(name, image))
			return (unsigned int)i + 1;
	}
	for (i = 0; i < t->about.images; i++) {
		name = t->about.image[i].name;
		if (name && !strcasecmp(name, image))
			return (unsigned int)i + 1;
	}
	return 0;
}

enum spp_status spp_target_wim_choose(struct spp_target_wim *t,
				      const char *image, struct spp_error *err)
{
	char what[64];

	if (!t->about.images)
		return spp_fail(err, SPP_UNSUPPORTED, "'%s' has no image",
				t->file);
	if (!image && t->about.images > 1) {
		snprintf(what, sizeof(what), "has %zu images", t->about.images);
		return list_images(t, SPP_REFUSED, what, err);
	}
	if (image && !strcmp(image, "all"))
		return spp_fail(
			err, SPP_USAGE,
			"'%s#all' means several targets where one is expected",
			t->file);
	t->about.chosen = image ? find_image(t, image) : 1;
	if (t->about.chosen)
		return SPP_OK;
	snprintf(what, sizeof(what), "has no image '%.40s'", image);
	return list_images(t, SPP_USAGE, what, err);
}

/* Reads the base block of a hive's first page. */
static enum spp_status look_at_hive(const struct spp_target_wim *t,
				    const struct spp_wim_file *file,
				    struct spp_wim_hive *hive,
				    struct spp_error *err)
{
	struct spp_wim_bytes CLEANUP(spp_wim_bytes_release) bytes =
		SPP_WIM_BYTES_INIT;
	size_t n = file->place.size < 512 ? (size_t)file->place.size : 512;
	enum spp_status st;

	hive->there = true;
	hive->size = file->place.size;
	hive->odd = spp_wim_file_odd(file->flags);
	if (file->flags & ~(unsigned int)SPP_WIM_FILE_LINKS)
		return SPP_OK;
	st = spp_wim_read(&t->wim, &file->place, 0, n, &bytes, err);
	if (st)
		return st;
	if (n < 512 || !spp_regf_begins(bytes.data, n))
		hive->odd = "no hive";
	else
		hive->dirty =
			spp_get32(bytes.data + 4) != spp_get32(bytes.data + 8);
	return SPP_OK;
}

static void look_at_image(const struct spp_target_wim *t, unsigned int number,
			  struct spp_wim_image_about *image)
{
	struct spp_wim_tree CLEANUP(spp_wim_tree_release) tree =
		SPP_WIM_TREE_INIT;
	const struct spp_seek_query query = spp_paths_query(t->options.windows);
	enum spp_status st =
		spp_wim_tree_read(&t->wim, number, &query, &tree, &image->why);
	int role;

	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		if (tree.file[role][0].there)
			st = look_at_hive(t, &tree.file[role][0],
					  &image->hive[role], &image->why);
}

enum spp_status spp_target_wim_inspect(struct spp_target_wim *t,
				       struct spp_error *err)
{
	struct spp_wim_about *a = &t->about;
	unsigned int short_before = spp_memory_shortages();
	size_t i;

	a->size = t->wim.file_size;
	a->dead = t->wim.file_size - t->wim.end;
	a->method = spp_wim_method_word(t->wim.method);
	a->chunk = t->wim.method ? t->wim.chunk : 0;
	for (i = 0; i < t->wim.entries; i++)
		a->solid |= spp_wim_is_solid_head(&t->wim,
						  spp_wim_entry(&t->wim, i));
	a->integrity = t->wim.integrity.stored > 0;
	a->read_only = t->wim.flags & SPP_WIM_READ_ONLY;
	a->in_progress = t->wim.flags & SPP_WIM_IN_PROGRESS;
	a->boot = t->wim.boot;
	for (i = 0; i < a->images; i++)
		look_at_image(t, (unsigned int)i + 1, &a->image[i]);
	return spp_memory_shortages() != short_before ? spp_nomem(err) : SPP_OK;
}

void spp_target_wim_forget(struct spp_target_wim *t)
{
	struct spp_wim_about *a = &t->about;
	size_t i;

	for (i = 0; i < a->images; i++) {
		free(a->image[i].name);
		free(a->image[i].edition);
		free(a->image[i].version);
		free(a->image[i].arch);
	}
	free(a->image);
}
