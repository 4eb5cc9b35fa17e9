"""User instructions of one request: two runs under callgrind with different counts; the difference is exact enough to
need no rounds, and starting up costs nothing in it."""

import os
import re
import shutil

from bench.http_calls.figures import machine, missing, verdict
from bench.http_calls.samples import Failed, start, words_of
from bench.http_calls.scenarios import (
    ASYNC,
    BYTES,
    C_CALL,
    C_MANY,
    CALL,
    DICTS,
    EASY,
    LUA_CALL,
    LUA_OBJECTS,
    LUA_TASKS,
    LUA_TEXT,
    MULTI,
    OBJECTS,
    RAW,
    Scenario,
)
from bench.http_calls.variants import VARIANTS
from bench.page import table

LIMIT_SECONDS = 240

# How many requests in flight, the two counts, and the most that a request may cost.
ONE, MANY = 1, 64
QUICK, SLOW = (1000, 3000), (150, 350)
ROWS = {
    RAW: (MANY, QUICK, None),
    MULTI: (MANY, QUICK, None),
    EASY: (ONE, QUICK, None),
    C_CALL: (ONE, QUICK, None),
    C_MANY: (MANY, QUICK, None),
    CALL: (ONE, QUICK, 12_000),
    BYTES: (MANY, QUICK, 10_000),
    DICTS: (MANY, QUICK, 22_000),
    OBJECTS: (MANY, QUICK, None),
    ASYNC: (MANY, QUICK, 26_000),
    LUA_CALL: (ONE, QUICK, None),
    LUA_TEXT: (MANY, QUICK, None),
    LUA_OBJECTS: (MANY, QUICK, None),
    LUA_TASKS: (MANY, QUICK, None),
    "pycurl easy": (ONE, QUICK, None),
    "pycurl multi": (MANY, QUICK, None),
    "aiohttp": (MANY, SLOW, None),
    "requests": (ONE, SLOW, None),
}

CALLGRIND = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]


def collected(variant, server, scenario, count):
    _, told = start(variant, words_of(variant, server, scenario, count), CALLGRIND, LIMIT_SECONDS)
    return int(re.search(r"Collected : (\d+)", told).group(1))


def measure(name, server):
    in_flight, (few, many), _ = ROWS[name]
    scenario = Scenario("http-instructions", "fast", in_flight, RAW, [])
    # A run that does not count: the first one of Python compiles what it loads.
    start(VARIANTS[name], words_of(VARIANTS[name], server, scenario, few))
    counts = [collected(VARIANTS[name], server, scenario, count) for count in (few, many)]
    return (counts[1] - counts[0]) // (many - few)


def row(name, count):
    limit = ROWS[name][2]
    goal = f"at most {limit:,}: {verdict('at most', limit, count)}" if limit else ""
    return [name, str(ROWS[name][0]), f"{count:,}", goal]


def instructions(server):
    if not shutil.which("valgrind"):
        return "valgrind is not installed."
    rows, failures = [], {}
    for name in ROWS:
        try:
            rows.append(row(name, measure(name, server)))
        except Failed as failure:
            failures[name] = str(failure)
    return f"{table(['Client', 'in flight', 'user instructions', 'Goal'], rows)}\n\n{machine()}.{missing(failures)}"
