"""Python and Lua offer the same: what both modules have at run time is compared with the rows and with each other.

Fails on a hole: an operation of the rows that a language lacks, a member of an object that only one has and that is not
explained here, another set of error codes or of members of a schema, a verb that the annotations for Lua do not know or
that they alone know. docs/parity.md shows it all; `--write` puts it
into the tree (`make describe`). `--self-test` takes things away on either side and expects each to be found.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
PAGE = "docs/parity.md"

# What has another name in Lua.
RENAMED = {"to_dict": "to_table", "Leaf": "leaf", "Losant": "losant", "Service": "service", "Secret": "secret"}

# What only one language has: object, names, and what stands for them in the other.
ONLY_PYTHON = [
    (
        "module",
        "User UserHandle Credential Relation ServiceCredential LinkedResources Pages Record Reply Access Attempt Event",
        "classes, to be named in types; Lua has `meta.lua`",
    ),
    (
        "module",
        "Error BadInputError UnauthorizedError ForbiddenError NotFoundError ConflictError RateLimitedError "
        "DeadlineError TransportError ProtocolError ServerError UnknownOutcomeError StorageError ClosedError "
        "NoMemoryError",
        "`err.code`",
    ),
    (
        "module",
        "AsyncLeaf AsyncLosant AsyncMap AsyncPages AsyncUser AsyncUserHandle AsyncCredential AsyncRelation "
        "AsyncServiceCredential",
        "`tasks`: inside a task every call lets others run",
    ),
    ("module", "Map", "what `leaf:map(…)` gives to a loop"),
    ("Record", "keys", "`pairs(record)`"),
    ("Losant", "application_id", "what was given to `losant{…}`"),
]
ONLY_LUA = [
    ("module", "null array decode encode", "`None`, `list`, the module `json`"),
    ("module", "is_secret time", "`isinstance(value, Secret)`, datetimes"),
    ("module", "operations providers schema statuses version", "`leafnative._core`, `__version__`"),
    ("Pages", "all take", "`list(pages)`, slices"),
    ("Client", "reply closed", "`leafnative._core.Client`"),
    ("module", "tasks", "`AsyncLeaf`, `AsyncLosant`, `asyncio`"),
]

# The client of each API, and its class in Python; what both have is listed once, under Client.
CLIENTS = ("Leaf", "Losant")


# The classes of the annotations that are not made from rows, where they have another name.
ANNOTATED = {"module": "leafnative", "User": "UserHandle"}

# The objects of Lua in which operations and verbs stand together, and the group of the operations.
WITH_OPERATIONS = {"Sharing": "sharing.", "ProviderCredentials": "panorama."}


def in_lua(name):
    return RENAMED.get(name, name)


def public(names):
    return {name for name in names if not name.startswith("_")}


def python_offers():
    """What the Python package has, by the names of the Lua script's answer."""
    sys.path.insert(0, str(BUILD / "package"))
    import leafnative
    from leafnative import _core, _rows, api, leaf, losant, replacing

    with leafnative.Service(cheap_passwords=True) as service:
        clients = {
            "Leaf": leafnative.Leaf(service, username="a@farm.example", password="pw"),
            "Losant": leafnative.Losant(service, token="t", application_id="5f0c0a1b2c3d4e5f6a7b8c9d"),
        }
        service.create_owner("a@farm.example", "pw")
        try:
            clients["Leaf"].users.get("6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e")
        except leafnative.NotFoundError as missing:
            error = public(dir(missing)) - public(dir(Exception))
        own = {name: public(dir(client)) - public(dir(api.Api)) - {"api"} for name, client in clients.items()}
    losant_credentials = public(dir(losant.Credentials)) | {"list", "create"}
    operations = {
        f"{attribute}.{name}"
        for attribute in _rows.PROVIDERS
        for name in public(dir(leaf._credential_group(attribute)))
        if isinstance(getattr(leaf._credential_group(attribute), name), _core.Method)
    }
    for group in {row["group"] for row in _rows.OPERATIONS if not row["per_provider"]}:
        methods = getattr(_rows, _rows.class_name(group))
        operations |= {f"{group}.{name}" for name in public(dir(methods))}
    verbs = public(dir(leafnative.Record))
    return {
        "operations": operations,
        "schemas": {name: {field["snake"] for field in row["fields"]} for name, row in _core.schemas().items()},
        "codes": {row["code"] for row in _core.statuses()},
        "error": error,
        "objects": {
            "module": set(leafnative.__all__),
            "Client": public(dir(api.Api)) - {"api"},
            "Leaf": own["Leaf"],
            "Losant": own["Losant"],
            "Service": public(dir(_core.Service)),
            "Secret": public(dir(_core.Secret)),
            "Pages": public(dir(leafnative.Pages)),
            "Record": verbs,
            "User": public(dir(leaf.UserHandle)),
            "Credential": public(dir(leafnative.Credential)) - verbs,
            "Relation": public(dir(leafnative.Relation)) - verbs,
            "ServiceCredential": public(dir(leafnative.ServiceCredential)) - verbs,
            "LinkedResources": public(dir(leafnative.LinkedResources)) - verbs,
            "Sharing": public(dir(leaf.Sharing)) - public(dir(_rows.SharingMethods)),
            "Credentials": losant_credentials,
            "ProviderCredentials": public(dir(replacing.ProviderCredentials)),
        },
    }


