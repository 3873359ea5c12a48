# SPDX-License-Identifier: BSD-2-Clause
"""No register of one guest reaches another: not by a switch, and not by a stop from another CPU."""

GUEST = """
    {name} {{
        compatible = "skep,guest";
        vcpus = <{vcpus}>;
        cpus = <{cpus}>;
        memory = <0x00400000>;
        bootargs = "{args}";
        kernel {{ type = "raw"; data = /incbin/("leak.bin"); }};
    }};
"""

LIVES = 40


def system(*guests):
    """The text of a system tree; a guest is a tuple of its name, CPUs and boot arguments."""
    text = "".join(GUEST.format(name=name, vcpus=len(cpus), cpus=" ".join(map(str, cpus)), args=args)
                   for name, cpus, args in guests)
    return ('/dts-v1/; / { compatible = "skep,system"; #address-cells = <1>; #size-cells = <1>; guests {'
            + text + "}; };")


def test_vfp_registers_of_a_vcpu_stopped_from_another_cpu_are_not_seen(qemu, tree):
    """The victim is reset while the spy, on the CPU of its other vCPU, runs in between."""
    board = qemu(tree(system(("victim", [1, 0], "victim"), ("spy", [0], "spy"))), smp=2, mem="256M")
    for _ in range(LIVES):
        board.expect_exact("victim: another life")
    board.expect(r"spy: (\d+) looks, (\d+) leaks, (\d+) errors")
    looks, leaks, errors = map(int, board.match.groups())
    assert (leaks, errors) == (0, 0)
    assert looks > LIVES


def test_two_guests_on_one_cpu_keep_every_other_register_to_themselves(qemu, tree):
    """Banked ones and CP14 and CP15's, thousands of times; the switches counted prove that the CPU was shared."""
    board = qemu(tree(system(("one", [0], "hold"), ("two", [0], "hold"))), smp=1, mem="256M")
    for _ in range(2):
        board.expect(r"hold: (\d+) rounds, (\d+) switches, (\d+) errors")
        rounds, switches, errors = map(int, board.match.groups())
        assert errors == 0, board.log
        assert switches > rounds / 2
    board.exits()
