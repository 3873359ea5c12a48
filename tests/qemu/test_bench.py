# SPDX-License-Identifier: BSD-2-Clause
"""
No operation costs more instructions than was recorded, with 3 % of room for what the compiler makes of other changes.
The counts are exact and repeat to the digit. `make bench-counts` records them anew: the commit says why.
"""

import json
import pathlib
import sys

import pytest
from board import BUILD, ROOT, need_file

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import measure  # noqa: E402  pylint: disable=wrong-import-position

ROOM = 1.03
RECORDED = json.loads((ROOT / "tests" / "bench" / "counts.json").read_text(encoding="ascii"))


@pytest.fixture(scope="module", name="build")
def fixture_build():
    """The usual build, with the counting plugin."""
    build = measure.Build(BUILD)
    for path in (build.program, build.skep, build.plugin):
        need_file(pathlib.Path(path))
    return build


def too_dear(recorded, found):
    """What is wrong with these rows, a line each."""
    missing = [f"{row}: not measured" for row in recorded if row not in found]
    new = [f"{row}: {value} instructions, nothing recorded" for row, value in found.items() if row not in recorded]
    dear = [f"{row}: {found[row]} instructions, {limit} are recorded" for row, limit in recorded.items()
            if row in found and found[row] > limit * ROOM]
    return missing + new + dear


def test_an_operation_that_became_dearer_is_told():
    """The check itself."""
    assert not too_dear({"a": 100, "b": 1}, {"a": 103, "b": 0.5})
    assert too_dear({"a": 100}, {"a": 103.1}) == ["a: 103.1 instructions, 100 are recorded"]
    assert too_dear({"a": 100}, {}) == ["a: not measured"]
    assert too_dear({}, {"a": 1}) == ["a: 1 instructions, nothing recorded"]


def test_a_guest_alone_on_its_cpu_costs_no_more_than_recorded(build):
    """Traps, interrupts, wake-ups and switches."""
    assert not too_dear(RECORDED["alone"], measure.skep(build))


def test_a_guest_that_shares_its_cpu_costs_no_more_than_recorded(build):
    """The same with a second guest and every WFI trapped."""
    assert not too_dear(RECORDED["shared"], measure.skep_shared(build))
