# SPDX-License-Identifier: BSD-2-Clause
"""The console as a person meets it: focus, prefixes, Ctrl-], the prompt, floods. The guests are `talk`."""

import re

import pytest

ESCAPE = "\x1d"
PROMPT = "skep> "

GUEST = """
    {name}: {name} {{
        compatible = "skep,guest";
        cpus = <{cpu}>;
        memory = <0x00400000>;
        kernel {{ type = "raw"; data = /incbin/("talk.bin"); }};
    }};
"""

SYSTEM = """
/dts-v1/;
/ {{
    compatible = "skep,system";
    #address-cells = <1>;
    #size-cells = <1>;
    {console}
    {hypervisor}
    guests {{ {guests} }};
}};
"""

STAY = 'hypervisor { on-all-off = "prompt"; };'


@pytest.fixture
def talk(qemu, tree):
    """Boots guests of these names, each on the next of two CPUs, and waits until all of them listen."""

    def boot(*names, focus=None, hypervisor=""):
        guests = "".join(GUEST.format(name=name, cpu=n % 2) for n, name in enumerate(names))
        console = f"console {{ focus = <&{focus}>; }};" if focus else ""
        board = qemu(tree(SYSTEM.format(guests=guests, console=console, hypervisor=hypervisor)))
        for _ in names:
            board.expect_exact("talk: listening")
        return board

    return boot


def to_prompt(board):
    """Leaves the guest in focus."""
    board.send(ESCAPE)
    board.expect_exact(PROMPT)


def connect(board, name):
    """From the prompt to a guest."""
    board.sendline(f"console {name}")
    board.expect_exact(f"[connected to {name}; Ctrl-] leaves]")


def test_a_lone_guest_is_in_focus(talk):
    board = talk("one")
    board.sendline("hi")
    board.expect(r"\ntalk: line 1 is 'hi'")
    assert "[one] talk" not in board.log
    to_prompt(board)


def test_with_several_guests_keys_go_to_the_prompt(talk):
    board = talk("one", "two")
    assert "[one] talk: listening" in board.log and "[two] talk: listening" in board.log
    board.expect_exact(PROMPT)
    assert board.run("version", PROMPT)[0].startswith("Skep ")
    assert "talk: line" not in board.log


def test_the_tree_says_who_is_in_focus(talk):
    board = talk("one", "two", focus="two")
    board.sendline("hi")
    board.expect(r"\ntalk: line 1 is 'hi'")
    assert "[one] talk: listening" in board.log and "[two] talk: listening" not in board.log


def test_a_line_typed_reaches_one_guest_only(talk):
    board = talk("one", "two", "three")
    for name in ("two", "one", "three", "two"):
        to_prompt(board)
        connect(board, name)
        board.sendline(f"for-{name}")
        board.expect_exact(f"is 'for-{name}'")
    board.sendline("last")
    board.expect_exact("line 3 is 'last'")
    lines = re.findall(r"line (\d) is '(.*)'", board.log)
    assert lines == [("1", "for-two"), ("1", "for-one"), ("1", "for-three"), ("2", "for-two"), ("3", "last")]


def test_the_escape_typed_twice_is_one_key_for_the_guest(talk):
    board = talk("one")
    board.send(ESCAPE + ESCAPE)
    board.expect_exact("talk: key 0x1d")
    board.sendline("x")
    board.expect_exact("line 1 is 'x'")
    assert board.log.count("0x1d") == 1


def test_a_pause_inside_a_line_shows_its_first_half_and_does_not_repeat_the_name(talk):
    board = talk("one", "two")
    to_prompt(board)
    connect(board, "two")
    board.sendline("pause")
    board.send(ESCAPE)
    board.expect(r"\[two\] talk: first half,(?!.*second)")
    board.expect("second half")


def test_colours_out_of_focus_do_not_reach_the_terminal(talk):
    board = talk("one", "two")
    to_prompt(board)
    connect(board, "two")
    board.sendline("colour")
    board.expect_exact("\x1b[31mred\x1b[0m \x1b[6nend")
    board.send("colour\r" + ESCAPE)
    board.expect_exact("[two] red end")


