# SPDX-License-Identifier: BSD-2-Clause
"""The symbol table for backtraces: what hyp/lib/symbols.py makes of nm's output, and what stands in the image."""

import struct
import subprocess
import sys

from board import BUILD, ROOT

CROSS = "arm-none-eabi-"
TABLE = struct.Struct("<6I")  # struct symbol_table of hyp/lib/symbols.h: base, end, offset, names, count, names_size


def run(*command, stdin=""):
    """What a program prints."""
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout


def generate(listing):
    """The assembly for a listing as nm -n prints it."""
    return run(sys.executable, ROOT / "hyp" / "lib" / "symbols.py", stdin=listing)


def decode(image, va):
    """(base, end, {offset: name}) of the table at virtual address `va`; image(va, n) gives bytes."""
    base, end, offset, names, count, names_size = TABLE.unpack(image(va, TABLE.size))
    text = image(names, names_size).split(b"\0")
    offsets = struct.unpack(f"<{count}I", image(offset, 4 * count))
    assert text.pop() == b"" and len(text) == count
    assert list(offsets) == sorted(set(offsets))
    return base, end, dict(zip(offsets, (name.decode() for name in text)))


def assembled(tmp_path, listing):
    """The table that a listing becomes, linked at 0x1000."""
    source, elf, flat = tmp_path / "s.S", tmp_path / "s.elf", tmp_path / "s.bin"
    source.write_text(generate(listing))
    run(CROSS + "gcc", "-nostdlib", "-Wl,--section-start=.symtab_skep=0x1000,-e0", "-o", elf, source)
    run(CROSS + "objcopy", "-O", "binary", elf, flat)
    data = flat.read_bytes()
    return decode(lambda va, n: data[va - 0x1000:va - 0x1000 + n], 0x1000)


def test_an_empty_listing_makes_an_empty_table(tmp_path):
    """The first of the two links has nothing to name."""
    assert assembled(tmp_path, "") == (0, 0, {})


def test_functions_are_named_once_and_other_symbols_not_at_all(tmp_path):
    """Aliases, mapping symbols, labels of the linker script, data, undefined and absolute symbols, any order."""
    listing = """\
         w weak_undefined
         U undefined
00000131 A __image_size
60000000 T __image_start
60000000 T _start
60000000 t $a
60000040 t local_alias
60000040 T global_alias
60000040 T a_global_alias
60000044 t $t.12
60000044 t helper.constprop.0
60000080 W weak
60000010 t out_of_order
60001000 T __text_end
60001000 R constant
60001000 t behind_the_text
60002000 D data
60003000 B bss
"""
    assert assembled(tmp_path, listing) == (0x60000000, 0x60001000, {
        0: "_start", 0x10: "out_of_order", 0x40: "global_alias", 0x44: "helper.constprop.0", 0x80: "weak"})


def test_the_same_listing_gives_the_same_bytes_whatever_the_order():
    """nm sorts by address; names for one address may come in any order."""
    lines = [f"6000{n // 2:04x} T f{n}\n" for n in range(0, 200)]
    assert generate("".join(lines)) == generate("".join(reversed(lines)))


def test_the_image_names_every_function_that_the_linker_placed(tmp_path):
    """The table inside skep.elf against nm's answer for that same file."""
    elf, flat = BUILD / "skep.elf", tmp_path / "rodata"
    listing = [line.split() for line in run(CROSS + "nm", "-n", elf).splitlines()]
    placed = {(int(line[0], 16), line[2]) for line in listing if len(line) == 3}
    value = {name: address for address, name in placed}
    run(CROSS + "objcopy", "-O", "binary", "-j", ".rodata", elf, flat)
    data, start = flat.read_bytes(), value["__text_end"]
    base, end, names = decode(lambda va, n: data[va - start:va - start + n], value["symbols_image"])
    assert end == value["__text_end"]
    for address, name in placed:  # two static functions may share a name, so both are looked for together
        if base <= address < end and not name.startswith(("$", "__image_start")):
            assert (address, names[address - base]) in placed
    assert names[value["hyp_main"] - base] == "hyp_main"
