# SPDX-License-Identifier: BSD-2-Clause
"""
The device tree that a guest is given, beside QEMU's own: every node and property of ours is QEMU's for the same core,
CPUs, memory, ramdisk and command line, except for the few that are listed with their reason; and a tree of the user's
own is patched as QEMU's -dtb patches it.
"""

import subprocess

import libfdt
import pytest

import bad_trees
import source

TOOL = bad_trees.ROOT / "build" / "host" / "check_system"

# Properties that hold phandles, whose numbers are QEMU's own choice: compared by what they refer to.
PHANDLES = {"interrupt-parent", "clocks", "cpu"}

# QEMU says it only for boards of several CPUs, though its single CPU answers PSCI just the same.
ONLY_OURS = {("/cpus/cpu@0", "enable-method")}

SYSTEM = """
/dts-v1/;
/ {
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    guests {
        guest {
            compatible = "skep,guest";
            vcpus = <%(vcpus)d>;
            memory = <0x10000000>;
            bootargs = "console=ttyAMA0 quiet";
            kernel { type = "raw"; data = [fe ff ff ea]; };
            ramdisk { data = [00 01 02 03]; };
            %(dtb)s
        };
    };
};
"""

OWN = """
/dts-v1/;
/ {
    #address-cells = <%(cells)d>;
    #size-cells = <%(cells)d>;
    compatible = "vendor,board";
    psci { compatible = "arm,psci"; method = "smc"; cpu_on = <0x95c1ba60>; };
    memory@80000000 { device_type = "memory"; reg = <%(reg)s>; };
    memory { device_type = "memory"; reg = <%(reg)s>; };
    %(chosen)s
    soc { memory@0 { reg = <0>; }; };
};
"""


def nodes(blob):
    """{path: {property: bytes}}, with phandles replaced by the path of their node."""
    fdt = libfdt.FdtRo(blob)
    found, paths = {}, {}

    def walk(offset, path):
        properties = {}
        at = fdt.first_property_offset(offset, [libfdt.NOTFOUND])
        while at >= 0:
            value = fdt.get_property_by_offset(at)
            properties[value.name] = bytes(value)
            at = fdt.next_property_offset(at, [libfdt.NOTFOUND])
        found[path or "/"] = properties
        if "phandle" in properties:
            paths[properties.pop("phandle")] = path
        child = fdt.first_subnode(offset, [libfdt.NOTFOUND])
        while child >= 0:
            walk(child, path + "/" + fdt.get_name(child))
            child = fdt.next_subnode(child, [libfdt.NOTFOUND])

    walk(0, "")
    for properties in found.values():
        for name in PHANDLES & properties.keys():
            value = properties[name]
            properties[name] = [paths[value[i : i + 4]] for i in range(0, len(value), 4)]
    return found


def ours(tmp_path, vcpus, dtb=""):
    """The tree that Skep gives the guest of SYSTEM."""
    tree = tmp_path / "system.dts"
    tree.write_text(SYSTEM % {"vcpus": vcpus, "dtb": dtb}, encoding="utf-8")
    blob = tmp_path / "system.dtb"
    blob.write_bytes(source.compile_tree(tree))
    made = tmp_path / "guest.dtb"
    subprocess.run([TOOL, "-c", "8", "-g", "guest", "-o", made, blob], check=True, capture_output=True)
    return nodes(made.read_bytes())


def qemus(tmp_path, vcpus, *options):
    """The tree that QEMU gives a guest like that."""
    kernel, ramdisk, made = tmp_path / "kernel", tmp_path / "ramdisk", tmp_path / "qemu.dtb"
    kernel.write_bytes(bytes.fromhex("feffffea"))
    ramdisk.write_bytes(bytes(4))
    command = f"qemu-system-arm -M virt,gic-version=2,dumpdtb={made} -cpu cortex-a15 -smp {vcpus} -m 256M"
    command = [*command.split(), "-nic", "none", "-display", "none", "-kernel", kernel, "-initrd", ramdisk]
    command += ["-append", "console=ttyAMA0 quiet", *options]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return nodes(made.read_bytes())


@pytest.mark.parametrize("vcpus", [1, 2, 8])
def test_generated_tree_spells_everything_as_qemu_does(tmp_path, vcpus):
    made, wanted = ours(tmp_path, vcpus), qemus(tmp_path, vcpus)
    for path, properties in made.items():
        assert path in wanted
        for name, value in properties.items():
            if (path, name) not in ONLY_OURS or vcpus > 1:
                assert wanted[path].get(name) == value, f"{path}: {name}"
    for path in made:
        missing = wanted[path].keys() - made[path].keys()
        assert missing <= ({"rng-seed", "kaslr-seed"} if path == "/chosen" else set()), path


def test_generated_tree_has_every_node_of_the_guest(tmp_path):
    made = ours(tmp_path, 2)
    slots = {f"/virtio_mmio@{0x0A000000 + 0x200 * slot:x}" for slot in range(32)}
    others = "/ /psci /memory@40000000 /apb-pclk /pl011@9000000 /pl031@9010000 /intc@8000000 /cpus /cpus/cpu@0 "
    others += "/cpus/cpu@1 /timer /chosen"
    assert made.keys() == slots | set(others.split())


@pytest.mark.parametrize("cells", [1, 2])
@pytest.mark.parametrize("chosen", ["", 'chosen { bootargs = "old"; stdout-path = "/uart"; };'], ids=["bare", "chosen"])
def test_own_tree_is_patched_as_qemu_patches_it(tmp_path, cells, chosen):
    reg = "0x80000000 0x1000" if cells == 1 else "0 0x80000000 0 0x1000"
    own = tmp_path / "own.dts"
    own.write_text(OWN % {"cells": cells, "reg": reg, "chosen": chosen}, encoding="utf-8")
    (tmp_path / "own.dtb").write_bytes(source.compile_tree(own))
    made = ours(tmp_path, 2, dtb='dtb { data = /incbin/("own.dtb"); };')
    wanted = qemus(tmp_path, 2, "-dtb", tmp_path / "own.dtb")
    for seed in ("rng-seed", "kaslr-seed"):
        wanted["/chosen"].pop(seed, None)
    assert made == wanted
