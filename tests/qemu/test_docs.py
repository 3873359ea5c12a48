# SPDX-License-Identifier: BSD-2-Clause
"""
The documents say what is true: links and names lead somewhere, commands run, transcripts are what one sees.

What a fenced block is, its first line says:

    sh                  commands, a line each: run in a copy of the tree
    c file=PATH         a file of that copy; likewise dts
    console system=NAME what one types and sees on a system of guests/systems
    console make=PATH   the same after `make run SYSTEM=PATH` in the copy
    console gdb=NAME    a session of `make debug` and gdb
    text                only shown

In a transcript, `linux# ` and `skep> ` are prompts with what is typed there (`^]` is Ctrl-]), an empty line is Enter,
`...` is anything, numbers may differ, other lines may come in between, and what is shown between two prompts may come
in another order: guests speak when they like.
"""

import os
import re
import shlex
import shutil
import subprocess

import pytest
from board import ROOT, SLOW, TIMEOUT, Board

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = ("boot", "hyp", "mm", "drivers", "vcpu", "guests", "tests")
BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.M | re.S)
# busybox's shell asks the terminal where the cursor is before it reads.
PROMPTS = {"linux# ": "linux# \033[6n", "skep> ": "skep> "}
MASKED = re.compile(r"(\.\.\.|\d[\da-fx]*(?:\.\d+)*| +)")


class Block:
    """A fenced block of a document."""

    def __init__(self, path, found):
        self.language, self.key, self.value, self.text = found.groups()
        self.name = f"{path.name}:{path.read_text()[:found.start()].count(chr(10)) + 1}"

    def __str__(self):
        return self.name


BLOCKS = [Block(path, found) for path in DOCUMENTS for found in BLOCK.finditer(path.read_text())]
COMMANDS = [(block, line) for block in BLOCKS if block.language == "sh" for line in block.text.splitlines()]
TRANSCRIPTS = [block for block in BLOCKS if block.language == "console"]


def prose(path):
    """A document without its fenced blocks."""
    return BLOCK.sub("", path.read_text())


@pytest.fixture(name="copy", scope="module")
def copy_fixture(tmp_path_factory):
    """A copy of the tree and of what is built, with the files of the documents in it."""
    copy = tmp_path_factory.mktemp("docs") / "skep"
    leave = shutil.ignore_patterns(".git", ".cache", "__pycache__", "unit", "variants", "lint", "fuzz")

    def ignore(folder, names):
        return leave(folder, names) if folder in (str(ROOT), str(ROOT / "build")) else set()

    shutil.copytree(ROOT, copy, ignore=ignore, symlinks=True)
    (copy / ".cache").symlink_to(ROOT / ".cache")
    for block in BLOCKS:
        if block.key == "file":
            (copy / block.value).write_text(block.text)
    # The name that stands for any tree of one's own.
    shutil.copy(copy / "guests" / "systems" / "hello.dts", copy / "my.dts")
    return copy


@pytest.fixture(name="at")
def at_fixture():
    """Starts a command in a folder, with its console; ends it after the test."""
    boards = []

    def start(folder, command):
        boards.append(Board(["sh", "-c", f"cd {shlex.quote(str(folder))} && exec {command}"]))
        return boards[-1]

    yield start
    for board in boards:
        board.kill()


