"""What requests cost, beside the clients of others: `python -m bench.http_calls`, or with the names of some sections.

Every variant is a program of its own, pinned to the last core while the server is pinned to the first. It makes as many
requests as take about half a second, each for another URL, and checks the status and length of every answer. Rounds run
every variant once, one after the other. The tables are written into docs/performance.md; with ROUNDS below 7 they are
printed only.
"""

import sys

from bench.http_calls import figures, instructions, memory
from bench.http_calls.programs import compile_programs
from bench.http_calls.samples import run_rounds
from bench.http_calls.scenarios import SCENARIOS
from bench.http_calls.servers import all_servers
from bench.others import make_venv
from bench.page import ROUNDS_FOR_THE_PAGE, rounds, write


def scenario_text(scenario, servers):
    server = servers[scenario.server]
    samples, failures = run_rounds(scenario.variants, server, scenario, rounds())
    return figures.page_of(samples, failures, scenario, server, rounds())


def sections():
    """What is measured, by the name of its section: functions that give its text."""
    found = {}
    for scenario in SCENARIOS:
        found[scenario.section] = lambda servers, scenario=scenario: scenario_text(scenario, servers)
    short = rounds() < ROUNDS_FOR_THE_PAGE
    found["http-memory"] = lambda servers: memory.growth(servers["fast"], short)
    found["http-in-flight"] = memory.in_flight
    found["http-instructions"] = lambda servers: instructions.instructions(servers["fast"])
    return found


def main(wanted):
    known = sections()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"there is no section {unknown[0]}; there are {', '.join(known)}")
    compile_programs()
    make_venv()
    with all_servers() as servers:
        for name in wanted or known:
            write(name, known[name](servers))


if __name__ == "__main__":
    main(sys.argv[1:])
