#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges JSON documents by the schema that the program prints of their kind.

    tests/validate.py SPPCTL [--without MEMBER] FILE...

Every FILE must be one JSON document.  Where python3-jsonschema is installed,
one that says its kind must be valid by "sppctl help schema KIND", which may
not want the member that is left out.
"""
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None

judges, bad, judged = {}, 0, 0


def forget(schema):
    """No part of a schema wants the member that is left out."""
    if isinstance(schema, dict):
        if without in schema.get("required", []):
            schema["required"].remove(without)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            forget(part)


def judge_of(kind):
    if kind not in judges:
        ran = subprocess.run([sys.argv[1], "help", "schema", kind],
                             stdout=subprocess.PIPE, check=True)
        schema = json.loads(ran.stdout)
        forget(schema)
        jsonschema.Draft7Validator.check_schema(schema)
        judges[kind] = jsonschema.Draft7Validator(schema)
    return judges[kind]


paths, without = sys.argv[2:], None
if paths[:1] == ["--without"]:
    without, paths = paths[1], paths[2:]
for path in paths:
    document = json.load(open(path, encoding="utf-8"))
    kind = document.get("document") if isinstance(document, dict) else None
    if not jsonschema or not isinstance(kind, str):
        continue
    judged += 1
    error = jsonschema.exceptions.best_match(
        judge_of(kind).iter_errors(document))
    if error:
        bad += 1
        print("%s: %s: %s" % (path, "/".join(map(str, error.absolute_path)),
                              error.message[:300]))
if bad or len(paths) > 1:
    print("%d documents judged by %d schemas; %d are not valid"
          % (judged, len(judges), bad))
sys.exit(1 if bad else 0)
