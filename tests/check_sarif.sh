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
	case "|$want|" in
	*"|$code|"*) ;;
	*) echo "$name: exit $code, not $want"; exit 1 ;;
	esac
}

run clean 0 "$FIXTURES/client.hive"
run odd 1 'odd name [1]{2}/ä%20#?' policy.json --show-keys
run list 1 "$FIXTURES/malformed-list.hive" "$FIXTURES/wrong-types.hive"
run ignored 0 "$FIXTURES/audit-user-operations.hive" --ignore R31,r14
run failed 3 "$FIXTURES/client.hive" nothing-here
run hook 1 "$FIXTURES/audit-activation-hook.hive"
cp "$FIXTURES/dirty.hive" dirty
run dirty '0|1' dirty --discard-logs
# shellcheck disable=SC2046
run all 1 $(ls "$FIXTURES"/audit-*.hive)

# The schema of OASIS, whole, where somebody put it beside the project.
full=${SARIF_SCHEMA:-$SOURCE/../shared/sarif-schema-2.1.0.json}
[ -f "$full" ] || { echo "no $full: judged by sarif.schema.json alone"; full=; }
export full

python3 - "$SOURCE/tests/sarif.schema.json" ./*.sarif <<'PY'
import hashlib, json, os, re, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validators = [jsonschema.Draft7Validator(schema)]
if os.environ["full"]:
    whole = json.load(open(os.environ["full"]))
    validators.append(jsonschema.validators.validator_for(whole)(whole))
bad = results = 0
for path in sys.argv[2:]:
    sarif = json.load(open(path))
    for error in (e for v in validators for e in v.iter_errors(sarif)):
        print(path, list(error.path), error.message)
        bad += 1
    run = sarif["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules) >= 32
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
        mark = (place["index"],
                r["partialFingerprints"]["primaryLocationLineHash"])
        assert re.fullmatch("[0-9a-f]{16}:[0-9]+", mark[1]), mark
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
called = one("dirty")["invocations"][0]
assert called["arguments"][:2] == ["audit", "--sarif"], called
assert any(n["level"] == "warning" and "without its logs" in
           n["message"]["text"] for n in called["toolExecutionNotifications"])
hashed = [a for a in one("dirty")["artifacts"] if "hashes" in a]
assert hashed[0]["hashes"]["sha-256"] == hashlib.sha256(
    open("dirty", "rb").read()).hexdigest()
assert hashed[0]["parentIndex"] == 0
fired = {r["ruleId"] for r in one("all")["results"]}
print("%d files, %d results, %d rules fired; %d errors"
      % (len(sys.argv) - 2, results, len(fired), bad))
sys.exit(1 if bad else 0)
PY
