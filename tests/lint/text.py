# SPDX-License-Identifier: BSD-2-Clause
"""
Every text in the tree: its licence in the first lines, nothing left to do, nothing of the machine that it was written
on (home folders, mirrors, proxies), no blanks at line ends, LF, and a last line that ends.
"""

import os
import re

import common

SKIP = {".git", ".cache", "build", "__pycache__", ".pytest_cache"}
# Documents are read as they are, and some formats have no comments.
NO_LICENCE = re.compile(r"\.md$|\.json$|\.txt$|^LICENSE$|(^|/)\.git|^\.clang-(format|tidy)$|\.svg$")
LICENCE = "SPDX-License-Identifier: BSD-2-Clause"

# Written so that this file does not find itself.
WORDS = [
    (re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"), "something left to do: do it, or file it"),
    (re.compile(r"(?<![\w.])/(?:wo" r"rk|ho" r"me|ro" r"ot|Us" r"ers)/\w"), "a path of one machine"),
    (re.compile(r"/tm" r"p/\w"), "a fixed path for temporary files: ask the system for one"),
    (re.compile(r"\b(?:de" r"b|snap" r"shot|secu" r"rity|f" r"tp)\.deb" r"ian\.org|\bpyp" r"i\.|regis" r"try\.|"
                r"_pro" r"xy\b"), "a registry's host: the machine's own configuration knows it"),
    (re.compile(r"\biss" r"ues? #?\d+\b", re.I), "an issue's number: say the reason itself"),
]


def files():
    """All files of the tree, as paths from the root."""
    for folder, folders, names in os.walk(common.ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIP)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), common.ROOT)


def check(path, data):
    """The findings on one file."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield f"{path}:1: no text: what is binary is built or fetched, not committed"
        return
    lines = text.split("\n")
    if not NO_LICENCE.search(path) and not any(LICENCE in line for line in lines[:2]):
        yield f"{path}:1: the first lines lack {LICENCE}"
    if lines[-1]:
        yield f"{path}:{len(lines)}: the last line does not end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield f"{path}:{number}: a blank or CR at the end of the line"
        for pattern, message in WORDS:
            if pattern.search(line):
                yield f"{path}:{number}: {message}"


def main():
    """Runs the lint on samples and on the tree."""
    licence = f"/* {LICENCE} */\n".encode()
    samples = [
        ("a missing licence", check("a.c", b"int x;\n")),
        ("a binary", check("a.c", b"\xff\xfe")),
        ("a note of work to do", check("a.c", licence + b"/* TO" b"DO: more */\n")),
        ("a path of this machine", check("a.c", licence + b"/* /wo" b"rk/main */\n")),
        ("a mirror", check("a.c", licence + b"/* deb.deb" b"ian.org */\n")),
        ("a blank at a line's end", check("a.c", licence + b"int x; \n")),
        ("a last line without end", check("a.c", licence + b"int x;")),
    ]
    findings = [line for path in files() for line in check(path, (common.ROOT / path).read_bytes())]
    common.conclude("text", [(what, list(found)) for what, found in samples], findings)


main()
