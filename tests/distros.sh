#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the README's two commands in a bare root of another release, from a
# clean clone of this work tree:
#
#	sh tests/distros.sh debian-13 [PART...]
#
# As root, with debootstrap.  Without a PART both commands are run.  Parts are:
#
#	quickstart, tests	one of the two commands
#	quick, clang	the second one with the quick tests alone; by clang
#	package	makes the package, installs it in a second bare root, uses it
#		there, and removes it
#	i386, aarch64, armhf, s390x	built for that processor, and tested; see
#		tests/cross.sh
#
# Prints how many packages there were before and after each, and how each
# ended; exits 1 if one failed, 77 if the release cannot be had here.
#
#	MIRROR	where the release's packages are (default: where the apt of this
#		machine takes packages of that distribution from)
#	KEYS	the keys that the release is signed with (Debian 13 has those of
#		Ubuntu in ubuntu-archive-keyring)
#	ROOTS	the folder that the root is made in (default: /var/tmp)
#	KEEP	keep the root, with the build in it, and print its name
#	ROOT	use this root again, which was kept
#	TESTS	the tests of another processor, as tests/cross.sh takes them
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
usage="usage: distros.sh debian-12|debian-13|ubuntu-22.04|ubuntu-24.04 [PART...]"
name=${1-}
case $name in
debian-12) origin=Debian suite=bookworm script=sid parts=main ;;
debian-13) origin=Debian suite=trixie script=sid parts=main ;;
ubuntu-22.04) origin=Ubuntu suite=jammy script=gutsy parts=main,universe ;;
ubuntu-24.04) origin=Ubuntu suite=noble script=gutsy parts=main,universe ;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac
shift
[ $# -gt 0 ] || set -- quickstart tests

missing()
{
	echo "skipped: $*"
	exit 77
}
[ "$(id -u)" -eq 0 ] || missing "only root can make a root"
command -v debootstrap >/dev/null || missing "debootstrap is not installed"

# What is mounted here goes away with this process, however it ends.
if [ -z "${DISTROS_APART-}" ]; then
	DISTROS_APART=1 exec unshare --mount --pid --fork sh "$0" "$name" "$@"
fi

lower=$(echo $origin | tr 'A-Z' 'a-z')
keys=${KEYS-/usr/share/keyrings/$lower-archive-keyring.gpg}
[ -f "$keys" ] || missing "no keys of $origin ($keys)"
mirror=${MIRROR-$(apt-get indextargets \
	--format '$(ORIGIN)/$(LABEL) $(REPO_URI)' |
	sed -n "s,^$origin/$origin ,,p" | head -1)}
[ "$mirror" ] || missing "apt knows no mirror of $origin here; set MIRROR"

root=${ROOT-$(mktemp -d "${ROOTS:-/var/tmp}/distros.XXXXXX")} || exit 3
finish()
{
	umount -R "$root/dev" "$root/proc" "$root/bare/proc" 2>/dev/null
	if [ "${KEEP-}${ROOT-}" ]; then
		echo "kept: $root"
	else
		rm -rf --one-file-system "$root"
	fi
}
trap finish EXIT
trap 'exit 3' HUP INT TERM

[ "${ROOT-}" ] || echo "$name: a bare root of $suite ..."
[ "${ROOT-}" ] || debootstrap --variant=minbase --components=$parts --keyring="$keys" \
	$suite "$root" "$mirror" "/usr/share/debootstrap/scripts/$script" \
	>"$root.log" 2>&1 || {
	tail -5 "$root.log"
	rm -f "$root.log"
	missing "no root of $name from $mirror"
}
rm -f "$root.log"
# Nothing in the root needs to outlive a loss of power.
chmod 755 "$root"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fast"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
git -C "$top" diff --quiet HEAD ||
	echo "$name: the work tree has changes that are not committed; left out"
if [ -d "$root/src" ]; then
	git -C "$root/src" fetch -q origin HEAD &&
		git -C "$root/src" checkout -q FETCH_HEAD
else
	git clone -q --no-hardlinks "$top" "$root/src"
fi || exit 3
echo "$name: $(git -C "$root/src" log -1 --format='%h %s')"
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 3

# inside COMMAND...: runs it in the root, with nothing of this environment
inside()
{
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
		TERM=dumb chroot "$root" "$@"
}

# The package in a root that has nothing else of sppctl: what apt adds, the
# README's first example, and what is left once it is removed.
try_package()
{
	inside sh -c 'cd /src && sh cli/quickstart.sh >/dev/null &&
		apt-get install -y -qq dpkg-dev file gzip >/dev/null 2>&1 &&
		cmake -B build/release -DCMAKE_INSTALL_PREFIX=/usr >/dev/null &&
		cmake --build build/release --target sppctl docs >/dev/null &&
		cd build/release && cpack -G DEB >/dev/null' || return 1
	mkdir -p "$root/bare"
	debootstrap --variant=minbase --components=$parts --keyring="$keys" \
		$suite "$root/bare" "$mirror" \
		"/usr/share/debootstrap/scripts/$script" >/dev/null 2>&1 || return 1
	cp -L /etc/resolv.conf /etc/hosts "$root/bare/etc/"
	cp "$root"/src/build/release/sppctl_*.deb "$root/bare/sppctl.deb"
	cp "$root/src/build/sample/SOFTWARE" "$root/bare/SOFTWARE"
	mount -t proc proc "$root/bare/proc" || return 1
	inside chroot /bare sh -ec '
		everything() { find / -xdev \( -path /proc -o -path /tmp \) -prune -o \
			-name "*sppctl*" -print | grep -v "^/sppctl.deb\$" |
			LC_ALL=C sort; }
		apt-get update -qq
		everything >/tmp/before
		apt-get install -y -qq --no-install-recommends /sppctl.deb
		dpkg -L sppctl | grep -E "bin/|man"
		sppctl --version
		sppctl set /SOFTWARE dns-publishing=on host-caching=on
		sppctl show /SOFTWARE | head -5
		sppctl check /SOFTWARE
		apt-get purge -y -qq sppctl
		everything >/tmp/after
		cmp /tmp/before /tmp/after'
}

packages()
{
	inside dpkg-query -W -f '${Package}\n' | wc -l
}

failed=0
for part; do
	case $part in
	quickstart) command='sh cli/quickstart.sh' ;;
	tests) command='sh tests/run.sh' ;;
	quick) command='sh tests/run.sh quick' ;;
	clang)
		command='apt-get update -qq && rm -rf build &&
			apt-get install -y -qq clang >/dev/null &&
			{ apt-get install -y -qq libclang-rt-dev >/dev/null || :; } &&
			CC=clang sh tests/run.sh quick'
		;;
	i386 | aarch64 | armhf | s390x)
		command="THROWAWAY=1 sh tests/cross.sh $part '${TESTS-}'" ;;
	package)
		try_package >"$root/$part.log" 2>&1 </dev/null
		code=$?
		sed "s/^/$name: /" "$root/$part.log" | tail -30
		echo "$name: the package in a bare root: exit $code"
		[ $code -eq 0 ] || failed=1
		continue
		;;
	*)
		echo "$usage" >&2
		exit 2
		;;
	esac
	before=$(packages)
	start=$(date +%s)
	inside sh -c "cd /src && $command" >"$root/$part.log" 2>&1 </dev/null
	code=$?
	seconds=$(($(date +%s) - start))
	if [ $code -eq 77 ]; then
		grep '^skipped' "$root/$part.log"
	elif [ $code -ne 0 ]; then
		failed=1
		tail -60 "$root/$part.log"
	else
		grep 'tests passed' "$root/$part.log"
	fi
	echo "$name: $command: exit $code after $seconds s;" \
		"packages: $before before, $(packages) after"
done
exit $failed
