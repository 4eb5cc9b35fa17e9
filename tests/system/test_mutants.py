"""Each rule of the relation decisions, changed one at a time, is noticed by the independent model."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import connect_model as model

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RULES = ROOT / "csrc" / "rules" / "relation.c"


def relation_of(bits):
    return model.Relation(bool(bits & 1), bool(bits & 2), bool(bits & 4))


def bits_of(relation):
    return relation.accepted | relation.sender_blocked << 1 | relation.receiver_blocked << 2


def wanted_lines():
    for bits in range(8):
        relation = relation_of(bits)
        yield f"status {bits} {relation.status}"
        yield f"grant {bits} {model.may_grant(relation) or '-'}"
        for party in ("sender", "receiver"):
            for ask in ("ALLOWED", "BLOCKED"):
                after, key = model.decide(relation, party, ask)
                yield f"decide {bits} {party} {ask} {bits_of(after)} {key or '-'}"
    for bits in range(1 << 10):
        # The token has the number 5; the invalidation stands at 0 (never), 4, 5 and 6.
        status, key = model.access(
            model.AccessFacts(
                bool(bits & 8),
                bool(bits & 16),
                bool(bits & 32),
                relation_of(bits),
                bool(bits & 64),
                bool(bits & 128),
                bits >> 8 >= 2,
            )
        )
        allowed = int(status == 200)
        reason = "" if not allowed else "owner" if bits & 16 else "granted"
        yield f"access {bits} {allowed} {key or '-'} {reason}"


def answers_of(source, folder, name):
    """The lines that the driver prints over this source; None when it does not compile."""
    text, program = folder / f"{name}.c", folder / name
    text.write_text(source)
    command = [
        "gcc",
        "-std=c11",
        "-D_GNU_SOURCE",
        "-O0",
        "-w",
        f"-I{ROOT}/csrc/include",
        f"-I{ROOT}/csrc",
        str(HERE / "relation_driver.c"),
        str(text),
        "-o",
        str(program),
    ]
    clean = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # a sanitizer is not for gcc
    if subprocess.run(command, capture_output=True, check=False, env=clean).returncode != 0:
        return None
    done = subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=60, env=clean)
    return done.stdout.splitlines()


def condition_after(source, start):
    """The span of the parenthesis that opens at `start`."""
    depth = 0
    for at in range(start, len(source)):
        depth += {"(": 1, ")": -1}.get(source[at], 0)
        if depth == 0:
            return start + 1, at
    raise ValueError("no end of a condition")


def mutants(source):
    """(what was changed, the changed source): one change each."""
    body = source.index("lfn_relation_status(")

    def at(span, text, what):
        line = source.count("\n", 0, span[0]) + 1
        return f"line {line}: {what}", source[: span[0]] + text + source[span[1] :]

    for found in re.finditer(r"\bif \(", source[body:]):
        span = condition_after(source, body + found.end() - 1)
        condition = source[slice(*span)]
        yield at(span, f"!({condition})", f"if ({condition}) negated")
        yield at(span, "false", f"if ({condition}) removed")
        yield at(span, "true", f"if ({condition}) always taken")
    swaps = [
        (r"= true;", "= false;"),
        (r"= false;", "= true;"),
        (r" <= ", " < "),
        (r" <= ", " == "),
        (r" == ", " != "),
        (r"\ballow\(", "deny(LFN_PROBLEM_INTERNAL, "),
        (r"\bdeny\(LFN_PROBLEM_\w+, ", "allow("),
        (r"return granted\((\w+)\)", r"return refused(\1, LFN_PROBLEM_APPROVAL_REQUIRED)"),
        (r"return refused\((\w+), LFN_PROBLEM_\w+\)", r"return granted(\1)"),
        (r"return lfn_problem_none", "return LFN_PROBLEM_INTERNAL"),
        (r"asks_allowed \?", "!asks_allowed ?"),
        (r"(?<=return )LFN_RELATION_STATUS_BLOCKED", "LFN_RELATION_STATUS_ALLOWED"),
        (r"(?<=return )LFN_RELATION_STATUS_ALLOWED", "LFN_RELATION_STATUS_PENDING"),
        (r"(?<=return )LFN_RELATION_STATUS_PENDING", "LFN_RELATION_STATUS_ALLOWED"),
        (r"LFN_PROBLEM_BLOCKED_BY_SENDER", "LFN_PROBLEM_BLOCKED_BY_RECEIVER"),
        (r"LFN_PROBLEM_BLOCKED_BY_RECEIVER", "LFN_PROBLEM_BLOCKED_BY_SENDER"),
        (r"LFN_PROBLEM_APPROVAL_REQUIRED", "LFN_PROBLEM_BLOCKED_BY_RECEIVER"),
        (r"LFN_PROBLEM_USER_NOT_FOUND", "LFN_PROBLEM_PERMISSION_NOT_FOUND"),
        (r"LFN_PROBLEM_PERMISSION_NOT_FOUND", "LFN_PROBLEM_USER_NOT_FOUND"),
        (r"LFN_PROBLEM_TOKEN_INVALIDATED", "LFN_PROBLEM_UNAUTHORIZED"),
        (r"\ballow\(\"owner\"\)", 'allow("granted")'),
        (r"\ballow\(\"granted\"\)", 'allow("owner")'),
        (r" && ", " || "),
        (r" \|\| ", " && "),
    ]
    for pattern, put in swaps:
        for found in re.finditer(pattern, source[body:]):
            yield at((body + found.start(), body + found.end()), found.expand(put), f"{found.group()} -> {put}")
    for found in re.finditer(r"\n    \w+\.\w+ = (?:true|false);", source[body:]):
        yield at((body + found.start(), body + found.end()), "", f"{found.group().strip()} left out")


def test_the_rules_decide_as_the_model_in_every_state(tmp_path, capsys):
    lines = answers_of(RULES.read_text(), tmp_path, "rules")
    wanted = [line.rstrip() for line in wanted_lines()]
    assert [line.rstrip() for line in lines] == wanted
    with capsys.disabled():
        print(f"\nfigure rule_decisions {len(wanted)}")


def test_every_rule_that_is_negated_makes_the_model_disagree(tmp_path, capsys):
    source = RULES.read_text()
    wanted = [line.rstrip() for line in wanted_lines()]
    changed = list(mutants(source))

    def outcome(number):
        lines = answers_of(changed[number][1], tmp_path, f"mutant{number}")
        if lines is None:
            return "not C"
        return "alive" if [line.rstrip() for line in lines] == wanted else "killed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome, range(len(changed))))
    survivors = [changed[n][0] for n, what in enumerate(outcomes) if what == "alive"]
    rules = len(re.findall(r"\bif \(", source[source.index("lfn_relation_status(") :]))
    with capsys.disabled():
        print(f"\nfigure relation_mutants {len(outcomes) - outcomes.count('not C')}")
        print(f"figure relation_mutants_killed {outcomes.count('killed')}")
    assert outcomes.count("killed") >= 3 * rules > 0
    assert survivors == []
