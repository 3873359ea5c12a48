# SPDX-License-Identifier: BSD-2-Clause
#
# Debugging Skep under QEMU's gdb stub. `make debug` in one terminal, and in another, from the root of the tree:
#
#   gdb-multiarch -x hyp/skep.gdb
#
# Another stub than that of `make debug`: SKEP_GDB=HOST:PORT (or the path of a socket) in the environment.
#
#   hyp              mode, trap cause and stage-2 state of this CPU, decoded
#   guests           what runs on each CPU, and every guest that has run there
#   vcpu             registers and exit counts of the vCPU that this CPU has loaded
#   guest-symbols F  the symbols of a guest's ELF file (Linux's vmlinux, build/apps/NAME.elf), beside Skep's
#   break-guest A    a hardware breakpoint at a guest's virtual address
#
# QEMU spells some Hyp registers by their AArch64 names; they are shown by the manual's (ARM DDI 0406C).

set pagination off
set confirm off
set architecture armv7
set stack-cache off
set code-cache off
file build/skep.elf

python
import os

import gdb

gdb.execute("target remote " + os.environ.get("SKEP_GDB", ":1234"))

EC = {
    0x00: "unknown reason", 0x01: "WFI or WFE", 0x03: "MCR or MRC, CP15", 0x04: "MCRR or MRRC, CP15",
    0x05: "MCR or MRC, CP14", 0x06: "LDC or STC, CP14", 0x07: "VFP or Advanced SIMD", 0x08: "VMRS, CP10",
    0x0a: "BXJ", 0x0c: "MRRC, CP14", 0x11: "SVC", 0x12: "HVC", 0x13: "SMC",
    0x20: "prefetch abort from a guest", 0x21: "prefetch abort in Hyp",
    0x24: "data abort from a guest", 0x25: "data abort in Hyp",
}
FAULT = {
    0x04: "translation", 0x08: "access flag", 0x0c: "permission", 0x10: "synchronous external",
    0x11: "asynchronous external", 0x14: "external on a walk", 0x21: "alignment", 0x22: "debug event",
}
MODE = {
    0x10: "User", 0x11: "FIQ", 0x12: "IRQ", 0x13: "Supervisor", 0x16: "Monitor", 0x17: "Abort", 0x1a: "Hyp",
    0x1b: "Undefined", 0x1f: "System",
}
HCR = {
    0: "VM", 1: "SWIO", 2: "PTW", 3: "FMO", 4: "IMO", 5: "AMO", 6: "VF", 7: "VI", 8: "VA", 9: "FB", 12: "DC",
    13: "TWI", 14: "TWE", 15: "TID0", 16: "TID1", 17: "TID2", 18: "TID3", 19: "TSC", 20: "TIDCP", 21: "TAC",
    22: "TSW", 23: "TPC", 24: "TPU", 25: "TTLB", 26: "TVM", 27: "TGE",
}
# The manual's name: what QEMU may call it.
ALIAS = {
    "HSR": "ESR_EL2", "HDFAR": "FAR_EL2", "HVBAR": "VBAR_EL2", "HTPIDR": "TPIDR_EL2", "HSTR": "HSTR_EL2",
    "HCPTR": "CPTR_EL2", "HDCR": "MDCR_EL2", "HSCTLR": "SCTLR_EL2", "CNTHCTL": "CNTHCTL_EL2",
}


def register(name):
    """A register of this CPU as an integer, or None if QEMU does not show it."""
    for spelling in (name, ALIAS.get(name, name)):
        value = gdb.parse_and_eval("$" + spelling)
        if value.type.code != gdb.TYPE_CODE_VOID:
            return int(value) & (1 << 8 * value.type.sizeof) - 1
    return None


