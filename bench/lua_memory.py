"""What Lua takes on a small machine: the peak of a script that lists every user of the service in this program and gets
one credential of each, beside that of Python for the same job; and the client alone as a gateway would install it.

The service's file is made once; each figure is a fresh process. The scripts are bench/lua_memory.lua and the text
below. `make bench` runs this; the tables are written into docs/performance.md.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.http_calls.programs import compile_programs
from bench.http_calls.servers import BODIES, raw_server
from bench.page import ROOT, table, write

BUILD = ROOT / "build" / "release"
GATEWAY = ROOT / "build" / "bench-gateway"
SCRIPT = ROOT / "bench" / "lua_memory.lua"
COUNTS = (1_000, 10_000)
CONNECTIONS_MB = 12

FILL = """
import sys, leafnative
with leafnative.Service(sys.argv[1], cheap_passwords=True) as service:
    service.create_owner("a@farm.example", "pw")
    with leafnative.Leaf(service, username="a@farm.example", password="pw") as leaf:
        names = ({"name": f"grower {number}"} for number in range(int(sys.argv[2])))
        ids = [user.id for _, user, _ in leaf.map("users.create", names)]
        secrets = dict(api_key="key", database_id="maple-db", username="maple", password="pw")
        for _, _, error in leaf.map("agvance.create", ids, **secrets):
            assert error is None, error
"""

IN_PYTHON = """
import re, sys, leafnative
done = 0
with leafnative.Service(sys.argv[1]) as service:
    with leafnative.Leaf(service, username="a@farm.example", password="pw") as leaf:
        for _, credential, error in leaf.map("agvance.get", leaf.users.list()):
            assert error is None, error
            done += 1
with open("/proc/self/status") as status:
    print(done, re.search(r"VmHWM:\\s*(\\d+)", status.read()).group(1))
"""


def told(command, **variables):
    """How many calls there were, and the peak in MB."""
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=600, env={**os.environ, **variables}
    )
    count, peak = done.stdout.split()
    return int(count), int(peak) / 1024


def in_lua(lua, *words):
    paths = {"LUA_PATH": f"{lua}/?.lua;{lua}/?/init.lua;;", "LUA_CPATH": f"{lua}/?.so;;"}
    return told(["lua5.4", SCRIPT, *words], **paths)


def peaks(folder):
    package = {"PYTHONPATH": str(BUILD / "package")}
    rows = {"Lua": [], "Python": []}
    for count in COUNTS:
        place = str(folder / f"{count}.db")
        subprocess.run([sys.executable, "-c", FILL, place, str(count)], check=True, env={**os.environ, **package})
        for name, (done, peak) in {
            "Lua": in_lua(BUILD / "lua", "service", place),
            "Python": told([sys.executable, "-c", IN_PYTHON, place], **package),
        }.items():
            assert done == count, f"{name} made {done} calls of {count}"
            rows[name].append(peak)
    heads = ["Script", *(f"MB for {count:,} users" for count in COUNTS)]
    return table(heads, [[name, *(f"{peak:.1f}" for peak in values)] for name, values in rows.items()])


def loaded(library):
    """The libraries that a library loads, with their sizes in bytes."""
    listed = subprocess.run(["ldd", library], check=True, stdout=subprocess.PIPE, text=True).stdout
    places = [line.split("=>")[1].split()[0] for line in listed.splitlines() if "=> /" in line]
    return {Path(place).name: Path(place).stat().st_size for place in places}


def gateway(folder):
    options = ["-DLFN_SERVICE=OFF", "-DLFN_LUA=ON", "-DLFN_LIBRARY=OFF", "-DCMAKE_BUILD_TYPE=Release"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", "-S", ROOT, "-B", GATEWAY, *options], **quiet)
    subprocess.run(["cmake", "--build", GATEWAY, "--target", "core", "-j2"], **quiet)
    module = folder / "core.so"
    shutil.copy(GATEWAY / "lua" / "leafnative" / "core.so", module)
    subprocess.run(["strip", module], check=True)
    libraries = loaded(module)
    (folder / "credential.json").write_text(BODIES["credential"])
    with raw_server(folder, "credential") as server:
        done, peak = in_lua(GATEWAY / "lua", "http", server.base, "10000")
    assert done == 10_000
    verdict = "met" if peak <= CONNECTIONS_MB else "missed"
    own = f"{module.stat().st_size / 1024:,.0f} kB"
    others = f"{sum(libraries.values()) / 1024 / 1024:.1f} MB in {len(libraries)}"
    return (
        f"The module of the client alone, stripped: {own}; the libraries that it loads, with theirs: {others}. "
        f"A script with 8 connections and 10,000 calls: {peak:.1f} MB at its peak, at most {CONNECTIONS_MB}: {verdict}."
    )


def main():
    compile_programs()
    with tempfile.TemporaryDirectory(prefix="leafnative-bench-") as name:
        folder = Path(name)
        figures, words = peaks(folder), gateway(folder)
    note = f"Lua 5.4, CPython {platform.python_version()}, {platform.machine()}; map of 64, objects."
    write("lua-memory", f"{figures}\n\n{note}\n\n{words}")


if __name__ == "__main__":
    main()
