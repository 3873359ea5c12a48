# SPDX-License-Identifier: BSD-2-Clause
"""
The source side of a system tree: compiling it, reading the machine that it asks for, and finding the line that a node
or a property of the compiled tree came from, which only dtc's annotations (-T -T) know.
"""

import pathlib
import re
import subprocess
import tempfile

INCBIN = re.compile(r'/incbin/\s*\((?:[^()"]|"[^"]*")*\)')
MACHINE = re.compile(r"/\*\s*machine:\s*(.*?)\s*\*/")
# `name { /* file:line:column-line:column */`, `};` and `name = value; /* ... */` of dtc's output.
NODE = re.compile(r"^\t*(?:[\w,.+-]+: )*(\S+) \{(?: /\* (.*) \*/)?$")
END = re.compile(r"^\t*\};(?: /\*.*\*/)?$")
PROPERTY = re.compile(r"^\t*(?:[\w,.+-]+: )*([^\s=;]+)(?: = .*)?;(?: /\* (.*) \*/)?$")
PLACE = re.compile(r"^(.*?):(\d+):\d+")


class Failed(Exception):
    """dtc found an error; its text has file and line already."""


def _dtc(arguments):
    result = subprocess.run(["dtc", *map(str, arguments)], capture_output=True, check=False)
    if result.returncode != 0:
        raise Failed(result.stderr.decode("utf-8", "replace").strip())
    return result.stdout


def _search(include):
    return [word for folder in include for word in ("-i", folder)]


def compile_tree(source, include=(), options=()):
    """The blob of `source`; payloads are looked for beside it and in the folders of `include`."""
    return _dtc(["-q", "-I", "dts", "-O", "dtb", *options, *_search(include), source])


def without_payloads(text):
    """The source with an empty value in place of each /incbin/, line for line."""
    return INCBIN.sub(lambda found: '""' + "\n" * found.group(0).count("\n"), text)


def machine(source):
    """(CPUs, bytes of RAM) that the tree's comment `machine: -smp N -m SIZE` asks for; 2 and 1 GiB without it."""
    cpus, memory = 2, 1 << 30
    found = MACHINE.search(pathlib.Path(source).read_text(encoding="utf-8"))
    words = found.group(1).split() if found else []
    for option, value in zip(words, words[1:]):
        if option == "-smp":
            cpus = int(value)
        elif option == "-m":
            unit = {"G": 1 << 30, "M": 1 << 20}.get(value[-1].upper())
            memory = int(value[:-1]) * unit if unit else int(value) << 20
    return cpus, memory


def _annotated(source, include):
    """dtc's annotated output, without the payloads, which would be long."""
    source = pathlib.Path(source)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / source.name
        copy.write_text(without_payloads(source.read_text(encoding="utf-8")), encoding="utf-8")
        options = ["-q", "-f", "-T", "-T", "-I", "dts", "-O", "dts"]
        text = _dtc([*options, "-i", source.parent, *_search(include), copy]).decode("utf-8", "replace")
    return text.replace(str(copy), str(source))


def _place(annotation):
    """`file:line` where an annotation begins; of a node written in several places, the first."""
    found = PLACE.match(annotation or "")
    return f"{found.group(1)}:{found.group(2)}" if found else None


def locate(source, path, name="", include=()):
    """`file:line` of property `name` of node `path`, or of the node if it has no such property; else the first line."""
    try:
        text = _annotated(source, include)
    except Failed:
        return f"{source}:1"
    stack, best = [], f"{source}:1"
    for line in text.splitlines():
        if found := NODE.match(line):
            stack.append("" if found.group(1) == "/" else found.group(1))
            if ("/".join(stack) or "/") == path:
                best = _place(found.group(2)) or best
        elif END.match(line):
            stack.pop()
        elif stack and (found := PROPERTY.match(line)):
            if name and found.group(1) == name and ("/".join(stack) or "/") == path:
                return _place(found.group(2)) or best
    return best
