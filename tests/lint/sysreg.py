# SPDX-License-Identifier: BSD-2-Clause
"""
Register encodings are data, and hyp/arch/sysreg.h is where they are: no encoding has two names, no name has two
encodings, a TLB, instruction-cache or branch-predictor operation has CRm c3 (c1 for the latter two) if and only if
its name ends in IS (ARM DDI 0406C, B4.2), and every coprocessor, number and register is one that exists.
"""

import re

import common

FILE = "hyp/arch/sysreg.h"
ROW = re.compile(r"#define\s+(\w+)\s+(p\d+)\s*,(.*)")
REGISTER = re.compile(r"c(\d|1[0-5])")
# AIFSR and the like end in S or IS by chance; only these are operations with an inner-shareable form.
OPERATION = re.compile(r"(TLBI\w+|ICIALLU|BPIALL)(IS)?")


def rows(text):
    """Every definition of a register: (line number, name, coprocessor, fields)."""
    for number, line in enumerate(common.without_comments(text).split("\n"), 1):
        found = ROW.match(line)
        if found:
            fields = tuple(field.strip() for field in found.group(3).split(","))
            yield number, found.group(1), found.group(2), fields


def shape(coprocessor, fields):
    """What is wrong with the fields of one row by themselves, or None."""
    if coprocessor not in ("p14", "p15"):
        return f"coprocessor {coprocessor}"
    if len(fields) not in (2, 4):
        return f"{len(fields) + 1} fields: 5 make a 32-bit register, 3 a 64-bit one"
    numbers = [fields[0]] + list(fields[3:])
    limit = 7 if len(fields) == 4 else 15
    if not all(field.isdigit() and int(field) <= limit for field in numbers):
        return f"an operation number that is not within 0 to {limit}"
    if not all(REGISTER.fullmatch(field) for field in fields[1:3]):
        return "a register that is not c0 to c15"
    return None


def shareable(name, fields):
    """What is wrong with the shareability of an operation, or None."""
    if len(fields) != 4 or not OPERATION.fullmatch(name):
        return None
    crn, crm = fields[1:3]
    if crn != ("c8" if name.startswith("TLBI") else "c7"):
        return f"an operation of its kind is not at {crn}"
    inner = {"c8": "c3", "c7": "c1"}[crn]
    if name.endswith("IS") and crm != inner:
        return f"named IS, but its CRm is {crm}, not {inner}: it would be local"
    if not name.endswith("IS") and crm == inner:
        return f"its CRm is {crm}: it is inner-shareable, and its name does not say so"
    return None


def check(text):
    """All findings on the header."""
    by_encoding, by_name = {}, {}
    for number, name, coprocessor, fields in rows(text):
        where = f"{FILE}:{number}: {name}"
        problem = shape(coprocessor, fields) or shareable(name, fields)
        if problem:
            yield f"{where}: {problem}"
        encoding = (coprocessor, *fields)
        if encoding in by_encoding:
            yield f"{where}: {', '.join(encoding)} is {by_encoding[encoding]} already"
        by_encoding.setdefault(encoding, name)
        if name in by_name:
            yield f"{where}: defined in line {by_name[name]} already"
        by_name.setdefault(name, number)
    if len(by_name) < 10:
        yield f"{FILE}: only {len(by_name)} registers found: has the format changed?"


def main():
    """Runs the lint on samples and on the header."""
    text = common.read(FILE)
    samples = [
        ("two names for one encoding", "#define AAA p15, 0, c1, c0, 0\n#define BBB p15,0,c1, c0, 0\n"),
        ("a local operation named IS", "#define TLBIMVAIS p15, 0, c8, c7, 1\n"),
        ("a shareable operation not named IS", "#define TLBIMVA p15, 0, c8, c3, 1\n"),
        ("a local ICIALLUIS", "#define ICIALLUIS p15, 0, c7, c5, 0\n"),
        ("a missing field", "#define AAA p15, 0, c1, c0\n"),
        ("a register out of range", "#define AAA p15, 0, c16, c0, 0\n"),
    ]
    # The samples are held against the findings of the real header, which must not hide them.
    clean = set(check(text))
    common.conclude("sysreg", [(what, set(check(text + sample)) - clean) for what, sample in samples], sorted(clean))


main()
