# SPDX-License-Identifier: BSD-2-Clause
"""
The house stands: a file includes its own room or a lower rank, by path from the root, and an object refers to symbols
of its own room or a lower rank only. Upward there are callbacks, which leave no undefined symbol behind.

boot/ may include hyp/arch and call hyp_main and hyp_secondary, nothing else; its own symbols (the entry of a secondary
CPU) may be named by all.
"""

import re

import common

# Made by the build, so of no room.
GENERATED = {"version.h", "asm-offsets.h"}
BOOT_INCLUDES = {"boot", "hyp/arch"}
# Calls that the compiler puts in (-fstack-protector).
COMPILER = {"__stack_chk_fail", "__stack_chk_guard"}
BOOT_CALLS = {"hyp_main", "hyp_secondary"}


def may_include(room, other):
    """Whether a file of one room may include one of another."""
    if room == "boot":
        return other in BOOT_INCLUDES
    return other != "boot" and common.RANKS[other] <= common.RANKS[room]


def includes(path, text):
    """The findings on the #include lines of one file."""
    room = common.room_of(path)
    for number, line in enumerate(common.without_comments(text).split("\n"), 1):
        found = re.match(r'\s*#\s*include\s*"([^"]*)"', line)
        if not found or found.group(1) in GENERATED:
            continue
        target = found.group(1)
        other = common.room_of(target)
        if other is None:
            yield f'{path}:{number}: "{target}" is no path from the root into one of the rooms'
        elif not may_include(room, other):
            yield f"{path}:{number}: {room} includes {target}, of a higher rank"


def symbols(nm_output):
    """What one object defines for others and what it wants of them, from nm."""
    defined, wanted = set(), set()
    for line in nm_output.splitlines():
        kind, name = line.split()[-2:]
        if kind == "U":
            wanted.add(name)
        elif kind.isupper():
            defined.add(name)
    return defined, wanted


def references(objects):
    """The findings on the symbols of all objects: {path of the source: what nm says}."""
    table = {path: symbols(text) for path, text in objects.items()}
    home = {name: path for path, (defined, _) in table.items() for name in defined}
    for path, (_, wanted) in sorted(table.items()):
        room = common.room_of(path)
        for name in sorted((wanted & home.keys()) - COMPILER):
            other = common.room_of(home[name])
            if other in ("boot", room):
                continue
            if room == "boot":
                if other != "hyp/arch" and name not in BOOT_CALLS:
                    yield f"{path}: boot refers to {name} of {home[name]}"
            elif common.RANKS[other] > common.RANKS[room]:
                yield f"{path}: {room} refers to {name} of {home[name]}, of a higher rank"


def main():
    """Runs the lint on samples and on the tree."""
    include_samples = [
        ("an include of a higher rank", includes("mm/x.c", '#include "vcpu/vm.h"\n')),
        ("an include that is no path from the root", includes("mm/x.c", '#include "frames.h"\n')),
        ("an include of boot's", includes("boot/x.S", '#include "hyp/core/log.h"\n')),
    ]
    lower = "         U vm_stop\n00000000 T frames_init\n"
    higher = "         U frames_init\n00000000 T vm_stop\n"
    samples = [(what, list(found)) for what, found in include_samples]
    samples.append(("a symbol of a higher rank", list(references({"mm/x.c": lower, "vcpu/y.c": higher}))))
    samples.append(("a call out of boot", list(references({"boot/x.S": lower, "vcpu/y.c": higher}))))

    findings = [line for path in common.sources(".c", ".h", ".S") for line in includes(path, common.read(path))]
    findings += references({source: common.tool("nm", path) for source, path in common.objects()})
    common.conclude("layering", samples, findings)


main()
