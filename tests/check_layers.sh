#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Dependencies point down only, and each library is seen where it belongs.
set -eu
cd "$SOURCE"
bad=0

# forbid PATTERN FILES...: no include line of these files may match
forbid()
{
	pattern=$1
	shift
	if grep -nE "^#include *[\"<]($pattern)" "$@"; then
		echo "must not be included there: $pattern"
		bad=1
	fi
}

forbid 'policy/|cli/' hive/*.[ch]
forbid 'cli/' policy/*.[ch]
forbid 'hivex.h' policy/*.[ch] cli/*.[ch]
for f in hive/*.[ch]; do
	case $f in hive/judge.c) ;; *) forbid 'hivex.h' "$f" ;; esac
done
for f in hive/*.[ch] policy/*.[ch] cli/*.[ch]; do
	case $f in hive/ntfs*.c) ;; *) forbid 'ntfs-3g/' "$f" ;; esac
	case $f in hive/wim_codec.c) ;; *) forbid 'wimlib.h' "$f" ;; esac
	case $f in hive/block_nbd.c) ;; *) forbid 'libnbd.h' "$f" ;; esac
done
for f in hive/*.[ch] policy/*.[ch]; do
	case $f in policy/fmt_json*|policy/site.c) ;; *) forbid 'jansson.h' "$f" ;; esac
done
for f in hive/*.[ch] policy/*.[ch] cli/*.[ch]; do
	case $f in policy/xml*.c) ;; *) forbid 'libxml/' "$f" ;; esac
done
# Behind the two files that see libxml2 stand the XML formats alone.
for f in hive/*.[ch] policy/*.[ch] cli/*.[ch]; do
	case $f in
	policy/xml* | policy/gpp* | policy/fmt_gpp* | policy/fmt_gpreport* | \
	policy/fmt_adm*) ;;
	*) forbid 'policy/xml(out)?\.h' "$f" ;;
	esac
done

# Only cli/ prints, exits, and reads the environment or the clock.
if grep -nE '\b(printf|puts|fputs|putchar|exit|getenv|clock_gettime|time) ?\(' \
	hive/*.c policy/*.c | grep -vE '\b(sn|vsn|as|vas|f)printf|_exit'; then
	echo "below cli/ nothing prints, exits or looks at the clock"
	bad=1
fi
exit $bad
