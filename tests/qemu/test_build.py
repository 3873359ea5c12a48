# SPDX-License-Identifier: BSD-2-Clause
"""The promises of the build itself."""

import os
import shutil
import subprocess

import pytest
from board import BUILD, ROOT

# An apt-get that only leaves a trace of having been called.
TRIPWIRE = """#!/bin/sh
echo "$0 $*" >>"{trace}"
exit 1
"""


def make(folder, *arguments, **environment):
    """Runs make in a folder and gives what it printed."""
    # What the make above this test has set is its own affair.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", "-C", folder, *arguments], env=inherited | environment,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(name="tripwire")
def tripwire_fixture(tmp_path):
    """A folder of programs that must not be called, and the file where their calls would stand."""
    trace, folder = tmp_path / "trace", tmp_path / "tripwire"
    folder.mkdir()
    for name in ("apt-get", "apt-cache", "apt", "sudo"):
        (folder / name).write_text(TRIPWIRE.format(trace=trace))
        (folder / name).chmod(0o755)
    return folder, trace


def test_the_same_tree_gives_the_same_bytes_in_any_folder_and_offline(tmp_path, tripwire):
    """A copy elsewhere, built in parallel with only the package cache, equals the build that the tests run."""
    copy = tmp_path / "another-folder"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("build", ".cache", "__pycache__"))
    shutil.copytree(ROOT / ".cache" / "debs", copy / ".cache" / "debs",
                    ignore=lambda folder, names: [name for name in names if not name.startswith("libfdt")])
    folder, trace = tripwire
    make(copy, "-j2", PATH=f"{folder}:{os.environ['PATH']}")
    assert not trace.exists(), trace.read_text()
    assert (copy / "build" / "skep.bin").read_bytes() == (BUILD / "skep.bin").read_bytes()


def test_a_second_make_does_nothing(tripwire):
    """Neither compiles nor fetches."""
    folder, trace = tripwire
    printed = make(ROOT, "all", "images", PATH=f"{folder}:{os.environ['PATH']}")
    assert "  CC" not in printed and "  LD" not in printed and "  IMG" not in printed
    assert not trace.exists()


def test_the_image_is_a_zimage_of_whole_pages():
    """The header that QEMU and U-Boot read: magic at 0x24, then start and end (Linux: arm/booting, zImage)."""
    image = (BUILD / "skep.bin").read_bytes()
    word = [int.from_bytes(image[offset:offset + 4], "little") for offset in (0x24, 0x28, 0x2C)]
    assert word[0] == 0x016F2818
    assert word[2] - word[1] == len(image)
    assert len(image) % 4096 == 0