def physical(address, size):
    """Bytes of physical memory. QEMU's stub otherwise reads as the CPU would, and a guest cannot see Skep."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def hyp_physical(address):
    """Where HYP's own tables put an address of its own: (physical address, bytes to the end of that mapping)."""
    table = register("HTTBR") & 0xFFFFFFFFF0
    for shift in (30, 21, 12):
        entry = int.from_bytes(physical(table + 8 * (address >> shift & (3 if shift == 30 else 511)), 8), "little")
        size = 1 << shift
        if entry & 1 == 0:
            break
        if entry & 2 == 0 or shift == 12:
            offset = address & size - 1
            return (entry & 0xFFFFFFFFFF & -size) + offset, size - offset
        table = entry & 0xFFFFFFF000
    raise gdb.GdbError(f"HYP has nothing at {address:#x} (yet)")


def hyp_bytes(address, size):
    """Bytes at an address of HYP's, whatever runs at the moment."""
    data = b""
    while len(data) < size:
        where, room = hyp_physical(address + len(data))
        data += physical(where, min(room, size - len(data)))
    return data


def hyp_object(kind, address):
    """An object of HYP's: its type's name and its address; None at address 0."""
    kind = gdb.lookup_type(kind) if isinstance(kind, str) else kind
    return gdb.Value(hyp_bytes(int(address), kind.sizeof), kind) if int(address) else None


def hyp_string(address):
    text = b""
    while not text.endswith(b"\0") and len(text) < 64:
        text += hyp_bytes(int(address) + len(text), 1)
    return text.rstrip(b"\0").decode("ascii", "replace")


def cpus():
    """Every CPU's struct pcpu: (number, object)."""
    symbol = gdb.lookup_global_symbol("percpu")
    table = hyp_object(symbol.type, symbol.value().address)
    first, last = symbol.type.range()
    return [(n, hyp_object("struct pcpu", table[n])) for n in range(first, last + 1) if int(table[n])]


def loaded(cpu):
    """The vCPU that a CPU has loaded, and its VM, or None twice."""
    vcpu = hyp_object("struct vcpu", cpu["vcpu_loaded"])
    return (vcpu, hyp_object("struct vm", vcpu["vm"])) if vcpu else (None, None)


def this_cpu():
    return dict(cpus()).get(gdb.selected_thread().num - 1)


def show(name, number, text=""):
    print(f"{name:<8}" + ("not shown by QEMU" if number is None else f"{number:#010x}  {text}"))


def bits(number, names):
    return " ".join(name for bit, name in names.items() if number >> bit & 1)


def hsr_text(hsr):
    """HSR in words (B3.13.6)."""
    ec, iss = hsr >> 26, hsr & 0x1FFFFFF
    text = EC.get(ec, "reserved") + (f", {4 if hsr >> 25 & 1 else 2}-byte instruction" if hsr else "")
    if ec in (0x03, 0x05):
        text += (f": {'MRC' if iss & 1 else 'MCR'} p{15 if ec == 3 else 14}, {iss >> 14 & 7}, r{iss >> 5 & 15}, "
                 f"c{iss >> 10 & 15}, c{iss >> 1 & 15}, {iss >> 17 & 7}")
    elif ec == 0x04:
        text += (f": {'MRRC' if iss & 1 else 'MCRR'} p15, {iss >> 16 & 15}, r{iss >> 5 & 15}, r{iss >> 10 & 15}, "
                 f"c{iss >> 1 & 15}")
    elif ec in (0x11, 0x12):
        text += f" #{iss & 0xFFFF}"
    elif ec in (0x20, 0x21, 0x24, 0x25):
        status = iss & 0x3F
        kind = FAULT.get(status & 0x3C if 0x04 <= status < 0x10 else status, f"status {status:#x}")
        text += f": {kind}" + (f" fault at level {status & 3}" if 0x04 <= status < 0x10 else "")
        if ec >= 0x24:
            text += ", write" if iss >> 6 & 1 else ", read"
            text += (f" of {1 << (iss >> 22 & 3)} bytes, r{iss >> 16 & 15}" if iss >> 24 & 1
                     else ", no valid syndrome")
        text += ", on a stage-1 walk" if iss >> 7 & 1 else ""
    return text


