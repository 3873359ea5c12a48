# SPDX-License-Identifier: BSD-2-Clause
"""
HYP's stacks are small and have guard pages below them, so their use is bounded here: no function has a large frame or
one that varies, none calls itself directly or by way of others, and the deepest chain of calls fits.

What is read are the call graphs that the compiler leaves beside each object (-fcallgraph-info=su). They do not say
where an indirect call goes: taken to be possible is every function that nobody calls by name, INDIRECT times in one
chain. Functions of newlib and libfdt are counted as LIBRARY bytes.
"""

import re

import common

FRAME_LIMIT = 512
CHAIN_LIMIT = 3072
LIBRARY = 384
INDIRECT = 3

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
FRAME = re.compile(r"\\n(\d+) bytes \(([^)]*)\)")
ANY = "__indirect_call"


class Graph:
    """All functions with their frames, and who calls whom."""

    def __init__(self, texts):
        self.frame, self.kind, self.calls = {}, {}, {}
        for text in texts:
            for title, label in NODE.findall(text):
                if found := FRAME.search(label):
                    self.frame[title] = int(found.group(1))
                    self.kind[title] = found.group(2)
            for source, target in EDGE.findall(text):
                self.calls.setdefault(source, set()).add(target)
        called = {target for source, targets in self.calls.items() for target in targets if target != source}
        self.roots = sorted(self.frame.keys() - called)
        self._depth = {}
        self._open = []
        self.loops = {}

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
            below += [self.depth(root, indirect - 1) for root in self.roots]
            self._open = outer
        deepest = max(below, default=(0, []), key=lambda found: found[0])
        self._depth[name, indirect] = self.frame[name] + deepest[0], [name] + deepest[1]
        return self._depth[name, indirect]


def check(texts):
    """The findings on the call graphs."""
    graph = Graph(texts)
    for name in sorted(graph.frame):
        if graph.frame[name] > FRAME_LIMIT:
            yield f"{name}: a frame of {graph.frame[name]} bytes, more than {FRAME_LIMIT}"
        if graph.kind[name] not in ("static", "dynamic,bounded"):
            yield f"{name}: its frame is {graph.kind[name]}"
        graph.depth(name)
    for chain in graph.loops.values():
        yield f"{chain[0]}: calls itself: {' > '.join(chain)}"
    deepest = max((graph.depth(name) for name in graph.roots), default=(0, []), key=lambda found: found[0])
    if deepest[0] > CHAIN_LIMIT:
        yield f"{deepest[1][0]}: a chain of {deepest[0]} bytes, more than {CHAIN_LIMIT}: {' > '.join(deepest[1])}"
    if not graph.frame:
        yield "no function found at all"


def sample(*functions):
    """A call graph as the compiler writes it, of (name, bytes, kind, callees)."""
    lines = []
    for name, size, kind, callees in functions:
        lines.append(f'node: {{ title: "{name}" label: "{name}\\nx.c:1:1\\n{size} bytes ({kind})" }}')
        lines += [f'edge: {{ sourcename: "{name}" targetname: "{callee}" label: "x.c:1:1" }}' for callee in callees]
    return ["\n".join(lines)]


def main():
    """Runs the lint on samples and on the build."""
    chain = [(f"f{i}", 400, "static", [f"f{i + 1}"]) for i in range(10)]
    samples = [
        ("a large frame", sample(("f", FRAME_LIMIT + 8, "static", []))),
        ("a frame that varies", sample(("f", 8, "dynamic", []))),
        ("a function that calls itself", sample(("f", 8, "static", ["f"]))),
        ("two functions that call each other", sample(("f", 8, "static", ["g"]), ("g", 8, "static", ["f"]))),
        ("a deep chain", sample(*chain)),
        ("a chain through an indirect call", sample(*chain[:4], ("f4", 400, "static", [ANY]), ("g", 500, "static", []),
                                                    ("h", 400, "static", ["i"]), ("i", 400, "static", ["j"]),
                                                    ("j", 400, "static", []))),
        ("an empty build", []),
    ]
    texts = [path.with_suffix(".ci").read_text(encoding="utf-8")
             for source, path in common.objects() if source.endswith(".c")]
    common.conclude("stack", [(what, list(check(text))) for what, text in samples], list(check(texts)))


main()
