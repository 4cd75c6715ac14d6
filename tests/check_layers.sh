#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Dependencies point down only, and each library is seen where it belongs.
# label: quick 1
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

# only PATTERN GLOB...: the header may be included by files of these names
only()
{
	pattern=$1
	shift
	others=
	for f in $all; do
		for glob; do
			# shellcheck disable=SC2254 # it is a pattern
			case $f in $glob) continue 2 ;; esac
		done
		others="$others $f"
	done
	forbid "$pattern" $others
}

hive=$(find hive -name '*.[ch]')
policy=$(find policy -name '*.[ch]')
all="$hive $policy $(find cli -name '*.[ch]')"

forbid 'policy/|cli/' $hive
forbid 'cli/' $policy
only 'hivex.h' 'hive/edit/second_opinion.c'
only 'ntfs-3g/' 'hive/ntfs/*.c'
only 'wimlib.h' 'hive/wim/codec.c'
only 'libnbd.h' 'hive/image/nbd_client.c'
only 'jansson.h' 'policy/format/json*' 'policy/audit/site.c' 'cli/*'
only 'libxml/' 'policy/format/xml_*.c'
# The two files that see libxml2 serve the XML formats alone.
only 'policy/format/xml_' 'policy/format/xml_*' 'policy/format/gp*' \
	'policy/format/adm*'

# Only cli/ prints, exits, and reads the environment or the clock.
if grep -nE '\b(printf|puts|fputs|putchar|exit|getenv|clock_gettime|time) ?\(' \
	$(find hive policy -name "*.c") | grep -vE '\b(sn|vsn|as|vas|f)printf|_exit'; then
	echo "below cli/ nothing prints, exits or looks at the clock"
	bad=1
fi
exit $bad
