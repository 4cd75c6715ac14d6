#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Ansible module, run by Ansible over a local connection: check mode, diff,
# what is not logged, a second run that changes nothing, a target that fails.
# label: judges 60
set -u
. "$SOURCE/tests/image.sh"
need ansible-playbook ansible-doc
[ -x "$PLAIN" ] || skip "no build without sanitizers"
export ANSIBLE_LOCAL_TEMP="$work/tmp" ANSIBLE_REMOTE_TEMP="$work/tmp" \
	ANSIBLE_LIBRARY="$SOURCE/cli/ansible" ANSIBLE_NOCOLOR=1 \
	ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_INVENTORY_UNPARSED_WARNING=0 \
	HOME="$work"
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
for t in a b; do
	cp "$FIXTURES/kms-primary.hive" $t
	chmod u+w $t
done
cat >play.yml <<END
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    images: [ "$work/a", "$work/b" ]
  tasks:
    - name: clients
      sppctl:
        executable: "$PLAIN"
        targets: "{{ images }}"
        settings: { host-caching: off, kms-port: 1811 }
        secrets: { kms-host: secret.corp.example }
        backup: true
END

# play [OPTION]...
play()
{
	ansible-playbook -i localhost, play.yml "$@" >out 2>&1
	got=$?
}

md5sum a b >sums
play --check --diff -vvv
[ $got -eq 0 ] || fail "check: $(tail -20 out)"
grep -q 'changed=1' out || fail "check: $(cat out)"
grep -q '^+spp kms-port: 1811' out || fail "diff: $(cat out)"
grep -q 'secret.corp.example' out && fail "a secret is logged"
md5sum -c --quiet sums || fail "check mode wrote"
play
[ $got -eq 0 ] || fail "run: $(tail -20 out)"
grep -q 'changed=1' out || fail "run: $(cat out)"
[ "$("$PLAIN" get a kms-host)" = secret.corp.example ] || fail "not set"
[ "$("$PLAIN" get b host-caching)" = off ] || fail "a word of YAML"
[ -f a.bak ] || fail "no backup"
play
grep -q 'changed=0' out || fail "again: $(cat out)"
rm b
play
[ $got -ne 0 ] || fail "a target that is not there"
grep -q "cannot open" out || fail "why: $(cat out)"
ansible-doc -t module sppctl >doc 2>&1 || fail "ansible-doc: $(cat doc)"
grep -q 'backing_dir' doc || fail "ansible-doc: $(cat doc)"
exit $failed