def environment():
    """Without what the make above this test has set."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}


def pattern(line):
    """A shown line as a regular expression."""
    parts = MASKED.split(line.strip())
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = re.escape(part)
        elif part == "...":
            parts[index] = "[^\n]*"
        else:
            parts[index] = " +" if part.isspace() else r"\d[\da-fx]*(?:\.\d+)*"
    return "".join(parts)


def play(board, text):
    """Types what a transcript types and waits for what it shows."""
    typed_at = 0
    for line in text.splitlines():
        prompt = next((prompt for prompt in PROMPTS if line.startswith(prompt)), None)
        if prompt:
            typed = line.removeprefix(prompt)
            board.expect_exact(PROMPTS[prompt])
            typed_at = len(board.log)
            board.send("\x1d" if typed == "^]" else typed + "\r")
        elif not line:
            board.sendline()
        elif line != "..." and not re.search(pattern(line), board.log[typed_at:]):
            board.expect(pattern(line))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """To files of the tree, and to headings in them."""
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", prose(path)):
        there = (path.parent / target).resolve() if target else path
        assert there.exists(), target
        headings = re.findall(r"^#+ (.*)$", there.read_text(), re.M) if anchor else []
        assert not anchor or anchor in [re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings], anchor


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_names_are_those_of_the_source(path, copy):
    """Files, functions and constants in backquotes."""
    text = prose(path)
    files = [file for room in SOURCES for kind in ("*.[chS]", "*.mk") for file in (ROOT / room).rglob(kind)]
    files.append(ROOT / "Makefile")
    words = set(re.findall(r"\w+", "\n".join(file.read_text() for file in files)))
    assert set(re.findall(r"`(?:struct )?(\w+)\(\)`|`([A-Z]+_[A-Z_]+)[=`]", text)) <= {
        pair for word in words for pair in ((word, ""), ("", word))}
    for name in re.findall(rf"`((?:{'|'.join(SOURCES)}|docs)/[\w./,-]*)`", text):
        assert "NAME" in name or (copy / name).exists(), name


def test_what_make_test_says_last():
    """The parts that it goes through."""
    parts = re.search(r"^TEST_PARTS := (.*)$", (ROOT / "Makefile").read_text(), re.M).group(1)
    assert f"make test: all passed ({parts})" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("block, line", COMMANDS, ids=[line for _, line in COMMANDS])
def test_command(block, line, copy, at):
    """Runs. What boots a system is played by the transcripts, and what takes minutes is make's to know."""
    if line.startswith("qemu-system-arm "):
        board = at(copy, line)
        board.expect_exact("hello: bye")
        board.exits()
        return
    line = line.split("  #")[0]
    if re.match(r"make (run|debug|test|check-schema|B=)", line):
        line = line.replace("make", "make -n", 1) if line != "make test" else "make -n TEST_PARTS= test"
    done = subprocess.run(line, shell=True, cwd=copy, env=environment(), capture_output=True, text=True, check=False,
                          timeout=TIMEOUT * SLOW)
    assert done.returncode == 0, f"{block}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("block", [block for block in TRANSCRIPTS if block.key != "gdb"], ids=str)
def test_transcript(block, qemu, at, copy):
    """What one types and sees."""
    for name in PROMPTS:
        assert not re.search(rf"^{name}?$", block.text, re.M), "a prompt without anything typed"
    board = qemu(block.value) if block.key == "system" else at(copy, f"env -u MAKEFLAGS make run SYSTEM={block.value}")
    play(board, block.text)
    if block.text.endswith("the board powers off\n"):
        board.exits()


@pytest.mark.parametrize("block", [block for block in TRANSCRIPTS if block.key == "gdb"], ids=str)
def test_gdb_session(block, qemu, tmp_path):
    """The commands, and their answers in that order."""
    socket = tmp_path / "gdb"
    board = qemu(block.value, extra=["-S", "-chardev", f"socket,id=gdb,path={socket},server=on,wait=off",
                                     "-gdb", "chardev:gdb"])
    while not socket.exists():
        assert board.child.isalive()
    lines = block.text.splitlines()
    words = ["gdb-multiarch", "-q", "-batch", "-nx", "-x", "hyp/skep.gdb"]
    for line in lines:
        if line.startswith("(gdb) "):
            words += ["-ex", line.removeprefix("(gdb) ")]
    done = subprocess.run(words, cwd=ROOT, env=environment() | {"SKEP_GDB": str(socket)}, capture_output=True,
                          text=True, timeout=TIMEOUT * SLOW, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    at = 0
    for line in lines:
        if not line.startswith("(gdb) "):
            found = re.compile(pattern(line)).search(done.stdout, at)
            assert found, f"not seen: {line}\n{done.stdout[at:]}"
            at = found.end()
