# SPDX-License-Identifier: BSD-2-Clause
"""
The control loop keeps its period beside guests that never yield. QEMU counts instructions instead of the host's time
here, 16 ns each, so that a busy host changes no figure.
"""

import re

import linux

COUNTED = ["-icount", "shift=4,sleep=off"]
SLICE_US = 10000
# What Skep's jobs, equals too, take now and then: a piece of console output is about 0.4 ms at this speed.
JOBS_US = 1000

SPIN = """
    {name} {{
        compatible = "skep,guest";
        cpus = <0>;
        memory = <0x04000000>;
        kernel {{ type = "raw"; data = /incbin/("spin.bin"); }};
    }};
"""


def seconds(board, count):
    """The figures of `count` seconds of the control loop: ticks, lost and worst lateness in microseconds."""
    found = []
    while len(found) < count:
        board.expect(r"control: \d+ s ticks=(\d+) lost=(\d+) period=([\d.]+)us mean=[\d.]+us worst=([\d.]+)us")
        ticks, lost, period, worst = board.match.groups()
        found.append((int(ticks), int(lost), float(period), float(worst)))
    return found


def boot(qemu, tree, priority, spins):
    """The control loop and spinning guests, all on one CPU."""
    control = linux.control(0).replace("priority = <10>;", f"priority = <{priority}>;")
    guests = [SPIN.format(name=f"spin{n}") for n in range(spins)]
    return qemu(tree(linux.system(control, *guests)), smp=1, extra=COUNTED)


def keeps_its_period(figures):
    """No deadline is lost, and none is served late by more than one step of a job."""
    for ticks, lost, period, worst in figures:
        assert (ticks, lost) == (1000, 0)
        assert abs(period - 1000) < 0.1
        assert worst < 500


def test_control_with_priority_loses_no_period_beside_a_guest_that_never_yields(qemu, tree):
    """Interrupts masked in the spinning guest do not keep the timer of another from it."""
    board = boot(qemu, tree, 10, 1)
    # At its start and after its reset the other guest's RAM is scrubbed and filled, in steps that the loop interrupts.
    keeps_its_period(seconds(board, 4))
    board.sendline("reset spin0")
    board.expect_exact("[skep] spin0: reset")
    keeps_its_period(seconds(board, 3))
    # The guest that spins with interrupts off has its share: what the control loop leaves.
    assert re.search(r"\[spin0\] spin: spinning", board.log)
    board.expect(r"\[spin0\] \.")


def test_equals_share_their_cpu_by_slices(qemu, tree):
    """With the priority of two spinning guests the control loop waits for two slices and Skep's jobs, no longer."""
    board = boot(qemu, tree, 0, 2)
    for ticks, _, _, worst in seconds(board, 5)[1:]:
        assert SLICE_US < worst < 2 * SLICE_US + JOBS_US
        assert ticks >= 1000000 / (2 * SLICE_US) - 1
    board.expect(r"\[spin0\] \.")
    board.expect(r"\[spin1\] \.")
