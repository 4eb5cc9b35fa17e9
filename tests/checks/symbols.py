"""Looks into the release build: what it exports, and how its global symbols are named.

libleafnative exports lfn_ functions only; the Python extension and the Lua module export their one function each; every
global symbol of the objects begins with lfn_, so that a static link into another program meets no stranger.
`--self-test` compiles a small library with each fault and expects it to be found.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"

# What linkers add to a shared object by themselves.
LINKER = {"_init", "_fini", "_edata", "_end", "__bss_start"}


def defined(path, *options):
    """The global symbols that a file defines."""
    output = subprocess.run(
        ["nm", "--defined-only", "-P", *options, path], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in output.splitlines() if line.strip() and not line.endswith(":")]
    return {name for name, kind, *_ in rows if kind.isupper()} - LINKER


# What each extension exports, and nothing else.
PYTHON = "PyInit__core"
LUA = "luaopen_leafnative_core"


def library_faults(path):
    exported = defined(path, "-D")
    if not any(name.startswith("lfn_") for name in exported):
        return [f"{path.name} exports no lfn_ function"]
    return [f"{path.name} exports {name}" for name in sorted(exported) if not name.startswith("lfn_")]


def extension_faults(path, function):
    exported = defined(path, "-D")
    return [] if exported == {function} else [f"{path.name} exports {', '.join(sorted(exported))}"]


def object_faults(path):
    allowed = {PYTHON, LUA, "main"}
    names = sorted(defined(path, "-g") - allowed)
    return [f"{path.name} defines {name}" for name in names if not name.startswith("lfn_")]


def faults():
    found = []
    libraries = [path for path in BUILD.glob("libleafnative.so*") if not path.is_symlink()]
    extensions = [path for path in BUILD.rglob("_core*.so") if not path.is_symlink()]
    modules = [path for path in BUILD.rglob("core.so") if not path.is_symlink()]
    objects = sorted(BUILD.rglob("*.o"))
    if len(libraries) != 1 or len(extensions) != 1 or len(modules) != 1 or not objects:
        return ["build/release is not complete: run `make quick` or `make test`"]
    found += library_faults(libraries[0])
    found += extension_faults(extensions[0], PYTHON)
    found += extension_faults(modules[0], LUA)
    for path in objects:
        found += object_faults(path)
    return found


def compiled(folder, text, *options):
    source, out = Path(folder) / "planted.c", Path(folder) / "planted.o"
    source.write_text(text)
    subprocess.run(["gcc", "-fPIC", *options, source, "-o", out], check=True)
    return out


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        stranger = "int lfn_fine(void) { return 1; }\nint helper(void) { return 2; }\n"
        fine = "static int helper(void) { return 2; }\nint lfn_fine(void) { return helper(); }\n"
        assert object_faults(compiled(folder, stranger, "-c")) == ["planted.o defines helper"]
        assert object_faults(compiled(folder, fine, "-c")) == []
        assert object_faults(compiled(folder, fine + "int counter;\n", "-c")) == ["planted.o defines counter"]
        assert library_faults(compiled(folder, stranger, "-shared")) == ["planted.o exports helper"]
        assert library_faults(compiled(folder, fine, "-shared")) == []
        assert library_faults(compiled(folder, "int x(void) { return 1; }\n", "-shared")) != []
        assert extension_faults(compiled(folder, fine, "-shared"), PYTHON) != []
        for function, other in ((PYTHON, LUA), (LUA, PYTHON)):
            made = compiled(folder, f"void *{function}(void) {{ return 0; }}\n", "-shared")
            assert extension_faults(made, function) == []
            assert extension_faults(made, other) != []
    print("11 planted libraries judged rightly")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = faults()
    print("\n".join(found) if found else "every symbol has its prefix")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
