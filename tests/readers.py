#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of exports that are not ours: Samba's for Registry.pol, expat's
for XML, and plain ones for text. Each gives the same lines

    KEY|NAME|TYPE|HEX       a value
    KEY|NAME|-              a deletion

sorted, keys from HKEY_LOCAL_MACHINE or HKEY_USERS on, so that diff can
compare them: readers.py FORMAT FILE
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

TYPES = {"REG_SZ": 1, "REG_EXPAND_SZ": 2, "REG_BINARY": 3, "REG_DWORD": 4,
         "REG_MULTI_SZ": 7, "REG_QWORD": 11}


def utf16(text):
    return text.encode("utf-16-le")


def pol(path):
    from samba.dcerpc import preg
    from samba.ndr import ndr_pack, ndr_unpack
    data = open(path, "rb").read()
    parsed = ndr_unpack(preg.file, data)
    if ndr_pack(parsed) != data:
        sys.exit("Samba packs %s differently" % path)
    # Samba's reader decodes; the raw bytes are taken by what it found.
    at = 8
    for entry in parsed.entries:
        key, name = entry.keyname, entry.valuename
        head = utf16("[" + key + "\0;" + name + "\0;")
        if data[at:at + len(head)] != head:
            sys.exit("Samba sees another record at byte %d" % at)
        at += len(head) + 4 + 2
        size = int.from_bytes(data[at:at + 4], "little")
        at += 4 + 2
        raw = data[at:at + size]
        at += size + 2
        key = "HKEY_LOCAL_MACHINE\\" + key
        if name.startswith("**del."):
            yield key, name[6:], None, None
        else:
            yield key, name, entry.type, raw


def gpp(path):
    root = ElementTree.parse(path).getroot()
    for item in root.iter("Registry"):
        p = item.find("Properties").attrib
        key = p["hive"] + "\\" + p["key"]
        kind, text = p["type"], p["value"]
        if p["action"] == "D":
            yield key, p["name"], None, None
            continue
        if kind == "REG_MULTI_SZ":
            strings = [v.text or "" for v in item.iter("Value")]
            if " ".join(strings) != text:
                sys.exit("value is not the joined Values: %r" % text)
            data = utf16("".join(s + "\0" for s in strings) + "\0")
        elif kind in ("REG_DWORD", "REG_QWORD"):
            size = 4 if kind == "REG_DWORD" else 8
            if not re.fullmatch("[0-9A-F]{%d}" % (2 * size), text):
                sys.exit("not a number: %r" % text)
            data = int(text, 16).to_bytes(size, "little")
        elif kind == "REG_BINARY":
            data = bytes.fromhex(text)
        else:
            data = utf16(text + "\0")
        yield key, p["name"], TYPES[kind], data


def reg(path):
    data = open(path, "rb").read()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8")
    text = re.sub(r"\\\r?\n\s*", "", text)
    key = None
    for line in text.splitlines()[1:]:
        if line.startswith("["):
            key = re.sub("^HKLM", "HKEY_LOCAL_MACHINE", line[1:-1])
            continue
        match = re.fullmatch(r'(?:"(.*?)"|@)=(.*)', line)
        if not match:
            continue
        name, value = match[1] or "", match[2]
        if value == "-":
            yield key, name, None, None
        elif value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
            yield key, name, 1, utf16(value + "\0")
        elif value.startswith("dword:"):
            yield key, name, 4, int(value[6:], 16).to_bytes(4, "little")
        else:
            kind = re.match(r"hex(?:\((\w+)\))?:", value)
            yield (key, name, int(kind[1] or "3", 16),
                   bytes.fromhex(value[kind.end():].replace(",", "")))


def lgpo(path):
    data = open(path, "rb").read()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8")
    lines = [l for l in text.split("\r\n") if l and not l.startswith(";")]
    for i in range(0, len(lines), 4):
        where, key, name, what = lines[i:i + 4]
        key = {"Computer": "HKEY_LOCAL_MACHINE\\"}[where] + key
        if what == "DELETE":
            yield key, name, None, None
            continue
        kind, value = what.split(":", 1)
        if kind == "DWORD":
            yield key, name, 4, int(value).to_bytes(4, "little")
            continue
        value = re.sub(r"\\(.)", lambda m: "\0" if m[1] == "0" else m[1],
                       value)
        if kind == "MULTISZ":
            value = value + "\0" if value.strip("\0") else ""
        yield (key, name, {"SZ": 1, "EXSZ": 2, "MULTISZ": 7}[kind],
               utf16(value + "\0"))


