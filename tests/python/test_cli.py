"""The command line: the demo, commands made from the rows, exit codes, secrets."""

import json
import os
import re
import subprocess
import sys

import pytest

import leafnative
from leafnative import Leaf, cli, demo


def test_the_demo_tells_the_whole_job():
    lines = []
    demo.run(lines.append)
    text = "\n".join(map(str, lines))
    for told in (
        "panorama.create",
        "status OK, refresh token ***",
        "credentialsAlreadyExists",
        "UNAUTHENTICATED",
        "relationPending",
        "may read the harvest",
        "sharingRelationBlockedBySender",
        "tokenInvalidated",
        "What to try next",
    ):
        assert told in text, told
    assert "was not refused" not in text
    for secret in ("panorama-password", "agvance-password", "agvance-api-key", "panorama-refresh-token"):
        assert secret not in text


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "leafnative", "demo"], capture_output=True, text=True, timeout=60, check=True
    )
    assert "What to try next" in done.stdout
    assert done.stderr == ""


def test_a_build_without_the_service_says_so(capsys, monkeypatch):
    from leafnative import _core

    monkeypatch.delattr(_core, "Service")
    monkeypatch.delitem(vars(leafnative), "Service", raising=False)
    with pytest.raises(AttributeError, match="has no Service: it was made with LFN_SERVICE=OFF"):
        _ = leafnative.Service
    assert cli.main(["demo"]) == 1
    assert "needs the service" in capsys.readouterr().err


def test_every_operation_is_a_command():
    from leafnative import _core

    for row in _core.operations():
        group = "panorama" if row["per_provider"] else row["group"]
        with pytest.raises(SystemExit) as end:
            cli.main([group.replace("_", "-"), row["name"].replace("_", "-"), "--help"])
        assert end.value.code == 0


def test_a_refusal_ends_with_the_code_of_its_kind_and_says_why(capsys, monkeypatch):
    monkeypatch.setenv("LEAF_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LEAF_TOKEN", "t0ken")
    assert cli.main(["users", "get", "no-id"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "/leafUserId" in printed.err
    assert cli.main(["users", "list"]) == 1
    assert "t0ken" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["panoramma", "create"], "there is no panoramma; near to it: panorama"),
        (["users", "crate"], "there is no crate; near to it: create"),
        (["xyzzy"], "there is no xyzzy; --help lists all"),
        (["help"], "there is no help; near to it: --help"),
        (["credentials", "post"], "there is no post; there are: list, create"),
        (["panorama", "create", "id", "--password=x"], "--password is no option: that member comes in a JSON body"),
        (
            ["credentials", "create", "--aws-config", "{}"],
            "--aws-config is no option: that member comes in a JSON body",
        ),
        (["users", "create", "--nmae", "x"], "unknown: --nmae; near to it: --name"),
        (["--profile", "staging", "users", "list"], "--profile before a command is unknown: options stand behind"),
    ],
)
def test_a_word_that_is_misspelt_is_met_with_those_near_to_it(capsys, arguments, words):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert words in capsys.readouterr().err


