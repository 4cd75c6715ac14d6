#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The JSON Schema of "sppctl help schema" against the reader of policy
# documents, by a validator that is not ours: what sppctl writes is valid, and
# of documents made for it both say the same.
# label: judges 12
. "$SOURCE/tests/check.sh"
python3 -c 'import jsonschema' 2>/dev/null || skip "no python3-jsonschema here"
fixture client
run 0 help schema && cp log/out schema.json
run 0 help policy && cp log/out help
run 0 settings --json && cp log/out settings.json
run 0 help scopes && cp log/out scopes

# What there is: the policies that are ready, dumps, and what was imported.
mkdir good
cp "$SOURCE"/policy/ready/*.json good/
for hive in "$FIXTURES"/*.hive; do
	name=$(basename "$hive" .hive)
	"$SPPCTL" dump "$hive" >"good/$name.json" 2>log/err ||
		{ rm "good/$name.json"; continue; }
	"$SPPCTL" export "$hive" --format json >"good/$name.export" 2>log/err ||
		rm "good/$name.export"
done
"$SPPCTL" dump "$FIXTURES/audit-kms38.hive" --show-keys >good/keys.json
for format in reg lgpo gpp pol; do
	run 0 export client --format $format -o x.$format
	run 0 import x.$format -o good/$format.json
done
sed -n '/^  {$/,/^  }$/p' help | sed 's/  *# .*//' >good/help.json
run 1 apply client good/help.json --dry-run

cat >check.py <<'PY'
import json, os, subprocess, sys
import jsonschema

schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
faults = []

good = sorted(os.listdir("good"))
for name in good:
    for error in validator.iter_errors(json.load(open("good/" + name))):
        faults.append("%s: %s: %s" % (name, list(error.path),
                                      error.message[:200]))

