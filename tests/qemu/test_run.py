# SPDX-License-Identifier: BSD-2-Clause
"""`make run` as its user meets it."""

from board import Board

PROMPT = "linux# "


def test_make_run_ends_at_a_linux_shell_and_ctrl_a_x_leaves():
    """The default system: a shell on both CPUs, the control loop beside it, Ctrl-] for Skep, Ctrl-A x for QEMU."""
    # What the make above this test has set is its own affair.
    board = Board(["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "MFLAGS", "make", "run"])
    try:
        board.expect_exact("Leave QEMU with Ctrl-A X; Skep's prompt is Ctrl-].")
        board.expect_exact(PROMPT)
        assert board.run("nproc", PROMPT) == ["2"]
        board.expect(r"\[control\] control: \d+ s ticks=")
        board.send("\x1d")
        board.expect_exact("skep> ")
        board.send("\x01x")
        board.expect_exact("QEMU: Terminated")
        board.exits()
    finally:
        board.kill()
