# SPDX-License-Identifier: BSD-2-Clause
"""
Where Skep's instructions go in one operation of the bench: by function, and on request by instruction.

    make bench-profile OP=read_gicd_typer              one operation: each function's share of a round
    make bench-profile OP=timer_trip LISTING=1         and the disassembly, with how often each line is executed
    make bench-profile OP=wfi_to_timer SYSTEM=bench-shared

Also shown: how many cache lines (64 bytes) of code a round touches, which QEMU's count does not charge for and silicon
does. Operations are those of tests/bench/measure.py that one guest can do alone.
"""

import argparse
import bisect
import re
import subprocess

import measure

LINE = 64


def functions(build):
    """Skep's functions as (start, name), by address, up to the end of its text."""
    return [(at, name) for at, kind, name in measure.symbols(build.folder / "skep.elf") if kind in "tT" and name[0] != "$"]


def by_function(counts, known):
    """{function: instructions a round}; what lies outside of Skep is the guest's."""
    starts, share = [at for at, _ in known], {}
    for pc, count in counts.items():
        inside = known[0][0] <= pc < known[-1][0]
        name = known[bisect.bisect_right(starts, pc) - 1][1] if inside else "(guest)"
        share[name] = share.get(name, 0) + count / measure.MARKED_ROUNDS
    return share


def listing(build, counts):
    """The disassembly of what was executed, each line with its executions a round."""
    text = subprocess.run(["arm-none-eabi-objdump", "-d", "--no-show-raw-insn", build.folder / "skep.elf"],
                          check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        at = re.match(r" *([0-9a-f]+):\t", line)
        share = counts.get(int(at.group(1), 16), 0) / measure.MARKED_ROUNDS if at else 0
        if share >= 0.005:
            yield f"{share:8.2f}  {line.strip()}"
        elif line.endswith(">:"):
            yield line


def main():
    """Prints the profile."""
    parser = argparse.ArgumentParser(description="Instructions by symbol for one operation under Skep")
    parser.add_argument("operation", choices=[*measure.ROWS])
    parser.add_argument("--system", default="bench")
    parser.add_argument("--listing", action="store_true")
    args, build = parser.parse_args(), measure.default_build()
    counts = measure.marked_skep(build, args.operation, args.system)
    known = functions(build)
    print(f"{args.operation}: {measure.per_operation(counts):,.2f} instructions")
    for name, share in sorted(by_function(counts, known).items(), key=lambda item: -item[1]):
        if share >= 0.005:
            print(f"{share:10.2f}  {name}")
    often = [pc for pc, count in counts.items() if count >= measure.MARKED_ROUNDS and known[0][0] <= pc < known[-1][0]]
    print(f"{len({pc // LINE for pc in often}):10d}  cache lines of Skep's code in each round")
    if args.listing:
        lines = list(listing(build, counts))
        for line, following in zip(lines, lines[1:] + [""]):
            if not line.endswith(">:") or (following and not following.endswith(">:")):
                print(line)


if __name__ == "__main__":
    main()
