"""What it costs to make Python values of an answer: leafnative's builder, checks and all, beside json and orjson.

The builder is measured without the call around it: bench/json_driver.c is linked with the objects of leafnative._core.
Its values are those of a Reply, so that a secret is a Secret already; an answer without one stands beside it. `make
bench` runs this; the table is written into docs/performance.md.
"""

import functools
import importlib.util
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import sysconfig
import time

from bench.page import ROOT, rounds, spread, table, write

BUILD = ROOT / "build" / "release"
ROUNDS = rounds(11)
ROUND_SECONDS = 0.05
OTHERS = ("json", "orjson")

CREDENTIAL = {
    "id": "0190f5a1-7b1c-7e3a-9d52-000000000001",
    "status": "OK",
    "createdTime": "2026-01-31T12:00:00.000000Z",
    "clientId": "maple-client",
    "username": "maple@farm.example",
    "organizationCode": "MAPLE-01",
    "clientEnvironment": "STAGE",
}
SECRETS = {"refreshToken": "d2hhdCBhIHJlZnJlc2ggdG9rZW4gbG9va3M", "accessToken": "bWFwbGUgYW5kIGVsbSBhbmQgb2Fr"}
USER = {
    "id": "0190f5a1-7b1c-7e3a-9d52-000000000001",
    "name": "Maple Farm",
    "email": "maple@farm.example",
    "phone": "+1 555 0100",
    "address": "1 Maple Road, 00-001 Elmfield",
    "externalId": "maple-0001",
    "apiOwnerUsername": "owner@farm.example",
    "createdTime": "2026-01-31T12:00:00.000000Z",
    "lastUpdated": "2026-01-31T12:00:00.000000Z",
}
EVENTS = [
    {
        "id": f"0190f5a1-7b1c-7e3a-9d52-{number:012}",
        "createdDate": f"2026-01-31T12:{number // 60 % 60:02}:{number % 60:02}.000000Z",
        "statusCode": 200 if number % 5 else 401,
        "headers": '{"content-type": "application/json"}' if number % 3 else "{}",
        "body": f"exchange {number} with the provider",
    }
    for number in range(1070)
]

# Name, operation whose result it is, the answer, and the goals: parts of the time that json and orjson take.
ANSWERS = [
    ("a credential, its two secrets hidden", "panorama.get", CREDENTIAL | SECRETS, {"json": 0.45, "orjson": 1.5}),
    ("a user", "users.get", USER, {"json": 0.45, "orjson": 1.5}),
    ("a list of 1,070 events", "panorama.events", EVENTS, {"json": 0.7}),
]


def make_driver():
    """Links the driver with what leafnative._core is made of, and gives the module."""
    objects = sorted((BUILD / "CMakeFiles" / "_core.dir" / "bindings" / "python").glob("*.o"))
    program = BUILD / "json_driver.abi3.so"
    libraries = subprocess.run(
        ["pkg-config", "--libs", "libcurl", "libcjson", "libssl", "libcrypto", "sqlite3", "libsodium"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-DPy_LIMITED_API=0x030b0000", "-O3", "-shared", "-fPIC"]
    command += [f"-I{ROOT / 'csrc' / 'include'}", f"-I{ROOT / 'bindings' / 'python'}"]
    command += [f"-I{sysconfig.get_path('include')}", ROOT / "bench" / "json_driver.c", *objects]
    subprocess.run([*command, BUILD / "libleafnative_inside.a", *shlex.split(libraries), "-o", program], check=True)
    spec = importlib.util.spec_from_file_location("json_driver", program)
    driver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(driver)
    return driver


def readers(operation):
    """The ways to make values of bytes, by name."""
    from leafnative import _core

    driver = make_driver()
    found = {"leafnative": functools.partial(driver.loads, _core, driver.form(operation)), "json": json.loads}
    if importlib.util.find_spec("orjson"):
        import orjson

        found["orjson"] = orjson.loads
    return found


def seconds(read, data, count):
    """What one reading takes, out of many; each result goes at once."""
    began = time.perf_counter()
    for _ in range(count):
        read(data)
    return (time.perf_counter() - began) / count


def measure(ways, data):
    counts = {name: max(1, int(ROUND_SECONDS / seconds(read, data, 20))) for name, read in ways.items()}
    samples = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, read in ways.items():
            samples[name].append(seconds(read, data, counts[name]) * 1e6)
    return samples


def parts(samples, name, other):
    return [own / base for own, base in zip(samples[name], samples[other], strict=True)]


def judgement(samples, name, goals):
    if name != "leafnative":
        return ""
    words = []
    for other, goal in goals.items():
        if other in samples:
            met = statistics.median(parts(samples, name, other)) <= goal
            words.append(f"at most {goal:g} of {other}: {'met' if met else 'missed'}")
    return ", ".join(words)


def rows():
    found = []
    for title, operation, answer, goals in ANSWERS:
        data = json.dumps(answer, separators=(",", ":")).encode()
        samples = measure(readers(operation), data)
        for name, values in samples.items():
            shares = [
                spread(parts(samples, name, other), 2) if other in samples else "" for other in ("json", "orjson")
            ]
            found.append(
                [f"{title}, {len(data):,} bytes", name, spread(values, 2), *shares, judgement(samples, name, goals)]
            )
    return found


def main():
    heads = ["Answer", "Reader", "µs", "of json's", "of orjson's", "Goal"]
    note = f"CPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {ROUNDS} rounds"
    if importlib.util.find_spec("orjson"):
        import orjson

        note += f" on one of them; orjson {orjson.__version__}."
    else:
        note += " on one of them. Not installed and so not measured: orjson."
    write("json", f"{table(heads, rows())}\n\n{note}")


if __name__ == "__main__":
    sys.exit(main())
