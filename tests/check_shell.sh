#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The analyser shellcheck has nothing to say of the scripts; .shellcheckrc says
# what is switched off, and why.
# label: judges 10
. "$SOURCE/tests/check.sh"
command -v shellcheck >/dev/null || skip "shellcheck is not installed"
cd "$SOURCE" || exit 2
find . \( -path ./build -o -path ./.git \) -prune -o -name '*.sh' -print0 |
	xargs -0 shellcheck -S warning .ci/run || failed=1
exit $failed
