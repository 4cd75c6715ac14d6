#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is needed, builds sppctl, and shows the main job on a sample:
#
#	sh cli/quickstart.sh [-y]
#
# Works from a fresh Debian or Ubuntu machine, and without root where all is
# installed.  On a terminal it asks before it installs; -y says yes.  The
# program is then build/release/sppctl, and build/sample has hives, folders and
# a disk image.
set -eu
cd "$(dirname "$0")/.."
case $#${1-} in
0) ASK=1 ;;
1-y) ASK= ;;
*)
	echo "usage: quickstart.sh [-y]" >&2
	exit 2
	;;
esac
. cli/packages.sh
install_packages $BUILD_PACKAGES $SAMPLE_PACKAGES

echo "building ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM
{
	cmake -S . -B build/release -G Ninja -DSPPCTL_BUILD=release \
		-DSPPCTL_TESTS=OFF &&
		cmake --build build/release --target sppctl docs generators
} >"$log" 2>&1 || {
	cat "$log"
	exit 1
}

# run COMMAND: prints it, then runs it
run()
{
	printf '\n$ %s\n' "$*"
	"$@"
}

mkdir -p build/sample
sh fixtures/sample.sh build/release/fixtures build/sample
cp build/release/sppctl build/sample/
cd build/sample
PATH=$PWD:$PATH
run sppctl set SOFTWARE dns-publishing=on host-caching=off
run sppctl publish SOFTWARE --add corp.example,10,100 \
	--add branch.example,10,100
run sppctl show SOFTWARE
run sppctl check SOFTWARE
