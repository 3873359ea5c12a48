# SPDX-License-Identifier: BSD-2-Clause
"""Linux and the control loop beside a hostile guest that shares both of their CPUs."""

import re

PROMPT = "linux# "

SYSTEM = """
/dts-v1/;
/ {
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    console { focus = <&linux>; };
    guests {
        linux: linux {
            compatible = "skep,guest";
            vcpus = <2>;
            cpus = <0 1>;
            memory = <0x08000000>;
            bootargs = "console=ttyAMA0 rdinit=/init";
            kernel { data = /incbin/("vmlinuz-lpae"); };
            ramdisk { data = /incbin/("initramfs.cpio.gz"); };
        };
        control {
            compatible = "skep,guest";
            cpus = <1>;
            priority = <10>;
            memory = <0x00400000>;
            kernel { type = "raw"; data = /incbin/("control.bin"); };
        };
        attack {
            compatible = "skep,guest";
            vcpus = <2>;
            cpus = <0 1>;
            memory = <0x01000000>;
            bootargs = "quick forever seed=7";
            kernel { type = "raw"; data = /incbin/("attack.bin"); };
        };
    };
};
"""

# All of user space's memory, code and pipes in one answer: the same sum every time, or something reached in.
WORK = "for i in 1 2 3 4 5 6 7 8; do md5sum </bin/busybox; done | sort | uniq -c"


def work(board):
    """What Linux makes of WORK: how often each sum."""
    board.sendline(WORK)
    sums = []
    while True:
        if board.expect([r"\n +(\d+) ([0-9a-f]{32})", PROMPT], timeout=300) == 1:
            return sums
        sums.append(board.match.groups())


def test_linux_and_control_keep_working_beside_a_hostile_guest(qemu, tree):
    board = qemu(tree(SYSTEM), smp=2, mem="512M")
    board.never("PANIC|Kernel panic", until=PROMPT, timeout=600)
    first = work(board)
    assert [count for count, _ in first] == ["8"]
    for _ in range(2):
        board.never("PANIC|Kernel panic|linux: (crashed|reset)|control: (crashed|reset)", until="attack: finished",
                    timeout=600)
        assert work(board) == first
    board.expect(r"\[control\] control: (\d+) s ticks=[1-9]")
    assert board.run("dmesg | grep -ciE 'oops|segfault|unhandled|BUG:|stall'", PROMPT)[-1].strip() == "0"
    assert not re.search("PANIC", board.log)
