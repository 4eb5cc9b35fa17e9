"""From samples to the table of a scenario: medians with spread, ratios round by round, and what the goals came to."""

import os
import platform
import statistics
import subprocess

from bench.http_calls.scenarios import IDEAL
from bench.page import spread, table

HEADS = ["Client", "requests/s", "processor µs", "user", "system", "rate of {}", "processor of {}", "Goal"]

# These tell no processor time of their own.
WITH_START = ["wrk, one URL", "h2load, one URL"]

UNITS = {"rate": "the rate", "cpu": "the processor time"}


def of_sample(sample, measure):
    return sample.rate if measure == "rate" else sample.cpu_us


def ratios(samples, name, measure, of):
    """A row over another, round by round."""
    pairs = zip(samples[name], samples[of], strict=True)
    return [of_sample(own, measure) / of_sample(base, measure) for own, base in pairs]


def ideal_ratios(samples, name, scenario, server):
    ideal = scenario.in_flight / server.delay_ms * 1000
    return [sample.rate / ideal for sample in samples[name]]


def verdict(word, limit, value):
    met = value >= limit if word == "at least" else value <= limit
    return "met" if met else "missed"


def plain(value):
    """A ratio in three figures: 3.46, 0.0214."""
    return f"{value:.3g}"


def spread_of_ratios(values):
    return f"{plain(statistics.median(values))} ({plain(min(values))}-{plain(max(values))})"


def judge(goal, samples, scenario, server):
    if goal.of != IDEAL and goal.of not in samples:
        return f"{goal.word} {plain(goal.value)} of {goal.of}: not measured"
    if goal.of == IDEAL:
        values = ideal_ratios(samples, goal.variant, scenario, server)
    else:
        values = ratios(samples, goal.variant, goal.measure, goal.of)
    value = statistics.median(values)
    words = f"{plain(value)} of {UNITS[goal.measure]} of {goal.of}, {goal.word} {plain(goal.value)}"
    return f"{words}: {verdict(goal.word, goal.value, value)}"


def row(name, samples, scenario, server):
    series = samples[name]
    cells = [name, spread([sample.rate for sample in series], 0), spread([sample.cpu_us for sample in series])]
    cells += [
        f"{statistics.median(getattr(sample, part) for sample in series):,.1f}" for part in ("user_us", "system_us")
    ]
    for measure in ("rate", "cpu"):
        known = scenario.reference in samples
        cells.append(spread_of_ratios(ratios(samples, name, measure, scenario.reference)) if known else "")
    goals = [judge(goal, samples, scenario, server) for goal in scenario.goals if goal.variant == name]
    return [*cells, "; ".join(goals)]


def missing(failures):
    """Why rows are not there, and that a goal that hangs on them is not shown."""
    if not failures:
        return ""
    return "\n\nNot measured: " + "; ".join(f"{name} ({why})" for name, why in failures.items()) + "."


def machine():
    curl = subprocess.run(["curl-config", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{curl}, CPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"


def page_of(samples, failures, scenario, server, rounds):
    heads = [head.format(scenario.reference) for head in HEADS]
    rows = [row(name, samples, scenario, server) for name in scenario.names if name in samples]
    tools = " wrk and h2load are measured with their start." if any(row[0] in WITH_START for row in rows) else ""
    return f"{table(heads, rows)}\n\n{machine()}, {rounds} rounds.{tools}{missing(failures)}"
