"""The pages for readers hold: their Python blocks run, print what they say, and their commands exist."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from leafnative import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "docs/python.md"]


def blocks(page, language):
    """The fenced blocks of a language, each with the number of its first line."""
    text = (ROOT / page).read_text()
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text[: match.start(1)].count("\n"), match[1]


def promised(block):
    """What the comments behind the prints of a block say is printed."""
    return re.findall(r"^ *print\(.*\)  # (.+)$", block, re.MULTILINE)


@pytest.fixture(autouse=True)
def nobody_at_home(monkeypatch, tmp_path):
    """No setting of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("LEAF_URL", "LEAF_TOKEN", "LEAF_USERNAME", "LEAF_PASSWORD", "LEAFNATIVE_CONFIG", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs_and_prints_what_it_says(page):
    namespace = {"__name__": "page"}
    compared = 0
    for line, block in blocks(page, "python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * line + block, page, "exec"), namespace)
        told = iter(printed.getvalue().splitlines())
        for promise in promised(block):
            assert promise in told, f"{page}, block at line {line}: {promise!r} was not printed in its turn"
            compared += 1
    assert compared > 0


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_exist(page):
    commands = [
        line for _, block in blocks(page, "sh") for line in block.splitlines() if line.startswith("leafnative ")
    ]
    for command in commands:
        words = shlex.split(command)[1:]
        options = cli._parser(words[:1]).parse_args(words)
        assert hasattr(options, "run"), command
    assert commands or page == "README.md"


def test_the_table_of_errors_names_every_class():
    from leafnative import _core

    page = (ROOT / "docs/python.md").read_text()
    for row in _core.statuses():
        if row["python_class"]:
            assert f"`{row['python_class']}`" in page, row["python_class"]


def test_a_promise_that_is_not_kept_is_found():
    told = iter(["OK"])
    assert not all(promise in told for promise in promised("print(status)  # NOT OK\n"))
