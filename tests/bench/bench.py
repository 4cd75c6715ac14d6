#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times sppctl beside other programs that do the same job.

    tests/bench/bench.py BUILD [RUNS] [PART...]

BUILD is a release build with fixtures/mkhive in it, as cli/quickstart.sh makes
it.  The parts are hive, audit, clone, disk and wim; all of them without one.

Each line of the table compares two commands.  They run in turn, A B A B ...,
RUNS times (9) after one that does not count.  Printed are the medians of wall
time and of processor time (the program's and its children's), the median of
the ratios pair by pair, and the highest memory of both.  What is not installed
is left out, in words.  No test depends on any of this.
"""
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPES = os.path.join(HERE, "../../fixtures/recipes")
KEY = r"Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform"
CONFIG = "Windows/System32/config"
MEASURE = ""  # measure.c, compiled
# What an edit comes to without a guard: copy, flush, rename, flush.
REPLACE = "sh -c 'cp {0} new && sync new && mv new {1} && sync .'"
CLONE = REPLACE.replace("cp ", "cp --reflink=always ")


def run(command):
    """Wall and processor seconds and peak KiB of a shell command."""
    told, tell = os.pipe()
    child = subprocess.Popen(
        [MEASURE, "sh", "-c", "exec " + command], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, pass_fds=[3],
        preexec_fn=lambda: os.dup2(tell, 3))
    os.close(tell)
    said = child.communicate()[1].decode(errors="replace")
    with os.fdopen(told) as f:
        wall, cpu, peak, code = map(int, f.read().split())
    if code not in (0, 1):
        sys.exit(f"failed with {code}: {command}\n{said}")
    return wall / 1e6, cpu / 1e6, peak


def head():
    print(f"{'':50} {'wall, ms':^22} {'CPU, ms':^22} {'peak, MiB':^13}\n"
          f"{'sppctl / the other':50}" +
          f" {'sppctl':>7} {'other':>7} {'ratio':>6}" * 2 +
          f" {'sppctl':>6} {'other':>6}", flush=True)


def compare(title, ours, theirs, runs, before=lambda: None):
    """ours and theirs are functions of the run's number giving a command."""
    a, b = [], []
    for i in range(runs + 1):
        before()
        one, other = run(ours(i)), run(theirs(i))
        if i:
            a.append(one)
            b.append(other)
    line = f"{title:50}"
    for what in (0, 1):
        x, y = [r[what] for r in a], [r[what] for r in b]
        ratio = statistics.median(p / max(q, 1e-4) for p, q in zip(x, y))
        line += (f" {statistics.median(x) * 1000:7.1f}"
                 f" {statistics.median(y) * 1000:7.1f} {ratio:6.2f}")
    print(line + "".join(f" {max(r[2] for r in side) / 1024:6.1f}"
                         for side in (a, b)), flush=True)


def missing(*tools):
    """Whether one of the tools is not there, which is said."""
    for tool in tools:
        if not shutil.which(tool):
            print(f"  left out: no {tool}")
            return True
    return False


def reg_file(name, prefix):
    with open(name, "w", encoding="ascii") as reg:
        reg.write("Windows Registry Editor Version 5.00\n\n"
                  f"[{prefix}\\{KEY}]\n"
                  '"DisableDnsPublishing"=dword:00000001\n')


def hive(runs):
    """One hive of 80 MB."""
    for name in ("ours", "theirs"):
        shutil.copy("big", name)
    # Both then rewrite a value that is there, as in daily life.
    subprocess.check_call("./sppctl set ours theirs listening-port=1700 "
                          ">/dev/null", shell=True)
    print("a hive of 80 MB")
    compare("set of one value / cp, fsync, rename, fsync",
            lambda i: f"./sppctl set ours listening-port={2000 + i}",
            lambda i: REPLACE.format("big", "copy"), runs)
    if not missing("hivexregedit"):
        reg_file("one.reg", "HKEY_LOCAL_MACHINE\\SOFTWARE")
        compare("set of one value / hivexregedit --merge",
                lambda i: f"./sppctl set ours listening-port={2100 + i}",
                lambda i: "hivexregedit --merge --prefix "
                "'HKEY_LOCAL_MACHINE\\SOFTWARE' theirs one.reg", runs)
    if not missing("reged"):
        compare("set of one value / reged -I",
                lambda i: f"./sppctl set ours listening-port={2200 + i}",
                lambda i: "reged -C -I theirs 'HKEY_LOCAL_MACHINE\\SOFTWARE' "
                "one.reg", runs)
    subprocess.check_call(f"cc -O2 -o hivexset {HERE}/hivexset.c -lhivex",
                          shell=True)
    compare("set of one value / libhivex without a guard",
            lambda i: f"./sppctl set ours listening-port={2300 + i}",
            lambda i: f"./hivexset theirs {2300 + i}", runs)
    if not missing("hivexget"):
        compare("show / hivexget of one value",
                lambda i: "./sppctl show ours",
                lambda i: f"hivexget theirs '{KEY}' TokenStore", runs)
        compare("set that changes nothing / hivexget",
                lambda i: "./sppctl set ours dns-publishing=on",
                lambda i: f"hivexget theirs '{KEY}' TokenStore", runs)
    if not missing("reglookup"):
        compare("show / reglookup of the key",
                lambda i: "./sppctl show ours",
                lambda i: "reglookup -p '/" + KEY.replace("\\", "/") +
                "' theirs", runs)
    if not missing("hivexml"):
        compare("check / hivexml of the whole hive",
                lambda i: "./sppctl check ours",
                lambda i: "hivexml theirs", runs)


