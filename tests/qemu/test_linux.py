# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's kernels as the only guest: with 1, 2 and 4 vCPUs, on a Cortex-A15 and a Cortex-A7. Each pair of kernel, number
of vCPUs and core is met once. Boots are dear, so each is used for all that one can see in it.
"""

import hashlib
import itertools
import random
import threading

import linux
import pytest
from linux import PROMPT

BOOTS = [
    ("lpae", 1, "cortex-a15"),
    ("armmp", 1, "cortex-a7"),
    ("armmp", 2, "cortex-a15"),
    ("lpae", 2, "cortex-a7"),
    ("lpae", 4, "cortex-a15"),
    ("armmp", 4, "cortex-a7"),
]
PART = {"cortex-a15": "0xc0f", "cortex-a7": "0xc07"}
# Below what the kernel's terminal and the shell's line editor take.
LINE = 900


@pytest.mark.parametrize("kernel, vcpus, cpu", BOOTS)
def test_linux_boots_as_it_does_natively_and_ends_the_board(qemu, tree, kernel, vcpus, cpu):
    """The kernel says what it says on QEMU's virt; it has its CPUs and interrupts; poweroff ends QEMU."""
    board = qemu(tree(linux.system(linux.guest("linux", kernel, vcpus))), cpu=cpu, smp=vcpus, extra=linux.clock(vcpus))
    native = linux.native(qemu, kernel, vcpus, cpu)
    board.expect_exact(PROMPT)
    native.expect_exact(PROMPT)
    here, there = linux.kernel_log(board), linux.kernel_log(native)
    native.kill()
    assert not linux.unexplained(there, here, kernel=kernel, vcpus=vcpus, cpu=cpu)
    sees_its_processors(board, vcpus, cpu)
    sees_its_interrupts(board, vcpus)
    board.sendline("poweroff -f")
    board.expect_exact("[skep] linux: powered off")
    board.exits()


def sees_its_processors(board, vcpus, cpu):
    """nproc and /proc/cpuinfo tell of the vCPUs, on the core that the board has."""
    assert board.run("nproc", PROMPT) == [str(vcpus)]
    cpuinfo = board.run("cat /proc/cpuinfo", PROMPT)
    assert [line.split()[-1] for line in cpuinfo if line.startswith("processor")] == [str(n) for n in range(vcpus)]
    assert {line.split()[-1] for line in cpuinfo if line.startswith("CPU part")} == {PART[cpu]}
    features = next(line for line in cpuinfo if line.startswith("Features")).split()
    assert {"half", "thumb", "vfp", "neon", "vfpv4", "idiva", "idivt", "lpae"} <= set(features)


def interrupts(board):
    """/proc/interrupts: for each row's name the counts of its CPUs."""
    rows = {}
    for line in board.run("cat /proc/interrupts", PROMPT)[1:]:
        label, rest = line.strip().split(":", 1)
        counts = [int(word) for word in itertools.takewhile(str.isdigit, rest.split())]
        rows[rest.split()[-1] if label.isdigit() else label] = counts
    return rows


def sees_its_interrupts(board, vcpus):
    """Each CPU has its timer, the UART is served, and IPIs come where there is somebody to send them."""
    first, second = interrupts(board), interrupts(board)
    assert len(first["arch_timer"]) == vcpus and all(first["arch_timer"])
    assert sum(second["uart-pl011"]) > sum(first["uart-pl011"]) > 0
    assert first["Err"] == [0]
    if vcpus > 1:
        assert all(first["IPI3"]), "function calls between CPUs"


@pytest.fixture(name="shell")
def shell_fixture(qemu, tree):
    """A shell under Skep, on two CPUs."""
    board = qemu(tree(linux.system(linux.guest("linux", "lpae", 2))), smp=2)
    board.expect_exact(PROMPT)
    return board


def test_the_shell_is_one_to_work_in(shell):
    """What is typed and pasted arrives whole, and keys do what they do on a terminal."""
    a_long_line_arrives_whole(shell)
    a_paste_arrives_whole(shell)
    control_keys_reach_the_program(shell)


def a_long_line_arrives_whole(board):
    """One line as long as the shell takes; its line editor answers each key."""
    word = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=LINE))
    board.sendline(f"echo {word} | md5sum")
    board.expect(r"\n([0-9a-f]{32})  -")
    assert board.match.group(1) == hashlib.md5((word + "\n").encode()).hexdigest()
    board.expect_exact(PROMPT)


def a_paste_arrives_whole(board):
    """10,000 characters at once, into programs that read them to the end."""
    chooser = random.Random(2)
    lines = ["".join(chooser.choices("abcdefghijklmnopqrstuvwxyz0123456789 ", k=99)) + "\n" for _ in range(100)]
    text = "".join(lines)
    whole = {"wc -c": str(len(text)), "md5sum": hashlib.md5(text.encode()).hexdigest()}
    for command, answer in (("wc -c", r"\n *(\d+)\r"), ("md5sum", r"\n([0-9a-f]{32})  -")):
        board.sendline(command)
        board.expect(command + r"\r*\n")
        # The kernel echoes what it gets: somebody must read that while the rest is pasted.
        paste = threading.Thread(target=board.send, args=(text + "\x04",))
        paste.start()
        board.expect(answer)
        paste.join()
        assert board.match.group(1) == whole[command]
        board.expect_exact(PROMPT)
    assert "\a" not in board.log


def start(board, program):
    """Starts a program that reads or waits, and returns when the terminal is its own and no more the line editor's."""
    board.sendline(f"(echo u''p; exec {program})")
    board.expect(r"\nup\r*\n")


def control_keys_reach_the_program(board):
    """Ctrl-C ends a program, Ctrl-Z stops one, Ctrl-D ends a program's input; Ctrl-U takes a line back."""
    start(board, "cat")
    board.send("\x03")
    board.expect_exact(PROMPT)
    assert board.run("echo $?", PROMPT) == ["130"]
    start(board, "cat")
    board.send("\x1a")
    board.expect_exact("Stopped")
    board.expect_exact(PROMPT)
    assert "Stopped" in "".join(board.run("jobs", PROMPT))
    board.run("kill -9 %1", PROMPT)
    start(board, "cat")
    board.send("\x04")
    board.expect_exact(PROMPT)
    assert board.run("echo $?", PROMPT) == ["0"]
    board.send("echo wrong\x15echo right\r")
    board.expect(r"\nright\r")
    board.expect_exact(PROMPT)
