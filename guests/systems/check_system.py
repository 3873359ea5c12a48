# SPDX-License-Identifier: BSD-2-Clause
"""
make check-system: the memory map of a system tree, or its first error as `file:line: message`. The check itself is the
hypervisor's own code, built for the host (check_system.c); this compiles the tree and finds the line.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import source


class Wrong(Exception):
    """The tree has an error: where, and what."""

    def __init__(self, place, message):
        super().__init__(f"{place}: {message}")
        self.place, self.message = place, message


def check_blob(tool, blob, machine=(2, 1 << 30), board=None, image=None):
    """
    Run the checker over the bytes of a system tree, on a board with `machine` = (CPUs, bytes), or the one whose device
    tree is the file `board`. Returns ((node, property, message), "") or (None, memory map).
    """
    with tempfile.NamedTemporaryFile(suffix=".dtb") as file:
        file.write(blob)
        file.flush()
        command = [tool, "-c", str(machine[0]), "-m", str(machine[1])]
        command += ["-b", board] if board else []
        command += ["-i", str(image)] if image else []
        result = subprocess.run([*command, file.name], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None, result.stdout
    if result.returncode != 1 or result.stdout.count("\n") != 3:
        raise RuntimeError(f"{tool} failed with {result.returncode}: {result.stderr}")
    return tuple(result.stdout.split("\n")[:3]), ""


def check(tool, tree, include=(), board=None, image=None):
    """The memory map of a tree's source. Raises Wrong or source.Failed."""
    blob = source.compile_tree(tree, include)
    error, text = check_blob(tool, blob, source.machine(tree), board, image)
    if error:
        node, name, message = error
        raise Wrong(source.locate(tree, node, name, include), message)
    return text


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True, help="the checker, built for the host")
    parser.add_argument("--board", help="the device tree (.dtb) of another board")
    parser.add_argument("--image", help="skep.bin, whose size counts")
    parser.add_argument("-i", dest="include", action="append", default=[], help="where payloads are looked for")
    parser.add_argument("tree")
    options = parser.parse_args()
    image = pathlib.Path(options.image) if options.image else None
    size = image.stat().st_size if image and image.exists() else None
    try:
        print(check(options.tool, options.tree, options.include, options.board, size), end="")
    except (Wrong, source.Failed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
