# SPDX-License-Identifier: BSD-2-Clause
"""
System trees before any boot: each bad one is answered with its exact message at the right line, each good one gives
its exact memory map, and the trees of the repository are valid by the checker and by the binding's schema.
"""

import pathlib
import re

import pytest

import bad_trees
import check_schema
import check_system
import source

ROOT = bad_trees.ROOT
TOOL = ROOT / "build" / "host" / "check_system"
INCLUDE = [ROOT / "build" / "payloads", ROOT / "build" / "apps"]
SYSTEMS = sorted((ROOT / "guests" / "systems").glob("*.dts"))
SCHEMAS = sorted((ROOT / "guests" / "systems").glob("*.yaml"))
GOOD = sorted((pathlib.Path(__file__).parent / "good").glob("*.dts"))
MAP = re.compile(r"^/\* map: (.*) \*/$", re.M)


def names(path):
    """The name of a test's parameter."""
    return path.stem


def test_there_are_bad_trees_and_good_ones():
    assert len(bad_trees.trees()) >= 40
    assert len(GOOD) >= 10
    assert len({bad_trees.expected(tree) for tree in bad_trees.trees()}) >= 40


@pytest.mark.parametrize("tree", bad_trees.trees(), ids=names)
def test_bad_tree_gets_its_message(tree):
    error, text = check_system.check_blob(TOOL, bad_trees.make(tree), source.machine(tree))
    assert error is not None, f"accepted:\n{text}"
    assert error[2] == bad_trees.expected(tree)


@pytest.mark.parametrize("tree", bad_trees.trees(), ids=names)
def test_message_comes_with_the_line_it_is_about(tree):
    """The line holds the property; or opens the node, if the property is not there or nothing but the node is wrong."""
    text = tree.read_text(encoding="utf-8")
    if "/* mangle:" in text or "/* dtc:" in text:
        return
    with pytest.raises(check_system.Wrong) as caught:
        check_system.check(TOOL, tree)
    file, line = caught.value.place.rsplit(":", 1)
    assert file == str(tree)
    path, name = caught.value.message.split(": ")[:2]
    node = path.rsplit("/", 1)[-1] or "/"
    found = text.splitlines()[int(line) - 1].strip()
    has = re.search(rf"^\s*{re.escape(name)}( =|;)", text, re.M)
    if has and not re.search(rf"^(\w+: )?{re.escape(node)} {{$", found):
        assert re.match(rf"{re.escape(name)}( =|;)", found), found
    else:
        assert re.match(rf"(\w+: )?{re.escape(node)} {{$", found), found


@pytest.mark.parametrize("tree", GOOD, ids=names)
def test_good_tree_gives_its_memory_map(tree):
    assert check_system.check(TOOL, tree).splitlines() == MAP.findall(tree.read_text(encoding="utf-8"))


@pytest.mark.parametrize("tree", SYSTEMS, ids=names)
def test_system_of_the_repository_is_valid(tree):
    assert "entry" in check_system.check(TOOL, tree, INCLUDE)


def test_schema_accepts_every_good_tree(tmp_path):
    assert check_schema.validate(tmp_path, SCHEMAS, [*SYSTEMS, *GOOD]) == ""


@pytest.mark.parametrize("tree", ["property-unknown", "cpus-too-many", "policy-unknown", "memory-twice", "rom-no-base"])
def test_schema_rejects_what_it_can_see(tree, tmp_path):
    assert check_schema.validate(tmp_path, SCHEMAS, [bad_trees.FOLDER / f"{tree}.dts"]) != ""


def test_error_of_dtc_has_file_and_line(tmp_path):
    tree = tmp_path / "x.dts"
    tree.write_text("/dts-v1/;\n/ {\n\tbroken\n};\n", encoding="utf-8")
    with pytest.raises(source.Failed, match=r"x\.dts:4\."):
        check_system.check(TOOL, tree)


def test_board_tree_can_be_given(tmp_path):
    """Another board: one CPU, and RAM at 2 GiB."""
    board = tmp_path / "board.dts"
    board.write_text(
        "/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;"
        ' cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { device_type = "cpu"; reg = <0>; }; };'
        ' memory@80000000 { device_type = "memory"; reg = <0x80000000 0x10000000>; }; };',
        encoding="utf-8",
    )
    blob = tmp_path / "board.dtb"
    blob.write_bytes(source.compile_tree(board))
    text = check_system.check(TOOL, GOOD[[tree.stem for tree in GOOD].index("zimage")], board=blob)
    assert "pa 0x008fc00000" in text
    with pytest.raises(check_system.Wrong, match="CPU 1 does not exist; the board has 1, from 0"):
        check_system.check(TOOL, GOOD[[tree.stem for tree in GOOD].index("everything")], board=blob)


def test_machine_comment_is_read(tmp_path):
    tree = tmp_path / "x.dts"
    for comment, wanted in [("-smp 4 -m 1G", (4, 1 << 30)), ("-smp 1 -m 128M", (1, 128 << 20)), ("-m 256", (2, 256 << 20))]:
        tree.write_text(f"/* machine: {comment} */\n", encoding="utf-8")
        assert source.machine(tree) == wanted
