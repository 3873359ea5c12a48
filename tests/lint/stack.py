# SPDX-License-Identifier: BSD-2-Clause
"""
HYP's stacks are small and have guard pages below them, so their use is bounded here: no function has a large frame or
one that varies, none calls itself directly or by way of others, and the deepest chain of calls fits its stack.

What is read are the call graphs that the compiler leaves beside each object (-fcallgraph-info=su). They do not say
where an indirect call goes: taken to be possible is every function whose address is taken, INDIRECT times in one
chain, which is more than happens. Functions of newlib and libfdt are counted as LIBRARY bytes. A broken canary's way
into panic is left out: there, the stack is lost already.
"""

import re

import common

FRAME_LIMIT = 512
LIBRARY = 256
INDIRECT = 2
# For what an exception pushes, and the assembly between a vector and C.
RESERVE = 256

# Where each stack begins, and the constant that states its size; what is not named here runs on a CPU's own stack.
DEFAULT_STACK = "PCPU_STACK_SIZE"
STACKS = {"hyp_main": "EARLY_STACK_SIZE", "boot_main": "EARLY_STACK_SIZE", "panic_exception": "PCPU_EMERGENCY_SIZE"}
SIZES = re.compile(r"#define\s+(\w+_STACK_SIZE|PCPU_EMERGENCY_SIZE)\s+(\d+)")
# Their addresses are taken to start them on a stack of their own, not to call them back.
STARTS = {"hyp/main.c:main_on_stack"}

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
FRAME = re.compile(r"\\n(\d+) bytes \(([^)]*)\)")
ADDRESS = re.compile(r"\sR_ARM_(?:ABS32|THM_MOVW_ABS_NC|MOVW_ABS_NC|REL32|GOT_\w+)\s+[0-9a-f]+\s+(\S+)")
ANY = "__indirect_call"
IGNORED = {"__stack_chk_fail"}


class Graph:
    """All functions with their frames, who calls whom, and whose address is taken."""

    def __init__(self, texts, taken):
        self.frame, self.kind, self.calls, self.loops = {}, {}, {}, {}
        for text in texts:
            for title, label in NODE.findall(text):
                if found := FRAME.search(label):
                    self.frame[title], self.kind[title] = int(found.group(1)), found.group(2)
            for source, target in EDGE.findall(text):
                if target not in IGNORED:
                    self.calls.setdefault(source, set()).add(target)
        called = {target for source, targets in self.calls.items() for target in targets if target != source}
        self.roots = sorted(self.frame.keys() - called)
        self.callbacks = sorted((taken & self.frame.keys()) - STARTS)
        self._depth, self._open = {}, []

    def depth(self, name, indirect=INDIRECT):
        """Bytes of the deepest chain from a function on, and the chain."""
        if name not in self.frame:
            return LIBRARY, [name]
        if name in self._open:
            self.loops[name] = self._open[self._open.index(name):] + [name]
            return 0, []
        if (name, indirect) in self._depth:
            return self._depth[name, indirect]
        self._open.append(name)
        below = [self.depth(callee, indirect) for callee in sorted(self.calls.get(name, set()) - {ANY})]
        self._open.pop()
        if ANY in self.calls.get(name, ()) and indirect:
            # An indirect call starts a chain anew: what is open above it is no proof of recursion.
            outer, self._open = self._open, []
            below += [self.depth(callback, indirect - 1) for callback in self.callbacks]
            self._open = outer
        deepest = max(below, default=(0, []), key=lambda found: found[0])
        self._depth[name, indirect] = self.frame[name] + deepest[0], [name] + deepest[1]
        return self._depth[name, indirect]


def check(texts, taken, sizes):
    """The findings on the call graphs, the names of functions whose address is taken, and the sizes of the stacks."""
    graph = Graph(texts, taken)
    for name in sorted(graph.frame):
        if graph.frame[name] > FRAME_LIMIT:
            yield f"{name}: a frame of {graph.frame[name]} bytes, more than {FRAME_LIMIT}"
        if graph.kind[name] not in ("static", "dynamic,bounded"):
            yield f"{name}: its frame is {graph.kind[name]}"
        graph.depth(name)
    for chain in graph.loops.values():
        yield f"{chain[0]}: calls itself: {' > '.join(chain)}"
    worst = {}
    for name in graph.roots:
        stack = STACKS.get(name, DEFAULT_STACK)
        worst[stack] = max(worst.get(stack, (0, [])), graph.depth(name))
    for stack, (size, chain) in sorted(worst.items()):
        limit = sizes.get(stack, 0) - RESERVE
        if size > limit:
            yield f"{stack}: a chain of {size} bytes, more than {limit}: " + " > ".join(
                f"{name} ({graph.frame.get(name, LIBRARY)})" for name in chain)
    if not graph.frame:
        yield "no function found at all"


def addresses(source, relocations):
    """The functions whose address an object takes outside of debug and unwind tables, as the graph names them."""
    names = set()
    for section in relocations.split("Relocation section ")[1:]:
        if not section.startswith(("'.rel.debug", "'.rel.ARM.exidx")):
            names |= set(ADDRESS.findall(section))
    return names | {f"{source}:{name}" for name in names}


def sample(*functions):
    """A call graph as the compiler writes it, of (name, bytes, kind, callees)."""
    lines = []
    for name, size, kind, callees in functions:
        lines.append(f'node: {{ title: "{name}" label: "{name}\\nx.c:1:1\\n{size} bytes ({kind})" }}')
        lines += [f'edge: {{ sourcename: "{name}" targetname: "{callee}" label: "x.c:1:1" }}' for callee in callees]
    return ["\n".join(lines)]


def main():
    """Runs the lint on samples and on the build."""
    sizes = {"EARLY_STACK_SIZE": 4096, "PCPU_STACK_SIZE": 4096, "PCPU_EMERGENCY_SIZE": 4096}
    chain = [(f"f{i}", 400, "static", [f"f{i + 1}"]) for i in range(10)]
    callback = sample(*chain[:5], ("f5", 400, "static", [ANY]), ("g", 500, "static", ["h"]),
                      *((name, 400, "static", [below]) for name, below in ("hi", "ij", "jk")))
    samples = [
        ("a large frame", check(sample(("f", FRAME_LIMIT + 8, "static", [])), set(), sizes)),
        ("a frame that varies", check(sample(("f", 8, "dynamic", [])), set(), sizes)),
        ("a function that calls itself", check(sample(("f", 8, "static", ["f"])), set(), sizes)),
        ("two functions that call each other",
         check(sample(("f", 8, "static", ["g"]), ("g", 8, "static", ["f"])), set(), sizes)),
        ("a deep chain", check(sample(*chain), set(), sizes)),
        ("a chain through an indirect call", check(callback, {"g"}, sizes)),
        ("that only a taken address makes that chain", [1] if not list(check(callback, set(), sizes)) else []),
        ("an empty build", check([], set(), sizes)),
    ]
    taken = set()
    for source, path in common.objects():
        taken |= addresses(source, common.tool("readelf", "-rW", path))
    texts = [path.with_suffix(".ci").read_text(encoding="utf-8")
             for source, path in common.objects() if source.endswith(".c")]
    stated = "".join(common.read(path) for path in common.sources(".h"))
    sizes = {name: int(number) for name, number in SIZES.findall(stated)}
    common.conclude("stack", [(what, list(found)) for what, found in samples], list(check(texts, taken, sizes)))


main()
