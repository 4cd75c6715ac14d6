#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times sppctl against other programs that do the same job.

    tests/bench/bench.py BUILD [RUNS]

BUILD is a release build with fixtures/mkhive in it.  Each comparison runs the
two commands in turn, A B A B ..., RUNS times (9) after one that does not
count, and prints the medians and the median of the ratios pair by pair.  What
is not installed is left out.  No test depends on any of this.
"""
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

KEY = r"Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform"


def run(command):
    """Wall seconds and peak KiB of one run of a shell command."""
    start = time.perf_counter()
    child = subprocess.Popen(["sh", "-c", "exec " + command],
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"failed with {child.returncode}: {command}")
    return wall, usage.ru_maxrss


def compare(title, ours, theirs, runs, before=lambda: None):
    """ours and theirs are functions of the run's number giving a command."""
    a, b, memory = [], [], []
    for i in range(runs + 1):
        before()
        wall, peak = run(ours(i))
        other, _ = run(theirs(i))
        if i:
            a.append(wall)
            b.append(other)
            memory.append(peak)
    ratio = statistics.median(x / y for x, y in zip(a, b))
    print(f"{title:52} {statistics.median(a) * 1000:8.1f} ms"
          f" {statistics.median(b) * 1000:8.1f} ms {ratio:7.2f}"
          f" {statistics.median(memory) / 1024:7.1f} MiB", flush=True)


def table():
    print(f"{'':52} {'sppctl':>11} {'other':>11} {'ratio':>7} {'peak':>11}")


