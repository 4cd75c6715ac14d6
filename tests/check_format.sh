#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The source is as clang-format makes it, by .clang-format.  UPDATE=1 formats
# what is not.
# label: thorough 4
. "$SOURCE/tests/check.sh"
# Other versions break some lines elsewhere.
wanted=14
tool=
for name in clang-format-$wanted clang-format; do
	case $($name --version 2>/dev/null) in
	*"version $wanted."*)
		tool=$name
		break
		;;
	esac
done
[ "$tool" ] || skip "no clang-format of version $wanted here"
cd "$SOURCE" || exit 2
# Several at a time: starting the program costs more than the work.
find hive policy cli tests fixtures -name '*.[ch]' >"$work/log/files"
if [ "${UPDATE:-}" ]; then
	xargs "$tool" -i <"$work/log/files"
else
	xargs "$tool" --dry-run -Werror <"$work/log/files" 2>"$work/log/said" ||
		fail "not as clang-format has it; UPDATE=1 formats these:" \
			"$(sed -n 's/:[0-9]*:[0-9]*: error.*//p' \
				"$work/log/said" | sort -u)"
fi
exit $failed
