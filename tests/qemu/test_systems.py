# SPDX-License-Identifier: BSD-2-Clause
"""The systems that come with Skep, each on the least machine that its tree states; duo is in the tests of Linux."""

import re
import struct

ESCAPE = "\x1d"
PROMPT = "skep> "
SCRUB_PATTERN = 0x5CAB1E55  # guests/apps/scrub.c
RAM = 0x40000000

SCRUB = """
/dts-v1/;
/ {
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    guests {
        scrub {
            compatible = "skep,guest";
            memory = <0x00800000>;
            kernel { type = "raw"; data = /incbin/("scrub.bin"); };
        };
    };
};
"""


def count_of(board, what):
    """The exits of a kind in the answer to `exits`."""
    found = re.search(rf"^ +{what} +(\d+)$", "\n".join(board.run("exits wfi", PROMPT)), re.MULTILINE)
    assert found, board.before
    return int(found.group(1))


def test_hello_boots_says_so_and_powers_the_board_off(qemu):
    board = qemu("hello")
    board.expect_exact("hello: a guest speaks")
    board.expect_exact("hello: powered off")
    board.expect_exact("the board powers off")
    board.exits()


def test_hello_boots_the_same_from_an_initial_ramdisk(qemu):
    board = qemu("hello", initrd=True)
    board.expect_exact("system tree: initial ramdisk")
    board.expect_exact("hello: bye")
    board.exits()


def test_each_wfi_of_the_seed_exits_and_is_counted(qemu):
    board = qemu("wfi")
    board.expect_exact("wfi: started")
    board.send(ESCAPE)
    board.expect_exact(PROMPT)
    # Nothing ever wakes it, so there is exactly one.
    assert count_of(board, "wfi") == 1


def test_eight_guests_run_on_four_cpus(qemu):
    board = qemu("many")
    names = ["control-0", "control-1", "control-2", "control-3", "linux"]
    for name in names[:4]:
        board.expect(rf"\[{name}\] control: \d+ s ticks=")
    board.expect_exact("[linux] skep-initramfs: ready", timeout=400)
    board.send(ESCAPE)
    board.expect_exact(PROMPT)
    board.sendline("list")
    states = {}
    while len(states) < 8:
        board.expect(r"\n([a-z0-9-]+) +(running|off|starting|stopping|crashed) ")
        states[board.match.group(1)] = board.match.group(2)
    assert sorted(states.values()) == ["off"] * 2 + ["running"] * 6
    assert all(states[name] == "running" for name in names)


def test_a_guest_finds_nothing_in_ram_that_held_its_predecessors_pattern_before_the_board_started(qemu, tree, tmp_path):
    blob = tree(SCRUB)
    board = qemu(blob, smp=1, mem="256M")
    board.expect(r"ram +ipa 0x40000000 to 0x407fffff +pa 0x([0-9a-f]+) ")
    where = int(board.match.group(1), 16)
    board.kill()

    poison = tmp_path / "poison"
    words = ((RAM + at) ^ SCRUB_PATTERN for at in range(0, 0x800000, 4))
    poison.write_bytes(struct.pack(f"<{0x800000 // 4}I", *words))
    extra = ["-device", f"loader,file={poison},addr={where:#x},force-raw=on"]
    board = qemu(blob, smp=1, mem="256M", extra=extra)
    board.expect(rf"pa 0x0*{where:x}\b")
    board.never("FOUND|not zero", until="scrub: clean")
