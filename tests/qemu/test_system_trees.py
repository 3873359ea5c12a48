# SPDX-License-Identifier: BSD-2-Clause
"""
System trees at boot. A bad one is answered with the words of `make check-system`, and no guest starts; the memory map
that a good one gets is the one that `make check-system` prints. The bad trees and their messages are those of
tests/system/bad.
"""

import re
import sys

import pytest
from board import BUILD, ROOT, SYSTEMS, need_file

sys.path.insert(0, str(ROOT / "tests" / "system"))

import bad_trees  # noqa: E402  pylint: disable=wrong-import-position
import check_system  # noqa: E402  pylint: disable=wrong-import-position
import source  # noqa: E402  pylint: disable=wrong-import-position

WRONG = "the system tree is wrong: no guest is started"
NONE = "no system tree: append one to skep.bin"


@pytest.mark.parametrize("tree", bad_trees.trees(), ids=lambda path: path.stem)
def test_bad_tree_is_refused_at_boot_with_the_checkers_words(qemu, tree, tmp_path):
    blob = tmp_path / "bad.dtb"
    blob.write_bytes(bad_trees.make(tree))
    cpus, memory = source.machine(tree)
    board = qemu(blob, smp=cpus, mem=f"{memory >> 20}M")
    board.never(r"\w+: started", f"{re.escape(WRONG)}|{re.escape(NONE)}", timeout=60)
    assert f"[skep] error: {bad_trees.expected(tree)}\n" in board.log


def test_a_blob_that_is_no_system_gives_way_to_the_appended_one(qemu, image, tmp_path):
    blob = tmp_path / "no-system.dtb"
    blob.write_bytes(bad_trees.make(bad_trees.FOLDER / "wrong-compatible.dts"))
    board = qemu(kernel=image(need_file(BUILD / "hello.dtb")), initrd=blob)
    board.expect_exact("[skep] error: /: compatible: must be \"skep,system\"")
    board.expect_exact("system tree: appended")
    board.expect_exact("hello: started")
    board.exits()


def physical(text):
    """The guests and their RAM with its physical addresses; ROMs lie in what Skep leaves of a block."""
    return re.findall(r"^(?:\[skep\] )?(guest .*| +ram .*)$", text, re.M)


@pytest.mark.parametrize("name", ["hello", "duo", "many", "u-boot"])
def test_memory_map_at_boot_is_the_checkers(qemu, name):
    include = [BUILD / "payloads", BUILD / "apps"]
    size = need_file(BUILD / "skep.bin").stat().st_size
    checked = check_system.check(BUILD / "host" / "check_system", SYSTEMS / f"{name}.dts", include, image=size)
    board = qemu(name)
    board.expect(r"\w+: started")
    assert physical(board.log) == physical(checked) != []
