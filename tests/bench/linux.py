# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's kernel from its entry to the first instruction of /init, on one CPU with 256 MiB, natively, under Skep and
under Xen. The initial ramdisk holds one program, which reads the virtual counter first of all.

The counter starts at 0 with QEMU natively and with the guest under Skep. Under Xen it starts before the domain is
built, so what a small program of the same length finds in it at its own beginning is taken off, everywhere alike. Sleep
counts: a wake-up that a hypervisor serves while Linux would sleep anyway makes no boot longer.

Natively and under Skep Linux is given a tree with the devices that Xen's domain has, and no more: a CPU, a GIC, a timer,
PSCI and an SBSA UART. So all three do the same work, but for what Linux does on seeing that it is on Xen.
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
            ramdisk {{ data = /incbin/("{ramdisk}"); }};
            dtb {{ data = /incbin/("{dtb}"); }};
        }};
    }};
}};
"""

# What Xen 4.17 shows a domain of one vCPU, at the addresses of QEMU's `virt`.
DEVICES = """/dts-v1/;
/ {
    #address-cells = <2>;
    #size-cells = <2>;
    compatible = "linux,dummy-virt";
    interrupt-parent = <&gic>;
    chosen { };
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x10000000>; };
    cpus {
        #address-cells = <1>;
        #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a15"; reg = <0>; };
    };
    psci { compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "hvc"; };
    gic: interrupt-controller@8000000 {
        compatible = "arm,cortex-a15-gic";
        interrupt-controller;
        #interrupt-cells = <3>;
        reg = <0 0x08000000 0 0x1000>, <0 0x08010000 0 0x2000>;
    };
    timer {
        compatible = "arm,armv7-timer";
        interrupts = <1 13 0xf08>, <1 14 0xf08>, <1 11 0xf08>;
    };
    sbsa-uart@9000000 {
        compatible = "arm,sbsa-uart";
        reg = <0 0x09000000 0 0x1000>;
        interrupts = <0 1 4>;
        current-speed = <115200>;
    };
};
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


def compile_tree(source, blob):
    """Device tree source, given as text, into a file."""
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, "-"], check=True, input=source, text=True)


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
        self.dtb = self.folder / "devices.dtb"
        compile_tree(DEVICES, self.dtb)

    def native(self, kernel, until, bootargs):
        """Without a hypervisor."""
        extra = ["-append", bootargs, "-initrd", self.initrd, "-dtb", self.dtb]
        return machines.native(kernel, until, memory=MIB, extra=extra)

    def skep(self, kernel, until, bootargs, kind="zImage"):
        """As Skep's only guest."""
        blob = self.folder / "linux.dtb"
        compile_tree(TREE.format(memory=MIB << 20, bootargs=bootargs, kernel=kernel, kind=kind, ramdisk=self.initrd,
                                 dtb=self.dtb), blob)
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
