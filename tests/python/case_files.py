"""The shared cases of tests/cases: reading, values and patterns. tests/cases/README.md says what they mean."""

import json
import re
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases"
# The files of cases; the folder is named like the API.
FILES = (
    *(("leaf", name) for name in ("authentication", "users", "credentials", "one_click", "sharing", "permissions")),
    *(("losant", name) for name in ("credential", "credentials", "types")),
)
WORLDS = {
    folder: json.loads((CASES / folder / "worlds.json").read_text(encoding="utf-8")) for folder in ("leaf", "losant")
}
SAMPLES = {
    "<id24>": "575ece2b7ae143cd83dc4a9b",
    "<millis>": "2016-06-13T04:00:00.000Z",
    "<id>": "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90",
    "<time>": "2024-05-01T12:34:56.123456Z",
    "<text>": "text",
    "<maybe>": "text",
}
FORMS = {
    "<id24>": re.compile("[0-9a-fA-F]{24}"),
    "<millis>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "<id>": re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "<time>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    "<text>": re.compile(".*", re.DOTALL),
}
ABSENT = object()


def all_cases():
    """Every case, with the name of its API."""
    for folder, name in FILES:
        for case in json.loads((CASES / folder / f"{name}.json").read_text(encoding="utf-8"))["cases"]:
            yield {"api": folder, **case}


def expand(value, values):
    """A copy with every ${name} replaced."""
    if isinstance(value, dict):
        return {key: expand(member, values) for key, member in value.items()}
    if isinstance(value, list):
        return [expand(member, values) for member in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), value)
    return value


def fill(pattern):
    """An answer that the pattern describes."""
    if isinstance(pattern, dict):
        return {key: fill(member) for key, member in pattern.items()}
    if isinstance(pattern, list):
        return [fill(member) for member in pattern]
    return SAMPLES.get(pattern, pattern) if isinstance(pattern, str) else pattern


def difference(pattern, value, free_members=False, where=""):
    """The first place where a value is not as the pattern says, or None."""
    if pattern == "<maybe>":
        return None
    if isinstance(pattern, str) and pattern in FORMS:
        fits = isinstance(value, str) and FORMS[pattern].fullmatch(value)
        return None if fits else f"{where}: {value!r} is not {pattern}"
    if type(pattern) is not type(value):
        return f"{where}: {'nothing' if value is ABSENT else repr(value)} where {pattern!r} is wanted"
    if isinstance(pattern, dict):
        extra = [] if free_members else [name for name in value if name not in pattern]
        places = (difference(pattern[n], value.get(n, ABSENT), free_members, f"{where}/{n}") for n in pattern)
        return next((place for place in places if place), f"{where}: {extra} not wanted" if extra else None)
    if isinstance(pattern, list):
        if len(pattern) != len(value):
            return f"{where}: {len(value)} entries where {len(pattern)} are wanted"
        places = (
            difference(*pair, free_members, f"{where}/{n}") for n, pair in enumerate(zip(pattern, value, strict=True))
        )
        return next((place for place in places if place), None)
    return None if pattern == value else f"{where}: {value!r} where {pattern!r} is wanted"


def arguments(source):
    return {**source.get("path", {}), **source.get("query", {}), **source.get("body", {})}


def plain(value):
    """An answer with the clear text of its secrets, as it came over the wire."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value.reveal() if hasattr(value, "reveal") else value
