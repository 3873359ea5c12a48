# SPDX-License-Identifier: BSD-2-Clause
"""
The bench: the same guest natively, under Skep and under Xen, as one table, as JSON and as a plot.

    make bench                       all of it; build/bench/bench.json, bench.md, bench.svg
    make bench BENCH='--only skep'   one machine, on the console only
    make bench-counts                Skep's rows into tests/bench/counts.json, which `make test` holds
"""

import argparse
import json
import pathlib
import sys

import linux
import measure
import plot

MACHINES = {
    "native": ("native", measure.native),
    "skep": ("Skep", measure.skep),
    "skep-shared": ("Skep, shared CPU", measure.skep_shared),
    "xen": ("Xen 4.17", measure.xen),
    "xen-native-wfi": ("Xen 4.17, vwfi=native", lambda build: measure.xen(build, "vwfi=native")),
}
COUNTS = pathlib.Path(__file__).with_name("counts.json")
ABOUT = """Instructions for one operation, its own included, over 4,096 rounds, counted by QEMU (`-icount shift=0,sleep=off`).
They are not time and not cycles. One CPU unless the row says otherwise; the same guest binary everywhere."""


def number(value):
    """A count for people."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"


def table(results):
    """The table in Markdown: a row an operation, a column a machine, and how many times more Xen takes than Skep."""
    titles = [MACHINES[name][0] for name in results]
    ratio = "skep" in results and "xen" in results
    head = ["operation", *titles] + (["Xen : Skep"] if ratio else [])
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for row, title in measure.ROWS.items():
        values = [result.get(row) for result in results.values()]
        cells = [title, *(number(value) for value in values)]
        if ratio:
            ours, theirs = results["skep"].get(row), results["xen"].get(row)
            cells.append(f"{theirs / ours:.1f}" if ours and theirs else "")
        if any(value is not None for value in values):
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--only", action="append", choices=list(MACHINES), help="only this machine, without Linux")
    parser.add_argument("--no-linux", action="store_true", help="without the boots of Linux")
    parser.add_argument("--record", action="store_true", help="write Skep's rows to counts.json")
    return parser.parse_args()


def main():
    """Runs what is asked for."""
    args, build = arguments(), measure.default_build()
    if args.record:
        COUNTS.write_text(json.dumps(measure.recorded_rows(build), indent=4) + "\n", encoding="ascii")
        print(f"{COUNTS.name} is written")
        return
    results = {}
    for name in args.only or MACHINES:
        print(f"bench: {MACHINES[name][0]}", file=sys.stderr)
        results[name] = MACHINES[name][1](build)
    text = ABOUT + "\n\n" + table(results)
    boots = {}
    if not args.only and not args.no_linux:
        boots = linux.boots(build)
        text += "\n" + linux.ABOUT + "\n\n" + linux.table(boots)
    print(text)
    if not args.only:
        folder = build.folder / "bench"
        everything = {"operations": results, "linux": boots}
        (folder / "bench.json").write_text(json.dumps(everything, indent=4) + "\n", encoding="ascii")
        (folder / "bench.md").write_text(text, encoding="ascii")
        (folder / "bench.svg").write_text(plot.svg(results), encoding="ascii")
        print(f"bench: {folder}/bench.json, bench.md, bench.svg", file=sys.stderr)


if __name__ == "__main__":
    main()
