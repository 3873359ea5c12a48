# SPDX-License-Identifier: BSD-2-Clause
"""The gdb script: what it says of HYP mode and of a guest, on a real board."""

import os
import subprocess

from board import ROOT, SLOW, TIMEOUT

GUEST_ENTRY = "0x40010000"


def gdb(socket, *commands):
    """Runs gdb with the script and these commands on the stub at a socket, and gives what it printed."""
    words = ["gdb-multiarch", "-q", "-batch", "-nx", "-x", "hyp/skep.gdb"]
    for command in commands:
        words += ["-ex", command]
    done = subprocess.run(words, cwd=ROOT, env=os.environ | {"SKEP_GDB": str(socket)}, capture_output=True,
                          text=True, timeout=TIMEOUT * SLOW, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_gdb_script_knows_hyp_mode_and_the_guest(qemu, tmp_path):
    """Stops in hyp_main and at a guest's first instruction, and says which is which."""
    socket = tmp_path / "gdb"
    board = qemu("hello", extra=["-S", "-chardev", f"socket,id=gdb,path={socket},server=on,wait=off",
                                 "-gdb", "chardev:gdb"])
    while not socket.exists():
        assert board.child.isalive()
    printed = gdb(socket, "hbreak hyp_main", "continue", "echo \\n--hyp\\n", "hyp", "delete",
                  f"break-guest {GUEST_ENTRY}", "continue", "echo \\n--guest\\n", "hyp", "guests", "vcpu", "delete",
                  "detach")
    hyp, guest = printed.split("--hyp")[1].split("--guest")
    assert "Hyp Thumb" in hyp
    assert "Supervisor ARM, masked: A I F" in guest
    assert "HCR " in guest and " IMO" in guest and "VM " in guest
    assert "VMID " in guest and "HSR " in guest
    assert "loaded hello vCPU 0" in guest
    assert f"hello vCPU 0, pc {GUEST_ENTRY}" in guest
    # Nothing that was looked at has changed the guest.
    board.expect("hello")
    board.exits()
