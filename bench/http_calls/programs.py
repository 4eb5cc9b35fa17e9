"""The C programs of this folder, compiled against the library of the release build."""

import subprocess
from pathlib import Path

from bench.page import ROOT

HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build" / "bench"
RELEASE = ROOT / "build" / "release"
PACKAGE = RELEASE / "package"


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
