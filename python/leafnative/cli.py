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

# The members of paths that the configuration may hold, with their variables: they are options.
SETTINGS = {"application_id": "LOSANT_APPLICATION_ID"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["run"]:
        return _run_script(given[1:])
    parser = _parser(given[:1])
    _refuse_unknown_word(parser, given)
    options, unknown = parser.parse_known_args(given)
    if unknown:
        _refuse_unknown(getattr(options, "parser", parser), unknown)
    if not hasattr(options, "run"):
        getattr(options, "parser", parser).print_help()
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


def _parser(command: list[str]) -> argparse.ArgumentParser:
    """The parser of all commands. Only that of the given one knows its operations: to make those of all takes long."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="leafnative",
        description="Farm-data and IoT credentials and data sharing, on the live APIs. `leafnative demo` needs neither "
        "an account nor a network; `leafnative COMMAND --help` lists the operations of a command.",
        epilog="Login: LEAF_TOKEN, or LEAF_USERNAME and LEAF_PASSWORD; for Losant LOSANT_TOKEN and "
        "LOSANT_APPLICATION_ID. Another address: LEAF_URL, LOSANT_URL. What is not in the environment comes from "
        "~/.config/leafnative/config.json. Exit codes: 0 done, 1 failed, 2 wrong input, 4 not logged in, 5 forbidden, "
        "6 not found, 7 exists already, 8 may have taken effect or not.",
    )
    parser.add_argument("--version", action="version", version=f"leafnative {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    demo = commands.add_parser("demo", help="the whole job on the embedded service, told step by step")
    demo.set_defaults(run=_demo)
    script = commands.add_parser("run", help=f"run a script of Lua within limits, by {RUNNER}: run --help")
    script.add_argument("arguments", nargs=argparse.REMAINDER)
    script.set_defaults(run=lambda options: _run_script(options.arguments))
    _add_groups(commands, command)
    return parser


def _refuse_unknown_word(parser: argparse.ArgumentParser, given: list[str]) -> None:
    """End with the commands, or operations of a command, that are near to the one that there is not."""
    from . import _core

    first = given[0].split("=")[0] if given else ""
    if first.startswith("-") and first not in parser._option_string_actions:
        parser.error(f"{first} before a command is unknown: options stand behind, as in `users list --profile NAME`")
    for word in given[:2]:
        known = next((action.choices for action in parser._actions if isinstance(action.choices, dict)), None)
        if known is None or word.startswith("-"):
            return
        if word not in known:
            near = _core.near(word, [*known, *parser._option_string_actions])
            others = f"there are: {', '.join(known)}" if len(known) < 10 else "--help lists all"
            parser.error(f"there is no {word}; " + (f"near to it: {', '.join(near)}" if near else others))
        parser = known[word]


def _refuse_unknown(parser: argparse.ArgumentParser, unknown: list[str]) -> None:
    """End with the usage of the command that was meant, and what is to be written in place of the unknown option."""
    from . import _core

    option = unknown[0].split("=")[0]
    known = [name for action in parser._actions for name in action.option_strings]
    near = _core.near(option, known)
    operation = parser.get_default("operation")
    if operation and option in map(_flag, filter(_is_in_body_only, operation.body_members())):
        parser.error(f"{option} is no option: that member comes in a JSON body, --body FILE or --body -")
    parser.error(f"unknown: {unknown[0]}" + (f"; near to it: {', '.join(near)}" if near else ""))


def _demo(options: argparse.Namespace) -> int:
    from . import _core

    if not hasattr(_core, "Service"):
        print("leafnative: the demo needs the service: this build was made with LFN_SERVICE=OFF", file=sys.stderr)
        return 1
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


def _add_groups(commands: Any, command: list[str]) -> None:
    """One command for every group and provider, and below the given one a command for every operation."""
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
        name = group.replace("_", "-")
        below = commands.add_parser(name, help=text, description=text)
        below.set_defaults(parser=below)
        verbs = below.add_subparsers(title="operations", metavar="OPERATION")
        for operation in operations if [name] == command else []:
            _add_operation(verbs, operation)


def _flag(field: dict[str, Any]) -> str:
    name: str = field["snake"]
    return "--" + name.strip("_").replace("_", "-")


def _is_in_body_only(field: dict[str, Any]) -> bool:
    """Whether a member is a secret, or of a form that an argument of a command cannot have."""
    return "secret" in field["marks"] or field["type"] not in FLAG_TYPES


def _add_operation(verbs: Any, operation: Any) -> None:
    row = operation.row
    text = row["summary"] + (" All of them, unless a page is asked for." if row["form"] == "list" else "")
    parser = verbs.add_parser(row["name"].replace("_", "-"), help=row["summary"], description=text)
    _add_path_members(parser, row["path_members"])
    body = operation.body_members()
    for field in [*operation.query_members(), *body]:
        if not _is_in_body_only(field):
            _add_member(parser, field, operation.needs(field))
    if body:
        rest = [field["name"] for field in body if _is_in_body_only(field)]
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


def _add_path_members(parser: argparse.ArgumentParser, names: list[str]) -> None:
    from . import _core, _rows

    fields = {field["snake"]: field for field in _core.schemas()["path"]["fields"]}
    for name in names:
        text = _rows.describe(fields[name])
        if name in SETTINGS:
            parser.add_argument(_flag(fields[name]), help=f"{text} Else {SETTINGS[name]}, or the configuration file.")
        else:
            parser.add_argument(name, metavar=name.upper(), help=text)


def _add_member(parser: argparse.ArgumentParser, field: dict[str, Any], needed: bool) -> None:
    from . import _rows

    text = _rows.describe(field) + (" Needed." if needed else "")
    many = field["type"] == "list of strings"
    parser.add_argument(
        _flag(field),
        dest=field["snake"],
        metavar="true|false" if field["type"] == "boolean" else field["snake"].strip("_").upper(),
        action="append" if many else "store",
        help=text + (" May be given several times." if many else ""),
    )


def _run_operation(options: argparse.Namespace) -> int:
    import json

    import leafnative

    from .records import plain

    operation = options.operation
    arguments = _arguments(options, operation)
    with getattr(leafnative, CLIENTS[operation.row["api"]])(profile=options.profile) as client:
        _complete(arguments, operation, client)
        if operation.row["form"] == "list" and not PAGING & set(arguments):
            data: Any = list(client.entries(operation.call_name, **arguments))
        else:
            data = client._client.call(operation.call_name, arguments).data  # whatever stands in the body is no option
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


def _complete(arguments: dict[str, Any], operation: Any, client: Any) -> None:
    """Add the members of the path that the configuration holds."""
    from . import _core

    for name in SETTINGS.keys() & set(operation.row["path_members"]) - arguments.keys():
        value = getattr(client, name)
        if not value:
            option = "--" + name.replace("_", "-")
            raise _core.BadInputError(f"{option} is missing: give it, or set {SETTINGS[name]}.")
        arguments[name] = value


def _read_body(path: str) -> dict[str, Any]:
    import json

    from . import _core

    try:
        if path == "-":
            body = json.load(sys.stdin)
        else:
            with open(path, encoding="utf-8") as file:
                body = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise _core.BadInputError(f"--body {path}: {getattr(error, 'strerror', None) or error}") from None
    if not isinstance(body, dict):
        raise _core.BadInputError(f"--body {path}: a JSON object is wanted")
    return body


def _value(text: Any, kind: str) -> Any:
    if kind == "integer":
        return int(text) if text.removeprefix("-").isdecimal() else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text
