# SPDX-License-Identifier: BSD-2-Clause
"""
The house rules that a search can hold: register encodings in hyp/arch/sysreg.h alone, inline assembly and `volatile`
only in hyp/arch and boot, whole assembly files only there and in vcpu and hyp, and no allocator, no stdio.
"""

import re

import common

# vcpu/asm-offsets.c is never linked: its assembly is how the compiler tells offsets to the build.
NOT_LINKED = {"vcpu/asm-offsets.c"}
MACHINE_ROOMS = {"hyp/arch", "boot"}
ASSEMBLY_ROOMS = MACHINE_ROOMS | {"vcpu", "hyp"}

ENCODING = re.compile(r"\bp1[045]\s*,|\b(?:mrc|mcr|mrrc|mcrr)2?\s+(?:p?\d+)\s*,", re.I)
RULES = [
    (ENCODING, {"hyp/arch/sysreg.h"}, set(),
     "a coprocessor encoding outside hyp/arch/sysreg.h"),
    (re.compile(r"\b(?:__)?asm(?:__)?\b"), NOT_LINKED, MACHINE_ROOMS, "inline assembly outside hyp/arch and boot"),
    (re.compile(r"\b(?:__)?volatile(?:__)?\b"), NOT_LINKED, MACHINE_ROOMS, "volatile outside hyp/arch and boot"),
    (re.compile(r"\b(?:malloc|calloc|realloc|alloca|setjmp)\s*\("), set(), set(), "no allocation, no long jumps"),
    (re.compile(r"#\s*include\s*<(?:stdio|stdlib|assert|malloc|setjmp)\.h>"), set(), set(),
     "a header whose functions newlib may not bring into the hypervisor"),
]


def check(path, text):
    """The findings on one file."""
    room = common.room_of(path)
    if path.endswith(".S") and room not in ASSEMBLY_ROOMS:
        yield f"{path}:1: an assembly file in {room}"
    # Encodings stand in strings too, where inline assembly is; all else that a string says is harmless.
    with_strings, code = (common.without_comments(text, strings).split("\n") for strings in (True, False))
    for number, (line, bare) in enumerate(zip(with_strings, code), 1):
        for pattern, files, rooms, message in RULES:
            where = line if pattern is ENCODING else bare
            if path not in files and room not in rooms and pattern.search(where):
                yield f"{path}:{number}: {message}"


def main():
    """Runs the lint on samples and on the tree."""
    samples = [
        ("an encoding", check("vcpu/x.c", "f(p15, 0, c1, c0, 0);")),
        ("an encoding in assembly", check("hyp/x.S", "mrc 15, 0, r0, c1, c0, 0")),
        ("inline assembly", check("vcpu/x.c", '__asm__("nop");')),
        ("volatile", check("drivers/x.c", "volatile int *p;")),
        ("assembly of drivers", check("drivers/x.S", "nop")),
        ("malloc", check("mm/x.c", "p = malloc(3);")),
        ("stdio", check("mm/x.c", "#include <stdio.h>")),
    ]
    findings = [line for path in common.sources(".c", ".h", ".S") for line in check(path, common.read(path))]
    common.conclude("house", [(what, list(found)) for what, found in samples], findings)


main()
