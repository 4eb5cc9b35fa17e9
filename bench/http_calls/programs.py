"""What the benchmark runs: the C programs of this folder, compiled, and two virtual environments with other clients."""

import subprocess
import sys
from pathlib import Path

from bench.page import ROOT

HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build" / "bench"
RELEASE = ROOT / "build" / "release"
VENV = ROOT / "build" / "bench-venv"
PACKAGE = RELEASE / "package"

REQUIREMENTS = HERE.parent / "requirements.txt"

# The aiohttp of Debian 12, beside the current one, in a folder of its own that is put before the others.
OLD_AIOHTTP, OLD_AIOHTTP_FOLDER = "aiohttp==3.8.6", ROOT / "build" / "bench-old"


def compile_programs():
    BUILD.mkdir(parents=True, exist_ok=True)
    header = (ROOT / "csrc/include/leafnative/client.h").read_text()
    many = ["-DBENCH_MANY_AT_ONCE"] if "lfn_calls_open" in header else []
    library = [f"-I{ROOT / 'csrc' / 'include'}", f"-L{RELEASE}", "-lleafnative", f"-Wl,-rpath,{RELEASE}"]
    compile_one("raw_server", ["raw_server.c"])
    compile_one("raw_client", ["raw_client.c", "job.c"])
    compile_one("curl_client", ["curl_client.c", "job.c"], ["-lcurl"])
    compile_one("leaf_client", ["leaf_client.c", "job.c"], [*many, *library])


def compile_one(name, sources, options=()):
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", *(HERE / source for source in sources), "-o", BUILD / name]
    subprocess.run([*command, *options], check=True)


def make_venv():
    """Installs the other clients. What does not install is told and left out: its rows then say so."""
    stamp = VENV / "ready"
    wanted = REQUIREMENTS.read_text() + OLD_AIOHTTP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the other clients into build/bench-venv", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    for line in REQUIREMENTS.read_text().splitlines():
        if not line.startswith("#"):
            install(line)
    install(OLD_AIOHTTP, "--upgrade", "--target", OLD_AIOHTTP_FOLDER)
    stamp.write_text(wanted)


def install(package, *options):
    # pycurl is built here against the same libcurl that the C programs use; its wheel brings another one.
    if package.startswith("pycurl"):
        options = ("--no-binary", "pycurl", *options)
    command = [VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "-q", *options, package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        print(f"{package} did not install within five minutes", flush=True)
        return
    if done.returncode != 0:
        print(f"{package} did not install: {done.stderr.strip().splitlines()[-1:]}", flush=True)
