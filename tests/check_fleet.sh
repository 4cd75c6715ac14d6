#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The design of a site in one file: planned, applied, audited, rolled back.
# label: quick 4
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"

for host in h1 h2; do
	cp "$FIXTURES/server.hive" $host
done
for client in c1 c2 c3; do
	cp "$FIXTURES/client.hive" $client
done
chmod u+w h? c?
md5sum h? c? >before
printf 'c2\nc3\n' >"more"
cat >site.json <<'END'
{ "sppctl-fleet": 1, "domains": [ "corp.example", "branch.example" ],
  "platform": "on-premises",
  "hosts": [
    { "name": "kms01.corp.example", "priority": 10, "weight": 100,
      "port": 1690, "targets": [ "h1" ] },
    { "name": "kms02.corp.example", "priority": 20, "weight": 100,
      "policy": { "spp": { "low-priority": "on" } }, "targets": [ "h2" ] }
  ],
  "clients": [
    { "policy": "client.json", "targets": [ "c1*" ],
      "targets-from": "more" }
  ] }
END
echo '{"sppctl-policy":1,"scopes":{"spp":{"kms-port":1690}}}' >client.json

run 1 fleet plan site.json
[ "$(grep -c 'pending$' log/out)" -eq 5 ] || fail "plan: $(cat log/out)"
grep -q 'resilient: no weakness found' log/out || fail "design: $(cat log/out)"
md5sum -c before >log/sums || fail "plan wrote"
run 1 fleet plan site.json --json
python3 -m json.tool <log/out >log/json || fail "plan --json"
run 0 fleet apply site.json -j1 --results run.ndjson
[ "$(wc -l <run.ndjson)" -eq 5 ] || fail "results"
run 0 get h2 low-priority
[ "$(cat log/out)" = on ] || fail "the policy of a host"
run 0 publish h2
grep -q 'branch.example *20 *100' log/out || fail "list: $(cat log/out)"
run 0 fleet apply site.json
[ "$(grep -c 'nothing to change' log/out)" -eq 5 ] || fail "not idempotent"
run 0 fleet audit site.json
grep -q '5 targets: ' log/out || fail "audit: $(cat log/out)"

# Drift.
run 0 set c2 kms-port=1
run 1 fleet audit site.json
grep -q '^c2: 1 change pending' log/out || fail "drift: $(cat log/out)"
run 1 fleet audit site.json --json
python3 -m json.tool <log/out >log/json || fail "audit --json"
run 0 fleet apply site.json

# What that run has changed comes back, the latest backup first.
run 0 restore c2 --backup=.fleet
run 0 unset c2 kms-port
run 0 set c2 kms-port=1690
run 2 fleet rollback site.json
run '0|3|4' fleet rollback site.json run.ndjson
run 1 fleet plan site.json
for t in h1 h2 c1 c3; do
	grep " $t\$" before | md5sum -c >log/sums 2>&1 || fail "rollback: $t"
done

# A design that is weak.
sed 's/"priority": 20/"priority": 10/' site.json >weak.json
run 1 fleet plan weak.json
grep -q 'weak: ' log/out || fail "weak: $(cat log/out)"