def audit(runs):
    """A folder of three hives, and many small ones."""
    print("an audit")
    for name, role in (("big", CONFIG + "/SOFTWARE"),
                       ("system", CONFIG + "/SYSTEM"),
                       ("netsvc", "Windows/ServiceProfiles/NetworkService/"
                        "NTUSER.DAT")):
        os.makedirs(os.path.dirname("folder/" + role), exist_ok=True)
        shutil.copy(name, "folder/" + role)
    if not missing("hivexregedit"):
        compare("audit of three hives / hivexregedit --export",
                lambda i: "./sppctl audit folder",
                lambda i: f"hivexregedit --export big '{KEY}'", runs)
    os.mkdir("many")
    for i in range(1000):
        shutil.copy("kms-client", f"many/{i:04}")
    wall = statistics.median(run("sh -c './sppctl audit many/*'")[0]
                             for _ in range(runs))
    print(f"  1000 small hives: {1000 / wall:.0f} a second")


def clone(runs):
    """File systems on which a copy is a clone: no time per megabyte."""
    if os.geteuid():
        print("clones\n  left out: only root can mount")
        return
    for kind in ("btrfs", "xfs"):
        print(f"clones on {kind}")
        if missing("mkfs." + kind):
            continue
        os.mkdir("mnt")
        subprocess.check_call(
            "truncate -s 1G volume && mkfs.%s volume >mkfs.out 2>&1" % kind,
            shell=True)
        if subprocess.call("mount -o loop volume mnt 2>mount.out", shell=True):
            print("  left out: cannot be mounted here")
        else:
            try:
                on_clone(runs)
            finally:
                subprocess.check_call(["umount", "mnt"])
        os.remove("volume")
        os.rmdir("mnt")


def on_clone(runs):
    for name in ("sppctl", "big", "small"):
        shutil.copy(name, "mnt")
    os.chdir("mnt")
    try:
        shutil.copy("big", "ours")
        subprocess.check_call("./sppctl set ours small listening-port=1700 "
                              ">/dev/null && sync -f .", shell=True)
        compare("set of one value / clone, fsync, rename, fsync",
                lambda i: f"./sppctl set ours listening-port={2000 + i}",
                lambda i: CLONE.format("big", "copy"), runs)
        compare("set of one value in 80 MB / in 8 MB",
                lambda i: f"./sppctl set ours listening-port={2100 + i}",
                lambda i: f"./sppctl set small listening-port={2100 + i}",
                runs)
    finally:
        os.chdir("..")


def program(path):
    """What looks like a Windows program to those who ask for its kind."""
    optional = struct.pack("<H", 0x20b).ljust(240, b"\0")
    start = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    with open(path, "wb") as f:
        f.write((start + b"PE\0\0" + struct.pack(
            "<HHIIIHH", 0x8664, 0, 0, 0, 0, len(optional), 0x22) +
            optional).ljust(1024, b"\0"))