# What the reader says: 0 and 1 are of diff, 2 and 3 of a wrong document.
def reads(text):
    with open("policy.json", "w") as f:
        f.write(text)
    code = subprocess.run([os.environ["SPPCTL"], "diff", "client",
                           "policy.json"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode
    if code not in (0, 1, 2, 3):
        faults.append("exit code %d: %s" % (code, text))
    return code < 2

tried = {True: 0, False: 0}

# Both must say this, or what the reader says if want is None.
def try_document(document, want=None):
    text = json.dumps(document)
    read, valid = reads(text), validator.is_valid(document)
    tried[read] += 1
    if want is not None and read != want:
        faults.append("sppctl %s: %s" % ("takes it" if read else
                                         "refuses it", text))
    if read != valid:
        faults.append("sppctl %s, the schema %s: %s"
                      % ("takes it" if read else "refuses it",
                         "takes it" if valid else "refuses it", text))

def try_wish(scope, name, wish, want=None):
    try_document({"sppctl-policy": 1, "scopes": {scope: {name: wish}}}, want)

# The document itself.
try_document({"sppctl-policy": 1}, True)
try_document({"sppctl-policy": 1, "$schema": "policy.schema.json",
              "name": "x", "description": "y", "scopes": {}}, True)
for wrong in ({"sppctl-policy": 1, "scopes": {"spp": {"publish-list": [
                  {"domain": "a.example", "prority": 3}]}}},
              {}, [], 1, None, {"sppctl-policy": 2}, {"sppctl-policy": "1"},
              {"sppctl-policy": 1, "nothing": 1},
              {"sppctl-policy": 1, "name": 1},
              {"sppctl-policy": 1, "description": None},
              {"sppctl-policy": 1, "scopes": []},
              {"sppctl-policy": 1, "scopes": {"spp": None}},
              {"sppctl-policy": 1, "observed": {"spp": 1}},
              {"sppctl-policy": 1, "observed": []}):
    try_document(wrong, False)

# Scopes.
guid = "59a52881-a989-479d-af46-f275c6370663"
for scope in ("spp/windows", "spp/office", "spp/office2010", "spp/" + guid,
              "spp/{%s}" % guid.upper(), "spp/windows/" + guid,
              "ospp/" + guid, "wow/windows", "spp/%s/%s" % (guid, guid),
              "spp/*", "spp/*/*", "spp/*/" + guid, "spp/windows/*",
              "ospp/*", "wow/%s/*" % guid):
    try_wish(scope, "kms-host", None, True)
    try_wish(scope, "kms-host", {"keep": True}, True)
    try_wish(scope, "*", None, True)
    try_wish(scope, "kms-host", "kms.example", "*" not in scope)
    try_wish(scope, "kms-host", {"default": "kms.example"}, "*" not in scope)
    try_wish(scope, "*", "on", False)
for scope in ("nothing", "", "*", "spp/", "spp/nothing", "spp/windows/",
              "spp/windows/nothing", "spp/windows/%s/x" % guid, "sl/windows",
              "policies/*", "spp/%s0" % guid, "spp//" + guid, "spp/**",
              "spp/windows/windows", "activation/windows"):
    try_wish(scope, "kms-host", None, False)

# Settings, and where each may live.
settings = json.load(open("settings.json"))["settings"]
places = list(dict.fromkeys(k.split("/")[0] for k in
                            schema["properties"]["scopes"]["properties"]))
for place in places:
    if "\n  %s " % place not in open("scopes").read():
        faults.append("'%s' is no scope" % place)
    for s in settings:
        try_wish(place, s["name"], None)
    try_wish(place, "nothing", None, False)
for s in settings:
    try_wish(s["scope"], s["registry"], None, True)
    try_wish(s["scope"], s["name"], {"keep": True}, True)
    try_document({"sppctl-policy": 1, "observed": {"sl": {
        s["name"]: {"type": "REG_SZ", "hex": ""}}}}, True)
try_document({"sppctl-policy": 1, "observed": {"spp/windows": {
    "backup-product-key": {"redacted": "XXXXX-YYYYY"}}}}, True)
for scope, name, value in (("spp/*", "kms-host", {"redacted": ""}),
                           ("nothing", "kms-host", {"redacted": ""}),
                           ("spp", "nothing", {"redacted": ""}),
                           ("spp", "*", {"redacted": ""}),
                           ("spp", "kms-host", {"redacted": 1}),
                           ("spp", "kms-host", "kms.example"),
                           ("spp", "kms-host", None)):
    try_document({"sppctl-policy": 1, "observed": {scope: {name: value}}},
                 False)

# Values, for one setting of each kind, and for one that cannot be set.
plain = [True, 0, 1, 3, 4, -1, 1.5, 2**40, "", "on", "1", "0x1", "x", [], {},
         ["corp.example"], {"type": "REG_SZ", "hex": "6100"}, {"keep": True},
         {"default": 1}, {"default": "on"}, {"default": None}, None]
words = [False, 2, "yes", "disabled", "0", "00", "2", "4", "all", "token",
         "maybe", {"default": False}, {"default": "maybe"}]
numbers = [14, 15, 43200, 43201, 65535, 65536, "1689", "0x699", "1689 ", "",
           {"default": 43200}, {"default": 2**20}]
names = ["kms.example", "kms.example.", "kms..example", "-kms.example",
         "kms_1", "a b", "kms:1688", "10.1.2.3", "10.1.2.300", "10.1.2.3.4",
         "[2001:db8::1]", "2001:db8::1", "a" * 63 + ".example",
         "a" * 64 + ".example", "b\u00fccher.example", "http://kms/",
         "with\ttab", "c" * 1024, "c" * 1025, {"default": "kms.example"},
         {"default": "a b"}]
objects = [{"type": 4, "hex": "00000000"}, {"type": 2**32 - 1, "hex": ""},
           {"type": "REG_SZ"}, {"hex": "00"}, {"type": "REG_SZ", "hex": "0"},
           {"type": "REG_NO", "hex": ""}, {"type": -1, "hex": ""},
           {"type": 2**32, "hex": ""}, {"type": "REG_SZ", "hex": "zz"},
           {"type": "REG_DWORD", "hex": "01000000", "text": "1"},
           {"type": None, "hex": ""}, {"keep": False}, {"keep": 1},
           {"default": {"keep": True}}, {"default": {"default": 1}},
           {"default": {"type": "REG_SZ", "hex": ""}}, {"text": "x"}]
lists = ["corp.example", "corp.example,1", " corp.example , 1 , 2 ",
         "corp.example, 1, 2, 3", "10.1.2.3, 1, 2", "corp.example 10 100",
         "corp.example,x", "corp example", "a.example;b.example,1,2", "",
         "a.example;", "a.example;;b.example", "b\u00fccher.example"]
lists += [[text] for text in lists if ";" not in text]
lists += [[{"domain": "corp.example"}, "branch.example, 10, 100"],
          [{"domain": "corp.example", "priority": 65535, "weight": 0}],
          [{"domain": "corp.example", "priority": 65536}],
          [{"domain": "corp.example", "weight": -1}],
          [{"domain": "corp.example", "priority": "1"}],
          [{"domain": "corp example"}], [{"domain": "10.1.2.3"}],
          [{"priority": 1}], [{"domain": 1}], [{}], [1], [None], [[]]]
kinds = {"switch": words, "choice": words, "number": numbers + objects,
         "port": numbers, "host": names, "domain": names, "text": names,
         "list": lists}
# A number that is given as text, only the reader compares.
beyond = {"number": ["1", "0x1", "1689"], "port": []}
for kind, more in kinds.items():
    s = next(s for s in settings if s["kind"] == kind and s["settable"])
    for value in plain + more:
        if value not in beyond.get(kind, []) or not isinstance(value, str):
            try_wish(s["scope"], s["name"], value)
            if kind == "switch":
                try_wish(s["scope"], s["registry"], value)
kept = next(s for s in settings if not s["settable"])
for value in plain:
    try_wish(kept["scope"], kept["name"], value)

# And the ranges of all.
for s in settings:
    if s["kind"] in ("number", "port") and s["settable"]:
        low, high = map(int, s["range"].split(".."))
        for n in (low, high):
            try_wish(s["scope"], s["name"], n, True)
        for n in (low - 1, high + 1):
            try_wish(s["scope"], s["name"], n, False)

for fault in faults:
    print(fault)
print("%d documents are valid; of others both take %d and refuse %d; %d faults"
      % (len(good), tried[True], tried[False], len(faults)))
sys.exit(1 if faults or min(tried.values()) < 100 else 0)
PY
# Thousands of starts: without sanitizers each takes a quarter of the time.
[ ! -x "${PLAIN:-}" ] || export SPPCTL="$PLAIN"
python3 check.py || failed=1
exit $failed
