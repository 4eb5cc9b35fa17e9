"""What it costs to start: time and memory of `import leafnative`, and of a first client and service, beside others.

Every round starts each variant once in an interpreter of its own, one after the other; the first round only warms the
file cache and is not counted. `make bench` runs this; the table is written into docs/performance.md.
"""

import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time

from bench.page import rounds, spread, table, write

ROUNDS = rounds(11)

FIRST_USE = "import leafnative; a = leafnative.Leaf('https://leaf.example', token='t'); b = leafnative.Service()"

BARE, IMPORT, USE = "the bare interpreter", "import leafnative", "import, first Leaf(url), first Service()"

# Goals over the bare interpreter: milliseconds, and megabytes of resident memory.
GOALS = {IMPORT: (3.0, None), USE: (25.0, 12.0)}

# The part of what importing requests takes over the bare interpreter.
OTHER = "import requests"
PARTS = {IMPORT: 60, USE: 8}


def variants():
    """Name and program of each variant, and the names of the packages that are not installed."""
    programs = {BARE: "pass", IMPORT: "import leafnative", "import json": "import json"}
    absent = []
    for package in ("requests", "boto3"):
        if importlib.util.find_spec(package):
            programs[f"import {package}"] = f"import {package}"
        else:
            absent.append(package)
    programs[USE] = FIRST_USE
    return programs, absent


# Without the site module, which may load anything on a given machine; the places of packages are told instead.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

# The peak of the child's own memory: what wait4 tells would include the memory of this process before the exec.
TELL_PEAK = "\nfor line in open('/proc/self/status'):\n    if line.startswith('VmHWM'): print(line.split()[1])"


def start(program):
    """Milliseconds and megabytes that an interpreter takes to run a program."""
    began = time.perf_counter()
    command = [sys.executable, "-S", "-c", program + TELL_PEAK]
    child = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)
    took = (time.perf_counter() - began) * 1000
    return took, int(child.stdout) / 1024


def measure(programs):
    samples = {name: [] for name in programs}
    for round_number in range(ROUNDS + 1):
        for name, program in programs.items():
            sample = start(program)
            if round_number > 0:
                samples[name].append(sample)
    return samples


def over_bare(samples, name, column):
    """What a variant costs over the bare interpreter, round by round."""
    return [own[column] - bare[column] for own, bare in zip(samples[name], samples[BARE], strict=True)]


def judgement(samples, name):
    if name not in GOALS:
        return ""
    words = []
    for column, goal, unit in zip((0, 1), GOALS[name], ("ms", "MB"), strict=True):
        if goal is not None:
            met = statistics.median(over_bare(samples, name, column)) <= goal
            words.append(f"at most {goal:g} {unit}: {'met' if met else 'missed'}")
    if OTHER in samples:
        part = statistics.median(over_bare(samples, name, 0)) / statistics.median(over_bare(samples, OTHER, 0))
        words.append(
            f"{part:.3f} of {OTHER}, at most 1/{PARTS[name]}: {'met' if part * PARTS[name] <= 1 else 'missed'}"
        )
    return ", ".join(words)


def rows(samples):
    found = []
    for name, values in samples.items():
        times_bare = [own[0] / bare[0] for own, bare in zip(values, samples[BARE], strict=True)]
        cells = [
            name,
            spread([value[0] for value in values]),
            spread(over_bare(samples, name, 0)),
            spread(times_bare, 2),
            spread([value[1] for value in values]),
            spread(over_bare(samples, name, 1)),
            judgement(samples, name),
        ]
        found.append(cells)
    return found


def main():
    programs, absent = variants()
    samples = measure(programs)
    heads = ["Variant", "ms", "ms over bare", "times bare", "MB", "MB over bare", "Goal"]
    note = f"CPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {ROUNDS} rounds."
    if absent:
        note += f" Not installed and so not measured: {', '.join(absent)}."
    write("startup", f"{table(heads, rows(samples))}\n\n{note}")


if __name__ == "__main__":
    main()
