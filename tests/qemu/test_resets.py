# SPDX-License-Identifier: BSD-2-Clause
"""A guest that resets itself from two vCPUs at once, again and again, harms nobody, and the operator can end it."""

import test_guest_apps

LIVES = 40


def test_others_and_the_prompt_work_beside_a_guest_that_only_resets(qemu, tree):
    guests = [("attack", "attack", [0, 1], "resets"), ("vfp", "vfp", [0, 1], "forever")]
    board = qemu(tree(test_guest_apps.system(*guests)), smp=2, mem="256M")
    for _ in range(LIVES):
        board.never(r"[1-9]\d* errors|PANIC", until="attack: seed")
    board.never(r"[1-9]\d* errors|PANIC", until=r"vfp: \d+ s, [1-9]\d* rounds, 0 errors")
    board.sendline("destroy attack")
    board.expect_exact("[skep] attack: destroyed")
    for _ in range(2):
        board.never(r"[1-9]\d* errors|PANIC|attack: seed", until=r"vfp: \d+ s, [1-9]\d* rounds, 0 errors")
