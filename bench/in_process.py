"""What one call costs in this process: the credential of a Leaf user asked of a service in memory, beside the plain row
of it read by Python's own sqlite3, into a tuple and with its document read by json.loads; and the user, which is
answered with its credential in it, beside the plain rows of both.

The service holds as many users as the table has rows, and both are asked for the same users in the same random order.
A call goes the whole way: client, token, path, rules, store, unsealing, JSON, and back into Python values. User
instructions are those of the C part alone, bench/in_process.c, counted by callgrind as the difference of two counts.
`make bench` runs this; the table is written into docs/performance.md.
"""

import json
import os
import platform
import random
import re
import shutil
import sqlite3
import subprocess
import time

from bench.page import ROOT, rounds, spread, table, write

import leafnative

BUILD = ROOT / "build" / "release"
PROGRAM = BUILD / "in_process"

ROUNDS = rounds()
USERS = 100_000
SEED = 5_000  # users in one document
CALLS = 5_000
COUNTED = (1000, 3000)

MANY_AT_ONCE = 1_000
ROW, GET = "sqlite3: the row of a credential, into a tuple", "leaf.call: the credential, into Python values"
MANY = f"leaf.map: {MANY_AT_ONCE:,} credentials, each of them"
MANY_BYTES = "leaf.map: the same as bytes, no Python values made"
DOCUMENT = "sqlite3: the same row, its document by json.loads"
USER_ROWS = "sqlite3: the rows of a user and of its credential, into tuples"
USER_GET = "leaf.call: the user with its credential, into Python values"
GOALS = {GET: 1.0, MANY: 0.4}
BESIDE = {USER_ROWS: USER_ROWS, USER_GET: USER_ROWS}  # what a variant is compared with, where it is not ROW
WAYS = {
    "client": "lfn_client_call",
    "service": "lfn_service_answer",
    "block": "lfn_service_answer_block, 100 in a block",
}

OWNER = {"email": "owner@farm.example", "password": "a password of the bench"}
COLUMNS = ("user_id", "id", "owner", "provider", "status", "created_us", "document")
USER_COLUMNS = ("id", "owner", "name", "email", "phone", "address", "external_id")


def credential(number):
    return {
        "clientId": f"client-{number}",
        "username": f"user-{number}",
        "password": f"password-{number}",
        "organizationCode": f"ORG-{number}",
        "refreshToken": f"refresh-token-{number}",
        "clientEnvironment": "STAGE",
    }


def fill(service):
    service.seed({"owners": [OWNER]})
    for start in range(0, USERS, SEED):
        users = [
            {"owner": OWNER["email"], "name": f"Maple Farm {n}", "credentials": {"panorama": credential(n)}}
            for n in range(start, start + SEED)
        ]
        service.seed({"users": users})


def fill_table(base, name, columns, rows):
    base.execute(f"CREATE TABLE {name} ({', '.join(columns)}, PRIMARY KEY ({columns[0]}))")
    base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def copy_rows(leaf):
    """The same credentials and users as rows of two tables, by the id of the user; and those ids."""
    rows, users = [], []
    for number, user in enumerate(leaf.entries("users.list")):
        shown = {"accessToken": "", **credential(number)}
        rows.append((user["id"], f"id-{number}", 1, "panorama", "OK", 1_795_287_180_123_456, json.dumps(shown)))
        users.append((user["id"], 1, user["name"], None, None, None, None))
    base = sqlite3.connect(":memory:", isolation_level=None)
    fill_table(base, "credentials", COLUMNS, rows)
    fill_table(base, "users", USER_COLUMNS, users)
    return base, [row[0] for row in rows]


OF_CREDENTIAL = f"SELECT {', '.join(COLUMNS)} FROM credentials WHERE user_id = ?"
OF_USER = f"SELECT {', '.join(USER_COLUMNS)} FROM users WHERE id = ?"


def time_rows(base, ids):
    cursor = base.cursor()
    began = time.perf_counter()
    for one in ids:
        cursor.execute(OF_CREDENTIAL, (one,)).fetchone()
    return (time.perf_counter() - began) / len(ids) * 1e6


