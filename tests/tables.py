#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the tables of the pages with those that the program prints.

    tests/tables.py TABLES PAGE... [--update]

A table is known by its first line.  Every table of TABLES, which "sppctl help
tables" printed, must be in one of the pages, row by row.  --update writes the
program's rows into the pages.
"""
import difflib
import sys

update = sys.argv[-1] == "--update"
tables, *pages = [a for a in sys.argv[1:] if a != "--update"]
known = {}
for table in open(tables, encoding="utf-8").read().strip().split("\n\n"):
    rows = table.split("\n")
    known[rows[0]] = rows
seen, bad = set(), False
for page in pages:
    lines = open(page, encoding="utf-8").read().split("\n")
    out, skip = [], False
    for line in lines:
        if skip and line.startswith("|"):
            continue
        skip = line in known
        out += known.get(line, [line])
        seen |= {line} & set(known)
    if update and out != lines:
        open(page, "w", encoding="utf-8").write("\n".join(out))
    elif out != lines:
        bad = True
        sys.stdout.writelines(s + "\n" for s in difflib.unified_diff(
            lines, out, page, "sppctl help tables", lineterm=""))
for missing in set(known) - seen:
    bad = True
    print("no page has the table", missing)
sys.exit(bad)
