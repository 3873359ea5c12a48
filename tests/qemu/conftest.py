# SPDX-License-Identifier: BSD-2-Clause
"""
What the QEMU tests share: starting a board, reading and typing at its console.

A test takes the fixture `qemu` and calls it:

    def test_hello_says_hello(qemu):
        board = qemu("hello")                     # build/hello.img, on the machine that its tree states
        board.expect("hello, world")
        board.exits()                             # QEMU ends by itself, with status 0

    qemu("duo", smp=4, cpu="cortex-a7")           # on another machine
    qemu("duo", initrd=True)                      # skep.bin, and the tree as initial ramdisk
    qemu(tree(DTS))                               # a system written in the test itself
    qemu(kernel=PATH, initrd=PATH)                # any image

Time limits are for one expectation, in seconds of a machine at leisure; QEMU_TEST_SLOW=4 makes them four times as
long. The whole console of each board is shown when its test fails.
"""

import fcntl
import pathlib
import re
import shlex
import subprocess

import pytest
from board import BUILD, MACHINE, ROOT, SYSTEMS, Board, need_file, stated_machine

CONSOLES = pytest.StashKey()


@pytest.fixture
def qemu(request):
    """Starts boards: see the top of this file. Ends them after the test."""
    boards = request.node.stash.setdefault(CONSOLES, [])

    # pylint: disable-next=too-many-arguments
    def start(name=None, *, kernel=None, initrd=None, machine=MACHINE, cpu="cortex-a15", smp=None, mem=None,
              extra=(), binary="qemu-system-arm"):
        stated = stated_machine(name) if isinstance(name, str) else {}
        if isinstance(name, str) and initrd is True:
            kernel, initrd = need_file(BUILD / "skep.bin"), need_file(BUILD / f"{name}.dtb")
        elif isinstance(name, str):
            kernel = need_file(BUILD / f"{name}.img")
        elif name is not None:
            kernel, initrd = need_file(BUILD / "skep.bin"), name
        command = [binary, "-M", machine, "-cpu", cpu, "-smp", smp or stated.get("-smp", 2),
                   "-m", mem or stated.get("-m", "1G"), "-nic", "none", "-display", "none", "-monitor", "none",
                   # As -nographic, but that every byte typed, Ctrl-A and Ctrl-C too, goes to the board.
                   "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console", "-kernel", kernel]
        if initrd:
            command += ["-initrd", initrd]
        boards.append(Board(command + list(extra)))
        return boards[-1]

    yield start
    for board in boards:
        board.kill()


@pytest.fixture
def tree(tmp_path):
    """Compiles a system tree given as text; payloads come in by the names they have under build/. Gives the blob."""

    def compile_tree(text, name="system"):
        source, blob = tmp_path / f"{name}.dts", tmp_path / f"{name}.dtb"
        source.write_text(text)
        folders = [BUILD / "payloads", BUILD / "apps", SYSTEMS, tmp_path]
        command = ["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, source]
        for folder in folders:
            command[1:1] = ["-i", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return blob

    return compile_tree


@pytest.fixture
def image(tmp_path):
    """Makes one file of skep.bin and a blob, as build/NAME.img is."""

    def join(blob, skep=None):
        path = tmp_path / (pathlib.Path(blob).stem + ".img")
        path.write_bytes(need_file(skep or BUILD / "skep.bin").read_bytes() + pathlib.Path(blob).read_bytes())
        return path

    return join


@pytest.fixture(scope="session")
def variant():
    """Builds Skep with other make variables, beside the usual build: variant(EARLY_UART="0x09000000") gives its folder."""

    def build(**variables):
        name = "-".join(f"{key}-{value}" for key, value in sorted(variables.items())).lower()
        name = re.sub("[^a-z0-9_-]", "-", name)  # a comma is a word's end to the linker
        folder = BUILD / "variants" / name
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w", encoding="ascii") as lock:
            # Two test processes may want the same variant at once.
            fcntl.flock(lock, fcntl.LOCK_EX)
            words = [f"{key}={value}" for key, value in variables.items()]
            subprocess.run(["make", "-s", f"B={folder.relative_to(ROOT)}", *words], cwd=ROOT, check=True)
        return folder

    return build


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Shows the consoles of a test that failed."""
    report = (yield).get_result()
    if report.failed:
        for number, board in enumerate(item.stash.get(CONSOLES, [])):
            title = f"console {number}: {shlex.join(board.command)}"
            report.sections.append((title, board.log or "(nothing)"))