def disk(runs):
    """A qcow2 of 8 GiB with the 80 MB hive on it."""
    print("the 80 MB hive on a disk of 8 GiB (qcow2)")
    if missing("mkntfs", "qemu-img", "./mkvolume"):
        return
    program("cmd.exe")
    subprocess.check_call(
        "truncate -s 8G raw && mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 raw "
        ">/dev/null 2>&1 && ./mkvolume raw "
        f"mkdir {CONFIG} put big {CONFIG}/SOFTWARE put system {CONFIG}/SYSTEM "
        "put cmd.exe Windows/System32/cmd.exe && "
        "qemu-img convert -O qcow2 raw ours.qcow2 && rm raw && "
        "cp ours.qcow2 theirs.qcow2", shell=True)
    four = ["ours.qcow2"] + [f"more{i}.qcow2" for i in range(3)]
    for name in four[1:]:
        shutil.copy("ours.qcow2", name)
    compare("show / qemu-img convert of it",
            lambda i: "./sppctl show ours.qcow2",
            lambda i: "qemu-img convert -O qcow2 theirs.qcow2 copy", runs)
    compare("set of one value / qemu-img convert of it",
            lambda i: f"./sppctl set ours.qcow2 listening-port={2000 + i}",
            lambda i: "qemu-img convert -O qcow2 theirs.qcow2 copy", runs)
    compare("set on four disks / on one",
            lambda i: "./sppctl set " + " ".join(four) +
            f" listening-port={2100 + i}",
            lambda i: f"./sppctl set theirs.qcow2 listening-port={2100 + i}",
            runs)
    told = subprocess.run("./sppctl info ours.qcow2", shell=True, text=True,
                          stdout=subprocess.PIPE, check=False).stdout
    for line in told.split("\n"):
        if "read of" in line:
            print("  info: " + line.strip())
    if missing("virt-win-reg"):
        return
    reg_file("disk.reg", "HKEY_LOCAL_MACHINE\\SOFTWARE")
    # Its virtual machine is not to depend on the kernel's.
    os.environ.setdefault("LIBGUESTFS_BACKEND", "direct")
    os.environ.setdefault("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg")
    few = min(runs, 3)
    compare("show / virt-win-reg of the key",
            lambda i: "./sppctl show ours.qcow2",
            lambda i: f"virt-win-reg theirs.qcow2 'HKLM\\SOFTWARE\\{KEY}'",
            few)
    compare("set of one value / virt-win-reg --merge",
            lambda i: f"./sppctl set ours.qcow2 listening-port={2200 + i}",
            lambda i: "virt-win-reg --merge theirs.qcow2 disk.reg", few)


def wim(runs):
    """The 80 MB hive in a WIM, where it is compressed again."""
    print("the 80 MB hive in a WIM (LZX)")
    if missing("wimcapture", "wimupdate"):
        return
    os.makedirs("tree/" + CONFIG, exist_ok=True)
    shutil.copy("big", f"tree/{CONFIG}/SOFTWARE")
    shutil.copy("system", f"tree/{CONFIG}/SYSTEM")
    subprocess.check_call("wimcapture tree first.wim Windows --compress=LZX "
                          ">wim.out 2>&1", shell=True)
    # The other one gets a hive that it does not have yet, as ours does.
    shutil.copy("big", "edited")
    port = iter(range(3000, 9000))

    def before():
        for name in ("ours.wim", "theirs.wim"):
            shutil.copy("first.wim", name)
        subprocess.check_call(
            f"./sppctl set edited listening-port={next(port)} >/dev/null && "
            "sync", shell=True)

    compare("show / wimextract of the hive",
            lambda i: "./sppctl show ours.wim",
            lambda i: f"wimextract theirs.wim 1 /{CONFIG}/SOFTWARE --to-stdout",
            min(runs, 3), before)
    compare("set of one value / wimupdate of the hive",
            lambda i: f"./sppctl set ours.wim listening-port={2000 + i}",
            lambda i: "wimupdate theirs.wim 1 --command="
            f"'add edited /{CONFIG}/SOFTWARE'", min(runs, 3), before)


PARTS = {"hive": hive, "audit": audit, "clone": clone, "disk": disk,
         "wim": wim}


def main():
    global MEASURE
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    build = os.path.abspath(sys.argv[1])
    words = sys.argv[2:]
    runs = int(words.pop(0)) if words and words[0].isdigit() else 9
    if set(words) - set(PARTS):
        sys.exit("the parts are " + ", ".join(PARTS))
    made = os.path.join(build, "fixtures")
    for name in (os.path.join(build, "sppctl"), os.path.join(made, "mkhive")):
        if not os.path.exists(name):
            sys.exit(f"there is no {name}; sh cli/quickstart.sh makes it")
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    os.environ["NO_COLOR"] = "1"
    work = tempfile.mkdtemp(prefix="sppctl-bench-", dir=build)
    os.chdir(work)
    try:
        shutil.copy(os.path.join(build, "sppctl"), "sppctl")
        if os.path.exists(os.path.join(made, "mkvolume")):
            shutil.copy(os.path.join(made, "mkvolume"), "mkvolume")
        MEASURE = os.path.join(work, "measure")
        subprocess.check_call(["cc", "-O2", "-D_GNU_SOURCE", "-o", MEASURE,
                               HERE + "/measure.c"])
        mkhive = os.path.join(made, "mkhive")
        for name, size in (("big", "80M"), ("small", "8M")):
            subprocess.check_call([mkhive, "--size", size, name])
        for name in ("system", "netsvc", "kms-client"):
            subprocess.check_call([mkhive, f"{RECIPES}/{name}.recipe", name])
        head()
        for name, part in PARTS.items():
            if not words or name in words:
                part(runs)
    finally:
        os.chdir(build)
        shutil.rmtree(work)


main()
