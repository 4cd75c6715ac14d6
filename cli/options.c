/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <stddef.h>

const struct cli_option cli_options[OPT_COUNT] = {
	[OPT_ADD] = { "add", 'a', "DOMAIN[,PRIORITY[,WEIGHT]]",
		      "add a domain to the list, or update it" },
	[OPT_ALL] = { "all", 0, NULL,
		      "every scope present, and where clients look for their "
		      "KMS host" },
	[OPT_AS] = { "as", 0, "ROLE",
		     "treat the hive file as SOFTWARE, SYSTEM or "
		     "NetworkService" },
	[OPT_BACKING] = { "backing", 0, "FILE",
			  "backing file of the overlay; repeat for each "
			  "layer" },
	[OPT_BACKING_DIR] = { "backing-dir", 0, "DIR",
			      "overlays may use any file below DIR as their "
			      "backing files" },
	[OPT_BACKUP] = { "backup", 'b', "[SUFFIX]",
			 "keep the replaced hive as HIVE.bak, HIVE.bak.2 ...; "
			 "of a disk image or a WIM, an undo file" },
	[OPT_BESIDE] = { "beside", 0, "TARGET",
			 "another KMS host, or a dump of one, to show whom "
			 "clients ask; only read; may be repeated" },
	[OPT_BREAK_LINKS] = { "break-links", 0, NULL,
			      "edit a hive that has hard links; the other "
			      "links keep the old content" },
	[OPT_CHANGED] = { "changed", 0, "TIME",
			  "gpp: time of the last change, written into every "
			  "item" },
	[OPT_CLEAR] = { "clear", 0, NULL, "remove the whole list" },
	[OPT_CLIENTS] = { "clients", 0, "N",
			  "number of clients to simulate (default 1000)" },
	[OPT_COLLECTION] = { "collection", 0, NULL,
			     "gpp: the form that can be dragged into the "
			     "editor" },
	[OPT_COLOR] = { "color", 0, "WHEN",
			"colours: auto (on a terminal), always or never" },
	[OPT_CSV] = { "csv", 0, NULL,
		      "print one line of CSV for each finding; a cell that a "
		      "spreadsheet would run begins with '" },
	[OPT_DISCARD] = { "discard", 0, NULL,
			  "undo an interrupted edit of a disk image instead of "
			  "completing it" },
	[OPT_DISCARD_LOGS] = { "discard-logs", 0, NULL,
			       "go on with a dirty hive without its logs. "
			       "Reading: the logs are ignored and nothing is "
			       "changed. Writing: the changes in the logs are "
			       "lost for good" },
	[OPT_DOMAIN] = { "domain", 0, "DOMAIN", "only this DNS domain" },
	[OPT_DOWN] = { "down", 0, "HOST",
		       "host that fails, by name or target; may be repeated" },
	[OPT_DRY_RUN] = { "dry-run", 'n', NULL,
			  "print the changes, write nothing; exit 1 if any" },
	[OPT_EFFECTIVE] = { "effective", 'e', NULL,
			    "print the default where nothing is set" },
	[OPT_EVIDENCE] = { "evidence", 0, NULL,
			   "add what can be filed: files, times, SHA-256 of "
			   "hives and logs, each log entry with its verdict, "
			   "who looked when" },
	[OPT_FAIL_ON] = { "fail-on", 0, "SEVERITY",
			  "exit 1 from this severity on: info, low, medium "
			  "(default), high or critical" },
	[OPT_FIRST_WRITER] = { "first-writer", 0, "HOST",
			       "host that registered first, where only that "
			       "one has rights on the record; may be repeated, "
			       "for zones in which the first does not "
			       "publish" },
	[OPT_FLAVOUR] = { "flavour", 0, "NAME",
			  "gpp: gpmc, as the editor writes it, or cmdlet, as "
			  "Set-GPPrefRegistryValue does" },
	[OPT_FOLDER] = { "output", 'o', "DIR",
			 "folder to make; one that is there must be empty" },
	[OPT_FORMAT] = { "format", 'f', "FORMAT", "the same as --from" },
	[OPT_GROUP] = { "group", 0, "NAME",
			"group of the KMS hosts in style rights (default: KMS "
			"Hosts)" },
	[OPT_FROM_FORMAT] = { "from", 0, "FORMAT",
			      "format of what is read, if it is not to be "
			      "detected; see sppctl help formats" },
	[OPT_GPO] = { "gpo", 0, "NAME|ID",
		      "GPO to take from a folder that has several" },
	[OPT_GPO_DOMAIN] = { "domain", 0, "DOMAIN",
			     "gpo-backup: DNS domain that the backup names "
			     "(default: domain.example)" },
	[OPT_GPO_NAME] = { "gpo-name", 0, "NAME",
			   "gpo-backup: display name of the GPO (default: the "
			   "policy's name)" },
	[OPT_FROM] = { "from", 0, "FILE",
		       "lines that sppctl audit --results wrote" },
	[OPT_HASH_IMAGE] = { "hash-image", 0, NULL,
			     "add the SHA-256 of the whole disk image or WIM "
			     "to the evidence; reads all of it" },
	[OPT_HELP] = { "help", 'h', NULL, "print this help" },
	[OPT_IGNORE] = { "ignore", 0, "RULE",
			 "leave out the findings of this rule, by id or name" },
	[OPT_IGNORE_FILTERS] = { "ignore-filters", 0, NULL,
				 "import items with item-level targeting as if "
				 "they applied to every machine" },
	[OPT_JOBS] = { "jobs", 'j', "N",
		       "work on N targets at a time (default: as many as "
		       "there are processors)" },
	[OPT_JOURNAL_DIR] = { "journal-dir", 0, "DIR",
			      "keep the journal and the backups of a disk "
			      "image in DIR; required for a block device" },
	[OPT_JSON] = { "json", 0, NULL, "print one JSON document" },
	[OPT_JUNIT] = { "junit", 0, NULL,
			"print JUnit XML: a suite for each target, a test "
			"case for each rule" },
	[OPT_LANGUAGE] = { "language", 0, "en-US",
			   "admx: write the ADML file, the texts in this "
			   "language" },
	[OPT_LIST_FROM] = { "from", 0, "FILE",
			    "replace the list by the lines of FILE: DOMAIN, "
			    "PRIORITY, WEIGHT; - is standard input" },
	[OPT_LIMITS] = { "limits", 0, NULL,
			 "list the rules that could not judge, and why" },
	[OPT_MOVE] = { "move", 'm', "DOMAIN,N",
		       "make a domain the Nth of the list" },
	[OPT_MEMORY_LIMIT] = { "memory-limit", 0, "MIB",
			       "memory for one target (default 4096; 0: no "
			       "limit)" },
	[OPT_NETSVC] = { "netsvc", 0, "FILE",
			 "NetworkService NTUSER.DAT to use if the target has "
			 "none" },
	[OPT_NO_PAGER] = { "no-pager", 0, NULL,
			   "print long output as it is, not through $PAGER" },
	[OPT_NULL] = { "null", '0', NULL,
		       "the names of --targets-from end with NUL bytes" },
	[OPT_ORDERED] = { "ordered", 0, NULL,
			  "write results in the order of the targets instead "
			  "of as they come" },
	[OPT_OUTPUT] = { "output", 'o', "FILE",
			 "write to FILE instead of standard output" },
	[OPT_RECOVERED] = { "output", 'o', "FILE",
			    "write the recovered hive to FILE; leave HIVE "
			    "unchanged" },
	[OPT_OVERRIDES] = { "overrides", 0, NULL,
			    "also remove KMS hosts, ports and lookup domains "
			    "of single applications and SKUs" },
	[OPT_PARTIAL] = { "partial", 0, NULL,
			  "read what is there of a truncated hive, and mark "
			  "what is missing" },
	[OPT_PARTITION] = { "partition", 0, "N",
			    "partition of the disk image that holds the wanted "
			    "Windows" },
	[OPT_PORCELAIN] = { "porcelain", 0, NULL,
			    "for scripts: TARGET, SCOPE, NAME, set, default "
			    "or absent, and VALUE, with tabs between" },
	[OPT_PREFIX] = { "prefix", 0, "KEY",
			 "root key used for the hive in .reg files, such as "
			 "HKEY_LOCAL_MACHINE\\OFFLINE" },
	[OPT_PRIORITY] = { "priority", 'p', "N",
			   "set this priority for every domain in the list" },
	[OPT_PRODUCT_KEY] = { "product-key", 0, "KEY",
			      "cmd, ps1: install this key and activate" },
	[OPT_QUIET] = { "quiet", 'q', NULL,
			"print nothing; the exit code says whether it is "
			"set" },
	[OPT_REBUILD] = { "rebuild", 0, NULL,
			  "rewrite the WIM without unused data instead of "
			  "appending" },
	[OPT_REMOVE] = { "remove", 'r', "DOMAIN",
			 "remove a domain from the list" },
	[OPT_RESULTS] = { "results", 0, "FILE",
			  "write a line of JSON to the new FILE for each "
			  "target that is done; see sppctl help json" },
	[OPT_RESUME] = { "resume", 0, "FILE",
			 "go on with the targets that FILE, from --results, "
			 "does not have" },
	[OPT_RETRY] = { "retry", 0, "STATUS",
			"with --resume: repeat those that are refused or "
			"failed; may be repeated" },
	[OPT_RULES] = { "rules", 0, NULL, "list the rules of the audit" },
	[OPT_SARIF] = { "sarif", 0, NULL,
			"print SARIF 2.1.0 for code scanning" },
	[OPT_SCOPE] = { "scope", 's', "SCOPE",
			"scope of the setting; see sppctl help scopes" },
	[OPT_SEED] = { "seed", 0, "N",
		       "start of the random numbers (default 1)" },
	[OPT_SET_RANK] = { "set-rank", 0, "DOMAIN,PRIORITY[,WEIGHT]",
			   "give a domain of the list this priority and "
			   "weight" },
	[OPT_SHOW_KEYS] = { "show-keys", 0, NULL,
			    "print product keys in full" },
	[OPT_SHARD] = { "shard", 0, "I/N",
			"only part I of N of the targets; a name is always in "
			"the same part" },
	[OPT_SITE] = { "site", 0, "FILE",
		       "what the site knows: its domains, allowed hosts, "
		       "duties; see sppctl help site" },
	[OPT_SNAPSHOTS] = { "snapshots", 0, NULL,
			    "accept a disk image that has snapshots; the "
			    "snapshots are not changed" },
	[OPT_STOP_AFTER] = { "stop-after", 0, "N",
			     "begin no more targets after N were refused or "
			     "failed" },
	[OPT_STRICT] = { "strict", 0, NULL,
			 "refuse a file that holds anything but KMS settings" },
	[OPT_STATES] = { "states", 0, NULL,
			 "what the logs of a dirty hive change: compare it as "
			 "it is with its recovered state" },
	[OPT_STYLE] = { "style", 0, "STYLE",
			"table (default), bind, nsupdate, powershell or "
			"rights" },
	[OPT_SYSTEM] = { "system", 0, "FILE",
			 "SYSTEM hive to use if the target has none (read "
			 "only)" },
	[OPT_TARGET_KIND] = { "target-kind", 0, "KIND",
			      "treat the target as a hive, folder, wim, raw, "
			      "qcow2, vhdx, vhd, vmdk, vdi or nbd" },
	[OPT_TARGETS_FROM] = { "targets-from", 0, "FILE",
			       "read more targets from FILE, one a line; -: "
			       "from standard input" },
	[OPT_TIME_LIMIT] = { "time-limit", 0, "SECONDS",
			     "time for one target (default 1800; 0: no "
			     "limit)" },
	[OPT_UNCLEAN] = { "unclean", 0, NULL,
			  "read a volume that was not shut down cleanly; edit "
			  "one that is only flagged for chkdsk" },
	[OPT_TO] = { "to", 't', "FORMAT",
		     "format to write; without it the suffix of the file "
		     "decides; see sppctl help formats" },
	[OPT_TTL] = { "ttl", 0, "SECONDS",
		      "time to live of the records; Microsoft documents none" },
	[OPT_UID] = { "uid", 0, "{GUID}", "gpp: uid of the only item" },
	[OPT_UTF8] = { "utf8", 0, NULL, "reg, lgpo: UTF-8 instead of UTF-16" },
	[OPT_VERBOSE] = { "verbose", 'v', NULL,
			  "show the bytes of each change as well" },
	[OPT_WAIT] = { "wait", 0, "SECONDS",
		       "if the target is in use, try again for this long" },
	[OPT_WEIGHT] = { "weight", 'w', "N",
			 "set this weight for every domain in the list" },
	[OPT_WINDOWS] = { "windows", 0, "PATH",
			  "path of the wanted Windows, if there are several, "
			  "in the spelling of the volume: WINNT, "
			  "Windows/System32/config/software" },
	[OPT_WRITE_FORMAT] = { "format", 'f', "FORMAT", "the same as --to" },
	[OPT_YES] = { "yes", 'y', NULL, "apply without being asked" },
};

const enum cli_option_id cli_every_option[] = { CLI_EVERY_OPTIONS, OPT_END };

bool cli_option_in(const enum cli_option_id *list, enum cli_option_id id)
{
	while (*list != OPT_END && *list != id)
		list++;
	return *list != OPT_END;
}
