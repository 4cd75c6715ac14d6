#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is needed, builds, and runs all tests: sh tests/run.sh
# Works from a fresh Debian 12 or Ubuntu machine.
set -eu
cd "$(dirname "$0")/.."
. cli/packages.sh
install_packages $BUILD_PACKAGES $SAMPLE_PACKAGES $TEST_PACKAGES

# A plain build, as users get it, and the one with sanitizers, which is tested.
cmake -S . -B build/release -G Ninja -DSPPCTL_BUILD=release \
	-DSPPCTL_TESTS=OFF
cmake --build build/release
cmake -S . -B build/developer -G Ninja -DSPPCTL_BUILD=developer \
	-DSPPCTL_PLAIN="$PWD/build/release/sppctl"
cmake --build build/developer
ctest --test-dir build/developer --output-on-failure -j "$(nproc)"
