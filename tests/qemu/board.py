# SPDX-License-Identifier: BSD-2-Clause
"""One QEMU with the console of its board, and where things lie. Tests get boards from the fixture `qemu`."""

import ctypes
import os
import pathlib
import re
import shlex
import signal

import pexpect
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SYSTEMS = ROOT / "guests" / "systems"
SLOW = float(os.environ.get("QEMU_TEST_SLOW", "1"))
TIMEOUT = 120
MACHINE = "virt,virtualization=on,gic-version=2"
PR_SET_PDEATHSIG = 1
# A line of Skep, or of a guest out of focus, may come at any time; the kernel's time stamps look otherwise.
OTHERS = re.compile(r"\[[a-z][\w-]*\] ")


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
        """Types a command at a prompt and gives the lines of its answer, without the echo and what others said."""
        self.sendline(command)
        self.expect_exact(command, timeout)
        self.expect(prompt, timeout)
        lines = self.before.strip("\n").split("\n")
        return [line for line in lines if not OTHERS.match(line)]

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
