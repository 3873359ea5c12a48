# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Linux as a guest and natively: trees with it, its shell, and its boot log beside the native one."""

import collections
import re

from board import BUILD, ROOT, need_file

PROMPT = "linux# "
ALLOWED = ROOT / "tests" / "linux" / "allowed.txt"
MEMORY = 0x10000000
BOOTARGS = "console=ttyAMA0 rdinit=/init"
NATIVE_MACHINE = "virt,gic-version=2"
# For one CPU: QEMU counts instructions, 1 ns each, so that a busy host shows in no log.
COUNTED = ["-icount", "shift=0"]

GUEST = """
        {name}: {name} {{
            compatible = "skep,guest";
            vcpus = <{vcpus}>;
            {more}
            memory = <{memory:#x}>;
            bootargs = "{bootargs}";
            kernel {{ data = /incbin/("vmlinuz-{kernel}"); }};
            ramdisk {{ data = /incbin/("initramfs.cpio.gz"); }};
        }};
"""

CONTROL = """
        control {{
            compatible = "skep,guest";
            cpus = <{cpu}>;
            priority = <10>;
            memory = <0x00400000>;
            kernel {{ type = "raw"; data = /incbin/("control.bin"); }};
        }};
"""

SYSTEM = """
/dts-v1/;
/ {{
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    {more}
    guests {{ {guests} }};
}};
"""


def guest(name, kernel="lpae", vcpus=1, more="", bootargs=BOOTARGS):
    """The node of one Linux guest; `more` is source of further properties."""
    return GUEST.format(name=name, kernel=kernel, vcpus=vcpus, more=more, bootargs=bootargs, memory=MEMORY)


def control(cpu):
    """The node of the control loop on a CPU."""
    return CONTROL.format(cpu=cpu)


def system(*guests, more=""):
    """The source of a system of these guests."""
    return SYSTEM.format(guests="".join(guests), more=more)


def clock(cpus):
    """QEMU's options for time: counting is exact, but with several CPUs ten times as slow."""
    return COUNTED if cpus == 1 else []


def native(qemu, kernel, cpus, cpu):
    """Boots what guest() boots on QEMU's own virt: same kernel, ramdisk, arguments, memory, CPUs; QEMU's tree."""
    return qemu(kernel=need_file(BUILD / "payloads" / f"vmlinuz-{kernel}"),
                initrd=need_file(BUILD / "payloads" / "initramfs.cpio.gz"),
                machine=NATIVE_MACHINE, cpu=cpu, smp=cpus, mem=f"{MEMORY >> 20}M",
                extra=["-append", BOOTARGS, *clock(cpus)])


# ---- the log of the kernel

# What differs from boot to boot of one and the same board: times, and how much of memory the kernel, its log and
# its ramdisk have freed at that moment.
NORMAL = [
    (r"audit: type=2000 audit\([0-9.]+:1\)", "audit: type=2000 audit(TIME:1)"),
    (r"setting system clock to \S+ UTC \(\d+\)", "setting system clock to TIME"),
]
# Whatever its level, a line with such a word tells of trouble.
TROUBLE = re.compile(r"\b(error|fail(ed|ure|s)?|warning|stalls?|stalled|timed? ?out|unable|BUG|Oops|lockup)\b", re.I)
WARNING = 4

Line = collections.namedtuple("Line", "level text")


def kernel_log(board):
    """The kernel's whole log as lines with their level, times and other natural differences taken out."""
    lines = []
    for raw in board.run("dmesg -r", PROMPT):
        found = re.fullmatch(r"<(\d+)>\[ *\d+\.\d+\] (.*?)\s*", raw)
        assert found, f"no line of the kernel's log: {raw!r}"
        text = found.group(2)
        for pattern, instead in NORMAL:
            text = re.sub(pattern, instead, text)
        lines.append(Line(int(found.group(1)) & 7, text))
    assert len(lines) > 100, "the log has lost its beginning"
    return lines


def only_in(lines, others):
    """The lines that the others have not, or less often. Order does not count: parts of a boot run in parallel."""
    left = collections.Counter(line.text for line in others)
    found = []
    for line in lines:
        left[line.text] -= 1
        if left[line.text] < 0:
            found.append(line)
    return found


# ---- the lines that may differ

Allowed = collections.namedtuple("Allowed", "number side only_where pattern")


def allowed():
    """The entries of the list of lines that may differ."""
    entries, reason = [], False
    for number, line in enumerate(ALLOWED.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            reason = line.startswith("# ")
            continue
        side, rest = line.split(" ", 1)
        assert side in ("native", "skep", "host"), f"{ALLOWED}:{number}: no such side"
        assert reason or entries and entries[-1].number == number - 1, f"{ALLOWED}:{number}: no reason above it"
        only_where = {}
        while found := re.match(r"(kernel|vcpus|cpu)=(\S+) ", rest):
            only_where[found.group(1)] = found.group(2)
            rest = rest[found.end():]
        entries.append(Allowed(number, side, only_where, re.compile(rest)))
    return entries


def unexplained(native_lines, skep_lines, **where):
    """
    What the list of allowed differences does not explain between two logs, as text to read: lines of one side, and
    entries that nothing has met. Trouble on Skep's side alone is never explained, but by the host. `where` is the
    kernel, vcpus and cpu of both boots.
    """
    entries = [entry for entry in allowed()
               if all(str(where[name]) == value for name, value in entry.only_where.items())]
    met = {entry.number for entry in entries if entry.side == "host"}
    problems = []
    for side, lines in (("native", only_in(native_lines, skep_lines)), ("skep", only_in(skep_lines, native_lines))):
        for line in lines:
            by = [e for e in entries if e.side in (side, "host") and e.pattern.fullmatch(line.text)]
            met |= {entry.number for entry in by}
            trouble = line.level <= WARNING or TROUBLE.search(line.text)
            if not by or side == "skep" and trouble and all(entry.side != "host" for entry in by):
                problems.append(f"only {side}: <{line.level}>{line.text}")
    problems += [f"{ALLOWED.name}:{e.number}: not met: {e.pattern.pattern}" for e in entries if e.number not in met]
    return problems
