"""The command line. Every operation of the tables is a command: `leafnative users create --name "Maple Farm"`.
`leafnative run script.lua` hands over to leafnative-lua.

Answers are JSON on standard output and nothing else is; messages go to standard error. Secrets are never arguments,
which other users of the machine can see: they come in a JSON body, `--body FILE` or `--body -`, and answers show them
masked unless `--reveal` is given.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import __version__

if TYPE_CHECKING:
    import argparse

# The client of each API in the tables.
CLIENTS = {"leaf": "Leaf", "losant": "Losant"}

# The program that runs scripts of Lua.
RUNNER = "leafnative-lua"

# The types of members that are flags; the others come in the body.
FLAG_TYPES = ("string", "word", "e-mail", "id", "integer", "boolean", "list of strings")

# The members that ask for one page of a list instead of all of it.
PAGING = {"page", "size", "per_page"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["run"]:
        return _run_script(given[1:])
    parser = _parser()
    if given and not given[0].startswith("-"):
        _refuse_unknown_word(parser, given)
    options, unknown = parser.parse_known_args(given)
    if unknown:
        _refuse_unknown(getattr(options, "parser", parser), unknown)
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    from . import _core

    code: int
    try:
        code = options.run(options)
    except _core.Error as error:
        print(f"leafnative: {error}", file=sys.stderr)
        code = next(row["exit_code"] for row in _core.statuses() if row["code"] == error.code)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="leafnative",
        description="Farm-data and IoT credentials and data sharing, against the live APIs or an embedded service.",
        epilog="Address and login come from LEAF_URL, LEAF_TOKEN, LEAF_USERNAME and LEAF_PASSWORD, for Losant from "
        "LOSANT_URL and LOSANT_TOKEN, or from ~/.config/leafnative/config.json. Exit codes: 0 done, 1 failed, 2 wrong "
        "input, 4 not logged in, 5 forbidden, 6 not found, 7 exists already.",
    )
    parser.add_argument("--version", action="version", version=f"leafnative {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    demo = commands.add_parser("demo", help="the whole job on the embedded service, told step by step")
    demo.set_defaults(run=_demo)
    script = commands.add_parser("run", help=f"run a script of Lua within limits, by {RUNNER}: run --help")
    script.add_argument("arguments", nargs=argparse.REMAINDER)
    script.set_defaults(run=lambda options: _run_script(options.arguments))
    _add_operations(commands)
    return parser


def _refuse_unknown_word(parser: argparse.ArgumentParser, given: list[str]) -> None:
    """End with the commands, or operations of a command, that are near to the one that there is not."""
    from difflib import get_close_matches

    for word in given[:2]:
        known = next((action.choices for action in parser._actions if isinstance(action.choices, dict)), None)
        if known is None or word.startswith("-"):
            return
        if word not in known:
            near = get_close_matches(word, known, 3)
            parser.error(f"there is no {word}; " + (f"near to it: {', '.join(near)}" if near else "--help lists all"))
        parser = known[word]


def _refuse_unknown(parser: argparse.ArgumentParser, unknown: list[str]) -> None:
    """End with the usage of the command that was meant, and the options that are near to the unknown one."""
    from difflib import get_close_matches

    known = [name for action in parser._actions for name in action.option_strings]
    near = get_close_matches(unknown[0].split("=")[0], known, 2)
    parser.error(f"unknown: {unknown[0]}" + (f"; near to it: {', '.join(near)}" if near else ""))


def _demo(options: argparse.Namespace) -> int:
    from .demo import run

    run()
    return 0


def _run_script(arguments: list[str]) -> int:
    """Become the program that runs scripts; it is looked for beside this one, then in PATH."""
    import os
    import shutil
    from pathlib import Path

    program = shutil.which(RUNNER, path=str(Path(sys.argv[0]).resolve().parent)) or shutil.which(RUNNER)
    if program is None:
        print(
            f"leafnative: {RUNNER} is neither beside this program nor in PATH: `make install-lua` in the sources "
            "installs it",
            file=sys.stderr,
        )
        return 1
    sys.stdout.flush()
    os.execv(program, [RUNNER, *arguments])


def _add_operations(commands: Any) -> None:
    """One command for every group and provider, one below it for every operation."""
    from . import _core, _rows

    groups: dict[str, list[_rows.Operation]] = {}
    for row in _core.operations():
        if row["per_provider"]:
            for attribute, provider in _rows.PROVIDERS.items():
                groups.setdefault(attribute, []).append(_rows.Operation(row, provider))
        else:
            groups.setdefault(row["group"], []).append(_rows.Operation(row))
    summaries = {row["group"]: row["group_summary"] for row in _core.operations()}
    for group, operations in groups.items():
        found = _rows.PROVIDERS.get(group)
        text = f"The {found['name']} credential of a Leaf user." if found else summaries[group]
        below = commands.add_parser(group.replace("_", "-"), help=text, description=text)
        verbs = below.add_subparsers(title="operations", metavar="OPERATION", required=True)
        for operation in operations:
            _add_operation(verbs, operation)


def _add_operation(verbs: Any, operation: Any) -> None:
    from . import _rows

    row = operation.row
    text = row["summary"] + (" All of them, unless a page is asked for." if row["form"] == "list" else "")
    parser = verbs.add_parser(row["name"].replace("_", "-"), help=row["summary"], description=text)
    for name in row["path_members"]:
        parser.add_argument(name, metavar=name.upper())
    body = operation.body_members()
    for field in [*operation.query_members(), *body]:
        if "secret" in field["marks"] or field["type"] not in FLAG_TYPES:
            continue
        flag = "--" + field["snake"].strip("_").replace("_", "-")
        needed = " Needed." if operation.needs(field) else ""
        parser.add_argument(flag, dest=field["snake"], help=_rows.describe(field) + needed)
    if body:
        rest = [field["name"] for field in body if "secret" in field["marks"] or field["type"] not in FLAG_TYPES]
        parser.add_argument(
            "--body",
            metavar="FILE",
            help="JSON object with members of the body"
            + (f", the way for {', '.join(rest)}" if rest else "")
            + "; - reads it from standard input",
        )
    parser.add_argument("--reveal", action="store_true", help="show secret members in the clear")
    parser.add_argument("--profile", metavar="NAME", help="another profile of the configuration file")
    parser.set_defaults(run=_run_operation, operation=operation, parser=parser)


def _run_operation(options: argparse.Namespace) -> int:
    import json

    import leafnative

    from .records import plain

    operation = options.operation
    arguments = _arguments(options, operation)
    with getattr(leafnative, CLIENTS[operation.row["api"]])(profile=options.profile) as client:
        if operation.row["form"] == "list" and not PAGING & set(arguments):
            data: Any = list(client.entries(operation.call_name, **arguments))
        else:
            data = client.call(operation.call_name, **arguments)
    if data is not None:
        json.dump(plain(data, options.reveal), sys.stdout, indent=2, ensure_ascii=False)
        print()
    return 0


def _arguments(options: argparse.Namespace, operation: Any) -> dict[str, Any]:
    """The members that were given, those of the body file first."""
    arguments: dict[str, Any] = {}
    if getattr(options, "body", None):
        arguments.update(_read_body(options.body))
    fields = [*operation.query_members(), *operation.body_members()]
    types = {field["snake"]: field["type"] for field in fields}
    for name in [*operation.row["path_members"], *types]:
        value = getattr(options, name, None)
        if value is not None:
            arguments[name] = _value(value, types.get(name, "string"))
    return arguments


def _read_body(path: str) -> dict[str, Any]:
    import json

    from . import _core

    try:
        if path == "-":
            body = json.load(sys.stdin)
        else:
            with open(path, encoding="utf-8") as file:
                body = json.load(file)
    except (OSError, ValueError) as error:
        raise _core.BadInputError(f"--body {path}: {getattr(error, 'strerror', None) or error}") from None
    if not isinstance(body, dict):
        raise _core.BadInputError(f"--body {path}: a JSON object is wanted")
    return body


def _value(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text) if text.lstrip("-").isdigit() else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text
