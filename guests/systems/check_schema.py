# SPDX-License-Identifier: BSD-2-Clause
"""
make check-schema: system trees against the binding, by dt-validate. Each /incbin/ is replaced by an empty value, since
dt-validate takes minutes over a kernel. Only the binding's own schemas are asked: dt-schema's for boards would want a
`model` in every root. dt-validate's exit status says nothing, so whatever it prints is an error.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import source


def validate(folder, schemas, trees):
    """The findings of dt-validate on the trees, as text; empty if there are none. `folder` is for scratch files."""
    blobs = []
    for tree in map(pathlib.Path, trees):
        copy = folder / tree.name
        copy.write_text(source.without_payloads(tree.read_text(encoding="utf-8")), encoding="utf-8")
        blobs.append(copy.with_suffix(".dtb"))
        blobs[-1].write_bytes(source.compile_tree(copy, [tree.parent]))
    # A schema's $id must match its path as seen from the folder that -u names.
    bindings = folder / "bindings"
    bindings.mkdir()
    for schema in schemas:
        shutil.copy(schema, bindings)
    processed = folder / "schema.json"
    schemas = sorted(bindings.iterdir())
    steps = [
        ["dt-doc-validate", "-u", bindings, *schemas],
        ["dt-mk-schema", "-j", "-o", processed, *schemas],
        ["dt-validate", "-l", "skep,", "-s", processed, *blobs],
    ]
    for step in steps:
        result = subprocess.run(list(map(str, step)), capture_output=True, text=True, check=False)
        text = (result.stderr + result.stdout).strip()
        if result.returncode != 0 or text:
            return text.replace(str(folder) + "/", "") or f"{step[0]} failed"
    return ""


def main():
    """The command line: schemas (.yaml) and trees (.dts), in any order."""
    schemas = [name for name in sys.argv[1:] if name.endswith(".yaml")]
    trees = [name for name in sys.argv[1:] if name.endswith(".dts")]
    with tempfile.TemporaryDirectory() as folder:
        try:
            text = validate(pathlib.Path(folder), schemas, trees)
        except source.Failed as error:
            text = str(error)
    if text:
        print(text, file=sys.stderr)
        return 1
    print(f"check-schema: {len(trees)} trees are valid")
    return 0


if __name__ == "__main__":
    sys.exit(main())
