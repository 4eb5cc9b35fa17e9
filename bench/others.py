"""The clients of others, in a virtual environment that the measurements run in: `python -m bench.others` makes it.

What does not install is told and left out: its rows then say why they are missing. Twice is quick: it only looks.
"""

import subprocess
import sys

from bench.page import ROOT

VENV = ROOT / "build" / "bench-venv"
REQUIREMENTS = ROOT / "bench" / "requirements.txt"

# The aiohttp of Debian 12, beside the current one, in a folder of its own that is put before the others.
OLD_AIOHTTP, OLD_AIOHTTP_FOLDER = "aiohttp==3.8.6", ROOT / "build" / "bench-old"

INSTALL_SECONDS = 300


def make_venv():
    stamp = VENV / "ready"
    wanted = f"{REQUIREMENTS.read_text()}{OLD_AIOHTTP}\n{sys.version}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the clients of others into build/bench-venv", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    for line in REQUIREMENTS.read_text().splitlines():
        if not line.startswith("#"):
            install(line)
    install(OLD_AIOHTTP, "--upgrade", "--target", OLD_AIOHTTP_FOLDER)
    stamp.write_text(wanted)


def install(package, *options):
    # pycurl is built here against the libcurl that the C programs use; its wheel brings another one.
    if package.startswith("pycurl"):
        options = ("--no-binary", "pycurl", *options)
    command = [VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "-q", *options, package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{package} did not install within {INSTALL_SECONDS} s", flush=True)
        return
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["pip does not say why"]
        print(f"{package} did not install: {lines[-1]}", flush=True)


if __name__ == "__main__":
    make_venv()