def test_a_flood_stalls_its_guest_and_nobody_else(talk):
    board = talk("noisy", "calm")
    to_prompt(board)
    connect(board, "noisy")
    board.sendline("flood")
    board.expect("flood 100 of a guest")
    board.send(ESCAPE)
    board.expect(r"\[noisy\] flood \d+ of a guest that does not stop to speak\s")
    connect(board, "calm")
    for n in range(1, 4):
        board.sendline("hello")
        board.expect_exact(f"talk: line {n} is 'hello'")
    board.expect(r"\[noisy\] flood \d+")
    to_prompt(board)
    connect(board, "noisy")
    board.send("q")
    board.expect_exact("flood over")
    # In order; a line may be cut where the focus moved or another spoke, and no other may be.
    numbers = [int(n) for n in re.findall(r"flood (\d+) of a guest that does not stop to speak\n", board.log)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] + 1 - len(numbers) <= 12


def test_a_guest_that_never_looks_at_its_uart_loses_nothing(talk):
    board = talk("one", "two")
    for name in ("one", "two"):
        to_prompt(board)
        connect(board, name)
        board.send("blind\r" + (ESCAPE if name == "two" else ""))
        board.expect(r"blind 999 \d+\s")
    for lines in (re.findall(r"^blind (\d+) 0123456789012345678901234567890$", board.log, re.M),
                  re.findall(r"^(?:\[two\] )?blind (\d+) 0123456789012345678901234567890$", board.log, re.M)[-1000:]):
        assert [int(n) for n in lines[:1000]] == list(range(len(lines[:1000])))
    assert len(re.findall(r"blind \d+ 0123456789012345678901234567890\n", board.log)) == 2000


def test_keys_that_do_not_fit_ring_the_bell(talk):
    board = talk("one")
    board.sendline("deaf")
    board.expect_exact("talk: deaf")
    board.send("x" * 6000)
    board.expect("\a")
    board.expect(r"talk: (\d+) keys waited")
    assert 4096 <= int(board.match.group(1)) < 6000
    board.sendline("")
    to_prompt(board)


def test_a_guest_that_goes_off_gives_the_focus_back(talk):
    board = talk("one", "two", focus="one")
    board.sendline("off")
    board.expect_exact("[skep] one: powered off")
    board.expect_exact(PROMPT)
    assert any(re.match(r"one +off", line) for line in board.run("list", PROMPT))
    assert board.run("console one", PROMPT) == ["one is off: `start one` first"]
    board.sendline("start one")
    board.expect_exact("[one] talk: listening")
    connect(board, "one")
    board.sendline("again")
    board.expect_exact("line 1 is 'again'")


def test_a_reset_keeps_the_focus(talk):
    board = talk("one", "two", focus="one")
    board.sendline("reset")
    board.expect("\ntalk: listening")
    board.sendline("again")
    board.expect_exact("line 1 is 'again'")


def test_the_operator_resets_destroys_and_starts(talk):
    board = talk("one", "two", hypervisor=STAY)
    to_prompt(board)
    board.sendline("reset two")
    board.expect_exact("[two] talk: listening")
    for name in ("one", "two"):
        board.sendline(f"destroy {name}")
        board.expect_exact(f"[skep] {name}: destroyed")
    board.expect_exact(PROMPT)
    board.sendline("destroy one")
    board.expect_exact("cannot destroy one: it is off")
    board.sendline("start two")
    board.expect_exact("[two] talk: listening")


def test_wrong_input_at_the_prompt_gets_a_line_of_help(talk):
    board = talk("one", "two")
    to_prompt(board)
    assert board.run("lst", PROMPT) == ["unknown verb 'lst': `help` shows all"]
    assert board.run("start", PROMPT) == ["usage: start NAME"]
    assert board.run("start three", PROMPT) == ["no guest is named 'three': `list` shows all"]
    answer = board.run("help", PROMPT)
    for verb in ("list", "console", "start", "reset", "destroy", "map", "exits", "log", "version", "help"):
        assert any(line.split()[0] == verb for line in answer if line), verb
    for verb in ("list", "map", "exits one", "help"):
        assert all(len(line) <= 80 for line in board.run(verb, PROMPT)), verb


def test_skeps_lines_have_its_name_and_a_line_of_their_own(talk):
    board = talk("one", "two", focus="one")
    board.send("half a li")
    board.sendline("ne")
    board.expect_exact("is 'half a line'")
    to_prompt(board)
    board.send("list")
    board.expect_exact("list")
    board.send("\x15")
    board.sendline("destroy two")
    board.expect(r"\n\[skep\] two: destroyed\s")
    board.expect_exact(PROMPT)
