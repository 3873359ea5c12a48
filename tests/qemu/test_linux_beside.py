# SPDX-License-Identifier: BSD-2-Clause
"""
Two Linux guests beside the control loop: what is typed reaches one of them, and what one does to itself (reboot,
panic, power-off) the others do not notice. `one` stays where it panics; `two` reboots by itself after a panic.
"""

import re

import linux
import pytest
from linux import BOOTARGS

ESCAPE = "\x1d"
SKEP = "skep> "
READY = "skep-initramfs: ready"


@pytest.fixture(name="pair")
def pair_fixture(qemu, tree):
    """Both Linux guests at their shells, which have prompts of their own; `one` is in focus."""
    board = qemu(tree(linux.system(
        linux.guest("one", "armmp", 2, more="cpus = <0 1>;"),
        linux.guest("two", "lpae", 1, more="cpus = <2>;", bootargs=BOOTARGS + " panic=1"),
        linux.control(2), more="console { focus = <&one>; };")), smp=3)
    for _ in range(2):
        board.expect(r"(\[\w+\] )?" + READY)
    take_shell(board, "one")
    look_at(board, "two")
    take_shell(board, "two")
    return board


def take_shell(board, name):
    """Gives the shell in focus a prompt of its own. Its first prompt may be long past."""
    board.send(f"\rPS1='{name}''# '\r")
    board.expect_exact(f"\n{name}# ")


def to_skep(board):
    """Leaves the guest in focus."""
    board.send(ESCAPE)
    board.expect_exact(SKEP)


def look_at(board, name):
    """Turns the focus from one guest to another."""
    to_skep(board)
    connect(board, name)


def connect(board, name):
    """From Skep's prompt to a guest."""
    board.sendline(f"console {name}")
    board.expect_exact(f"[connected to {name}; Ctrl-] leaves]")


def answers(board, name):
    """The shell of the guest in focus computes."""
    board.sendline("echo $((6 * 7)) from $(hostname)")
    board.expect_exact("42 from skep")
    board.expect_exact(f"{name}# ")


def control_goes_on(board):
    """The control loop prints a second that is yet to come."""
    board.expect(r"\[control\] control: (\d+) s ")
    first = int(board.match.group(1))
    board.expect(r"\[control\] control: (\d+) s ")
    assert int(board.match.group(1)) > first


def answer(board, command, prompt):
    """A command's own lines: those of guests out of focus come in between."""
    return [line for line in board.run(command, prompt) if not line.startswith("[")]


def states(board):
    """What `list` says of each guest, at Skep's prompt."""
    rows = [line.split() for line in answer(board, "list", SKEP)]
    return {row[0]: row[1] for row in rows[1:] if len(row) > 1}


def test_two_linux_guests_and_control_leave_each_other_alone(pair):
    """One after the other, on one board: typing, reboot, panic, power-off."""
    keys_reach_one_guest_only(pair)
    a_reboot_begins_that_guest_afresh(pair)
    a_panic_stays_in_its_guest(pair)
    a_panic_that_reboots_comes_back(pair)
    the_board_lives_until_the_last_guest_ends(pair)
    seconds = [int(n) for n in re.findall(r"\[control\] control: (\d+) s ", pair.log)]
    assert seconds == sorted(set(seconds)) and seconds[0] == 1, "control has started once and never stepped back"


def keys_reach_one_guest_only(board):
    """Each Linux sees its own line, whoever was in focus before."""
    for name in ("two", "one", "two", "one"):
        look_at(board, name)
        board.sendline(f"echo for-{name}-$((40 + 2))")
        board.expect_exact(f"for-{name}-42")
        board.expect_exact(f"{name}# ")
    for name in ("two", "one"):
        assert board.log.count(f"for-{name}-42") == 2
    to_skep(board)
    assert states(board) == {"one": "running", "two": "running", "control": "running"}
    # Out of focus a guest has its name before its lines.
    connect(board, "two")
    board.sendline("(for i in 1 2 3 4 5 6; do sleep 1; echo late-$i; done) &")
    look_at(board, "one")
    board.expect(r"\n\[two\] late-6\r")
    answers(board, "one")


def a_reboot_begins_that_guest_afresh(board):
    """reboot -f in `two`: its files are gone, `one` keeps its own, control goes on."""
    board.sendline("echo kept >mark")
    look_at(board, "two")
    board.sendline("echo lost >mark")
    board.expect_exact("two# ")
    board.sendline("reboot -f")
    board.expect_exact("[skep] two: reset")
    control_goes_on(board)
    board.expect(r"\n" + READY)
    take_shell(board, "two")
    assert answer(board, "ls | wc -l", "two# ") == ["0"]
    look_at(board, "one")
    assert answer(board, "cat mark", "one# ") == ["kept"]


def a_panic_stays_in_its_guest(board):
    """A kernel that hangs after its panic: the others go on, and the operator brings it back."""
    board.sendline("echo c > /proc/sysrq-trigger")
    board.expect_exact("end Kernel panic - not syncing: sysrq triggered crash")
    control_goes_on(board)
    look_at(board, "two")
    answers(board, "two")
    to_skep(board)
    assert states(board) == {"one": "running", "two": "running", "control": "running"}
    board.sendline("reset one")
    board.expect_exact("[skep] one: reset")
    board.expect_exact(f"[one] {READY}")
    control_goes_on(board)


def a_panic_that_reboots_comes_back(board):
    """A kernel with panic=1 resets its guest by PSCI."""
    connect(board, "two")
    answers(board, "two")
    board.sendline("echo c > /proc/sysrq-trigger")
    board.expect_exact("Rebooting in 1 seconds")
    board.expect_exact("[skep] two: reset")
    board.expect(r"\n" + READY)
    control_goes_on(board)
    take_shell(board, "two")
    look_at(board, "one")
    take_shell(board, "one")


def the_board_lives_until_the_last_guest_ends(board):
    """poweroff in one, destroy of the others; then there is nothing left to run."""
    board.sendline("poweroff -f")
    board.expect_exact("[skep] one: powered off")
    board.expect_exact(SKEP)
    assert states(board) == {"one": "off", "two": "running", "control": "running"}
    control_goes_on(board)
    connect(board, "two")
    answers(board, "two")
    to_skep(board)
    board.sendline("destroy two")
    board.expect_exact("[skep] two: destroyed")
    control_goes_on(board)
    board.sendline("destroy control")
    board.expect_exact("[skep] no guest can run again: the board powers off")
    board.exits()