def lua_offers(rows, python):
    """What the Lua module has. Members that a function finds are asked for by the names that Python has."""
    asked = {name: sorted(map(in_lua, members)) for name, members in python["objects"].items()}
    command = [BUILD / "leafnative-lua", "--unsafe", ROOT / "tests/checks/parity.lua", json.dumps(asked)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
    offers = json.loads(done.stdout)
    objects = {name: set(members) for name, members in offers["objects"].items()}
    for name in objects:
        objects[name] |= set(offers["attributes"].get(name, ()))
    common = objects["Client"] = set.intersection(*(objects[name] for name in CLIENTS))
    for name in CLIENTS:
        objects[name] = objects[name] - common
    for name, prefix in WITH_OPERATIONS.items():
        objects[name] -= {operation.removeprefix(prefix) for operation in rows}
    for name in ("User", "Credential", "Relation", "ServiceCredential", "LinkedResources"):
        objects[name] -= objects["Record"]
    return {
        "operations": set(offers["operations"]),
        "schemas": {name: set(fields) for name, fields in offers["schemas"].items()},
        "codes": set(offers["codes"]),
        "error": set(offers["error"]),
        "objects": objects,
        "annotations": annotations(),
    }


def annotations():
    """The members of each class in the annotations for Lua."""
    classes, name = {}, None
    for line in (ROOT / "lua/leafnative/meta.lua").read_text().splitlines():
        if found := re.match(r"---@class (?:leafnative\.)?(\w+)", line):
            name = found[1]
            classes.setdefault(name, set())
        elif found := re.match(r"---@field (\w+)", line):
            classes[name].add(found[1])
        elif found := re.match(r"function (\w+)[.:](\w+)", line):
            classes[found[1]].add(found[2])
    return classes


def row_operations():
    """The operations of the rows."""
    from leafnative import _rows

    return {
        f"{group}.{row['name']}"
        for row in _rows.OPERATIONS
        for group in (_rows.PROVIDERS if row["per_provider"] else [row["group"]])
    }


def explained(table, name):
    return {word for where, words, _ in table if where == name for word in words.split()}


def object_holes(python, lua):
    found = []
    for name in sorted(python | lua):
        here = {in_lua(member) for member in python.get(name, set()) - explained(ONLY_PYTHON, name)}
        there = lua.get(name, set()) - explained(ONLY_LUA, name)
        found += [f"{name}: only Python has {member}" for member in sorted(here - there)]
        found += [f"{name}: only Lua has {member}" for member in sorted(there - here)]
    return found


def annotation_holes(classes, lua):
    found = []
    for name in sorted(lua):
        known = classes.get(ANNOTATED.get(name, name))
        if name == "ProviderCredentials" or known is None:
            continue
        found += [f"the annotations of {name} lack {member}" for member in sorted(lua[name] - known)]
        found += [f"the annotations of {name} alone have {member}" for member in sorted(known - lua[name])]
    return found


def holes(rows, python, lua):
    found = []
    for language, offers in (("Python", python), ("Lua", lua)):
        found += [f"{language} lacks the operation {name}" for name in sorted(rows - offers["operations"])]
    for name in sorted(python["schemas"] | lua["schemas"]):
        if python["schemas"].get(name) != lua["schemas"].get(name):
            found.append(f"the schema {name} has other members in Python than in Lua")
    for code in sorted(python["codes"] ^ lua["codes"]):
        found.append(f"only one language has the error code {code}")
    found += [f"only Lua's errors have {name}" for name in sorted(lua["error"] - python["error"])]
    return (
        found + object_holes(python["objects"], lua["objects"]) + annotation_holes(lua["annotations"], lua["objects"])
    )


# ---- the page ----


def operation_table(rows, python, lua):
    from leafnative import _rows

    lines = ["| Operation | Python | Lua |", "|---|---|---|"]
    for row in _rows.OPERATIONS:
        groups = list(_rows.PROVIDERS) if row["per_provider"] else [row["group"]]
        shown = "<provider>" if row["per_provider"] else row["group"]
        count = f" ({len(groups)} providers)" if row["per_provider"] else ""
        has = [all(f"{group}.{row['name']}" in side["operations"] for group in groups) for side in (python, lua)]
        lines.append(
            f"| `{shown}.{row['name']}`{count} | {'yes' if has[0] else '**no**'} | {'yes' if has[1] else '**no**'} |"
        )
    return lines


def object_table(python, lua):
    lines = ["| Object | Both | Python alone | Lua alone |", "|---|---|---|---|"]
    for name in python["objects"]:
        here, there = python["objects"][name], lua["objects"].get(name, set())
        both = sorted(member for member in here if in_lua(member) in there)
        shown = [f"`{member}`" + (f" (`{RENAMED[member]}`)" if member in RENAMED else "") for member in both]
        cells = [", ".join(shown)]
        for table in (ONLY_PYTHON, ONLY_LUA):
            cells.append("; ".join(f"`{words.replace(' ', '`, `')}`: {why}" for at, words, why in table if at == name))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def code_table():
    from leafnative import _core

    rows = [row for row in _core.statuses() if row["python_class"]]
    return [
        "| Python | Lua: `err.code` |",
        "|---|---|",
        *(f"| `{row['python_class']}` | `{row['code']}` |" for row in rows),
    ]


def page(rows, python, lua):
    lines = [
        "# Python and Lua side by side",
        "",
        "Printed by `make describe` from what both modules offer at run time. The tests print it again, and fail on a",
        "hole.",
        "",
        "## Operations",
        "",
        *operation_table(rows, python, lua),
        "",
        "## Objects",
        "",
        "Names in brackets are those of Lua. In Lua methods are called with a colon; what can happen at run time comes",
        "back as `nil, err` where Python raises. Under *alone* stands what the other language has in its place.",
        "",
        *object_table(python, lua),
        "",
        "## Errors",
        "",
        f"An error has {', '.join(f'`{name}`' for name in sorted(python['error']))} in both.",
        "",
        *code_table(),
        "",
    ]
    return "\n".join(lines)


# ---- what is run ----


def self_test(rows, python, lua):
    planted = 0
    for side in (0, 1):
        for take in (
            lambda offers: offers["operations"].discard("panorama.get"),
            lambda offers: offers["operations"].discard("users.create"),
            lambda offers: offers["schemas"]["user"].discard("name"),
            lambda offers: offers["schemas"].pop("user"),
            lambda offers: offers["codes"].discard("not_found"),
            lambda offers: offers["objects"]["Relation"].discard("grant"),
            lambda offers: offers["objects"]["Service"].discard("seed"),
            lambda offers: offers["objects"].pop("Secret"),
        ):
            sides = [copy.deepcopy(python), copy.deepcopy(lua)]
            take(sides[side])
            assert holes(rows, *sides), f"hole {planted} was not found"
            planted += 1
    for member, classes in (("grant", "Relation"), ("seed", "Service")):
        changed = copy.deepcopy(lua)
        changed["annotations"][classes].discard(member)
        changed["annotations"][classes].add("nobody")
        assert len(holes(rows, python, changed)) == 2, "a wrong annotation was not found"
        planted += 1
    print(f"{planted} planted holes found")


def main():
    python = python_offers()
    rows = row_operations()
    lua = lua_offers(rows, python)
    found = holes(rows, python, lua)
    text = page(rows, python, lua)
    if sys.argv[1:] == ["--write"]:
        (ROOT / PAGE).write_text(text)
    elif sys.argv[1:] == ["--self-test"] and not found:
        self_test(rows, python, lua)
    elif not (ROOT / PAGE).exists() or (ROOT / PAGE).read_text() != text:
        found.append(f"{PAGE} is not what is there: run `make describe`")
    print("\n".join(found) if found else "Python and Lua offer the same")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
