"""Prints the descriptions of the tables again and compares them with what is committed.

`--write` puts them into the tree instead (`make describe`). `--self-test` changes what is committed, in a copy, and
expects it to be found.
"""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DESCRIBE = ROOT / "build" / "release" / "describe"

# What the program prints, and where it stands.
PRINTED = {
    "reference": "docs/reference.md",
    "openapi": "docs/openapi.json",
    "core": "python/leafnative/_core.pyi",
    "rows": "python/leafnative/_rows.pyi",
    "lua": "lua/leafnative/meta.lua",
}


def printed():
    return {
        place: subprocess.run([DESCRIBE, what], check=True, capture_output=True, text=True).stdout
        for what, place in PRINTED.items()
    }


def faults(root, texts):
    found = []
    for place, text in texts.items():
        path = root / place
        standing = path.read_text() if path.exists() else ""
        if standing == text:
            continue
        lines = difflib.unified_diff(standing.splitlines(), text.splitlines(), place, "printed now", lineterm="", n=1)
        found.append(f"{place} is not what the tables print: run `make describe`\n" + "\n".join(list(lines)[:20]))
    return found


def write(root, texts):
    for place, text in texts.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def self_test(texts):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        assert len(faults(root, texts)) == len(texts), "missing files were not found"
        write(root, texts)
        assert faults(root, texts) == [], "what was just written differs"
        for place, text in texts.items():
            (root / place).write_text(text.replace("status", "state", 1))
            assert len(faults(root, texts)) == 1, f"a changed word in {place} was not found"
            (root / place).write_text(text)
    print(f"{len(texts)} planted changes found")


def main():
    texts = printed()
    if sys.argv[1:] == ["--self-test"]:
        self_test(texts)
        return 0
    if sys.argv[1:] == ["--write"]:
        write(ROOT, texts)
        return 0
    found = faults(ROOT, texts)
    print("\n".join(found) if found else "every description is what the tables print")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
