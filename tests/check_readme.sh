#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of README.md print what README.md says, in its order, on the
# sample that the quickstart makes.  UPDATE=1 writes down what came out.
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
mkdir -p build/sample bin policy
cp -r "$SOURCE/policy/ready" policy/
sh "$SOURCE/fixtures/sample.sh" "$FIXTURES" build/sample || fail "no sample"
ln -s "$SPPCTL" bin/sppctl
PATH=$PWD/bin:$PATH
python3 "$SOURCE/tests/readme.py" "$SOURCE/README.md" "$PWD" \
	${UPDATE:+--update} || fail "README.md does not say what happens"
exit $failed