class Hyp(gdb.Command):
    """The state of this CPU that Hyp mode sees, decoded."""

    def __init__(self):
        super().__init__("hyp", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        cpsr, hsr, hpfar, vttbr = (register(name) for name in ("cpsr", "HSR", "HPFAR", "VTTBR"))
        show("CPSR", cpsr, MODE.get(cpsr & 31, "no mode") + (" Thumb" if cpsr >> 5 & 1 else " ARM") + ", masked: "
             + (bits(cpsr, {8: "A", 7: "I", 6: "F"}) or "none"))
        show("HSR", hsr, hsr_text(hsr))
        show("HDFAR", register("HDFAR"))
        show("HIFAR", register("HIFAR"))
        show("HPFAR", hpfar, f"IPA {(hpfar >> 4 << 12):#x} (stage-2 faults only)")
        show("HCR", register("HCR"), bits(register("HCR"), HCR))
        show("VTTBR", vttbr, f"VMID {vttbr >> 48}, table at {vttbr & 0xFFFFFFF000:#x}")
        show("HVBAR", register("HVBAR"))
        show("HTPIDR", register("HTPIDR"), "struct pcpu of this CPU")
        try:
            vcpu, vm = loaded(this_cpu())
        except (gdb.error, gdb.GdbError, TypeError):
            return  # too early: no tables, or no CPUs
        if vcpu:
            print(f"ELR_hyp and SPSR_hyp of the last exit: {int(vcpu['frame']['pc']):#010x} "
                  f"{int(vcpu['frame']['cpsr']):#010x} ({hyp_string(vm['name'])} vCPU {int(vcpu['id'])})")


class Guests(gdb.Command):
    """What runs on each CPU, and the guest whose state is in its hardware."""

    def __init__(self):
        super().__init__("guests", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for number, cpu in cpus():
            entity = hyp_object("struct entity", cpu["sched"]["current"])
            print(f"CPU {number}: runs {hyp_string(entity['name']) if entity else 'nothing'}", end="")
            vcpu, vm = loaded(cpu)
            if vcpu:
                print(f"; loaded {hyp_string(vm['name'])} vCPU {int(vcpu['id'])}, VTTBR {int(vm['s2']['vttbr']):#x}",
                      end="")
            print()


class Vcpu(gdb.Command):
    """Registers and exits of the vCPU that this CPU has loaded. While the guest runs, the CPU's own are newer."""

    def __init__(self):
        super().__init__("vcpu", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        vcpu, vm = loaded(this_cpu())
        if not vcpu:
            print("this CPU has no vCPU loaded")
            return
        frame = vcpu["frame"]
        print(f"{hyp_string(vm['name'])} vCPU {int(vcpu['id'])}, pc {int(frame['pc']):#010x} cpsr "
              f"{int(frame['cpsr']):#010x} ({MODE.get(int(frame['cpsr']) & 31, 'no mode')}), "
              f"lr_usr {int(frame['lr_usr']):#010x}")
        for first in range(0, 13, 4):
            print("  ".join(f"r{n:<2} {int(frame['r'][n]):#010x}" for n in range(first, min(first + 4, 13))))
        for field in gdb.lookup_type("enum vcpu_exit").fields():
            if field.name != "EXIT_NR" and int(vcpu["exits"][field.enumval]):
                print(f"{field.name:<16}{int(vcpu['exits'][field.enumval]):>12}")


class GuestSymbols(gdb.Command):
    """guest-symbols FILE: the symbols of a guest's ELF file, at the addresses it was linked at."""

    def __init__(self):
        super().__init__("guest-symbols", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        gdb.execute(f"add-symbol-file {argument}", from_tty)


class BreakGuest(gdb.Command):
    """break-guest ADDRESS|SYMBOL: stops there whichever guest runs; `hyp` and `guests` say which."""

    def __init__(self):
        super().__init__("break-guest", gdb.COMMAND_BREAKPOINTS, gdb.COMPLETE_SYMBOL)

    def invoke(self, argument, from_tty):
        # Not a software breakpoint: that would write an instruction into the memory of whoever is mapped there.
        gdb.execute(f"hbreak *({argument})", from_tty)


for command in (Hyp, Guests, Vcpu, GuestSymbols, BreakGuest):
    command()
end

