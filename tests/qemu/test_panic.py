# SPDX-License-Identifier: BSD-2-Clause
"""Faults of HYP's own, provoked from outside through QEMU's gdb stub: each ends in a readable panic, on every CPU, with
both kinds of vectors (a Cortex-A15's forget the branch predictor, a Cortex-A7's do not)."""

import re
import subprocess

import pytest
from board import ROOT, SLOW, TIMEOUT

UNMAPPED = 0x70000000

SYSTEM = """
/dts-v1/;
/ {
    compatible = "skep,system"; #address-cells = <1>; #size-cells = <1>;
    guests {
        victim {
            compatible = "skep,guest"; memory = <0x00800000>; cpus = <%d>;
            kernel { type = "raw"; data = /incbin/("hello.bin"); };
        };
    };
};
"""

STACK_BOTTOM = "percpu[CPU]->stack_top - 8192"

# What is done in vcpu_trap() before its first instruction, and what the panic then says. Thumb: UDF, SVC, LDR r0, [r1].
FAULTS = {
    "undefined instruction": (["set *(short *)$pc = (short)0xde00"], r"undefined instruction in HYP at 0x{pc:08x}"),
    "SVC": (["set *(short *)$pc = (short)0xdf00"], r"SVC or HVC in HYP at 0x{pc:08x}, HSR 0x44000000"),
    "prefetch abort": ([f"set $pc = {UNMAPPED}"],
                       rf"prefetch abort in HYP: translation fault fetching 0x{UNMAPPED:08x}, HSR 0x8"),
    "data abort": (["set *(short *)$pc = (short)0x6808", f"set $r1 = {UNMAPPED + 8}"],
                   rf"data abort in HYP: translation fault reading 0x{UNMAPPED + 8:08x}, HSR 0x9"),
    "stack overflow": ([f"set $sp = {STACK_BOTTOM} + 8"],
                       r"data abort in HYP: translation fault writing 0x[0-9a-f]{{8}}, HSR 0x9.*"
                       r"an overflow of its stack, which begins at"),
    "broken canary": (["set $pc = __stack_chk_fail"],
                      r"a function of HYP wrote beyond its stack frame"),
}


class Debugger:
    """gdb on a board that waits, with Skep's symbols."""

    def __init__(self, qemu, folder, **options):
        self.socket = folder / "gdb"
        self.board = qemu(extra=["-S", "-chardev", f"socket,id=gdb,path={self.socket},server=on,wait=off",
                                 "-gdb", "chardev:gdb"], **options)

    def run(self, *commands):
        """Runs gdb commands, detaches, and gives what gdb printed."""
        while not self.socket.exists():
            assert self.board.child.isalive()
        words = ["gdb-multiarch", "-q", "-batch", "-nx"]
        for command in ("set architecture armv7", "set confirm off", "file build/skep.elf",
                        f"target remote {self.socket}", *commands, "delete", "detach"):
            words += ["-ex", command]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT * SLOW, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(name="victim")
def victim_fixture(qemu, tmp_path, tree):
    """A board with a guest on one of its two CPUs, and gdb."""

    def start(cpu_type, cpu):
        return Debugger(qemu, tmp_path, name=tree(SYSTEM % cpu), cpu=cpu_type, smp=2)

    return start


def panic_of(board):
    """The lines of the panic."""
    board.expect_exact("PANIC: ")
    board.expect_exact("[skep] the board is stopped")
    return "PANIC: " + board.before


@pytest.mark.parametrize("off", [0, 4], ids=["SP aligned", "SP a word off"])
@pytest.mark.parametrize("cpu_type, cpu", [("cortex-a15", 1), ("cortex-a7", 0)])
@pytest.mark.parametrize("fault", FAULTS)
# pylint: disable-next=too-many-arguments
def test_panic_on(fault, cpu_type, cpu, off, victim):
    """Says what it was, where, in which registers, by which way, beside which guest; the other CPU stops too."""
    commands, cause = FAULTS[fault]
    debugger = victim(cpu_type, cpu)
    printed = debugger.run("hbreak vcpu_trap", "continue", "delete", f"set $sp = $sp - {off}", "set $r7 = 0x5eed0007",
                           'printf "pc=%#x lr=%#x\\n", $pc, $lr',
                           *(command.replace("CPU", str(cpu)) for command in commands))
    found = re.search(r"pc=(0x[0-9a-f]+)", printed)
    pc = int(found.group(1), 16)
    text = panic_of(debugger.board)
    assert re.search(cause.format(pc=pc), text, re.DOTALL), text
    assert f"CPU {cpu}, MPIDR 0x8000000{cpu}, running victim" in text
    if fault != "broken canary":
        assert "r7  0x5eed0007" in text
        assert "(HYP)" in text
    if fault not in ("prefetch abort", "stack overflow", "broken canary"):
        assert f"at 0x{pc:08x}  vcpu_trap+0x0" in text
    # The way to the fault, by names.
    assert re.search(r"(at|by) 0x6[0-9a-f]{7}  vcpu_exit_trap\+0x", text), text
    assert stopped(debugger) == 2


def stopped(debugger):
    """How many CPUs rest in panic_stop()."""
    return debugger.run("thread apply all -q info symbol $pc").count("panic_stop")


def test_the_early_stack_overflows_into_read_only_memory(qemu, tmp_path):
    """Before the CPUs have stacks of their own, a fault has one too."""
    debugger = Debugger(qemu, tmp_path, name="hello", smp=1)
    debugger.run("hbreak frames_init", "continue", "delete", "set $sp = (unsigned)&__data_start + 8")
    text = panic_of(debugger.board)
    assert "data abort in HYP: permission fault writing 0x" in text
    assert "an overflow of the early stack" in text
    assert "running nothing yet (boot)" in text
    assert re.search(r"at 0x6[0-9a-f]{7}  frames_\w+\+0x", text)
    assert re.search(r"by 0x6[0-9a-f]{7}  hyp_main\+0x", text)
