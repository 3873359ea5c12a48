# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's kernel from its entry to the first instruction of /init, on one CPU with 256 MiB, natively, under Skep and
under Xen. The initial ramdisk holds one program, which reads the virtual counter first of all.

The counter starts at 0 with QEMU natively and with the guest under Skep. Under Xen it starts before the domain is built,
so what a small program of the same length finds in it at its own beginning is taken off, everywhere alike. Sleep counts:
a wake-up that a hypervisor serves while Linux would sleep anyway makes no boot longer.
"""

import pathlib
import re
import subprocess
import tempfile

import machines
import measure

NS_PER_TICK = 16
MIB = 256
UNTIL = r"bench: init at [0-9a-f]{16}\n"
CONSOLES = {"quiet": "console=ttyAMA0 quiet", "verbose": "console=ttyAMA0"}
ABOUT = "Linux (Debian's armmp-lpae), kernel entry to /init, one CPU, 256 MiB, in millions of instructions:"

TREE = """/dts-v1/;
/ {{
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    guests {{
        linux {{
            compatible = "skep,guest";
            memory = <{memory:#x}>;
            bootargs = "{bootargs}";
            kernel {{ type = "{kind}"; data = /incbin/("{kernel}"); }};
            {ramdisk}
        }};
    }};
}};
"""


def cpio(files):
    """An archive for the kernel (the "newc" format of Documentation/driver-api/early-userspace/buffer-format.rst):
    (name, mode, content, (major, minor) of a device) each."""
    out = b""
    for number, (name, mode, content, device) in enumerate([*files, ("TRAILER!!!", 0, b"", (0, 0))], 1):
        fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(name) + 1, 0]
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + content
        out += b"\0" * (-len(out) % 4)
    return out


def ramdisk(folder):
    """The archive with /init and the console that it writes to."""
    program = pathlib.Path(folder) / "init"
    subprocess.run(["arm-none-eabi-gcc", "-nostdlib", "-static", "-Wl,-Ttext=0x10000", "-Wl,--build-id=none",
                    "-o", program, pathlib.Path(__file__).with_name("init.S")], check=True)
    return cpio([("dev", 0o40755, b"", (0, 0)), ("dev/console", 0o20600, b"", (5, 1)),
                 ("init", 0o100755, program.read_bytes(), (0, 0))])


def counter(text, what="init at"):
    """Instructions that the counter stood for, as `bench: WHAT NNNN` says in hexadecimal."""
    return int(re.search(rf"bench: {what} ([0-9a-f]{{16}})", text).group(1), 16) * NS_PER_TICK


class Boot:
    """The files of a boot, and how each machine gets them."""

    def __init__(self, build, folder):
        self.build, self.folder = build, pathlib.Path(folder)
        self.kernel = build.folder / "payloads" / "vmlinuz-lpae"
        self.initrd = self.folder / "initrd"
        self.initrd.write_bytes(ramdisk(folder))
        self.xen_image = measure.xen_image(folder)

    def native(self, kernel, until, bootargs):
        """Without a hypervisor."""
        extra = ["-append", bootargs, "-initrd", self.initrd]
        return machines.native(kernel, until, memory=MIB, extra=extra)

    def skep(self, kernel, until, bootargs, kind="zImage"):
        """As Skep's only guest."""
        blob = self.folder / "linux.dtb"
        source = TREE.format(memory=MIB << 20, bootargs=bootargs, kernel=kernel, kind=kind,
                             ramdisk=f'ramdisk {{ data = /incbin/("{self.initrd}"); }};')
        subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, "-"], check=True, input=source, text=True)
        return machines.skep(self.build.skep, until, initrd=blob)

    def xen(self, kernel, until, bootargs):
        """As Xen's only domain."""
        domain = {"kernel": kernel.read_bytes(), "ramdisk": self.initrd.read_bytes(), "bootargs": bootargs,
                  "memory_kib": MIB << 10}
        return machines.xen(self.xen_image, [domain], until)

    def start_of(self, where):
        """What the counter shows to a program of the kernel's length where it begins."""
        raw = self.build.program.read_bytes()
        padded = self.folder / "padded"
        length = self.kernel.stat().st_size - (machines.PAGE if where == "xen" else 0)
        raw += b"\0" * (length - len(raw))
        padded.write_bytes(machines.as_zimage(raw) if where == "xen" else raw)
        until = r"bench: entry at [0-9a-f]{16}\n"
        more = {"kind": "raw"} if where == "skep" else {}
        return counter(getattr(self, where)(padded, until, "entry", **more), "entry at")


def boots(build):
    """{console: {machine: instructions}}."""
    with tempfile.TemporaryDirectory() as folder:
        boot = Boot(build, folder)
        starts = {where: boot.start_of(where) for where in ("native", "skep", "xen")}
        result = {}
        for name, bootargs in CONSOLES.items():
            result[name] = {where: counter(getattr(boot, where)(boot.kernel, UNTIL, bootargs)) - starts[where] +
                            starts["native"] for where in starts}
        return result


def table(result):
    """The table in Markdown, with what each adds to the native boot."""
    lines = ["| console | native | Skep | Xen 4.17 | Skep adds | Xen adds |", "| --- |" + " ---: |" * 5]
    for name, found in result.items():
        base = found["native"]
        more = [f"{100 * (found[where] - base) / base:.3f} %" for where in ("skep", "xen")]
        counts = [f"{found[where] / 1e6:,.2f}" for where in ("native", "skep", "xen")]
        lines.append("| " + " | ".join([name, *counts, *more]) + " |")
    return "\n".join(lines) + "\n"
