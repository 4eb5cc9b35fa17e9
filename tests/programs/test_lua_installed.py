"""What is installed for Lua works from where it is put, and the rockspec says the same version."""

import re
import subprocess
from pathlib import Path

import pytest
from served import PROGRAM, ROOT, environment

BUILD = PROGRAM.parent
VERSION = re.search(r'LFN_VERSION "([^"]+)"', (ROOT / "csrc/include/leafnative/base.h").read_text())[1]
PRINT_VERSION = "print(require('leafnative').version)"


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
    subprocess.run(
        ["cmake", "--install", BUILD, "--prefix", folder, "--component", "lua"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return folder


def test_nothing_but_the_module_its_text_and_the_runner_is_installed(prefix):
    installed = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()}
    texts = {f"share/lua/5.4/leafnative/{path.name}" for path in (ROOT / "lua/leafnative").glob("*.lua")}
    assert installed == {"bin/leafnative-lua", "lib/lua/5.4/leafnative/core.so", *texts}


def test_the_installed_module_is_found_by_lua(prefix):
    share, lib = prefix / "share/lua/5.4", prefix / "lib/lua/5.4"
    paths = {"LUA_PATH": f"{share}/?.lua;{share}/?/init.lua", "LUA_CPATH": f"{lib}/?.so"}
    symbols = subprocess.run(
        ["nm", "-D", lib / "leafnative/core.so"], check=True, capture_output=True, text=True
    ).stdout
    if "__asan_init" in symbols:  # the interpreter knows nothing of it
        library = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
        paths |= {"LD_PRELOAD": str(Path(library.stdout.strip()).resolve()), "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run(
        ["lua5.4", "-e", PRINT_VERSION],
        env=environment(**paths),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (f"{VERSION}\n", "")


def test_the_installed_runner_needs_no_file_of_lua_beside_it(prefix):
    done = subprocess.run(
        [prefix / "bin/leafnative-lua", "-"],
        input=PRINT_VERSION,
        env=environment(LUA_PATH="", LUA_CPATH=""),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (f"{VERSION}\n", "")


def test_the_rockspec_has_the_version_of_the_library():
    (rockspec,) = (ROOT / "lua").glob("*.rockspec")
    assert rockspec.name == f"leafnative-{VERSION}-1.rockspec"
    assert f'version = "{VERSION}-1"' in rockspec.read_text()
