# SPDX-License-Identifier: BSD-2-Clause
"""U-Boot for QEMU's virt as a guest: its image in a rom at 0, its device tree at the start of RAM."""

import re
import struct

from board import BUILD, need_file

PROMPT = "=> "


def to_prompt(board):
    """From the banner to the command line."""
    board.expect(r"U-Boot \d{4}\.\d\d")
    board.expect_exact("Hit any key to stop autoboot")
    board.send(" ")
    board.expect_exact(PROMPT)


def memory(board, address, words):
    """What `md` shows."""
    found = []
    for line in board.run(f"md.l {address:x} {words:x}", PROMPT):
        columns = re.match(r"[0-9a-f]{8}: ((?:[0-9a-f]{8} )+)", line)
        found += [int(word, 16) for word in columns.group(1).split()] if columns else []
    return found


def test_uboot_takes_commands_and_resets(qemu):
    """One U-Boot: version, the memory it has been given, what lies where, and a reset by PSCI."""
    board = qemu("u-boot")
    to_prompt(board)
    assert any(re.match(r"U-Boot \d{4}\.\d\d", line) for line in board.run("version", PROMPT))
    knows_its_memory(board)
    sees_its_roms_and_its_tree(board)
    board.sendline("mw.l 41000000 12345678 4")
    board.expect_exact(PROMPT)
    assert memory(board, 0x41000000, 4) == [0x12345678] * 4
    board.sendline("reset")
    board.expect_exact("[skep] u-boot: reset")
    to_prompt(board)
    assert memory(board, 0x41000000, 4) == [0] * 4, "RAM is scrubbed"
    board.sendline("poweroff")
    board.expect_exact("[skep] u-boot: powered off")
    board.exits()


def knows_its_memory(board):
    """bdinfo shows the RAM of guests/systems/u-boot.dts, which U-Boot reads in its device tree."""
    info = "\n".join(board.run("bdinfo", PROMPT))
    assert re.search(r"-> start +=? *0x0*40000000", info), info
    assert re.search(r"-> size +=? *0x0*4000000\b", info), info


def sees_its_roms_and_its_tree(board):
    """The image at 0, the erased environment, the tree; a store to the rom does not change it."""
    image = need_file(BUILD / "payloads" / "u-boot.bin").read_bytes()
    assert memory(board, 0, 8) == list(struct.unpack_from("<8I", image))
    assert memory(board, 0x04000000, 4) == [0xFFFFFFFF] * 4
    assert memory(board, 0x40000000, 1) == [0xEDFE0DD0]
