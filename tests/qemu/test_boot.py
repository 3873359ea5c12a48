# SPDX-License-Identifier: BSD-2-Clause
"""From the first instruction to the first guest: wherever Skep is loaded, however it is entered, on any such board."""

import subprocess

import pexpect
import pytest
from board import BUILD, MACHINE, ROOT, need_file
from entry import LINK, PAGE, RAM, BoardTree, elf, padded, skep, uimage, with_tree

MIB = 1 << 20
NO_HYP = "virt,gic-version=2"
SECURE = "virt,secure=on,virtualization=on,gic-version=2"
UART = "pl011,0x09000000"


@pytest.fixture(name="hello")
def hello_fixture():
    """The system tree of hello."""
    return need_file(BUILD / "hello.dtb").read_bytes()


def says_and_stops(board, line):
    """Exactly one line of Skep's is there, and then nothing follows."""
    board.expect_exact(line)
    board.expect(r"^\r*\n")
    is_silent(board)
    assert board.log.count("[skep]") == 1


def is_silent(board):
    """Neither does QEMU end nor Skep say more: here alone a test can only wait."""
    assert board.child.expect([".", pexpect.EOF, pexpect.TIMEOUT], timeout=0.5) == 2, board.log


# ---------------------------------------------------------------- load addresses


ADDRESSES = {
    "the second page of RAM": RAM + PAGE,
    "the link address": LINK,
    "a page below the link address": LINK - PAGE,
    "across the link address": LINK - 0x10000,
    "a page above the link address": LINK + PAGE,
    "overlapping its own link address": LINK + 0x10000,
    "the page of the early UART": LINK + 0x1FF000,
    "across the windows": LINK + 0x1F0000,
    "the windows": LINK + 0x200000,
    "the arena": LINK + 0x4000000,
    "another GiB, at the same offset in its block": RAM + 0x60000000,
    "the blobs": 0x80000000,
}


