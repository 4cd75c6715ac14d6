# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the documents in doc/ by what "sppctl help json" lists.

The folder has table, which is that list, takes, the commands with --json, and
for each doc/N.json what was called in doc/N.call.  Prints what is wrong.
"""
import json, os, re, sys

def read_table(path):
    shapes, shape = {}, None
    for line in open(path):
        by = re.match(r"Printed by (.*)\.$", line)
        head = re.match(r"(\S+)(?:, version (\d+))?$", line)
        row = re.match(r"  (\S+)  +(\S.*?)  +\S", line)
        if row:
            key = row[1].rstrip("?")
            # A shape may have all members of several others.
            key += row[2] if key == "..." else ""
            shape["rows"][key] = row[2], row[1][-1] == "?"
        elif by:
            shape["by"] = by[1]
        elif head:
            shape = shapes[head[1]] = {"rows": {}, "version": head[2],
                                       "by": None}
    return shapes

shapes = read_table("table")
plain = {"text": str, "document": dict, "bool": bool, "number": (int, float),
         "null": type(None)}

# All members of a shape: name: (type, whether it may be missing).
def members(name):
    rows = dict(shapes[name]["rows"])
    for key in [key for key in rows if key.startswith("...")]:
        rows.update(members(rows.pop(key)[0]))
    return rows

# The shapes whose members a shape has, with itself.
def parents(name):
    rows = shapes[name]["rows"]
    return {name}.union(*(parents(rows[key][0]) for key in rows
                          if key.startswith("...")))

# "A or B", but for what stands in brackets
def alternatives(types):
    return [types] if types[0] in "[{" and types[-1] in "]}" \
        else re.split(r" or (?![^\[]*\])", types)

# Each judge returns what is wrong with a value and what was seen in it.
def judge(value, types, where):
    found = [judge_one(value, one, where) + (one,)
             for one in alternatives(types)]
    wrong, notes, one = min(found, key=lambda f: len(f[0]))
    return wrong, notes | {one}

def judge_all(values, one, where):
    wrong, notes = [], set()
    for value in values:
        more, also = judge(value, one, where)
        wrong += more
        notes |= {n for n in also if isinstance(n, tuple)}
    return wrong, notes

def judge_one(value, one, where):
    if one in plain:
        fits = isinstance(value, plain[one]) and \
            (one != "number" or not isinstance(value, bool))
        return [] if fits else ["%s is no %s: %r" % (where, one, value)], \
            set()
    if one[0] == "[" and isinstance(value, list):
        return judge_all(value, one[1:-1], where)
    if one[0] == "{" and isinstance(value, dict):
        return judge_all(value.values(), one[1:-1], where)
    if isinstance(value, dict) and one in shapes and \
            not shapes[one]["version"]:
        return judge_shape(value, one, where)
    return ["%s is no %s" % (where, one)], set()

def judge_shape(value, name, where):
    wrong, notes, rows = [], set(), members(name)
    for key in value:
        if key not in rows:
            wrong.append("%s/%s is not in the table of %s"
                         % (where, key, name))
    for key, (types, optional) in rows.items():
        notes.add((name, key, "there" if key in value else "missing"))
        if key in value:
            more, also = judge(value[key], types, where + "/" + key)
            wrong += more
            notes |= {(name, key, n) if isinstance(n, str) else n
                      for n in also}
        elif not optional:
            wrong.append("%s has no '%s' of %s" % (where, key, name))
    # What was seen of a shape was seen of those that it is made of.
    notes |= {(parent, n[1], n[2]) for n in notes if n[0] == name
              for parent in parents(name)}
    return wrong, notes | {(parent, "", "there") for parent in parents(name)}

def judge_document(call, document):
    head = [document.pop(k, None) for k in ("sppctl", "document", "version")]
    kind = head[1]
    if "error" in document and kind not in ("result", "failed", "judged"):
        if kind not in (call[0], "sppctl"):
            return ["a failure of kind '%s'" % kind]
        kind = "COMMAND"
    if kind not in shapes or not shapes[kind]["version"]:
        return ["the table has no document '%s'" % kind]
    wrong, notes = judge_shape(document, kind, kind)
    by = [words.split()[0] for words in shapes[kind]["by"].split(", ")]
    if kind != "COMMAND" and call[0] not in by:
        wrong.append("the table does not say that it prints '%s'" % kind)
    if str(head[2]) != shapes[kind]["version"]:
        wrong.append("version %s, not %s" % (head[2], shapes[kind]["version"]))
    if not isinstance(head[0], str):
        wrong.append("no version of sppctl")
    seen.update(notes)
    printers.setdefault(kind, set()).add(call[0])
    return wrong

seen, printers, faults = set(), {}, []
documents = [f[:-5] for f in os.listdir("doc") if f.endswith(".json")]
for n in sorted(documents, key=int):
    call = open("doc/%s.call" % n, errors="replace").read().split("\n")
    for wrong in judge_document(call, json.load(open("doc/%s.json" % n))):
        faults.append("sppctl %s: %s" % (" ".join(call).strip(), wrong))

# Nothing stands in the table that there is not.
absent = set() if os.path.exists("golden.qcow2") \
    else {"DISK", "PARTITION", "VOLUME", "parts", "image", "image_sha256"}
if not os.path.exists("images.wim"):
    absent |= {"WIM", "IMAGE", "PACKED"}
# Not all file systems keep it.
absent |= {"born"}
# A failure of no command, judged as one of a command.
absent |= {"sppctl"}
# A signal in the middle of an edit is another test's affair.
absent |= {"STOPPED", "stopped"}
for name, shape in shapes.items():
    if name in absent:
        continue
    if (name, "", "there") not in seen:
        faults.append("no document has a %s" % name)
    if shape["by"] and name != "COMMAND":
        told = {words.split()[0] for words in shape["by"].split(", ")}
        for command in sorted(told - printers.get(name, set())):
            faults.append("'%s' was not seen of %s" % (name, command))
    for key, (types, optional) in shape["rows"].items():
        forms = alternatives(types) + ["there"] + optional * ["missing"]
        for form in forms:
            if not key.startswith("...") and not {key, form} & absent and \
                    (name, key, form) not in seen:
                faults.append("%s of %s was never %s" % (key, name, form))
for command in open("takes").read().split():
    if not any(command in of for of in printers.values()):
        faults.append("%s --json was never run" % command)
for fault in faults:
    print(fault)
print("%d documents of %d kinds; %d faults"
      % (len(documents), len(printers), len(faults)))
sys.exit(1 if faults else 0)
