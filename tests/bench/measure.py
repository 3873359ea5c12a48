# SPDX-License-Identifier: BSD-2-Clause
"""
The operations of the bench, and how each machine is asked for them. A result is a dictionary from the row's name to
instructions for one operation, the operation's own included; a row that a machine cannot show is absent.
"""

import os
import pathlib
import re
import subprocess
import tempfile

import machines

ROOT = machines.ROOT
DONE = r"bench: done"
ROW = re.compile(r"bench: (\w+) (\d+)\n")

# In the order of the table, with what they are called there.
ROWS = {
    "hvc_psci_version": "HVC PSCI_VERSION, there and back",
    "read_actlr": "CP15 trap (read ACTLR)",
    "read_gicd_typer": "read GICD_TYPER",
    "write_gicd_isenabler": "write GICD_ISENABLER",
    "read_uart_fr": "read PL011 UARTFR",
    "read_gicc_iar": "GICC acknowledge (read IAR)",
    "write_gicc_eoir": "GICC end of interrupt (write EOIR)",
    "write_gicc_pmr": "GICC priority mask (write PMR)",
    "sgi_to_self": "SGI to self, to the end of its handler",
    "timer_trip": "virtual timer, CVAL write to the end of its handler",
    "wfi_to_timer": "WFI to virtual timer wake-up",
    "timer_to_wfi_end": "of that, from the timer's moment on",
    "sgi_to_cpu_and_back": "SGI to a second vCPU on another CPU and back, all CPUs",
    "sgi_to_vcpu_and_back": "the same with both vCPUs on one CPU",
    "switch": "switch between two guests on one CPU",
    "switch_vfp": "the same, both using VFP",
}
MARKED_ROUNDS = 4096
LOOP = 2  # instructions of an empty round


