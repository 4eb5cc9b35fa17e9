"""Looks at what is tracked at the top of the tree: what the list below names, files with a dot, and nothing else.

`--self-test` plants strangers and expects them to be found.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FOLDERS = {"csrc", "bindings", "python", "lua", "tests", "bench", "docs", "examples"}
FILES = {
    "setup.py",
    "pyproject.toml",
    "CMakeLists.txt",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
}
DOT_FOLDERS = {".ci"}


def is_stranger(name):
    """Whether a tracked file lies where it should not: by its path from the top."""
    top, _, below = name.partition("/")
    if below:
        return top not in FOLDERS | DOT_FOLDERS
    return top not in FILES and not top.startswith(".")


def faults_of(names):
    strangers = sorted({name.partition("/")[0] for name in names if is_stranger(name)})
    return [f"{name} does not belong at the top: see the list in tests/checks/top.py" for name in strangers]


def tracked():
    output = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [name for name in output.decode().split("\0") if name]


def self_test():
    planted = ["MANIFEST.in", "notes/today.md", "tools/x.py", ".github/ci.yml", "python2", "lua.rockspec"]
    for name in planted:
        assert len(faults_of(["README.md", name])) == 1, f"{name} was not found"
    for name in ["csrc/base/text.c", ".clang-format", ".ci/run", "Makefile", "lua/leafnative/init.lua"]:
        assert faults_of([name]) == [], f"{name} belongs there, and was found"
    assert len(faults_of(["notes/a", "notes/b"])) == 1, "a folder is named once"
    print(f"{len(planted)} planted strangers found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = faults_of(tracked())
    print("\n".join(found) if found else "nothing at the top but what belongs there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
