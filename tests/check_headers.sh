#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone: by its own file, which includes it first and has
# been compiled, or here.
# label: quick 3
set -eu
cd "$SOURCE"
find hive policy cli -name "*.h" | while read -r h; do
	c=${h%.h}.c
	[ ! -e "$c" ] || [ "$(sed -n 's/^#include "\(.*\)"/\1/p;/^#include/q' \
		"$c")" != "$h" ] || continue
	echo "#include \"$h\"" | "$CC" -std=c11 -D_GNU_SOURCE -I. -Wall -Wextra \
		-Wpedantic -Werror -fsyntax-only -x c - || exit 1
done
