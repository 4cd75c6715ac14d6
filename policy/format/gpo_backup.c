/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/gpo_backup.h"

static enum spp_status read_tree(const struct spp_input *in,
				 struct spp_tree *tree,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err)
{
	struct spp_gpos CLEANUP(spp_gpos_release) gpos = SPP_GPOS_INIT;
	const struct spp_gpo *gpo = NULL;
	enum spp_status st = spp_gpos_find(tree, &gpos, import, err);

	if (!st)
		st = spp_gpo_choose(in, tree, &gpos, &gpo, import, err);
	return st ? st : spp_gpo_read(in, tree, gpo, document, import, err);
}

static enum spp_status write_tree(const struct spp_document *document,
				  const struct spp_export *options,
				  struct spp_tree *tree,
				  struct spp_notes *notes,
				  struct spp_error *err)
{
	struct spp_gpo_made CLEANUP(spp_gpo_made_release) made =
		SPP_GPO_MADE_INIT;

	return spp_gpo_write(document, options, tree, &made, notes, err);
}

const struct spp_format spp_format_gpo_backup = {
	.name = "gpo-backup",
	.summary = "folder of GPO backups, as Import-GPO reads it; also SYSVOL",
	.takes = SPP_TAKES_FLAVOUR | SPP_TAKES_CHANGED | SPP_TAKES_GPO |
		 SPP_TAKES_FILTERS,
	.read_tree = read_tree,
	.write_tree = write_tree,
};
