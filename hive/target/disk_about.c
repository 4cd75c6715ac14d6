/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/disk_about.h"

static const char *const log_words[] = {
	[SPP_VOLUME_LOG_CLEAN] = "clean",
	[SPP_VOLUME_LOG_UNCLEAN] = "unclean",
	[SPP_VOLUME_LOG_CACHED] = "cached",
};

const char *spp_disk_log_word(enum spp_volume_log log)
{
	return log_words[log];
}