def hive(runs):
    """One hive of 80 MB."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name in ("ours", "theirs"):
        shutil.copy("big", name)
    # Both then rewrite a value that is there, as in daily life.
    subprocess.check_call("./sppctl set ours theirs listening-port=1700 "
                          ">/dev/null", shell=True)
    subprocess.check_call(f"cc -O2 -o hivexset {here}/hivexset.c -lhivex",
                          shell=True)
    with open("one.reg", "w", encoding="ascii") as reg:
        reg.write("Windows Registry Editor Version 5.00\n\n"
                  f"[HKEY_LOCAL_MACHINE\\SOFTWARE\\{KEY}]\n"
                  '"DisableDnsPublishing"=dword:00000001\n')
    merge = ("hivexregedit --merge --prefix 'HKEY_LOCAL_MACHINE\\SOFTWARE' "
             "theirs one.reg")

    compare("show / hivexget of one value",
            lambda i: "./sppctl show ours",
            lambda i: f"hivexget theirs '{KEY}' TokenStore", runs)
    compare("show / reglookup of the key",
            lambda i: "./sppctl show ours",
            lambda i: "reglookup -p '/" + KEY.replace("\\", "/") +
            "' theirs", runs)
    compare("set of one value / hivexregedit --merge",
            lambda i: f"./sppctl set ours listening-port={2000 + i}",
            lambda i: merge, runs)
    compare("set of one value / libhivex without a guard",
            lambda i: f"./sppctl set ours listening-port={2100 + i}",
            lambda i: f"./hivexset theirs {2100 + i}", runs)
    compare("set of one value / cp and fsync of the hive",
            lambda i: f"./sppctl set ours listening-port={2200 + i}",
            lambda i: "sh -c 'cp big copy && sync copy'", runs)
    compare("set that changes nothing / hivexget",
            lambda i: "./sppctl set ours dns-publishing=on",
            lambda i: f"hivexget theirs '{KEY}' TokenStore", runs)
    compare("check / hivexml of the whole hive",
            lambda i: "./sppctl check ours",
            lambda i: "hivexml theirs", runs)


def audit(fixtures, runs):
    """A folder of three hives, and many small ones."""
    for name, role in (("big", "Windows/System32/config/SOFTWARE"),
                       (f"{fixtures}/system.hive",
                        "Windows/System32/config/SYSTEM"),
                       (f"{fixtures}/netsvc.hive",
                        "Windows/ServiceProfiles/NetworkService/NTUSER.DAT")):
        os.makedirs(os.path.dirname("folder/" + role), exist_ok=True)
        shutil.copy(name, "folder/" + role)
    compare("audit of three hives / hivexregedit --export of one",
            lambda i: "./sppctl audit folder",
            lambda i: f"hivexregedit --export big '{KEY}'", runs)
    os.mkdir("many")
    for i in range(1000):
        shutil.copy(f"{fixtures}/kms-client.hive", f"many/{i:04}")
    wall = statistics.median(run("sh -c './sppctl audit many/*'")[0]
                             for _ in range(runs))
    print(f"audit of 1000 small hives: {1000 / wall:.0f} a second")


def program(path):
    """What looks like a Windows program to those who ask for its kind."""
    optional = struct.pack("<H", 0x20b).ljust(240, b"\0")
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    with open(path, "wb") as f:
        f.write((head + b"PE\0\0" + struct.pack(
            "<HHIIIHH", 0x8664, 0, 0, 0, 0, len(optional), 0x22) +
            optional).ljust(1024, b"\0"))


def image(fixtures, runs):
    """A qcow2 of 8 GiB with the 80 MB hive on it."""
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    for tool in ("mkntfs", "qemu-img", f"{fixtures}/mkvolume"):
        if not shutil.which(tool):
            print(f"no disk images: no {tool}")
            return
    program("cmd.exe")
    subprocess.check_call(
        "truncate -s 8G raw && mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 raw "
        f">/dev/null 2>&1 && {fixtures}/mkvolume raw "
        "mkdir Windows/System32/config "
        "put big Windows/System32/config/SOFTWARE "
        f"put {fixtures}/system.hive Windows/System32/config/SYSTEM "
        "put cmd.exe Windows/System32/cmd.exe && "
        "qemu-img convert -O qcow2 raw ours.qcow2 && rm raw && "
        "cp ours.qcow2 theirs.qcow2", shell=True)
    four = ["ours.qcow2"] + [f"more{i}.qcow2" for i in range(3)]
    for name in four[1:]:
        shutil.copy("ours.qcow2", name)
    compare("show on a disk / qemu-img convert of it",
            lambda i: "./sppctl show ours.qcow2",
            lambda i: "qemu-img convert -O qcow2 theirs.qcow2 copy", runs)
    compare("set on a disk / qemu-img convert of it",
            lambda i: f"./sppctl set ours.qcow2 listening-port={2000 + i}",
            lambda i: "qemu-img convert -O qcow2 theirs.qcow2 copy", runs)
    compare("set on four disks / on one",
            lambda i: "./sppctl set " + " ".join(four) +
            f" listening-port={2100 + i}",
            lambda i: f"./sppctl set theirs.qcow2 listening-port={2100 + i}",
            runs)
    told = subprocess.run("./sppctl info ours.qcow2", shell=True, text=True,
                          stdout=subprocess.PIPE, check=False).stdout
    print("info", [line for line in told.split("\n") if "read of" in line][0])
    if not shutil.which("virt-win-reg"):
        print("no comparison with virt-win-reg, which is not installed")
        return
    with open("disk.reg", "w", encoding="ascii") as reg:
        reg.write("Windows Registry Editor Version 5.00\n\n"
                  f"[HKEY_LOCAL_MACHINE\\SOFTWARE\\{KEY}]\n"
                  '"DisableDnsPublishing"=dword:00000001\n')
    # Its virtual machine is not to depend on the kernel's.
    os.environ.setdefault("LIBGUESTFS_BACKEND", "direct")
    os.environ.setdefault("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg")
    few = min(runs, 3)
    compare("show on a disk / virt-win-reg of the key",
            lambda i: "./sppctl show ours.qcow2",
            lambda i: f"virt-win-reg theirs.qcow2 'HKLM\\SOFTWARE\\{KEY}'",
            few)
    compare("set on a disk / virt-win-reg --merge",
            lambda i: f"./sppctl set ours.qcow2 listening-port={2200 + i}",
            lambda i: "virt-win-reg --merge theirs.qcow2 disk.reg", few)


def main():
    build = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    fixtures = os.path.join(build, "fixtures")
    work = tempfile.mkdtemp(prefix="sppctl-bench-", dir=build)
    os.chdir(work)
    try:
        shutil.copy(os.path.join(build, "sppctl"), "sppctl")
        subprocess.check_call([os.path.join(fixtures, "mkhive"),
                               "--size", "80M", "big"])
        table()
        hive(runs)
        audit(fixtures, runs)
        image(fixtures, runs)
    finally:
        os.chdir(build)
        shutil.rmtree(work)


main()
