#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds sppctl for another processor, and runs tests of it:
#
#	sh tests/cross.sh i386|aarch64|armhf|s390x [TESTS]
#
# It installs packages of that processor, which take the place of others, and
# for all but i386 it tells the kernel to start such programs with qemu-user
# until it ends.  So it is for a root that is thrown away:
#
#	sh tests/distros.sh debian-12 s390x
#
# TESTS is a pattern of ctest.  Without it all quick tests are run for i386,
# and for the others, which an emulator makes slow, units, cases and what the
# fuzzers found.  The build is without sanitizers, which qemu-user cannot run,
# and warnings are errors.  Exits 0, 1 if a test failed or the build did, and
# 77 if the kernel cannot be told.
set -eu
cd "$(dirname "$0")/.."
tests='^(unit|case|fuzz)\.'
case ${1-} in
i386) debian=i386 gnu=i686-linux-gnu tests=. ;;
aarch64) debian=arm64 gnu=aarch64-linux-gnu ;;
armhf) debian=armhf gnu=arm-linux-gnueabihf ;;
s390x) debian=s390x gnu=s390x-linux-gnu ;;
*)
	echo "usage: cross.sh i386|aarch64|armhf|s390x [TESTS]" >&2
	exit 2
	;;
esac
processor=$1
tests=${2:-$tests}
[ "${THROWAWAY-}" ] || {
	echo "skipped: it changes packages; run tests/distros.sh debian-12 $1"
	exit 77
}

# Libraries and what they are built with are those of the other processor.
. cli/packages.sh
dpkg --add-architecture $debian
wanted="gcc-$gnu"
[ $debian = i386 ] || wanted="$wanted qemu-user-static"
for package in $BUILD_PACKAGES $SAMPLE_PACKAGES $TEST_PACKAGES; do
	case $package in
	valgrind) ;;
	# It needs the programs of that processor, which exclude ours.
	ntfs-3g-dev) wanted="$wanted $(apt-cache depends $package |
		sed -n 's/.*Depends: \(libntfs.*\)/\1/p'):$debian" ;;
	# A filter of system calls kills programs of another processor.
	qemu-utils) [ $debian = i386 ] && wanted="$wanted $package:i386" ||
		wanted="$wanted $package" ;;
	*-dev) wanted="$wanted $package:$debian" ;;
	*) wanted="$wanted $package" ;;
	esac
done
install_packages $wanted
PKG_CONFIG_LIBDIR=/usr/lib/$($gnu-gcc -print-multiarch)/pkgconfig
export PKG_CONFIG_LIBDIR
pkg-config --exists libntfs-3g || {
	apt-get download -qq "ntfs-3g-dev:$debian"
	dpkg -x ntfs-3g-dev_*_$debian.deb /
	rm ntfs-3g-dev_*_$debian.deb
}

# What such a program starts with: class, byte order and processor.
registered=
if [ $debian != i386 ]; then
	binfmt=/proc/sys/fs/binfmt_misc
	[ -e $binfmt/register ] || mount -t binfmt_misc binfmt_misc $binfmt || {
		echo "skipped: the kernel starts no programs of other processors"
		exit 77
	}
	probe=$(mktemp)
	echo 'int main(void) { return 0; }' | $gnu-gcc -x c - -o "$probe"
	magic=$(od -An -v -tx1 -N20 "$probe" | tr -d '\n' | sed 's/ /\\x/g')
	rm "$probe"
	any='\x00\x00\x00'
	mask='\xff\xff\xff\xff\xff\xff\xff'
	mask="$mask$any$any$any\x00\x00\xff\xff"
	registered=$binfmt/sppctl-$processor
	emulator=/usr/bin/qemu-${gnu%%-*}-static
	# One that was killed left it behind.
	[ ! -e "$registered" ] || echo -1 >"$registered"
	printf '%s' ":sppctl-$processor:M::$magic:$mask:$emulator:F" \
		>$binfmt/register
	trap 'echo -1 >$registered' EXIT
	trap 'exit 1' HUP INT TERM
fi

cmake -S . -B "build/$processor" -G Ninja -DCMAKE_SYSTEM_NAME=Linux \
	-DCMAKE_SYSTEM_PROCESSOR="$processor" -DCMAKE_C_COMPILER=$gnu-gcc \
	"-DCMAKE_C_FLAGS=-O1 -Werror" \
	-DCMAKE_CROSSCOMPILING_EMULATOR=/usr/bin/env
cmake --build "build/$processor" -- -k 0
"build/$processor/sppctl" --version
ctest --test-dir "build/$processor" --output-on-failure -j "$(nproc)" \
	-L '^quick$' -R "$tests"
