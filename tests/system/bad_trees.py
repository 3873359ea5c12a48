# SPDX-License-Identifier: BSD-2-Clause
"""
The bad system trees of tests/system/bad: how each is made, and the message that a user gets. The same bytes and the
same message serve the checker on the host and a boot on the target.

The first line of each is `/* expect: MESSAGE */`. Comments below it may say how its bytes differ from what dtc makes:

    dtc: OPTION...          options for dtc
    mangle: cut N           only the first N bytes; without the last N, if N is negative
    mangle: word AT VALUE   the big-endian word at byte AT
    mangle: length P VALUE  the length field of the first property called P
    mangle: name P VALUE    the name field of the first property called P
    mangle: rename A B      the first node called A is called B, which is as long
    machine: -smp N -m SIZE the board, two CPUs and 1 GiB if it is not given
"""

import pathlib
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "guests" / "systems"))

import source  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent / "bad"
COMMENT = re.compile(r"^/\* (expect|dtc|mangle): (.*) \*/$", re.M)
FDT_PROP = 3


def trees():
    """The files, by name."""
    return sorted(FOLDER.glob("*.dts"))


def expected(tree):
    """The message, without file and line."""
    kind, text = COMMENT.match(tree.read_text(encoding="utf-8")).groups()
    assert kind == "expect", tree
    return text


def _property(blob, name):
    """Where the length field of the first property `name` is."""
    structure, strings = struct.unpack_from(">2I", blob, 8)
    for at in range(structure, len(blob) - 11, 4):
        tag, _, offset = struct.unpack_from(">3I", blob, at)
        if tag == FDT_PROP and blob[strings + offset :].startswith(name.encode() + b"\0"):
            return at + 4
    raise ValueError(f"no property {name}")


def _mangle(blob, verb, *words):
    blob = bytearray(blob)
    if verb == "cut":
        return bytes(blob[: int(words[0])])
    if verb == "rename":
        return bytes(blob.replace(words[0].encode() + b"\0", words[1].encode() + b"\0", 1))
    if verb == "word":
        at = int(words[0], 0)
    else:
        at = _property(blob, words[0]) + {"length": 0, "name": 4}[verb]
    struct.pack_into(">I", blob, at, int(words[1], 0))
    return bytes(blob)


def make(tree):
    """The bytes of a bad tree."""
    comments = COMMENT.findall(tree.read_text(encoding="utf-8"))
    options = [word for kind, text in comments if kind == "dtc" for word in text.split()]
    blob = source.compile_tree(tree, options=options)
    for kind, text in comments:
        if kind == "mangle":
            changed = _mangle(blob, *text.split())
            assert changed != blob, f"{tree}: {text} changes nothing"
            blob = changed
    return blob
