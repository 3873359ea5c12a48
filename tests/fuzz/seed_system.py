# SPDX-License-Identifier: BSD-2-Clause
"""
Seeds for fuzz_system: every good and bad system tree, every kernel image in them, and device trees of guests. The one
argument is the folder to fill.
"""

import pathlib
import subprocess
import sys

import libfdt

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

import bad_trees  # noqa: E402
import source  # noqa: E402

TREE, IMAGE, DTB = bytes([0]), bytes([1]), bytes([2])
TOOL = ROOT / "build" / "host" / "check_system"


def images(blob):
    """The `data` of every kernel in a system tree."""
    fdt = libfdt.FdtRo(blob)
    offset, found = 0, []
    while True:
        offset, _ = fdt.next_node(offset, 10, [libfdt.NOTFOUND])
        if offset < 0:
            return found
        if fdt.get_name(offset) == "kernel" and fdt.getprop(offset, "data", [libfdt.NOTFOUND]) != -libfdt.NOTFOUND:
            found.append(bytes(fdt.getprop(offset, "data")))


def main():
    """Fills the folder."""
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    blobs = {tree.stem: bad_trees.make(tree) for tree in bad_trees.trees()}
    damaged = {tree.stem for tree in bad_trees.trees() if "/* mangle:" in tree.read_text(encoding="utf-8")}
    good = sorted((ROOT / "tests" / "system" / "good").glob("*.dts"))
    blobs |= {tree.stem: source.compile_tree(tree) for tree in good}
    for name, blob in blobs.items():
        (folder / f"tree-{name}").write_bytes(TREE + blob)
        # libfdt may walk a damaged tree for ever.
        for image in images(blob) if name not in damaged else []:
            (folder / f"image-{name}").write_bytes(IMAGE + bytes(10) + image)
    system, made = folder / "system.dtb", folder / "dtb-generated"
    system.write_bytes(blobs["uimage"])
    subprocess.run([TOOL, "-g", "a", "-o", made, system], check=True, capture_output=True)
    made.write_bytes(DTB + made.read_bytes())
    system.unlink()
    (folder / "dtb-system").write_bytes(DTB + blobs["everything"])


if __name__ == "__main__":
    main()
