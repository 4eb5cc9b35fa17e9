"""What one request costs: a sequential blocking call over both lanes, and libcurl's easy handle in C beside them.

User instructions are counted by callgrind, as the difference of two counts, so that starting up costs nothing; they are
exact. Processor time is the client's own, user and kernel, in rounds that run every variant once. The server and the
clients are bench/request_cost.c. `make bench` runs this; the table is written into docs/performance.md.
"""

import os
import platform
import re
import shutil
import subprocess

from bench.page import ROOT, rounds, spread, table, write

BUILD = ROOT / "build" / "release"
PROGRAM = BUILD / "request_cost"

ROUNDS = rounds()
REQUESTS = 20000
COUNTED = (1000, 2000)

EXPRESS, GENERAL, LIBCURL = "express", "general", "libcurl"
NAMES = {
    EXPRESS: "lfn_client_call, express lane",
    GENERAL: "lfn_client_call, general lane",
    LIBCURL: "libcurl alone, one easy handle, no check of the answer",
}
GOALS = {EXPRESS: 12000}


def compile_program():
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{ROOT / 'csrc' / 'include'}"]
    command += [ROOT / "bench" / "request_cost.c", "-o", PROGRAM, f"-L{BUILD}", "-lleafnative", "-lcurl"]
    subprocess.run([*command, f"-Wl,-rpath,{BUILD}"], check=True)


def run(way, port, count, before=()):
    command = [*before, PROGRAM, way, str(port), str(count)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)


def collected(way, port, count):
    """Instructions of a whole run, as callgrind tells them on its standard error."""
    before = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    return int(re.search(r"Collected : (\d+)", run(way, port, count, before).stderr).group(1))


def instructions(way, port):
    few, many = COUNTED
    return (collected(way, port, many) - collected(way, port, few)) // (many - few)


def measure(port):
    times = {way: [] for way in NAMES}
    for _ in range(ROUNDS):
        for way, samples in times.items():
            samples.append(float(run(way, port, REQUESTS).stdout))
    counts = {way: instructions(way, port) if shutil.which("valgrind") else None for way in NAMES}
    return times, counts


def judgement(way, count):
    if way not in GOALS or count is None:
        return ""
    return f"at most {GOALS[way]:,} instructions: {'met' if count <= GOALS[way] else 'missed'}"


def rows(times, counts):
    found = []
    for way, name in NAMES.items():
        ratios = [own / base for own, base in zip(times[way], times[LIBCURL], strict=True)]
        count = "not counted" if counts[way] is None else f"{counts[way]:,}"
        found.append([name, count, spread(times[way]), spread(ratios, 2), judgement(way, counts[way])])
    return found


def note():
    version = subprocess.run(["curl-config", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return (
        f"{version}, {platform.machine()}, {os.cpu_count()} processors, {ROUNDS} rounds of {REQUESTS:,} requests; a "
        "GET of one user over a kept connection to a server on the loopback."
    )


def main():
    compile_program()
    server = subprocess.Popen([PROGRAM, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        times, counts = measure(port)
    finally:
        server.kill()
        server.wait()
    heads = ["Variant", "user instructions", "processor µs", "of libcurl's", "Goal"]
    write("request", f"{table(heads, rows(times, counts))}\n\n{note()}")


if __name__ == "__main__":
    main()
