"""One run of one variant as a program of its own on the last core, and rounds of them, one after the other."""

import re
import resource
import signal
import subprocess
from dataclasses import dataclass

from bench.http_calls.programs import BUILD, HERE, PACKAGE, RELEASE
from bench.http_calls.servers import BODIES, CLIENT_CORE
from bench.others import OLD_AIOHTTP_FOLDER, VENV

# How long one run takes, about, and how long it may.
RUN_SECONDS = 0.5
LIMIT_SECONDS = 150

# Requests of the run that tells how fast a variant is, and the fewest of any run.
FIRST_COUNT, LEAST_COUNT = 300, 100


class Failed(Exception):
    """A run did not come to its end. The text is the last line that the program wrote."""


@dataclass(frozen=True)
class Sample:
    count: int
    wall: float
    user: float
    system: float
    peak_kb: int = 0

    @property
    def rate(self):
        return self.count / self.wall

    @property
    def cpu_us(self):
        return (self.user + self.system) / self.count * 1e6

    @property
    def user_us(self):
        return self.user / self.count * 1e6

    @property
    def system_us(self):
        return self.system / self.count * 1e6


# ---- what a program wrote ----


def read_line(output, used):
    """The line of our own programs."""
    count, wall, user, system, peak_kb = output.split()
    return Sample(int(count), float(wall), float(user), float(system), int(peak_kb))


def read_wrk(output, used):
    if "Non-2xx" in output or "Socket errors" in output:
        raise Failed(output.strip().splitlines()[-1])
    count, wall = re.search(r"(\d+) requests in ([\d.]+)s", output).groups()
    return Sample(int(count), float(wall), *used)


def read_h2load(output, used):
    rate = float(re.search(r"finished in .*?, ([\d.]+) req/s", output).group(1))
    count, wrong = re.search(r"(\d+) succeeded, (\d+) failed", output).groups()
    if int(wrong) or f"status codes: {count} 2xx" not in output:
        raise Failed(output.strip().splitlines()[-1])
    return Sample(int(count), int(count) / rate, *used)


# ---- one run ----


def words_of(variant, server, scenario, count):
    """The command of a variant with everything that a program may be told."""
    warm_up = 0 if scenario.cold else 2 * scenario.in_flight
    values = {
        "url": f"{server.base}/services/usermanagement/api/users/0190f5a1-7b1c-7e3a-9d52-000000000001",
        "job": f"{server.base} {count} {scenario.in_flight} {warm_up} {len(BODIES[scenario.kind])} {scenario.kind} "
        f"{server.ca_file}",
        "count": count,
        "in_flight": scenario.in_flight,
        "bin": BUILD,
        "python": f"{VENV / 'bin' / 'python'} {HERE / 'python_clients.py'}",
        "lua": f"lua5.4 {HERE / 'lua_clients.lua'}",
        "lua51": f"lua5.1 {HERE / 'lua_curl_client.lua'}",
    }
    return variant.command.format(**values).split()


def environment_of(variant):
    path = f"{OLD_AIOHTTP_FOLDER}:{PACKAGE}" if variant.old_aiohttp else str(PACKAGE)
    lua = RELEASE / "lua"
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": path,
        "LUA_PATH_5_4": f"{lua}/?.lua;{lua}/?/init.lua;;",
        "LUA_CPATH_5_4": f"{lua}/?.so;;",
    }


def reason_of(done):
    if done.returncode < 0:
        return f"{signal.Signals(-done.returncode).name} ended it"
    # What valgrind tells stands between such marks.
    lines = [line for line in (done.stderr or done.stdout).strip().splitlines() if not line.startswith("==")]
    return lines[-1] if lines else f"it ended with {done.returncode}"


def start(variant, words, before=(), limit=LIMIT_SECONDS):
    """Runs a program to its end and gives what it wrote: standard output, standard error."""
    command = ["taskset", "-c", str(CLIENT_CORE), *before, *words]
    try:
        done = subprocess.run(
            command,
            env=environment_of(variant),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it took longer than {limit} s") from None
    if done.returncode != 0:
        raise Failed(reason_of(done))
    return done.stdout, done.stderr


def take(variant, server, scenario, count):
    """One sample. Programs that tell no processor time of their own are asked of the kernel, with their start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output, _ = start(variant, words_of(variant, server, scenario, count))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return variant.read(output, (after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime))


# ---- rounds ----


def counts_for(variants, server, scenario, failures):
    """How many requests each variant is to make, from a first run that is not counted."""
    counts = {}
    for variant in variants:
        first = scenario.count or max(FIRST_COUNT, 2 * scenario.in_flight)
        try:
            rate = take(variant, server, scenario, first).rate
        except Failed as failure:
            failures[variant.name] = str(failure)
            continue
        least = max(LEAST_COUNT, scenario.in_flight)
        counts[variant] = scenario.count or max(least, int(rate * RUN_SECONDS))
    return counts


def run_rounds(variants, server, scenario, rounds):
    """The samples of every variant that came through all rounds, and why the others did not."""
    failures = {}
    counts = counts_for(variants, server, scenario, failures)
    samples = {variant.name: [] for variant in counts}
    for _ in range(rounds):
        for variant, count in counts.items():
            if variant.name in failures:
                continue
            try:
                samples[variant.name].append(take(variant, server, scenario, count))
            except Failed as failure:
                failures[variant.name] = str(failure)
    return {name: series for name, series in samples.items() if name not in failures}, failures
