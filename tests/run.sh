#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is needed, builds, and runs tests:
#
#	sh tests/run.sh [LABEL...]
#
# A label is quick, thorough or judges (programs of others judge what sppctl
# writes; they are many packages).  Without one, quick and thorough are run.
# Works from a fresh Debian or Ubuntu machine; see tests/README.md.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- quick thorough
for label; do
	case $label in
	quick | thorough | judges) ;;
	*)
		echo "usage: run.sh [quick] [thorough] [judges]" >&2
		exit 2
		;;
	esac
done
. cli/packages.sh
case " $* " in
*' judges '*) packages="$TEST_PACKAGES $JUDGE_PACKAGES" ;;
*) packages=$TEST_PACKAGES ;;
esac
install_packages $BUILD_PACKAGES $SAMPLE_PACKAGES $packages
case " $* " in
*' judges '*)
	for package in $DOMAIN_PACKAGES $SPREAD_PACKAGES $PACKAGING_PACKAGES; do
		install_packages "$package" ||
			echo "$package cannot be installed; its test is skipped"
	done
	;;
esac

# A plain build, as users get it, and the one with sanitizers, which is tested.
cmake -S . -B build/release -G Ninja -DSPPCTL_BUILD=release \
	-DSPPCTL_TESTS=OFF
cmake --build build/release
cmake -S . -B build/developer -G Ninja -DSPPCTL_BUILD=developer \
	-DSPPCTL_PLAIN="$PWD/build/release/sppctl"
cmake --build build/developer
# One more than processors: some tests wait for a server or a terminal.
ctest --test-dir build/developer --output-on-failure -j "$(($(nproc) + 1))" \
	-L "^($(echo "$*" | tr ' ' '|'))\$"
