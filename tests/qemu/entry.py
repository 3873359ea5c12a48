# SPDX-License-Identifier: BSD-2-Clause
"""Images that enter Skep as other boot loaders would: at any address, with any r2, in Secure SVC. Device trees of the
board, dumped from QEMU and edited."""

import struct
import subprocess
import zlib

from board import BUILD, need_file

RAM = 0x40000000
LINK = 0x60000000  # HYP_VA
PAGE = 4096
# ldr r2, [pc]; ldr pc, [pc]; and the two words that they load.
STUB = "<IIII"
LDR_R2, LDR_PC = 0xE59F2000, 0xE59FF000


def padded(data, multiple=PAGE):
    """The bytes, with zeros up to a multiple."""
    return data + bytes(-len(data) % multiple)


def skep(folder=BUILD):
    """skep.bin of a build."""
    return need_file(folder / "skep.bin").read_bytes()


def uimage(path, payload, load, entry=None):
    """Writes a legacy U-Boot image of type Linux, which QEMU loads at its header's address with r2 = device tree."""

    def header(crc):
        start = load if entry is None else entry
        return struct.pack(">IIIIIIIBBBB32s", 0x27051956, crc, 0, len(payload), load, start,
                           zlib.crc32(payload), 5, 2, 2, 0, b"skep")

    path.write_bytes(header(zlib.crc32(header(0))) + payload)
    return path


def elf(path, payload, load, entry=None):
    """Writes an ELF of one segment, entered at its first byte unless said: QEMU does that in the mode of reset."""
    ident = b"\x7fELF\x01\x01\x01" + bytes(9)
    start = load if entry is None else entry
    header = struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, start, 52, 0, 0x05000000, 52, 32, 1, 0, 0, 0)
    segment = struct.pack("<IIIIIIII", 1, PAGE, load, load, len(payload), len(payload), 7, 4)
    path.write_bytes((ident + header + segment).ljust(PAGE, b"\0") + payload)
    return path


# pylint: disable-next=too-many-arguments
def with_tree(fdt, system, load, image=None, r2=None, skep_at=None):
    """What a loader leaves in memory from `load` on: a stub that sets r2, the board's tree, Skep, the system's tree.
    The address of the stub is that of the result. r2 and Skep may be elsewhere."""
    board_tree = padded(fdt)
    start = load + PAGE + len(board_tree) if skep_at is None else skep_at
    stub = struct.pack(STUB, LDR_R2, LDR_PC, load + PAGE if r2 is None else r2, start)
    return padded(stub) + board_tree + (skep() if image is None else image) + system


class BoardTree:
    """A tree of the board, as QEMU makes it for a machine, to be edited with fdtput."""

    def __init__(self, path, machine, cpu="cortex-a15", smp=1, mem="256M"):
        self.path = path
        subprocess.run(["qemu-system-arm", "-M", f"{machine},dumpdtb={path}", "-cpu", cpu, "-smp", str(smp), "-m", mem,
                        "-nic", "none", "-display", "none"], check=True, capture_output=True)

    def remove(self, *nodes):
        """Removes nodes by their paths."""
        for node in nodes:
            subprocess.run(["fdtput", "-r", self.path, node], check=True)
        return self

    def put(self, kind, node, name, *values):
        """Sets a property: kind is s for a string, x for cells."""
        subprocess.run(["fdtput", "-p", "-t", kind, self.path, node, name, *values], check=True)
        return self

    @property
    def data(self):
        """The blob, without the room that QEMU leaves in it."""
        done = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dtb", self.path], check=True, capture_output=True)
        return done.stdout
