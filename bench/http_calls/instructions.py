"""User instructions of one request: two runs under callgrind with different counts; the difference is exact enough to
need no rounds, and starting up costs nothing in it. The same is counted of the loop without a call: what it costs to
make an id or an address no two of which are alike, and to check an answer, is no cost of the client's."""

import os
import re
import shutil
from dataclasses import replace

from bench.http_calls.figures import machine, missing, verdict
from bench.http_calls.samples import Failed, start, words_of
from bench.http_calls.scenarios import (
    ASYNC,
    ASYNC_BYTES,
    BYTES,
    C_CALL,
    C_MANY,
    CALL,
    CALL_BYTES,
    DICTS,
    EASY,
    LUA_CALL,
    LUA_CALL_TEXT,
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
    CALL_BYTES: (ONE, QUICK, 12_000),
    CALL: (ONE, QUICK, None),
    BYTES: (MANY, QUICK, 10_000),
    DICTS: (MANY, QUICK, 22_000),
    OBJECTS: (MANY, QUICK, None),
    ASYNC_BYTES: (MANY, QUICK, 26_000),
    ASYNC: (MANY, QUICK, 26_000),
    LUA_CALL_TEXT: (ONE, QUICK, None),
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


def measure(variant, server, in_flight, few, many):
    scenario = Scenario("http-instructions", "fast", in_flight, RAW, [])
    # A run that does not count: the first one of Python compiles what it loads.
    start(variant, words_of(variant, server, scenario, few))
    counts = [collected(variant, server, scenario, count) for count in (few, many)]
    return (counts[1] - counts[0]) // (many - few)


def row(name, server):
    in_flight, (few, many), limit = ROWS[name]
    variant = VARIANTS[name]
    whole = measure(variant, server, in_flight, few, many)
    idle = measure(replace(variant, command=variant.idle), server, in_flight, few, many)
    own = whole - idle
    goal = f"at most {limit:,}: {verdict('at most', limit, own)}" if limit else ""
    return [name, str(in_flight), f"{whole:,}", f"{idle:,}", f"{own:,}", goal]


def instructions(server):
    if not shutil.which("valgrind"):
        return "valgrind is not installed."
    rows, failures = [], {}
    for name in ROWS:
        try:
            rows.append(row(name, server))
        except Failed as failure:
            failures[name] = str(failure)
    columns = ["Client", "in flight", "the whole loop", "the loop without a call", "the client", "Goal"]
    return f"{table(columns, rows)}\n\n{machine()}.{missing(failures)}"
