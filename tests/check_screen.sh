#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# On a terminal: lines fit it, long values are cut, colours and the pager come
# where they should; in a pipe nothing of that.  And all help fits 80 columns.
# label: thorough 6
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
fixture kms-primary SOFTWARE
fixture client client
fixture wrong-types odd
cat >pager <<'END'
#!/bin/sh
echo used >>"$PAGED"
cat
END
cat >leaver <<'END'
#!/bin/sh
head -n 1
END
chmod +x pager leaver
cp "$SOURCE/tests/terminal.py" .
cat >screen.py <<'END'
import fcntl, os, pty, re, struct, subprocess, sys, terminal, termios
import unicodedata
sppctl, bad = sys.argv[1], []
base = {k: v for k, v in os.environ.items()
        if k not in ("COLUMNS", "NO_COLOR", "PAGER", "LESS")}
base.update(TERM="xterm", PAGED="paged", PATH=os.getcwd() + ":" + base["PATH"])

def run(*args, columns=80, **env):
    """Exit code and what a terminal gets."""
    pid, fd = pty.fork()
    if not pid:
        fcntl.ioctl(1, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(sppctl, [sppctl, *args], {**base, "PAGER": "cat", **env})
    out = b""
    for more in terminal.pieces(fd, 30):
        if not more:
            bad.append("%s hangs" % (args,))
            os.kill(pid, 9)
        out += more
    status = os.waitpid(pid, 0)[1]
    return os.waitstatus_to_exitcode(status), out.decode("utf-8", "replace")

def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "")

def widest(text):
    return max((sum(1 + (unicodedata.east_asian_width(c) in "WF")
                    for c in line) for line in plain(text).split("\n")),
               default=0)

def check(ok, *what):
    if not ok:
        bad.append(" ".join(map(str, what)))

piped = lambda *args, **env: subprocess.run(
    [sppctl, *args], capture_output=True, env={**base, **env}).stdout.decode()

# Tables and help fit.
for args in (["show", "SOFTWARE"], ["settings"],
             ["publish", "SOFTWARE"], ["help"], ["set", "--help"],
             ["check", "SOFTWARE"], ["help", "scopes"], ["help", "json"]):
    for columns in (80, 120):
        code, out = run(*args, columns=columns)
        check(widest(out) <= columns, args, "has", widest(out), "columns of",
              columns)
        check(code in (0, 1), args, "ends with", code)
code, out = run("settings", columns=60)
check(widest(out) <= 60 and "\u2026" in out, "settings is not cut at 60")
check("\u2026" not in piped("settings"), "settings is cut in a pipe")
code, out = run("settings", columns=200, COLUMNS="60")
check(widest(out) <= 60, "COLUMNS is not heeded")
long = "KeyManagementServiceName"
code, out = run("get", "client", "kms-host", "--effective", columns=20)
check("\u2026" not in out, "get cuts a value")

# All that people read fits, whatever is in the hive; only a word of a command
# to copy is never broken, and what a program reads is as it is.
import glob
hives = sorted(glob.glob(os.environ["FIXTURES"] + "/*.hive"))
some = [h for h in hives if "damaged-" not in h][::7] + \
    [h for h in hives if "damaged-" in h][::20] + ["SOFTWARE", "client", "odd"]
calls = [(c, h) for h in some for c in ("show", "audit", "check", "info")] + \
    [("show", "--all", h) for h in some] + \
    [("audit", "--rules"), ("audit", "--limits", "odd"), ("--version",),
     ("diff", "SOFTWARE", "client"), ("dns", "SOFTWARE"), ("settings",),
     ("simulate", "SOFTWARE", "--down", "SOFTWARE"),
     ("diff", "-v", "SOFTWARE", "odd"), ("slmgr", "SOFTWARE", "/dlv"),
     ("set", "client", "kms-host=" + "a" * 60 + ".corp.example", "-n"),
     ("help", "options"), ("help", "kms-host"), ("help", "R21"),
     ("settings", "publish-list"), ("set", "--help")]
