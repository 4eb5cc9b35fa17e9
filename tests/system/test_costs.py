"""What a call costs in user instructions, which callgrind counts exactly: no clock and no noise, only a ceiling each.

The programs are those of bench/, linked with the release build, whatever build the other tests run on: what a sanitizer
adds is no cost of the library's. A ceiling is a tenth over what was reached with gcc 12 and libcurl 7.88; newer ones
(gcc 14, libcurl 8.14, CPython 3.13) reach less, so that it holds there too. How many answers to calls in flight come
together is the machine's to say, and worth a thousand instructions a call: there it is a tenth over the most.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "build" / "release"

sys.path.insert(0, str(ROOT))

from bench import in_process, request_cost  # noqa: E402

# A whole blocking call over the express lane, its share of libcurl and the C library included.
CALL_CEILING = 12_900
# The path of a user, with the memory it stands in; the strict check of a credential's answer of 330 bytes.
PART_CEILINGS = {"path": 1_060, "check": 2_250}

# A credential asked of a service in this process: through a client, of the service itself, and in blocks of 100.
IN_PROCESS_CEILINGS = {"client": 26_000, "service": 19_900, "block": 18_300}

# A call from Python with everything in its process, one after the other or of 64 in flight: see call_costs.py.
PYTHON_CEILINGS = {
    "call_bytes": 11_000,
    "call_dicts": 20_100,
    "method": 26_300,
    "asyncio_bytes": 17_000,
    "asyncio_dicts": 26_000,
    "map_bytes": 9_800,
    "map_dicts": 19_500,
    "map_objects": 24_000,
}
PYTHON_CALLS = 1000

# A call from Lua 5.4, in the same ways: see lua_costs.lua.
LUA_CEILINGS = {
    "call_text": 16_000,
    "call": 27_000,
    "method": 28_500,
    "text": 9_900,
    "tables": 22_000,
    "objects": 25_300,
    "tasks": 44_000,
}
USER = {
    "id": "0190f5a1-7b1c-7e3a-9d52-000000000001",
    "name": "Maple Farm",
    "email": "maple@farm.example",
    "phone": "+1 555 0100",
    "address": "1 Maple Road",
    "externalId": "maple-0001",
    "apiOwnerUsername": "owner@farm.example",
    "createdTime": "2026-01-01T00:00:00Z",
}

RUN_SECONDS = 600


@pytest.fixture(scope="module")
def release():
    """The release build with its package, up to date."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LD_PRELOAD", "PYTHONMALLOC"):  # a sanitizer and its allocator are none of what is counted
            patch.delenv(name, raising=False)
        subprocess.run([sys.executable, ROOT / ".ci" / "stages.py", "package"], check=True)
        yield RELEASE


def compile_parts(release):
    program = release / "part_cost"
    libraries = subprocess.run(
        ["pkg-config", "--libs", "libcurl", "libcjson", "libssl", "libcrypto", "sqlite3", "libsodium"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{ROOT}/csrc/include", f"-I{ROOT}/csrc"]
    inside = release / "libleafnative_inside.a"
    subprocess.run([*command, ROOT / "bench" / "part_cost.c", inside, *libraries, "-o", program], check=True)
    return program


def collected(command):
    before = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run([*before, *command], check=True, capture_output=True, text=True, timeout=RUN_SECONDS)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def test_a_call_over_the_express_lane_stays_under_its_ceiling(release, capsys):
    request_cost.compile_program()
    with subprocess.Popen([request_cost.PROGRAM, "serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            count = request_cost.instructions(request_cost.EXPRESS, int(server.stdout.readline()))
        finally:
            server.kill()
    with capsys.disabled():
        print(f"\nfigure instructions_of_a_call {count}")
    assert 0 < count <= CALL_CEILING


@pytest.mark.parametrize("part", PART_CEILINGS)
def test_a_part_of_a_call_stays_under_its_ceiling(release, capsys, part):
    program = compile_parts(release)
    few, many = 1000, 3000
    count = (collected([program, part, str(many)]) - collected([program, part, str(few)])) // (many - few)
    with capsys.disabled():
        print(f"\nfigure instructions_of_a_{part} {count}")
    assert 0 < count <= PART_CEILINGS[part]


@pytest.mark.parametrize("way", IN_PROCESS_CEILINGS)
def test_a_credential_in_process_stays_under_its_ceiling(release, capsys, way):
    in_process.compile_program()
    count = in_process.instructions(way)
    with capsys.disabled():
        print(f"\nfigure instructions_in_process_{way} {count}")
    assert 0 < count <= IN_PROCESS_CEILINGS[way]


@pytest.fixture(scope="module")
def counting(release):
    library = release / "counting.so"
    source = ROOT / "tests" / "system" / "counting.c"
    subprocess.run(["cc", "-std=c11", "-O2", "-fPIC", "-shared", source, "-o", library], check=True)
    return library


@pytest.fixture(scope="module")
def server(release, tmp_path_factory):
    """The address of the fast server of the benchmark, which answers every request with the same user."""
    program, body = release / "raw_server", tmp_path_factory.mktemp("server") / "user.json"
    source = ROOT / "bench" / "http_calls" / "raw_server.c"
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", source, "-o", program], check=True)
    body.write_text(json.dumps(USER, separators=(",", ":")))
    command = [program, body, "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


@pytest.mark.parametrize("way", PYTHON_CEILINGS)
def test_a_call_from_python_stays_under_its_ceiling(release, counting, server, capsys, way):
    program = ROOT / "tests" / "system" / "call_costs.py"
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null", sys.executable]
    command += [program, way, server, str(PYTHON_CALLS), counting]
    paths = {**os.environ, "PYTHONPATH": str(release / "package")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=RUN_SECONDS, env=paths)
    count = int(re.search(r"Collected : (\d+)", done.stderr).group(1)) // PYTHON_CALLS
    with capsys.disabled():
        print(f"\nfigure instructions_of_python_{way} {count}")
    assert 0 < count <= PYTHON_CEILINGS[way]


@pytest.mark.parametrize("way", LUA_CEILINGS)
def test_a_call_from_lua_stays_under_its_ceiling(release, server, capsys, monkeypatch, way):
    monkeypatch.setenv("LUA_PATH_5_4", f"{release}/lua/?.lua;{release}/lua/?/init.lua")
    monkeypatch.setenv("LUA_CPATH_5_4", f"{release}/lua/?.so")
    command = ["lua5.4", ROOT / "tests" / "system" / "lua_costs.lua", way, server]
    few, many = 500, 1500
    count = (collected([*command, str(many)]) - collected([*command, str(few)])) // (many - few)
    with capsys.disabled():
        print(f"\nfigure instructions_of_lua_{way} {count}")
    assert 0 < count <= LUA_CEILINGS[way]