# Mistakes in the file.
wrong()
{
	printf '%s' "$1" >bad.json
	run 2 fleet plan bad.json
	grep -qF -e "$2" log/err || fail "$1: $(cat log/err)"
}
wrong '{' 'bad.json:1:1'
wrong '[]' 'is not an object'
wrong '{"sppctl-fleet":2,"domains":["a.example"]}' 'as its version'
wrong '{"sppctl-fleet":1}' "needs 'domains'"
wrong '{"sppctl-fleet":1,"domains":["a.example"]}' 'has no targets'
wrong '{"sppctl-fleet":1,"domians":[]}' "did you mean 'domains'"
wrong '{"sppctl-fleet":1,"domains":["a.example"],"hosts":[{}]}' "needs a 'name'"
wrong '{"sppctl-fleet":1,"domains":["a.example"],"hosts":[{"name":"k",
"priority":-1,"targets":["x"]}]}' "'priority' is not a number"
wrong '{"sppctl-fleet":1,"domains":["a.example"],"clients":[{"targets":["x"]},
{"targets":["x"]}]}' "'x' is there twice"
wrong '{"sppctl-fleet":1,"domains":["a.example"],"clients":[{"targets":["x"],
"policy":{"spp":{"kms-prt":1}}}]}' 'kms-prt'
wrong '{"sppctl-fleet":1,"domains":["a.example"],"clients":[{"targets":["c1"],
"policy":{"spp":{"kms-port":0}}}]}' 'kms-port'
run 2 fleet pln site.json
run 3 fleet plan nothing.json

# Only a file of results is gone on with: another stays as it is.
printf '{"my":"precious"}' >mine.json
printf precious >mine.txt
for mine in mine.json mine.txt c1; do
	keep mine $mine
	run 2 audit c1 --resume $mine
	said "$mine:1: not a line of --results"
	run 2 set c2 kms-port=3 --dry-run --resume $mine
	kept mine $mine
	run 2 merge $mine
	run 2 fleet rollback site.json $mine
done
# Nor is a file taken for the list of what was begun.
echo mine >new.ndjson.begun
keep begun new.ndjson.begun
run 4 set c1 kms-port=3 --results new.ndjson --dry-run
run 4 set c1 kms-port=3 --results new.ndjson
said "'new.ndjson.begun' exists"
[ ! -e new.ndjson ] || fail "results of nothing"
run 4 set c1 kms-port=3 --resume new.ndjson
said "'new.ndjson.begun' is not a file of sppctl"
kept begun new.ndjson.begun
# What a link leads to keeps its owner and mode, and the link stays.
run '3|4' audit c1 nothing --results real.ndjson
chmod 662 real.ndjson
ln -s real.ndjson link.ndjson
echo mine >link.ndjson.sppctl-new
stat -c '%a %u:%g' real.ndjson >log/was
run '3|4' audit c1 nothing --resume link.ndjson --retry failed
[ -L link.ndjson ] || fail "a link was replaced"
stat -c '%a %u:%g' real.ndjson | cmp -s - log/was || fail "mode of results"
[ "$(cat link.ndjson.sppctl-new)" = mine ] || fail "a file of somebody's"
[ "$(wc -l <real.ndjson)" -eq 2 ] || fail "$(cat real.ndjson)"
# Who may write it but not give it to its owner goes on with it, too.
if [ "$(id -u)" -eq 0 ] && setpriv --bounding-set -chown true 2>log/err; then
	chown 65534 real.ndjson
	setpriv --bounding-set -chown "$SPPCTL" audit c1 nothing \
		--resume real.ndjson --retry failed >log/out 2>log/err
	! grep owner log/err || fail "the owner of results cannot be kept"
	[ "$(stat -c %a real.ndjson)" = "$(cut -d' ' -f1 log/was)" ] ||
		fail "mode of results of others"
	rm link.ndjson.sppctl-new
	! ls -a | grep sppctl-new || fail "a work file is left"
fi
mkfifo pipe
for mine in pipe /dev/null; do
	run 2 set c2 kms-port=3 --dry-run --resume $mine
	said "cannot go on with '$mine'"
done

# The schema knows what the reader knows.
run 0 help schema fleet
python3 - <<'END' || fail "schema"
import json
schema = json.load(open('log/out'))
try:
    import jsonschema
except ImportError:
    raise SystemExit
jsonschema.validate(json.load(open('site.json')), schema)
for bad in {'domains': []}, {'sppctl-fleet': 1, 'domains': ['a'], 'x': 1}:
    try:
        jsonschema.validate(bad, schema)
    except jsonschema.ValidationError:
        continue
    raise SystemExit('valid: %s' % bad)
END
exit $failed
