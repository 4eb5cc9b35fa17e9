"""What `cmake --install` puts in place is enough for a C program: headers, library, pkg-config."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import leafnative

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", os.environ["LFN_BUILD"], "--prefix", folder)
    return folder


def pkg_config(prefix, *wanted):
    (file,) = prefix.rglob("leafnative.pc")
    return run("pkg-config", *wanted, "leafnative", env={**os.environ, "PKG_CONFIG_PATH": str(file.parent)}).split()


def compile_and_run(prefix, source, program):
    flags = pkg_config(prefix, "--cflags", "--libs")
    (library,) = pkg_config(prefix, "--variable=libdir")
    run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", source, "-o", program, *flags, f"-Wl,-rpath,{library}")
    return run(program)


def test_pkg_config_tells_the_version_of_the_package(prefix):
    assert pkg_config(prefix, "--modversion") == [leafnative.__version__]


def test_the_example_compiles_and_runs_against_what_is_installed(prefix, tmp_path):
    told = compile_and_run(prefix, ROOT / "examples" / "quickstart.c", tmp_path / "quickstart")
    assert '"name":"Maple Farm"' in told


def test_the_blocks_of_the_page_on_c_are_a_program_that_runs(prefix, tmp_path):
    page = (ROOT / "docs" / "c.md").read_text()
    source = tmp_path / "page.c"
    source.write_text("\n".join(re.findall(r"^```c\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)))
    told = compile_and_run(prefix, source, tmp_path / "page")
    assert told.splitlines() == ["1 user", "100 answers", "not_found: HTTP 404, credentialsNotFound"]


@pytest.mark.parametrize("language", ["c", "c++"])
def test_each_public_header_compiles_by_itself(prefix, language):
    for header in sorted((prefix / "include" / "leafnative").glob("*.h")):
        run("gcc", "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{prefix}/include", header)
