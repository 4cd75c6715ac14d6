#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The JSON documents that the cases expect, by the schema that the program
# prints of their kind.  "evidence" is left out of what is expected.
# label: quick 1
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
python3 - "$SOURCE"/tests/cases/*/out <<'END' || fail "no transcripts"
import json, os, re, sys
count = 0
for path in sys.argv[1:]:
    lines = open(path, encoding="utf-8", errors="surrogateescape").read()
    for part in re.split(r"^\$ ", lines, flags=re.M)[1:]:
        call, _, text = part.partition("\n")
        begin = re.search(r"^\{$", text, re.M)
        if " --json" not in call or not begin:
            continue
        try:
            document, _ = json.JSONDecoder().raw_decode(text, begin.start())
        except ValueError:
            continue  # cut by the case
        count += 1
        name = os.path.basename(os.path.dirname(path))
        with open("%s.%d" % (name, count), "w", encoding="utf-8") as to:
            json.dump(document, to)
sys.exit(count < 40)
END
python3 "$SOURCE/tests/validate.py" "$SPPCTL" --without evidence \
	[a-z]*.[0-9]* || failed=1
exit $failed
