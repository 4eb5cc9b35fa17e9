"""The pages for readers hold: their Lua blocks run, in order and in one script, and print what they say."""

import re
import subprocess

import pytest
from served import PROGRAM, ROOT, environment

PAGES = ["README.md", "docs/lua.md"]


def script_of(text):
    """The Lua blocks of a page as one script in which each line stands where it does on the page."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```lua"
            lines.append("")
        else:
            lines.append(line if inside else "")
    return "\n".join(lines)


def promised(script):
    """What the comments behind the prints say is printed."""
    return re.findall(r"^ *print\(.*\) -- (.+)$", script, re.MULTILINE)


def kept(promises, printed):
    told = iter(printed.splitlines())
    return [promise for promise in promises if promise not in told]


@pytest.mark.parametrize("page", PAGES)
def test_the_lua_of_a_page_runs_and_prints_what_it_says(page, tmp_path):
    script = script_of((ROOT / page).read_text())
    path = tmp_path / "page.lua"
    path.write_text(script)
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True, timeout=60, env=environment())
    assert (done.returncode, done.stderr) == (0, "")
    promises = promised(script)
    assert promises
    assert kept(promises, done.stdout) == []


def test_a_promise_that_is_not_kept_is_found():
    assert kept(["2", "1"], "1\n2\n") == ["1"]
    assert promised("print(status) -- NOT OK\n") == ["NOT OK"]


def test_the_guide_names_every_exit_code_and_option_that_the_program_names():
    page = (ROOT / "docs/lua.md").read_text()
    told = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    for option in re.findall(r"^  (--[a-z]+)", told, re.MULTILINE):
        assert option in page or option == "--version", option
    assert re.findall(r"^\| (\d) \|", page, re.MULTILINE) == [str(code) for code in range(6)]