for columns in (40, 60, 80, 100, 200):
    for args in calls[columns // 20 % 3::3]:
        text = plain(run(*args, columns=columns)[1])
        if "sppctl: " in text:  # a failure, of which every line is whole
            continue
        text = "\n".join(line for line in text.split("\n")
                         if not re.fullmatch(r" *(fix: )?\S+( \\)?", line))
        check(widest(text) <= columns, args, "has", widest(text),
              "columns of", columns)
name = "x" * 70 + "/"
os.makedirs(name, exist_ok=True)
os.link("odd", name + "odd")
text = plain(run("audit", name + "odd", "--fail-on", "info")[1])
fixes = re.findall(r"fix: (sppctl (?:.*\\\n)*.*)", text)
check(fixes, "no fixes")
check(all(name + "odd" in fix for fix in fixes), "a path in a fix is broken")
check(subprocess.run(["sh", "-n"], input="\n".join(fixes).encode()).returncode
      == 0, "a fix is no command")
text = piped("audit", name + "odd", "--fail-on", "info")
check(all(re.sub(r" \\\n +", " ", fix) in text for fix in fixes),
      "a fix is another in a pipe")
check(widest(piped("check", "odd")) > 80 or widest(text) > 80,
      "lines are cut in a pipe")
value = "b" * 60 + ".corp.example"
run("set", "client", "kms-host=" + value)
check(value in run("get", "client", "kms-host", columns=40)[1],
      "get breaks a value")
run("unset", "client", "kms-host")

# Help, wherever it goes.
for topic in piped("help").split("\n"):
    m = re.match(r"  ([a-z-]+)  ", topic)
    if not m or m[1] in ("bash", "zsh", "fish", "man", "schema", "tables"):
        continue
    text = piped("help", m[1])
    check(widest(text) <= 80, "help", m[1], "has", widest(text), "columns")
    lines = len(piped(m[1], "--help").split("\n")) if \
        "[OPTION]" in text else 0
    check(lines <= 24, m[1], "--help has", lines - 1, "lines")

# Colours.
code, out = run("audit", "client")
check("\x1b[" in out, "audit has no colours")
code, out = run("audit", "client", NO_COLOR="1")
check("\x1b[" not in out, "NO_COLOR is not heeded")
code, out = run("audit", "client", "--color", "always", NO_COLOR="1")
check("\x1b[" in out, "--color always is not heeded")
code, out = run("audit", "client", "--color=never")
check("\x1b[" not in out, "--color=never is not heeded")
check("\x1b[" not in piped("audit", "client"), "colours in a pipe")
check("\x1b[" in piped("--color=always", "audit", "client"),
      "--color always in a pipe")
out = run("set", "SOFTWARE", "renewal-interval=1d", "host-caching=on", "-n")
check("\x1b[32m" in out[1] and "\x1b[31m" in out[1], "no colours of a diff")

code, out = run("check", hives[0].rsplit("/", 1)[0] + "/damaged-list-hash.hive")
check("\x1b[31m" in out, "check has no colours")
check("\x1b[" not in run("check", "odd", TERM="dumb")[1], "colours for dumb")

# The pager: on a terminal only, for what prints much, not for JSON.
def paged(*args, **env):
    if os.path.exists("paged"):
        os.unlink("paged")
    code, out = run(*args, PAGER="pager", **env)
    return os.path.exists("paged"), code, out

check(paged("show", "SOFTWARE")[0], "show is not paged")
check(paged("set", "--help")[0], "--help is not paged")
used, code, out = paged("audit", "odd", "--fail-on", "info")
check(used and code == 1, "the pager changes the exit code:", code)
for args in (["show", "SOFTWARE", "--json"], ["show", "SOFTWARE", "--no-pager"],
             ["--no-pager", "show", "SOFTWARE"],
             ["get", "SOFTWARE", "dns-publishing"],
             ["set", "SOFTWARE", "host-caching=off", "-n"]):
    check(not paged(*args)[0], args, "is paged")
piped("show", "SOFTWARE", PAGER="pager")
check(not os.path.exists("paged"), "a pipe is paged")
code, out = run("show", "SOFTWARE", PAGER="no-such-pager-here")
check("KMS" in out or "SOFTWARE" in out, "no output without the pager")
code, out = run("show", "SOFTWARE", PAGER="/no/such/pager")
check("SOFTWARE" in out, "no output without a pager of a path")
check(paged("show", "SOFTWARE", PAGED="paged")[0] and
      "SOFTWARE" in run("show", "SOFTWARE", PAGER="pager with -x")[1],
      "a pager with arguments")
# Who leaves the pager is not told of an error.
code, out = run("help", "json", PAGER="leaver")
check("could not be written" not in out, "a left pager is an error:", out)
check(code in (0, -13), "a left pager ends with", code)
for line in bad:
    print(line)
sys.exit(bool(bad))
END
timeout 250 python3 -B screen.py "$SPPCTL" || failed=1
exit $failed
