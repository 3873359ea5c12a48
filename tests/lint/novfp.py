# SPDX-License-Identifier: BSD-2-Clause
"""
The linked hypervisor has no VFP or Advanced SIMD instruction outside of vcpu/vfp.S, for whatever touches these
registers destroys a guest's, and no SVC, for there is nobody to answer it. Read from the encodings (ARM DDI 0406C,
A5.6, A6.3, A7), because a disassembler that is told of no floating-point unit does not name its instructions.
"""

import pathlib
import re
import tempfile

import common

SWITCH = "vcpu/vfp.S"
LINE = re.compile(r"\s*([0-9a-f]+):\t([0-9a-f]{4} [0-9a-f]{4}|[0-9a-f]{4}|[0-9a-f]{8})\s+\t?(\S+)")
FUNCTION = re.compile(r"[0-9a-f]+ <(.+)>:")
VFP_COPROCESSORS = (10, 11)


def thumb(first, second):
    """What a 32-bit Thumb instruction is, if it is forbidden (A6.3.18, A7.4, A7.7)."""
    if first & 0xEC00 == 0xEC00 and (second >> 8) & 0xF in VFP_COPROCESSORS and first & 0x0300 != 0x0300:
        return "VFP"
    if first & 0xEF00 == 0xEF00 or first & 0xFF10 == 0xF900:
        return "Advanced SIMD"
    return None


def arm(word):
    """What an ARM instruction is, if it is forbidden (A5.6, A5.7)."""
    if word >> 28 == 0xF and (word & 0xFE000000 == 0xF2000000 or word & 0xFF100000 == 0xF4000000):
        return "Advanced SIMD"
    if word & 0x0F000000 == 0x0F000000:
        return "SVC" if word >> 28 != 0xF else None
    if word & 0x0C000000 == 0x0C000000 and (word >> 8) & 0xF in VFP_COPROCESSORS:
        return "VFP"
    return None


def forbidden(code):
    """What an instruction is, given as objdump prints its bytes, if it is forbidden."""
    if len(code) == 4:
        return "SVC" if code.startswith("df") else None
    if " " in code:
        return thumb(*(int(half, 16) for half in code.split()))
    return arm(int(code, 16))


def check(disassembly, allowed):
    """The findings on what objdump -d prints; `allowed` are the functions of the switch."""
    function, count = "?", 0
    for line in disassembly.splitlines():
        if found := FUNCTION.match(line):
            function = found.group(1)
            continue
        found = LINE.match(line)
        if not found or found.group(3).startswith("."):
            continue
        count += 1
        kind = forbidden(found.group(2))
        if kind and not (kind != "SVC" and function in allowed):
            yield f"{function}: {found.group(1)}: {found.group(2)}: {kind}"
    if not count:
        yield "no instruction found at all"


def assembled(text):
    """The disassembly of a piece of assembly."""
    with tempfile.TemporaryDirectory() as folder:
        source, binary = pathlib.Path(folder, "a.s"), pathlib.Path(folder, "a.o")
        source.write_text(".syntax unified\n.fpu neon-vfpv4\n.thumb\n" + text + "\n", encoding="ascii")
        common.tool("as", "-mcpu=cortex-a15", source, "-o", binary)
        # Without attributes, as an object that hides what it needs.
        common.tool("objcopy", "-R", ".ARM.attributes", binary)
        return common.tool("objdump", "-d", binary)


def main():
    """Runs the lint on samples and on the linked hypervisor."""
    words = ["vmov.f32 s0, s1", "vldr d3, [r0]", "vpush {d8-d15}", "vmrs r0, fpscr", "vadd.i32 q0, q1, q2",
             "vld1.8 {d0}, [r1]", "vmov r0, r1, d5", "veor d1, d1, d1", "svc 0"]
    samples = [(f"{word} in {mode}", list(check(assembled(f".{mode}\nf: {word}"), set())))
               for word in words for mode in ("thumb", "arm")]
    clean = "f: mcr p15, 0, r0, c1, c0, 0; mrrc p15, 0, r0, r1, c2; ldr r0, [r1]; bl f; smc 0; hvc 1; stc p14, c5, [r0]"
    for mode in ("thumb", "arm"):
        false_alarms = list(check(assembled(f".{mode}\n{clean}"), set()))
        samples.append((f"that {mode} code is clean: {false_alarms}", not false_alarms))

    allowed = set()
    for source, path in common.objects():
        if source == SWITCH:
            allowed = {line.split()[-1] for line in common.tool("nm", path).splitlines()}
    findings = list(check(common.tool("objdump", "-d", common.BUILD / "skep.elf"), allowed))
    common.conclude("novfp", samples, findings)


main()
