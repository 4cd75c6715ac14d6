#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of README.md and of the pages print what these say, in their
# order, on the sample that the quickstart makes; each page starts with a new
# one.  UPDATE=1 writes down what came out.
# label: quick 3
. "$SOURCE/tests/check.sh"
PATH=$PATH:/sbin:/usr/sbin
for tool in mkntfs sfdisk qemu-img wimcapture python3; do
	command -v $tool >/dev/null || skip "no $tool"
done
[ -x "$FIXTURES/mkvolume" ] || skip "no disk images in this build"
case $("$SPPCTL" --version) in
*'WIM: libwim'*) ;;
*) skip "no WIMs in this build" ;;
esac
mkdir bin sample tmp
unset VISUAL XDG_RUNTIME_DIR
export TMPDIR="$PWD/tmp"
ln -s "$SPPCTL" bin/sppctl
PATH=$PWD/bin:$PATH
sh "$SOURCE/fixtures/sample.sh" "$FIXTURES" sample || fail "no sample"
export SOURCE_DATE_EPOCH=1700000000 # ids of GPOs are derived from the time
for page in "$SOURCE/README.md" "$SOURCE"/cli/pages/*.md; do
	grep -q '^```console' "$page" || continue
	rm -rf try
	mkdir -p try/build try/policy
	cp -r "$SOURCE/policy/ready" try/policy/
	cp -a sample try/build/
	here=$PWD/try/build/sample
	[ "$page" != "$SOURCE/README.md" ] || here=$PWD/try
	python3 "$SOURCE/tests/readme.py" "$page" "$here" ${UPDATE:+--update} ||
		fail "$page does not say what happens"
done
exit $failed