def time_documents(base, ids):
    cursor = base.cursor()
    began = time.perf_counter()
    for one in ids:
        json.loads(cursor.execute(OF_CREDENTIAL, (one,)).fetchone()[-1])
    return (time.perf_counter() - began) / len(ids) * 1e6


def time_user_rows(base, ids):
    cursor = base.cursor()
    began = time.perf_counter()
    for one in ids:
        cursor.execute(OF_USER, (one,)).fetchone()
        cursor.execute(OF_CREDENTIAL, (one,)).fetchone()
    return (time.perf_counter() - began) / len(ids) * 1e6


def time_calls(leaf, operation, ids):
    call = leaf.call
    began = time.perf_counter()
    for one in ids:
        call(operation, leaf_user_id=one)
    return (time.perf_counter() - began) / len(ids) * 1e6


def time_map(leaf, ids, values):
    began = time.perf_counter()
    for start in range(0, len(ids), MANY_AT_ONCE):
        for _, _, error in leaf.map("panorama.get", ids[start : start + MANY_AT_ONCE], values=values):
            if error is not None:
                raise error
    return (time.perf_counter() - began) / len(ids) * 1e6


def measure(leaf, base, ids):
    timers = {
        ROW: lambda asked: time_rows(base, asked),
        GET: lambda asked: time_calls(leaf, "panorama.get", asked),
        MANY: lambda asked: time_map(leaf, asked, "dicts"),
        MANY_BYTES: lambda asked: time_map(leaf, asked, "bytes"),
        DOCUMENT: lambda asked: time_documents(base, asked),
        USER_ROWS: lambda asked: time_user_rows(base, asked),
        USER_GET: lambda asked: time_calls(leaf, "users.get", asked),
    }
    samples = {name: [] for name in timers}
    for round_number in range(ROUNDS + 1):
        asked = random.Random(round_number).sample(ids, CALLS)
        for name, timer in timers.items():
            value = timer(asked)
            # The first round only warms up.
            if round_number > 0:
                samples[name].append(value)
    return samples


def compile_program():
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{ROOT / 'csrc' / 'include'}"]
    command += [ROOT / "bench" / "in_process.c", "-o", PROGRAM, f"-L{BUILD}", "-lleafnative"]
    subprocess.run([*command, f"-Wl,-rpath,{BUILD}"], check=True)


def collected(way, count):
    """Instructions of a whole run, as callgrind tells them on its standard error."""
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", PROGRAM, way, str(count)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def instructions(way):
    few, many = COUNTED
    return (collected(way, many) - collected(way, few)) // (many - few)


def judgement(name, ratio):
    return f"at most {GOALS[name]:g}: {'met' if ratio <= GOALS[name] else 'missed'}" if name in GOALS else ""


def times_table(samples):
    rows = []
    for name, values in samples.items():
        beside = samples[BESIDE.get(name, ROW)]
        ratios = [own / row for own, row in zip(values, beside, strict=True)]
        rows.append([name, spread(values), spread(ratios, 2), judgement(name, sorted(ratios)[len(ratios) // 2])])
    return table(["Variant", "µs", "of its row", "Goal"], rows)


def instructions_table():
    if not shutil.which("valgrind"):
        return "The instructions were not counted: valgrind is not installed."
    compile_program()
    return table(["The C part", "user instructions"], [[name, f"{instructions(way):,}"] for way, name in WAYS.items()])


def main():
    with leafnative.Service() as service:
        fill(service)
        leaf = leafnative.Leaf(service, username=OWNER["email"], password=OWNER["password"])
        base, ids = copy_rows(leaf)
        samples = measure(leaf, base, ids)
    note = (
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, "
        f"{os.cpu_count()} processors, {ROUNDS} rounds of {CALLS:,} random ones of {USERS:,}."
    )
    write("in-process", f"{times_table(samples)}\n\n{instructions_table()}\n\n{note}")


if __name__ == "__main__":
    main()