def test_the_help_of_an_operation_says_what_it_needs(capsys):
    with pytest.raises(SystemExit):
        cli.main(["users", "create", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "--name NAME Name of the grower. Needed." in printed
    assert "--email EMAIL E-mail of the grower. --phone" in printed


def test_a_secret_is_no_argument(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["panorama", "create", "id", "--password", "s3cret"])
    assert end.value.code == 2


def test_a_body_file_must_be_an_object(tmp_path, capsys):
    path = tmp_path / "body.json"
    path.write_text(json.dumps([1]))
    assert cli.main(["users", "create", "--body", str(path)]) == 2
    assert "a JSON object is wanted" in capsys.readouterr().err


def test_a_body_that_is_nested_too_deep_is_refused(tmp_path, capsys):
    path = tmp_path / "body.json"
    path.write_text("[" * 100_000)
    assert cli.main(["users", "create", "--body", str(path)]) == 2
    assert f"--body {path}: " in capsys.readouterr().err


@pytest.mark.parametrize("option", ["values", "strict", "timeout", "missing_ok"])
def test_a_member_of_a_body_is_never_an_option_of_the_call(served, option, tmp_path, capsys):
    path = tmp_path / "body.json"
    path.write_text(json.dumps({"name": "Maple Farm", option: "bytes"}))
    assert cli.main(["users", "create", "--body", str(path)]) == 2
    assert f"There is no argument named {option}" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["²", "--5", "5-"])
def test_what_only_looks_like_a_number_is_refused(served, number, capsys):
    assert cli.main(["users", "list", f"--page={number}"]) == 2
    assert "page must be" in capsys.readouterr().err


def test_nothing_but_help_without_a_command_or_an_operation(capsys):
    assert cli.main([]) == 2
    assert "demo" in capsys.readouterr().out
    assert cli.main(["users"]) == 2
    assert "Make a Leaf user." in capsys.readouterr().out


def test_the_help_names_every_exit_code(capsys):
    from leafnative import _core

    cli.main([])
    told = " ".join(capsys.readouterr().out.split())
    codes = told[told.index("Exit codes: ") :]
    assert {int(code) for code in re.findall(r"\b\d\b", codes)} == {row["exit_code"] for row in _core.statuses()}


def test_help_names_the_members_that_come_in_a_body(capsys):
    with pytest.raises(SystemExit):
        cli.main(["panorama", "create", "--help"])
    assert "the way for password, refreshToken;" in " ".join(capsys.readouterr().out.split())


@pytest.fixture
def served(monkeypatch):
    """The service in this process answers the commands; gives what Leaf was opened with, call by call."""
    opened = []
    with leafnative.Service() as service:
        for owner in ("a@farm.example", "b@coop.example"):
            service.create_owner(owner, password="s3cret")

        def open_leaf(**options):
            opened.append(options)
            return Leaf(service, username="a@farm.example", password="s3cret")

        monkeypatch.setattr(leafnative, "Leaf", open_leaf)
        yield opened


def printed_by(capsys, *arguments):
    assert cli.main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


def test_a_list_is_all_of_it_unless_a_page_is_asked_for(served, capsys):
    with leafnative.Leaf() as leaf:
        for number in range(105):
            leaf.users.create(name=f"Grower {number}")
    assert len(printed_by(capsys, "users", "list")) == 105
    assert len(printed_by(capsys, "users", "list", "--size", "5")) == 5
    assert len(printed_by(capsys, "users", "list", "--page", "1")) == 20


def test_an_option_for_several_words_is_given_once_for_each(served, capsys):
    with leafnative.Leaf() as leaf:
        grower = leaf.users.create(name="Maple Farm")
        leaf.sharing.share("b@coop.example")
        leaf.sharing.with_receiver("b@coop.example").grant(grower, operations=["PLANTED"])
    given = ["--actions", "READ", "--types", "PLANTED", "--types", "HARVESTED"]
    granted = printed_by(capsys, "permissions", "update", "b@coop.example", grower.id, "OPERATIONS", *given)
    assert granted["permissions"]["OPERATIONS"] == {"actions": ["READ"], "types": ["PLANTED", "HARVESTED"]}


def test_the_application_is_an_option_or_what_the_client_was_told(capsys, monkeypatch):
    with leafnative.Service() as service:
        application = service.create_application()
        token = service.create_token(application=application, scopes=["all.Application"])
        told = {}
        losant = leafnative.Losant
        monkeypatch.setattr(leafnative, "Losant", lambda profile: losant(service, token=token, **told))
        assert cli.main(["credentials", "list"]) == 2
        assert "--application-id is missing: give it, or set LOSANT_APPLICATION_ID." in capsys.readouterr().err
        assert printed_by(capsys, "credentials", "list", "--application-id", application) == []
        told["application_id"] = application
        assert printed_by(capsys, "credentials", "list") == []


def test_a_profile_is_chosen_by_an_option(served, capsys):
    printed_by(capsys, "users", "list", "--profile", "staging")
    assert served[-1] == {"profile": "staging"}


def test_a_mistyped_option_is_answered_with_the_near_one(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["users", "create", "--nmae", "x"])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "usage: leafnative users create" in told
    assert "unknown: --nmae; near to it: --name" in told


def test_a_body_file_that_is_not_there_is_named(capsys):
    assert cli.main(["users", "create", "--body", "no/such.json"]) == 2
    assert "--body no/such.json: No such file or directory" in capsys.readouterr().err


def run_as_program(path, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "leafnative", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": str(path)},
    )


def test_run_becomes_the_program_that_runs_scripts(tmp_path):
    program = tmp_path / "leafnative-lua"
    program.write_text('#!/bin/sh\necho "$# $*"\nexit 7\n')
    program.chmod(0o755)
    done = run_as_program(tmp_path, "run", "--time", "1", "job.lua", "--flag", "a b")
    assert (done.returncode, done.stdout, done.stderr) == (7, "5 --time 1 job.lua --flag a b\n", "")


def test_run_says_what_is_missing(tmp_path):
    done = run_as_program(tmp_path, "run", "job.lua")
    assert done.returncode == 1
    assert "make install-lua" in done.stderr
