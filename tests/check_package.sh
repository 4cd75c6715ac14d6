#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The packages: lintian and rpmlint have nothing to say, and the only program
# in them is sppctl.  tests/distros.sh installs one in a bare root.
# label: judges 20
. "$SOURCE/tests/check.sh"
for tool in cpack lintian rpmbuild rpmlint; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done
# A build for another folder would name that in its reports.
build=$(dirname "$PLAIN")
if ! grep -q '^CMAKE_INSTALL_PREFIX:.*=/usr$' "$build/CMakeCache.txt"; then
	! cpack --config "$build/CPackConfig.cmake" -G DEB -B other \
		>log/cpack 2>&1 || fail "a build for another folder is packed"
	grep -q 'not for /usr' log/cpack || fail "$(cat log/cpack)"
fi
cmake -S "$SOURCE" -B build -G Ninja -DCMAKE_INSTALL_PREFIX=/usr \
	-DSPPCTL_TESTS=OFF >log/cmake 2>&1 &&
	cmake --build build --target sppctl docs >log/build 2>&1 || {
	tail -20 log/cmake log/build
	exit 1
}
for kind in DEB RPM; do
	cpack --config build/CPackConfig.cmake -G $kind -B packages \
		>log/cpack 2>&1 || {
		cat log/cpack
		exit 1
	}
done
deb=$(ls packages/*.deb)
rpm=$(ls packages/*.rpm)

# binary-has-unneeded-section: how cpack strips.
lintian --allow-root --info --display-info --fail-on error,warning \
	--suppress-tags binary-has-unneeded-section "$deb" >log/lintian 2>&1 ||
	fail "lintian: $(cat log/lintian)"
[ ! -s log/lintian ] || fail "lintian: $(cat log/lintian)"

# Who builds signs; the man page is packed with gzip, as Debian and Fedora do
# and SUSE does not; old lists of licences know no SPDX names; no site yet; a
# module of Ansible has the first line of a script and is none.
cat >rpmlint.toml <<END
Filters = ["no-signature", "manpage-not-compressed",
	"no-manual-page-for-binary", "invalid-license", "no-url-tag",
	"non-executable-script .*/ansible/"]
END
rpmlint -c rpmlint.toml "$rpm" >log/rpmlint 2>&1 ||
	fail "rpmlint: $(cat log/rpmlint)"
grep -q ' 0 errors, 0 warnings' log/rpmlint || fail "$(cat log/rpmlint)"

# Both have the same files, but for what belongs to the kind.
dpkg --contents "$deb" | awk '{ print $NF }' | grep -v '/$' |
	sed 's/^\.//' | LC_ALL=C sort >in-deb
sed s,zsh/vendor-completions,zsh/site-functions, in-deb >of-deb
rpm -qpl "$rpm" 2>log/rpm | while read -r name; do
	grep -x "$name" of-deb
done >of-rpm
cmp -s of-deb of-rpm || fail "$(diff of-deb of-rpm)"
[ "$(grep bin/ of-deb)" = /usr/bin/sppctl ] || fail "$(grep bin/ of-deb)"
for name in share/man/man1/sppctl.1.gz share/doc/sppctl/changelog.gz \
	share/doc/sppctl/copyright share/doc/sppctl/cli/pages/promises.md \
	share/bash-completion/completions/sppctl share/sppctl/client.json \
	share/doc/sppctl/cli/SECURITY.md share/zsh/site-functions/_sppctl \
	share/sppctl/schemas/policy.json share/sppctl/schemas/audit.json; do
	grep -q "^/usr/$name\$" of-deb || fail "not in the package: $name"
done
! command -v zsh >/dev/null || zsh -fc 'print -l $fpath' |
	grep -qx "$(dirname "$(grep /_sppctl in-deb)")" ||
	fail "zsh finds no completion"
dpkg --field "$deb" Depends | grep -q libhivex0 || fail "no dependencies"
dpkg --field "$deb" Recommends | grep -q qemu-utils || fail "no qemu-utils"
rpm -qp --recommends "$rpm" 2>log/rpm | grep -q qemu-img || fail "no qemu-img"
dpkg --fsys-tarfile "$deb" | tar -x -O ./usr/bin/sppctl >program
grep -qa 'file:///usr/share/doc/sppctl' program || fail "no pages are named"
! grep -qa /usr/local/share program || fail "it names a folder of another build"
exit $failed
