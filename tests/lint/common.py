# SPDX-License-Identifier: BSD-2-Clause
"""
What the lints share: which files there are, C without its comments, the objects of the build, and how a lint ends.

A lint gives its findings as lines `file:line: message`. It calls `conclude`, which first runs the lint on a sample
that must be found wrong, so that a lint that has gone blind fails too.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("B", "build")
CROSS = os.environ.get("CROSS", "arm-none-eabi-")

# The rooms and their ranks. The longest matching folder counts.
RANKS = {
    "hyp/lib": 0,
    "hyp/arch": 1,
    "hyp/core": 2,
    "mm": 3,
    "drivers": 4,
    "vcpu": 5,
    "guests": 6,
    "guests/dev": 6,
    "hyp": 7,
    "hyp/shell": 7,
}


def room_of(path):
    """The room of a path from the root ("boot" too), or None for what is not the hypervisor's source."""
    folder = pathlib.PurePosixPath(path).parent.as_posix()
    return folder if folder in RANKS or folder == "boot" else None


def sources(*suffixes):
    """The hypervisor's own files with these suffixes, as paths from the root."""
    return [
        f"{room}/{path.name}"
        for room in ["boot", *RANKS]
        for path in sorted((ROOT / room).glob("*"))
        if path.suffix in suffixes
    ]


def read(path):
    """The text of a file given by its path from the root."""
    return (ROOT / path).read_text(encoding="utf-8")


def without_comments(text, strings=True):
    """C or assembly with comments (and, if wanted, what is between quotes) blanked, and its line numbers kept."""

    def blank(match):
        token = match.group(0)
        if token[0] in "\"'":
            return token if strings else token[0] * 2
        return re.sub(r"[^\n]", " ", token)

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def objects():
    """The hypervisor's objects that the build made: (path of the source, path of the object)."""
    folder = BUILD / "obj"
    named = os.environ.get("SKEP_SRC", "").split()
    pairs = [(source, folder / f"{source}.o") for source in named]
    if not pairs:
        sys.exit("lint: SKEP_SRC is not set: run this by make lint")
    return pairs


def tool(name, *arguments):
    """What a program of the cross tool chain prints."""
    return subprocess.run([CROSS + name, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def conclude(name, bad_samples, findings):
    """
    Ends a lint. `bad_samples` are (what it is, findings on it): none may be empty. `findings` are those of the tree.
    """
    for what, found in bad_samples:
        if not found:
            sys.exit(f"{name}: self-check failed: it did not find {what}")
    for line in findings:
        print(line)
    if findings:
        sys.exit(f"{name}: {len(findings)} found")
