# SPDX-License-Identifier: BSD-2-Clause
"""
Where the bench guest runs: natively on QEMU's `virt`, under Skep and under Xen, on the same QEMU, which counts
instructions (`-icount shift=0,sleep=off`): each is one nanosecond of its virtual clock, and sleep takes none.

Each function gives the console's text up to the line that was waited for. Nothing here is measured: what runs
measures itself, or QEMU's clock does.
"""

import os
import pathlib
import re
import select
import signal
import struct
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
QEMU = "qemu-system-arm"
COUNT = ["-icount", "shift=0,sleep=off", "-rtc", "base=2020-01-01,clock=vm", "-seed", "7"]
BOARD = ["-cpu", "cortex-a15", "-nodefaults", "-nic", "none", "-display", "none", "-serial", "stdio", "-monitor", "none"]
VIRT = "virt,gic-version=2"
HYP = VIRT + ",virtualization=on"
RAM_MIB = 1024
LIMIT = 300  # seconds, for one run

# Xen loads a zImage at the address that its header states; ours is put before a raw program linked at 0x40010000.
RAW_BASE = 0x40010000
PAGE = 0x1000
ZIMAGE_MAGIC = 0x016F2818
MODULES = 0x50000000  # where QEMU puts Xen's modules
MODULE_SPACE = 0x04000000


class Failed(Exception):
    """A machine did not come to where it should: what it said, and why that is not enough."""


def qemu(options, until, limit=LIMIT):
    """Runs QEMU until its console has shown the regular expression `until`, and gives all that it showed."""
    argv = [QEMU] + BOARD + COUNT + [str(word) for word in options]
    end = time.monotonic() + limit
    wanted, text = re.compile(until), ""
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          cwd=ROOT, start_new_session=True) as process:
        try:
            while not wanted.search(text):
                ready, _, _ = select.select([process.stdout], [], [], max(0, end - time.monotonic()))
                piece = os.read(process.stdout.fileno(), 65536) if ready else b""
                if not piece:
                    why = "ended early" if ready else f"not there after {limit} s"
                    raise Failed(f"{' '.join(argv)}\n{text[-2000:]}\n{why}: {until}")
                text += piece.decode("ascii", "replace").replace("\r", "")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()
    return text


def native(program, until, *, smp=1, extra=(), memory=RAM_MIB):
    """The program itself as the board's kernel."""
    return qemu(["-M", VIRT, "-smp", smp, "-m", memory, "-kernel", program, *extra], until)


def skep(image, until, *, initrd, smp=1, extra=()):
    """skep.bin with a system tree beside it."""
    return qemu(["-M", HYP, "-smp", smp, "-m", RAM_MIB, "-kernel", image, "-initrd", initrd, *extra], until)


def as_zimage(raw):
    """A page with a zImage header, whose first instruction jumps over it, and then a raw program."""
    size = PAGE + len(raw)
    header = bytearray(PAGE)
    branch = 0xEA000000 | (PAGE - 8) // 4
    struct.pack_into("<I", header, 0, branch)
    struct.pack_into("<III", header, 0x24, ZIMAGE_MAGIC, RAW_BASE - PAGE, RAW_BASE - PAGE + size)
    return bytes(header) + raw


def xen_domain(number, domain, folder):
    """The node of one domain, and the QEMU options that put its modules where the node says."""
    options, modules = [], ""
    address = MODULES + number * 2 * MODULE_SPACE
    parts = [("kernel", domain["kernel"]), ("ramdisk", domain.get("ramdisk"))]
    for kind, content in parts:
        if content is None:
            continue
        path = folder / f"module-{number}-{kind}"
        path.write_bytes(content)
        if len(content) > MODULE_SPACE:
            raise Failed(f"{kind} of {len(content)} bytes is too long")
        bootargs = f'bootargs = "{domain.get("bootargs", "")}";' if kind == "kernel" else ""
        modules += f"""
            module@{address:x} {{
                compatible = "multiboot,{kind}", "multiboot,module";
                reg = <0 {address:#x} {len(content):#x}>;
                {bootargs}
            }};"""
        options += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
        address += MODULE_SPACE
    node = f"""
        domU{number} {{
            compatible = "xen,domain";
            #address-cells = <2>;
            #size-cells = <1>;
            memory = <0 {domain.get("memory_kib", 65536)}>;
            cpus = <{domain.get("vcpus", 1)}>;
            vpl011;{modules}
        }};"""
    return node, options


def xen(hypervisor, domains, until, *, xen_args="", extra=()):
    """Xen with these domains and no dom0 (dom0less): each is a dict of kernel, ramdisk (bytes), bootargs, memory_kib."""
    machine = ["-M", HYP, "-smp", "1", "-m", RAM_MIB]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        board, tree = folder / "board.dtb", folder / "xen.dtb"
        subprocess.run([QEMU, *[str(word) for word in machine], "-cpu", "cortex-a15", "-nodefaults", "-display", "none",
                        "-machine", f"dumpdtb={board}"], check=True, capture_output=True)
        source = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", board], check=True, capture_output=True,
                                text=True).stdout
        nodes, options = "", []
        for number, domain in enumerate(domains):
            node, more = xen_domain(number, domain, folder)
            nodes += node
            options += more
        bootargs = f"console=dtuart dtuart=/pl011@9000000 bootscrub=0 {xen_args}".strip()
        source += f'/ {{ chosen {{ xen,xen-bootargs = "{bootargs}"; #address-cells = <2>; #size-cells = <1>; {nodes} }}; }};'
        subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tree, "-"], check=True, input=source, text=True)
        return qemu(machine + ["-kernel", hypervisor, "-dtb", tree, *options, *extra], until)