def admx(path):
    """Every reference between the template and its texts."""
    ns = ("{http://schemas.microsoft.com/GroupPolicy/2006/07/"
          "PolicyDefinitions}")
    template = ElementTree.parse(path).getroot()
    folder, name = re.fullmatch(r"(.*/)(.*)\.admx", path).groups()
    texts = ElementTree.parse(folder + "en-US/" + name + ".adml").getroot()
    strings = {s.get("id") for s in texts.iter(ns + "string")}
    shown = {p.get("id"): p for p in texts.iter(ns + "presentation")}
    used = set()
    for element in template.iter():
        for value in element.attrib.values():
            match = re.fullmatch(r"\$\(string\.(\w+)\)", value)
            if match:
                used.add(match[1])
    if used != strings:
        sys.exit("strings differ: %s" % (used ^ strings))
    names = {c.get("name") for c in template.iter(ns + "category")}
    names |= {d.get("name") for d in template.iter(ns + "definition")}
    if {e.get("ref") for e in template.iter(ns + "supportedOn")} - {None} != \
            {d.get("name") for d in template.iter(ns + "definition")}:
        sys.exit("what is supported on what: not all that is defined is used")
    for box in texts.iter(ns + "decimalTextBox"):
        if not (box.get("defaultValue") or "0").isdigit():
            sys.exit("a default is not a number: " + box.get("refId"))
    for policy in template.iter(ns + "policy"):
        refs = {e.get("ref") for e in policy if e.get("ref")}
        if not refs <= names:
            sys.exit("unknown reference: %s" % (refs - names))
        elements = {e.get("id") for e in policy.iter() if e.get("id")}
        presentation = policy.get("presentation")
        boxes = set()
        if presentation:
            boxes = {b.get("refId")
                     for b in shown.pop(presentation[15:-1]) if b.get("refId")}
        if elements != boxes:
            sys.exit("elements and boxes differ in " + policy.get("name"))
        for e in [policy] + list(policy.iter()):
            if e.get("valueName"):
                yield (policy.get("key"), e.get("valueName"), None, None)
    if shown:
        sys.exit("presentations without a policy: %s" % shown)


def admxset(path, enabled=True):
    """What the editor writes when every policy is Enabled, with values that
    tests/check_formats.sh gives the settings as well; or Disabled, where that
    sets anything."""
    ns = ("{http://schemas.microsoft.com/GroupPolicy/2006/07/"
          "PolicyDefinitions}")
    for policy in ElementTree.parse(path).getroot().iter(ns + "policy"):
        key = "HKEY_LOCAL_MACHINE\\" + policy.get("key")
        state = policy.find(ns + ("enabledValue" if enabled
                                  else "disabledValue"))
        if state is not None:
            number = int(state.find(ns + "decimal").get("value"))
            yield key, policy.get("valueName"), 4, number.to_bytes(4, "little")
        for e in policy.iterfind(ns + "elements/*") if enabled else ():
            kind, data = e.tag[len(ns):], utf16("kms.example\0")
            number, type_ = 1690, 4
            if kind == "enum":
                item = list(e.iterfind(ns + "item"))[-1]
                number = int(item.find(ns + "value/" + ns + "decimal")
                             .get("value"))
            if kind == "decimal" and not (int(e.get("minValue")) <= number <=
                                          int(e.get("maxValue"))):
                sys.exit("%s does not take %d" % (e.get("id"), number))
            if e.get("storeAsText") == "true":
                type_, data = 1, utf16("%d\0" % number)
            elif kind in ("decimal", "enum"):
                data = number.to_bytes(4, "little")
            elif kind == "multiText":
                type_ = 7
                data = utf16("a.example, 1, 2\0b.example, 0, 0\0\0")
            else:
                type_ = 2 if e.get("expandable") == "true" else 1
            yield key, e.get("valueName"), type_, data


def admxoff(path):
    yield from admxset(path, False)


def main():
    lines = set()
    for key, name, kind, data in globals()[sys.argv[1]](sys.argv[2]):
        lines.add("%s|%s|%s" % (key, name, "-" if kind is None else
                                "%d|%s" % (kind, data.hex())))
    for line in sorted(lines):
        print(line)


main()
