# SPDX-License-Identifier: BSD-2-Clause
"""
What the QEMU tests share: starting a board, reading and typing at its console, and the rule that a test which was
not run is a test that failed.

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

import ctypes
import fcntl
import os
import pathlib
import re
import shlex
import signal
import subprocess

import pexpect
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SYSTEMS = ROOT / "guests" / "systems"
SLOW = float(os.environ.get("QEMU_TEST_SLOW", "1"))
TIMEOUT = 120
MACHINE = "virt,virtualization=on,gic-version=2"
PR_SET_PDEATHSIG = 1
CONSOLES = pytest.StashKey()


class Board:
    """One QEMU with the console of its board. Made by the fixture `qemu`, which also ends it."""

    def __init__(self, command):
        self.command = [str(word) for word in command]
        self._text = []
        self.child = pexpect.spawn(
            self.command[0],
            self.command[1:],
            cwd=ROOT,
            encoding="utf-8",
            codec_errors="replace",
            echo=False,
            dimensions=(50, 250),
            preexec_fn=_die_with_parent,
        )
        # What is typed is sent at once: a person's delay before each line would only add up.
        self.child.delaybeforesend = None
        self.child.logfile_read = self

    def write(self, text):
        """pexpect hands every piece that it reads to its log file, which is this object."""
        self._text.append(text)

    def flush(self):
        """Part of pexpect's idea of a log file."""

    @property
    def log(self):
        """Everything that the console has said so far, with LF as line end."""
        return "".join(self._text).replace("\r", "")

    @property
    def match(self):
        """The match object of the last expectation."""
        return self.child.match

    @property
    def before(self):
        """What came between the last expectation and the one before it."""
        return self.child.before.replace("\r", "")

    def expect(self, pattern, timeout=TIMEOUT):
        """Waits for a regular expression, or for the first of a list, and returns its index."""
        return self._expect(self.child.expect, pattern, timeout)

    def expect_exact(self, text, timeout=TIMEOUT):
        """Waits for a text as it stands."""
        return self._expect(self.child.expect_exact, text, timeout)

    def _expect(self, how, pattern, timeout):
        __tracebackhide__ = True
        try:
            return how(pattern, timeout=timeout * SLOW)
        except pexpect.TIMEOUT:
            problem = f"not seen within {timeout * SLOW:.0f} s: {pattern!r}"
        except pexpect.EOF:
            problem = f"QEMU ended before this was seen: {pattern!r}"
        # Outside of the except clause, so that pexpect's own long story is not told along.
        pytest.fail(problem)

    def never(self, pattern, until, timeout=TIMEOUT):
        """Waits for `until` and fails if `pattern` comes earlier. Gives what `until` matched."""
        __tracebackhide__ = True
        if self.expect([pattern, until], timeout) == 0:
            pytest.fail(f"seen, although it must not be: {self.match.group(0)!r}")
        return self.match

    def send(self, text):
        """Types a text as it stands."""
        self.child.send(text)

    def sendline(self, text=""):
        """Types a line, ended by CR as a terminal's Enter key does."""
        self.child.send(text + "\r")

    def run(self, command, prompt, timeout=TIMEOUT):
        """Types a command at a prompt and gives the lines of its answer, without the echo."""
        self.sendline(command)
        self.expect_exact(command, timeout)
        self.expect(prompt, timeout)
        return self.before.strip("\n").split("\n")

    def exits(self, status=0, timeout=TIMEOUT):
        """Waits until QEMU ends by itself and checks its exit status. Gives the log."""
        __tracebackhide__ = True
        if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=timeout * SLOW) == 1:
            pytest.fail(f"QEMU still runs after {timeout * SLOW:.0f} s")
        self.child.wait()
        assert self.child.signalstatus is None, f"QEMU was ended by signal {self.child.signalstatus}"
        assert self.child.exitstatus == status
        return self.log

    def kill(self):
        """Ends this QEMU, and only this one."""
        self.child.close(force=True)


def _die_with_parent():
    # So that no QEMU outlives a test run that was killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stated_machine(name):
    """The least machine of a system: the options in its tree's comment /* machine: -smp 2 -m 1G */."""
    source = SYSTEMS / f"{name}.dts"
    found = re.search(r"/\* *machine: *(.*?) *\*/", source.read_text()) if source.exists() else None
    options = shlex.split(found.group(1)) if found else []
    return dict(zip(options[0::2], options[1::2]))


def need_file(path):
    """The path, if `make test` (or `make images`) has made it."""
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path} is missing: run make images")
    return path


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
        folder = BUILD / "variants" / name
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w", encoding="ascii") as lock:
            # Two test processes may want the same variant at once.
            fcntl.flock(lock, fcntl.LOCK_EX)
            words = [f"{key}={value}" for key, value in variables.items()]
            subprocess.run(["make", "-s", f"B={folder.relative_to(ROOT)}", *words], cwd=ROOT, check=True)
        return folder

    return build


# ---------------------------------------------------------------- a skipped test is a failed one


def _fail_if_skipped(report):
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"not run, and so not held: {reason}"
        # An expected failure is reported as a skip with this attribute.
        if hasattr(report, "wasxfail"):
            report.longrepr = f"an expected failure is a failure: {report.wasxfail}"
            del report.wasxfail


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    """Turns a skip into a failure, and shows the consoles of a test that failed."""
    report = (yield).get_result()
    _fail_if_skipped(report)
    if report.failed:
        for number, board in enumerate(item.stash.get(CONSOLES, [])):
            title = f"console {number}: {shlex.join(board.command)}"
            report.sections.append((title, board.log or "(nothing)"))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_make_collect_report():
    """A file that skips itself whole counts too."""
    _fail_if_skipped((yield).get_result())
