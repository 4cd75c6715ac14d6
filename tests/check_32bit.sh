#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# label: judges 20
# All of it compiles for 32 bit without a warning: no size is cut in silence.
# Nothing is linked, for the libraries are those of this processor;
# tests/distros.sh debian-13 i386 does that, and runs it.
# shellcheck source=tests/check.sh
. "$SOURCE/tests/check.sh"
[ "$(uname -m)" = x86_64 ] || skip "the compiler makes code for 64 bit only"
echo '#include <stdio.h>' | gcc -m32 -fsyntax-only -x c - 2>log/out ||
	skip "no headers for 32 bit (libc6-dev-i386)"

cmake -S "$SOURCE" -B build -G Ninja -DSPPCTL_BUILD=release \
	-DCMAKE_C_COMPILER=gcc -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY \
	-DCMAKE_LIBRARY_ARCHITECTURE="$(gcc -print-multiarch)" \
	-DCMAKE_C_FLAGS="-m32 -O1 -Werror -fsyntax-only" \
	-DCMAKE_EXPORT_COMPILE_COMMANDS=ON >log/out 2>&1 || {
	tail -20 log/out
	fail "it cannot be configured for 32 bit"
	exit $failed
}
python3 -c 'import json
for call in json.load(open("build/compile_commands.json")):
    print(call["command"].replace(" -c ", " "))' >calls
[ "$(wc -l <calls)" -gt 400 ] || fail "too little is compiled"
cd build || exit 2
xargs -d '\n' -P "$(nproc)" -n 1 sh -c <../calls >../log/out 2>&1 || {
	cat ../log/out
	fail "it does not compile for 32 bit"
}
exit $failed
