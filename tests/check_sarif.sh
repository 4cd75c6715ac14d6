#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SARIF of sppctl audit against what the standard requires (sarif.schema.json),
# by a validator that is not ours.
# label: judges 2
set -eu
python3 -c 'import jsonschema' 2>/dev/null || {
	echo "skipped: no python3-jsonschema here"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir 'odd name [1]{2}'
cp "$FIXTURES/audit-public-kms-host.hive" 'odd name [1]{2}/ä%20#?'
printf '{"sppctl-policy":1,"scopes":{"spp":{"kms-host":"[2606:4700::1]"}},
"observed":{"spp":{"backup-product-key":{"type":"REG_SZ","hex":"5b0078005d002800790029007b0030007d0030000000"}}}}' >policy.json

# run NAME CODE ARGUMENT...
run()
{
	name=$1 want=$2
	shift 2
	code=0
	"$SPPCTL" audit --sarif "$@" >"$name.sarif" 2>"$name.err" || code=$?
	[ "$code" -eq "$want" ] || { echo "$name: exit $code, not $want"; exit 1; }
}

run clean 0 "$FIXTURES/client.hive"
run odd 1 'odd name [1]{2}/ä%20#?' policy.json --show-keys
run list 1 "$FIXTURES/malformed-list.hive" "$FIXTURES/wrong-types.hive"
run ignored 0 "$FIXTURES/audit-user-operations.hive" --ignore R31,r14
run failed 3 "$FIXTURES/client.hive" nothing-here
run hook 1 "$FIXTURES/audit-activation-hook.hive"
# shellcheck disable=SC2046
run all 1 $(ls "$FIXTURES"/audit-*.hive)

python3 - "$SOURCE/tests/sarif.schema.json" ./*.sarif <<'PY'
import json, re, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
bad = results = 0
for path in sys.argv[2:]:
    sarif = json.load(open(path))
    for error in validator.iter_errors(sarif):
        print(path, list(error.path), error.message)
        bad += 1
    run = sarif["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["R%02d" % n for n in range(1, 33)]
    seen = set()
    for r in run["results"]:
        results += 1
        place = r["locations"][0]["physicalLocation"]["artifactLocation"]
        # What is named by number must be what is named by name.
        assert rules[r["ruleIndex"]]["id"] == r["ruleId"]
        artifact = run["artifacts"][place["index"]]
        assert artifact["location"]["uri"] == place["uri"]
        mark = (place["index"], r["partialFingerprints"]["sppctl/v1"])
        assert mark not in seen, mark
        seen.add(mark)
        # 3.11.5 and 3.11.6: no placeholder, no link
        text = r["message"]["text"].replace("{{", "").replace("}}", "")
        assert "{" not in text and "}" not in text, text
        assert not re.search(r"(?<!\\)\]\(", text), text

def one(name):
    return json.load(open("./%s.sarif" % name))["runs"][0]

assert not one("clean")["results"]
assert not one("failed")["invocations"][0]["executionSuccessful"]
assert one("clean")["invocations"][0]["executionSuccessful"]
assert any("[x\\](y){{0}}" in r["message"]["text"]
           for r in one("odd")["results"])
override, = [o["descriptor"]["id"] for o in
             one("ignored")["invocations"][0]["ruleConfigurationOverrides"]
             if o["descriptor"]["id"] == "R31"]
assert len(one("hook")["results"]) == 2
fired = {r["ruleId"] for r in one("all")["results"]}
print("%d files, %d results, %d rules fired; %d errors"
      % (len(sys.argv) - 2, results, len(fired), bad))
sys.exit(1 if bad else 0)
PY
