"""Memory: the peak of a client by the number of requests that it makes, and what one request in flight adds to it."""

from dataclasses import replace

from bench.http_calls.figures import machine, missing, verdict
from bench.http_calls.samples import Failed, take
from bench.http_calls.scenarios import ASYNC, BYTES, C_MANY, DICTS, MULTI, Scenario
from bench.http_calls.variants import VARIANTS
from bench.page import table

GROWTH = Scenario("http-memory", "fast", 64, BYTES, [C_MANY, BYTES, DICTS, ASYNC, MULTI, "pycurl multi"])
FEW, SOME, MANY = 10_000, 100_000, 1_000_000

# Clients that take too long for a million.
SLOW = ["aiohttp", "wreq"]

# The goals of the row of bytes: megabytes in all for a million, and more than for ten thousand.
PEAK_MB, GROWTH_MB = 30, 1

IN_FLIGHT = Scenario("http-in-flight", "far", 256, BYTES, [C_MANY, BYTES, MULTI, "pycurl multi", "aiohttp"])
IN_FLIGHT_KB = {"far": 12, "tls": 50}

# Calls that wait for a place: the row, two counts, and the bytes that one more may take.
QUEUED, QUEUED_COUNTS, QUEUED_BYTES = "leafnative C, all queued", (1_000, 101_000), 200


def peak_mb(name, server, scenario, count, failures):
    try:
        return take(VARIANTS[name], server, scenario, count).peak_kb / 1024
    except Failed as failure:
        failures[name] = str(failure)
        return None


def shown(value):
    return "" if value is None else f"{value:.1f}"


def growth_row(name, counts, server, failures):
    peaks = []
    for count in counts:
        peaks.append(None if name in failures else peak_mb(name, server, GROWTH, count, failures))
    goal = ""
    if name == BYTES and None not in peaks:
        grown = peaks[-1] - peaks[0]
        goal = f"at most {PEAK_MB} MB: {verdict('at most', PEAK_MB, peaks[-1])}; "
        goal += f"{grown:.1f} MB more at the end, at most {GROWTH_MB}: {verdict('at most', GROWTH_MB, grown)}"
    columns = [*map(shown, peaks), *[""] * (3 - len(peaks))]
    return [name, *columns, goal]


def growth(server, short):
    failures = {}
    fast = [FEW, SOME] if short else [FEW, SOME, MANY]
    rows = [growth_row(name, fast, server, failures) for name in GROWTH.names]
    rows += [growth_row(name, [FEW] if short else [FEW, SOME], server, failures) for name in SLOW]
    heads = ["Client", *(f"MB for {count:,}" for count in (FEW, SOME, MANY)), "Goal"]
    rows = [row for row in rows if row[0] not in failures]
    return f"{table(heads, rows)}\n\n{machine()}, one run each, 64 in flight.{missing(failures)}"


def added_kb(name, server, failures):
    """The peak with all requests in flight over that with one, for each."""
    many = IN_FLIGHT.in_flight
    alone = peak_mb(name, server, replace(IN_FLIGHT, in_flight=1), 20, failures)
    together = None if alone is None else peak_mb(name, server, IN_FLIGHT, 4 * many, failures)
    return None if together is None else (together - alone) * 1024 / (many - 1)


def in_flight_row(name, servers, failures):
    values = {key: added_kb(name, servers[key], failures) for key in IN_FLIGHT_KB}
    goals = []
    if name in (C_MANY, BYTES):
        for key, value in values.items():
            if value is not None:
                limit = IN_FLIGHT_KB[key]
                goals.append(f"at most {limit} kB: {verdict('at most', limit, value)}")
    return [name, *map(shown, values.values()), "; ".join(goals)]


def queued(server, failures):
    """A sentence about what a call takes that waits in the queue."""
    few, many = QUEUED_COUNTS
    peaks = [peak_mb(QUEUED, server, GROWTH, count, failures) for count in QUEUED_COUNTS]
    if None in peaks:
        return ""
    size = (peaks[1] - peaks[0]) * 1024 * 1024 / (many - few)
    return (
        f" A call that waits takes {size:.0f} bytes, at most {QUEUED_BYTES}: {verdict('at most', QUEUED_BYTES, size)}."
    )


def in_flight(servers):
    failures = {}
    rows = [in_flight_row(name, servers, failures) for name in IN_FLIGHT.names]
    rows = [row for row in rows if row[0] not in failures]
    heads = ["Client", "kB plain", "kB over TLS", "Goal"]
    note = f"{machine()}; the peak with {IN_FLIGHT.in_flight} in flight over that with one, for each."
    return f"{table(heads, rows)}\n\n{note}{queued(servers['fast'], failures)}{missing(failures)}"
