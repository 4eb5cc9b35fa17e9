"""Reads the #include lines and fails on an arrow that runs up or sideways between rooms.

Also: each outside library stands in its one room, and the bindings see public headers only. `--self-test` plants each
kind of fault and expects it to be found.
"""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The floor of each room; a room includes itself and lower floors.
FLOORS = {
    "base": 0,
    "model": 1,
    "codec": 2,
    "http": 2,
    "rules": 2,
    "crypto": 2,
    "transport": 3,
    "store": 3,
    "client": 4,
    "service": 4,
}

# Outside headers and the only rooms that may include them.
LIBRARIES = {
    r"curl/.*": {"transport"},
    r"openssl/.*": {"transport", "crypto"},
    r"(cjson/)?cJSON\.h": {"codec"},
    r"sqlite3\.h": {"store"},
    r"sodium(/.*|\.h)": {"crypto"},
    r"Python\.h": {"bindings/python"},
    r"(lua|lauxlib|lualib|luaconf)\.h": {"bindings/lua", "bindings/programs"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path, root):
    """The room of a file below csrc, or the binding of a file below bindings."""
    parts = path.relative_to(root).parts
    if parts[0] == "csrc":
        return "public" if parts[1] == "include" else parts[1]
    return "/".join(parts[:2])


def fault_of(room, quote, target):
    """What is wrong with one include line, or nothing."""
    for pattern, rooms in LIBRARIES.items():
        if re.fullmatch(pattern, target) and room not in rooms:
            return f"only {', '.join(sorted(rooms))} may include <{target}>"
    head = target.split("/")[0]
    if quote == "<" or head == "leafnative":
        return None
    if room == "public":
        return "a public header includes public headers only"
    if room.startswith("bindings/"):
        return "a binding sees public headers only" if head in FLOORS or ".." in target else None
    if head not in FLOORS:
        return f'"{target}" names no room: an include path is "room/file.h"'
    if head != room and FLOORS[head] >= FLOORS[room]:
        return f"{room} must not include {head}: the arrow runs {'up' if FLOORS[head] > FLOORS[room] else 'sideways'}"
    return None


def faults(root):
    found = []
    for folder in ("csrc", "bindings"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".c", ".h", ".def"}:
                continue
            room = room_of(path, root)
            if folder == "csrc" and room != "public" and room not in FLOORS:
                found.append(f"{path.relative_to(root)}: {room} is no room")
                continue
            for quote, target in INCLUDE.findall(path.read_text()):
                fault = fault_of(room, quote, target)
                if fault:
                    found.append(f"{path.relative_to(root)}: {fault}")
    return found


PLANTED = [
    ("csrc/base/x.c", '#include "model/x.h"', "runs up"),
    ("csrc/codec/x.c", '#include "rules/x.h"', "runs sideways"),
    ("csrc/client/x.c", '#include "service/x.h"', "runs sideways"),
    ("csrc/transport/x.h", '#  include "client/x.h"', "runs up"),
    ("csrc/client/x.c", "#include <curl/curl.h>", "only transport"),
    ("csrc/service/x.c", "#include <cjson/cJSON.h>", "only codec"),
    ("csrc/service/x.c", "#include <sqlite3.h>", "only store"),
    ("csrc/store/x.c", "#include <sodium.h>", "only crypto"),
    ("csrc/client/x.c", "#include <openssl/x509.h>", "only crypto, transport"),
    ("csrc/base/x.c", "#include <Python.h>", "only bindings/python"),
    ("csrc/client/x.c", "#include <lauxlib.h>", "only bindings/lua, bindings/programs"),
    ("bindings/programs/lua/x.c", '#include "client/x.h"', "public headers only"),
    ("csrc/include/leafnative/x.h", '#include "base/text.h"', "public headers only"),
    ("bindings/python/x.c", '#include "base/text.h"', "public headers only"),
    ("bindings/describe/x.c", '#include "../../csrc/base/text.h"', "public headers only"),
    ("csrc/base/x.c", '#include "text.h"', "names no room"),
    ("csrc/cellar/x.c", "#include <stdio.h>", "is no room"),
]

SOUND = [
    ("csrc/client/x.c", '#include "transport/x.h"\n#include "leafnative/client.h"\n#include <string.h>'),
    ("csrc/transport/x.c", "#include <curl/curl.h>\n#include <openssl/ssl.h>"),
    ("csrc/crypto/x.c", "#include <openssl/evp.h>\n#include <sodium.h>"),
    ("bindings/programs/lua/x.c", '#include "lua/limits.h"\n#include "leafnative/base.h"\n#include <lua.h>'),
    ("bindings/python/x.c", '#include "state.h"\n#include "leafnative/client.h"\n#include <Python.h>'),
]


def self_test():
    for name, text, words in [*PLANTED, *((name, text, None) for name, text in SOUND)]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(text + "\n")
            found = faults(Path(folder))
            if words is None:
                assert found == [], f"{name} is sound, yet: {found}"
            else:
                assert len(found) == 1 and words in found[0], f"{name} with {text}: expected {words!r}, found {found}"
    print(f"{len(PLANTED)} planted faults found, {len(SOUND)} sound files passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = faults(ROOT)
    print("\n".join(found) if found else "every include line runs down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