@pytest.mark.parametrize("initrd", [False, True], ids=["appended", "initrd"])
@pytest.mark.parametrize("load", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_boots_at(load, initrd, qemu, tmp_path, hello):
    """Any address that is 4 KiB aligned will do, with the tree appended or as initial ramdisk."""
    image = uimage(tmp_path / "image", skep() + (b"" if initrd else hello), load)
    board = qemu(kernel=image, initrd=BUILD / "hello.dtb" if initrd else None, smp=2, mem="3G")
    board.expect_exact(f"image at 0x{load:08x}")
    board.expect_exact("2 of 2 CPUs run")
    board.expect_exact("system tree: " + ("initial ramdisk" if initrd else "appended"))
    board.expect_exact("hello: bye")
    board.exits()


def test_boots_at_the_bottom_of_ram(qemu, tmp_path, hello):
    """Where QEMU has its own loader otherwise, so as an ELF, by way of a stub behind it."""
    tree = BoardTree(tmp_path / "board.dtb", MACHINE).data
    whole = padded(skep() + hello)
    stub = with_tree(tree, b"", RAM + len(whole), b"", skep_at=RAM)
    board = qemu(kernel=elf(tmp_path / "image", whole + stub, RAM, RAM + len(whole)), smp=1, mem="256M")
    board.expect_exact(f"image at 0x{RAM:08x}")
    board.expect_exact("hello: bye")


@pytest.mark.parametrize("system", [True, False], ids=["appended", "no system tree"])
@pytest.mark.parametrize("mem", [128, 3072])
def test_boots_at_the_top_of_ram(mem, system, qemu, tmp_path, hello):
    """With nothing behind it but the end of RAM, which for 3 GiB is the end of 32 bits. Without a system tree the image
    itself ends there."""
    tree = BoardTree(tmp_path / "board.dtb", MACHINE, mem=f"{mem}M").data
    appended = hello if system else b""
    load = RAM + mem * MIB - len(padded(with_tree(tree, appended, RAM)))
    board = qemu(kernel=elf(tmp_path / "image", with_tree(tree, appended, load), load), smp=1, mem=f"{mem}M")
    board.expect_exact("hello: bye" if system else "error: no system tree: append one to skep.bin")


@pytest.mark.parametrize("load", [RAM + 0x10800, LINK + 4], ids=hex)
def test_an_unaligned_address_is_refused(load, qemu, tmp_path, hello):
    """One line says which."""
    board = qemu(kernel=uimage(tmp_path / "image", skep() + hello, load))
    says_and_stops(board, f"[skep] loaded at 0x{load:08x}, which is not 4 KiB aligned")


@pytest.mark.parametrize("pages", [0, 1, 2])
def test_the_appended_tree_may_lie_across_two_blocks(pages, qemu, tmp_path, hello):
    """It begins so many pages before a multiple of 2 MiB."""
    image = skep()
    load = RAM + 64 * MIB - len(image) - pages * PAGE
    board = qemu(kernel=uimage(tmp_path / "image", image + hello, load))
    board.expect_exact("hello: bye")
    board.exits()


BIG = """
/dts-v1/;
/ {
    compatible = "skep,system"; #address-cells = <1>; #size-cells = <1>;
    guests {
        hello {
            compatible = "skep,guest"; memory = <0x04000000>;
            kernel { type = "raw"; data = /incbin/("hello.bin"); };
            ramdisk { data = /incbin/("big.bin"); };
        };
    };
};
"""


@pytest.mark.parametrize("initrd", [False, True], ids=["appended", "initrd"])
def test_a_system_tree_of_25_megabytes(initrd, qemu, tmp_path, tree):
    """As one with Linux and its initial ramdisk has them."""
    (tmp_path / "big.bin").write_bytes(bytes(range(256)) * (25 * MIB // 256))
    blob = tree(BIG)
    image = uimage(tmp_path / "image", skep() + (b"" if initrd else blob.read_bytes()), RAM + 0x10000)
    board = qemu(kernel=image, initrd=blob if initrd else None, mem="256M")
    board.expect_exact("hello: bye")
    board.exits()


# ---------------------------------------------------------------- boards


@pytest.mark.parametrize("mem", [128, 1024, 3072])
@pytest.mark.parametrize("smp", [1, 3, 8])
@pytest.mark.parametrize("cpu", ["cortex-a15", "cortex-a7"])
def test_every_cpu_arrives(cpu, smp, mem, qemu):
    """One to eight CPUs, 128 MiB to 3 GiB."""
    board = qemu("hello", cpu=cpu, smp=smp, mem=f"{mem}M")
    board.expect_exact(f"{smp} CPU{'' if smp == 1 else 's'}, {mem} MiB RAM")
    board.expect_exact(f"{smp} of {smp} CPUs run")
    board.expect_exact("hello: bye")
    board.exits()


@pytest.mark.parametrize("index", [1, 2])
def test_the_boot_cpu_need_not_be_the_first(index, qemu, tmp_path, hello):
    """Where the tree names another CPU first, the CPU that boots knows itself by its MPIDR."""
    tree = BoardTree(tmp_path / "board.dtb", MACHINE, smp=3)
    # QEMU boots on the CPU of MPIDR 0, which changes places with the first of the tree.
    tree.put("x", "/cpus/cpu@0", "reg", f"{index}").put("x", f"/cpus/cpu@{index}", "reg", "0")
    image = uimage(tmp_path / "image", with_tree(tree.data, hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, smp=3, mem="256M")
    board.expect_exact(f"started on CPU {index}")
    board.expect_exact("3 of 3 CPUs run")
    board.expect_exact("hello: bye")
    board.exits()


def test_a_cpu_that_does_not_exist_is_said_and_left_out(qemu, tmp_path, hello):
    """The tree promises three, the board has two."""
    tree = BoardTree(tmp_path / "board.dtb", MACHINE, smp=3)
    image = uimage(tmp_path / "image", with_tree(tree.data, hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, smp=2, mem="256M")
    board.expect_exact("the firmware does not start it")
    board.expect_exact("2 of 3 CPUs run")
    board.expect_exact("hello: bye")
    board.exits()


# ---------------------------------------------------------------- what a board must have


MISSING = {
    "no GIC": (["/intc@8000000"], "no GIC with the Virtualization Extensions in the board's device tree"),
    "no timer": (["/timer"], "no generic timer in the board's device tree, or its frequency is unknown"),
    "no memory": (["/memory@40000000"], "no memory in the board's device tree"),
    "no CPU": (["/cpus/cpu@0"], "no CPU in the board's device tree"),
}


@pytest.mark.parametrize("case", MISSING)
def test_a_board_without(case, qemu, tmp_path, hello):
    """What is missing is named, and no guest is started."""
    nodes, line = MISSING[case]
    tree = BoardTree(tmp_path / "board.dtb", MACHINE).remove(*nodes)
    image = uimage(tmp_path / "image", with_tree(tree.data, hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, smp=1, mem="256M")
    board.expect_exact(f"[skep] error: {line}")
    board.expect(r"^\r*\n")
    is_silent(board)


def test_a_board_without_this_cpu(qemu, tmp_path, hello):
    """The tree's only CPU is another one."""
    tree = BoardTree(tmp_path / "board.dtb", MACHINE).put("x", "/cpus/cpu@0", "reg", "101")
    image = uimage(tmp_path / "image", with_tree(tree.data, hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, smp=1, mem="256M")
    says_and_stops(board, "[skep] error: this CPU is not in the board's device tree")


def test_a_damaged_tree(qemu, tmp_path, hello):
    """A header that is sound, and a structure block that is not."""
    data = bytearray(BoardTree(tmp_path / "board.dtb", MACHINE).data)
    strings = int.from_bytes(data[12:16], "big")
    structs = int.from_bytes(data[8:12], "big")
    end = structs + int.from_bytes(data[36:40], "big")
    assert structs < end
    data[end - 4:end] = b"\0\0\0\x07"  # no such token where the block ends
    assert strings != structs
    image = uimage(tmp_path / "image", with_tree(bytes(data), hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, smp=1, mem="256M")
    says_and_stops(board, "[skep] error: the board's device tree is damaged")


# ---------------------------------------------------------------- modes


@pytest.mark.parametrize("machine", [NO_HYP, "virt,secure=on,gic-version=2"])
@pytest.mark.parametrize("cpu", ["cortex-a15", "cortex-a7"])
def test_without_hyp_mode_it_says_so(machine, cpu, qemu):
    """Non-secure SVC, and a core without Security Extensions."""
    says_and_stops(qemu("hello", machine=machine, cpu=cpu),
                   "[skep] entered in mode 0x00000013, non-secure: Skep must be entered in HYP mode (0x1a) or Secure "
                   "SVC. On QEMU's virt say virtualization=on.")


def test_hyp_mode_beside_a_secure_side(qemu):
    """QEMU's own firmware has left Secure state."""
    board = qemu("hello", machine=SECURE)
    board.expect_exact("hello: bye")
    board.exits()


def test_secure_svc_is_left_for_hyp(qemu, tmp_path, hello):
    """An ELF is entered as at reset; the GIC's groups and priorities are then set for the non-secure side, or no timer
    interrupt would ever come."""
    tree = BoardTree(tmp_path / "board.dtb", SECURE)
    image = elf(tmp_path / "image", with_tree(tree.data, hello, RAM + 0x100000), RAM + 0x100000)
    board = qemu(kernel=image, machine=SECURE, smp=1, mem="256M")
    board.expect_exact("256 MiB RAM")  # and not the secure memory, too
    board.expect_exact("entered in Secure SVC")
    board.expect_exact("hello: bye")


# ---------------------------------------------------------------- no tree


def test_no_tree_is_said_by_a_build_with_an_early_uart(qemu, tmp_path, variant, hello):
    """With no tree, only a build that knows a UART can speak."""
    image = skep(variant(EARLY_UART=UART))
    start = RAM + 0x100000
    uimage(tmp_path / "image", with_tree(b"", hello, start, image, r2=RAM + 0x100), start)
    says_and_stops(qemu(kernel=tmp_path / "image", smp=1),
                   "[skep] no device tree of the board: r2 is 0x40000100. Start Skep as a Linux kernel is started.")


def test_a_bad_pointer_to_the_tree_is_said_too(qemu, tmp_path, variant, hello):
    """Where no memory answers, there is a fault."""
    image = skep(variant(EARLY_UART=UART))
    start = RAM + 0x100000
    uimage(tmp_path / "image", with_tree(b"", hello, start, image, r2=0x0E000000), start)
    board = qemu(kernel=tmp_path / "image", smp=1)
    board.expect(r"\[skep\] fault before the MMU is on: PC 0x4.{7}, HSR 0x9[0-9a-f]{7}, address 0x0e00000[0-3]\. "
                 r"r2 must point")


def test_an_elf_without_a_tree_is_brought_to_hyp_and_says_so(qemu, variant):
    """Entered in Secure SVC with r2 = 0."""
    folder = variant(EARLY_UART=UART)
    board = qemu(kernel=folder / "skep.elf", machine=SECURE, smp=1)
    says_and_stops(board,
                   "[skep] no device tree of the board: r2 is 0x00000000. Start Skep as a Linux kernel is started.")


# ---------------------------------------------------------------- another board


@pytest.fixture(name="vexpress", scope="session")
def vexpress_fixture(tmp_path_factory):
    """The device tree of Arm's Versatile Express with Cortex-A15, from Debian's kernel package."""
    path = tmp_path_factory.mktemp("vexpress") / "board.dtb"
    package = need_file(ROOT / ".cache" / "debs" / "linux-image-armmp.deb")
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as files:
        done = subprocess.run(["tar", "-x", "-O", "--wildcards", "*/vexpress-v2p-ca15-tc1.dtb"], stdin=files.stdout,
                              capture_output=True, check=False)
    path.write_bytes(done.stdout)
    # Debian's has no console in it: as a boot loader's environment would say.
    subprocess.run(["fdtput", "-p", "-t", "s", path, "/chosen", "stdout-path", "serial0:115200n8"], check=True)
    return path


def test_vexpress_a15_is_entered_in_secure_svc(qemu, vexpress):
    """Another memory map, a UART behind nested ranges, Secure SVC: the same image."""
    board = qemu("hello", machine="vexpress-a15", smp=1, extra=["-dtb", vexpress, "-audiodev", "none,id=none"])
    board.expect_exact("board: V2P-CA15")
    board.expect_exact("entered in Secure SVC")
    board.expect_exact("hello: bye")