class Build:
    """Where `make` put things."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.program = self.folder / "apps" / "bench.bin"
        self.skep = self.folder / "skep.bin"
        self.plugin = self.folder / "bench" / "count.so"

    def symbol(self, elf, name):
        """The address of a symbol of an ELF file."""
        for address, _, symbol in symbols(self.folder / elf):
            if symbol == name:
                return address
        raise machines.Failed(f"{elf} has no {name}")


def symbols(elf):
    """(address, type, name) of all symbols of an ELF file, by address."""
    listing = subprocess.run(["arm-none-eabi-nm", "-n", elf], check=True, capture_output=True, text=True).stdout
    words = [line.split() for line in listing.splitlines()]
    return [(int(word[0], 16), word[1], word[2]) for word in words if len(word) == 3]


def rows_of(text, rename=None):
    """The rows that a guest has printed; `rename` changes names for a system that means another row by them."""
    found = {name: int(value) / 100 for name, value in ROW.findall(text)}
    return {(rename or {}).get(name, name): value for name, value in found.items() if name in ROWS}


def compiled(build, system, folder, bootargs=None):
    """The blob of guests/systems/SYSTEM.dts, its first guest with boot arguments if any are given."""
    source = (ROOT / "guests" / "systems" / f"{system}.dts").read_text(encoding="ascii")
    if bootargs and "bootargs" in source:
        source = re.sub('bootargs = "[^"]*"', f'bootargs = "{bootargs}"', source, count=1)
    elif bootargs:
        opening = 'compatible = "skep,guest";'
        source = source.replace(opening, f'{opening} bootargs = "{bootargs}";', 1)
    blob = pathlib.Path(folder) / f"{system}.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-i", build.folder / "apps", "-o", blob, "-"],
                   check=True, input=source, text=True)
    return blob


def run_skep(build, system, *, smp=1, bootargs=None, extra=()):
    """The console of a system of the repository under Skep."""
    with tempfile.TemporaryDirectory() as folder:
        blob = compiled(build, system, folder, bootargs)
        return machines.skep(build.skep, DONE, smp=smp, initrd=blob, extra=extra)


def marked(build, row, start):
    """
    Instructions executed for one operation of a row, by all CPUs, as the plugin counts them: {pc: count} over all
    rounds. `start(bootargs, options)` runs the machine.
    """
    mark = build.symbol("apps/bench.elf", "bench_mark")
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "counts"
        start(f"mark={row}", ["-plugin", f"file={build.plugin},mark={mark:#x},out={out}"])
        pairs = (line.split() for line in out.read_text(encoding="ascii").splitlines())
        return {int(pc, 16): int(count, 16) for pc, count in pairs}


def marked_skep(build, row, system="bench"):
    """marked() under Skep."""
    return marked(build, row, lambda args, more: run_skep(build, system, bootargs=args, extra=more))


def per_operation(counts):
    """What one round took besides the loop. What is executed once, around the loop, weighs less than 0.02."""
    return round(sum(counts.values()) / MARKED_ROUNDS - LOOP, 2)


def native(build):
    """The rows without a hypervisor."""
    def start(args, more):
        return machines.native(build.program, DONE, extra=["-append", args, *more])

    result = rows_of(machines.native(build.program, DONE, smp=2))
    result["wfi_to_timer"] = per_operation(marked(build, "wfi_to_timer", start))
    return result


def skep(build):
    """The rows under Skep, each vCPU alone on its CPU."""
    result = rows_of(run_skep(build, "bench"))
    result["wfi_to_timer"] = per_operation(marked_skep(build, "wfi_to_timer"))
    for system, smp, name in (("bench-smp", 2, "sgi_to_cpu_and_back"), ("bench-smp-shared", 1, "sgi_to_vcpu_and_back")):
        found = rows_of(run_skep(build, system, smp=smp), {"sgi_to_cpu_and_back": name})
        result[name] = found[name]
    for system in ("bench-switch", "bench-switch-vfp"):
        result.update(rows_of(run_skep(build, system)))
    return result


def skep_shared(build):
    """The rows under Skep with `trap-wfi` and a second guest on the CPU."""
    result = rows_of(run_skep(build, "bench-shared"))
    result["wfi_to_timer"] = per_operation(marked_skep(build, "wfi_to_timer", "bench-shared"))
    return result


def xen_image(folder):
    """Debian's Xen out of its package."""
    deb = ROOT / ".cache" / "debs" / "xen-hypervisor-4.17-armhf.deb"
    path = pathlib.Path(folder) / "xen"
    with open(path, "wb") as out, subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as tar:
        subprocess.run(["tar", "-xO", "./boot/xen-4.17-armhf"], check=True, stdin=tar.stdout, stdout=out)
    return path


def xen(build, xen_args=""):
    """The rows under Debian's Xen, dom0less."""
    kernel = machines.as_zimage(build.program.read_bytes())

    with tempfile.TemporaryDirectory() as folder:
        hypervisor = xen_image(folder)

        def run(domains, extra=()):
            return machines.xen(hypervisor, domains, DONE, xen_args=xen_args, extra=extra)

        result = rows_of(run([{"kernel": kernel}]))
        counts = marked(build, "wfi_to_timer", lambda args, more: run([{"kernel": kernel, "bootargs": args}], more))
        result["wfi_to_timer"] = per_operation(counts)
        found = rows_of(run([{"kernel": kernel, "vcpus": 2}]), {"sgi_to_cpu_and_back": "sgi_to_vcpu_and_back"})
        result["sgi_to_vcpu_and_back"] = found["sgi_to_vcpu_and_back"]
        for suffix in ("", " vfp"):
            pair = [{"kernel": kernel, "bootargs": f"{role}{suffix}"} for role in ("yield", "partner")]
            result.update(rows_of(run(pair)))
    return result


def default_build():
    """The folder that the Makefile states, or its default."""
    return Build(os.environ.get("B", ROOT / "build"))


def recorded_rows(build):
    """What `make test` holds: the rows under Skep, alone and sharing the CPU, rounded to tenths."""
    both = {"alone": skep(build), "shared": skep_shared(build)}
    return {name: {row: round(value, 1) for row, value in rows.items()} for name, rows in both.items()}
