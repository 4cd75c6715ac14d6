/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a folder (tests/gpo_tree.h): its GPOs are found and read, or
 * one line says why not.  What was read is written as a backup, if that can
 * say it, and then read as the same.
 */
#include <stdint.h>

#include "policy/format/gpo_backup.h"
#include "tests/fuzz/memory.h"
#include "tests/gpo_tree.h"

/* What both would change where nothing is set. */
static bool same(const struct spp_policy *a, const struct spp_policy *b)
{
	struct spp_policy none = SPP_POLICY_INIT;
	struct spp_changes x = SPP_CHANGES_INIT, y = SPP_CHANGES_INIT;
	bool equal = !spp_policy_diff(&none, a, &x, NULL) &&
		     !spp_policy_diff(&none, b, &y, NULL) && x.count == y.count;
	size_t i;

	for (i = 0; equal && i < x.count; i++)
		equal = x.change[i].setting == y.change[i].setting &&
			!spp_scope_cmp(&x.change[i].scope,
				       &y.change[i].scope) &&
			spp_value_equal(x.change[i].after, y.change[i].after);
	spp_changes_release(&x);
	spp_changes_release(&y);
	return equal;
}

static void again(const struct spp_document *document)
{
	const struct spp_export options = { .now = 133444736000000000 };
	struct spp_document second = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_tree tree = SPP_TREE_INIT;
	struct spp_input in = { .name = "again" };

	if (!spp_format_gpo_backup.write_tree(document, &options, &tree, NULL,
					      NULL) &&
	    (spp_format_gpo_backup.read_tree(&in, &tree, &second, &import,
					     NULL) ||
	     !same(&document->policy, &second.policy)))
		abort();
	spp_document_release(&second);
	spp_import_release(&import);
	spp_tree_close(&tree);
}

static void read_one(struct spp_tree *tree, const struct spp_gpo *gpo)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = "folder" };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st =
		spp_gpo_read(&in, tree, gpo, &document, &import, &err);

	if (st != err.status || (st && !*err.text))
		abort();
	if (!st)
		again(&document);
	spp_document_release(&document);
	spp_import_release(&import);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_tree tree = SPP_TREE_INIT;
	struct spp_gpos gpos = SPP_GPOS_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_input in = { .name = "folder" };
	size_t i;

	gpo_tree_fill(&tree, (const char *)data, size);
	spp_gpo_is_root(&tree, false);
	if (!spp_gpos_find(&tree, &gpos, &import, NULL))
		for (i = 0; i < gpos.count && i < 8; i++)
			read_one(&tree, &gpos.gpo[i]);
	spp_import_release(&import);
	spp_gpos_release(&gpos);
	spp_format_gpo_backup.read_tree(&in, &tree, &document, &import, NULL);
	spp_document_release(&document);
	spp_import_release(&import);
	spp_tree_close(&tree);
	return 0;
}
