/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an edit costs with libhivex and no guard at all: open, set one value,
 * truncate the file and write it.  hivexset HIVE TEXT
 */
#include <hivex.h>
#include <stdio.h>
#include <string.h>

static hive_node_h walk(hive_h *h)
{
	static const char *const path[] = { "Microsoft", "Windows NT",
					    "CurrentVersion",
					    "SoftwareProtectionPlatform" };
	hive_node_h node = hivex_root(h);
	size_t i;

	for (i = 0; node && i < sizeof(path) / sizeof(path[0]); i++)
		node = hivex_node_get_child(h, node, path[i]);
	return node;
}

int main(int argc, char **argv)
{
	char name[] = "KeyManagementServiceListeningPort", wide[64] = { 0 };
	hive_set_value value = { name, hive_t_REG_SZ, 0, wide };
	hive_node_h node;
	hive_h *h;
	size_t i;

	if (argc != 3 || strlen(argv[2]) > 30)
		return 2;
	for (i = 0; argv[2][i]; i++)
		wide[2 * i] = argv[2][i];
	value.len = 2 * i + 2;
	h = hivex_open(argv[1], HIVEX_OPEN_WRITE);
	node = h ? walk(h) : 0;
	if (!node || hivex_node_set_value(h, node, &value, 0) ||
	    hivex_commit(h, NULL, 0)) {
		perror(argv[1]);
		return 1;
	}
	hivex_close(h);
	return 0;
}
