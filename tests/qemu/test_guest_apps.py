# SPDX-License-Identifier: BSD-2-Clause
"""
The conformance guests, natively and under Skep: what they promise holds on the bare machine too, so that a test which
only a hypervisor could pass, or only QEMU, is found. And the guests that watch others: scrub, vfp, spin, attack.
"""

import re

import pytest
from board import BUILD, need_file

NATIVE = "virt,gic-version=2"

GUEST = """
            {name} {{
                compatible = "skep,guest";
                vcpus = <{vcpus}>;
                cpus = <{cpus}>;
                memory = <0x00800000>;
                bootargs = "{args}";
                kernel {{ type = "raw"; data = /incbin/("{app}.bin"); }};
            }};
"""


def system(*guests):
    """The text of a system tree; a guest is a tuple of its name, program, CPUs and boot arguments."""
    text = ""
    for name, app, cpus, args in guests:
        text += GUEST.format(name=name, app=app, vcpus=len(cpus), cpus=" ".join(map(str, cpus)), args=args)
    return ('/dts-v1/; / { compatible = "skep,system"; #address-cells = <1>; #size-cells = <1>; guests {'
            + text + "}; };")


def passes(board, app):
    """The guest's closing line counts no failure and some successes."""
    board.expect(app + r": (\d+) passed, (\d+) failed")
    passed, failed = map(int, board.match.groups())
    failures = [line for line in board.log.split("\n") if "FAIL" in line]
    assert (failed, failures) == (0, [])
    assert passed > 30


CASES = [("traps", 1), ("vgic", 1), ("vgic", 4), ("smp", 2), ("smp", 4), ("smp", 8)]


@pytest.mark.parametrize("cpu", ["cortex-a15", "cortex-a7"])
@pytest.mark.parametrize("app, vcpus", CASES)
def test_a_conformance_guest_passes_natively(qemu, app, vcpus, cpu):
    board = qemu(kernel=need_file(BUILD / "apps" / f"{app}.bin"), machine=NATIVE, cpu=cpu, smp=vcpus, mem="128M")
    passes(board, app)
    board.exits()


@pytest.mark.parametrize("cpu", ["cortex-a15", "cortex-a7"])
@pytest.mark.parametrize("app, vcpus", CASES)
def test_a_conformance_guest_passes_under_skep(qemu, tree, app, vcpus, cpu):
    board = qemu(tree(system((app, app, range(vcpus), ""))), cpu=cpu, smp=vcpus, mem="256M")
    board.expect_exact("under Skep")
    passes(board, app)
    board.exits()


@pytest.mark.parametrize("app, vcpus", [("vgic", 4), ("smp", 4)])
def test_a_conformance_guest_passes_when_its_vcpus_share_cpus(qemu, tree, app, vcpus):
    cpus = [n // 2 for n in range(vcpus)]
    board = qemu(tree(system((app, app, cpus, ""))), smp=2, mem="256M")
    passes(board, app)
    board.exits()


def test_ram_is_scrubbed_at_first_boot_and_after_each_reset(qemu, tree):
    board = qemu(tree(system(("scrub", "scrub", [0], ""))), smp=1, mem="256M")
    for _ in range(3):
        board.expect_exact("scrub: clean")
        board.never("not zero", until="scrub: filled, reset")
    assert "FOUND" not in board.log


def test_scrub_finds_its_predecessor_where_nobody_scrubs(qemu):
    board = qemu(kernel=need_file(BUILD / "apps" / "scrub.bin"), machine=NATIVE, smp=1, mem="128M")
    board.expect_exact("scrub: clean")
    board.expect_exact("scrub: FOUND")


def test_vfp_registers_survive_others_on_the_same_cpu(qemu, tree):
    guests = [("one", "vfp", [0, 0], ""), ("two", "vfp", [0], ""), ("spin", "spin", [0], "")]
    board = qemu(tree(system(*guests)), smp=1, mem="256M")
    for _ in range(2):
        board.never(r"[1-9]\d* errors", until="vfp: finished")
    assert len(re.findall(r" 0 errors", board.log)) >= 15


def test_others_keep_going_beside_a_hostile_guest(qemu, tree):
    guests = [("attack", "attack", [0, 1], "quick seed=5"), ("vfp", "vfp", [0, 1], "forever"),
              ("control", "control", [1], ""), ("scrub", "scrub", [0], "")]
    board = qemu(tree(system(*guests)), smp=2, mem="256M")
    board.never(r"[1-9]\d* errors|FOUND|panic", until="attack: finished", timeout=600)
    seconds = len(re.findall(r"control: \d+ s", board.log))
    assert seconds > 5
    # And on after it.
    board.expect(rf"control: {seconds + 2} s")
