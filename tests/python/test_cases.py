"""The shared cases in Python: over a canned transport, over the service in process, and the bare service."""

import json
import subprocess
import sys
from collections import Counter

import case_files
import pytest
from case_files import CASES, WORLDS, arguments, difference, expand, fill, plain

import leafnative
from leafnative import _core

ALL = list(case_files.all_cases())
NAMES = [f"{case['operation']}: {case['name']}" for case in ALL]
every_case = pytest.mark.parametrize("case", ALL, ids=NAMES)


def call(client, source):
    name = source.get("operation") or source["call"]
    return client.call(name, arguments(source), strict=not source.get("lax", False))


def check_outcome(case, client):
    """Make the call and hold what it came to against the case."""
    if case["passes"]:
        reply = call(client, case)
        pattern = case["answer"].get("body")
        if isinstance(pattern, dict) and isinstance(reply.data, list):
            pattern = pattern["items"]
        if pattern is None:
            assert reply.data is None
        else:
            assert difference(pattern, plain(reply.data)) is None
        return
    with pytest.raises(leafnative.Error) as caught:
        call(client, case)
    error, wanted = caught.value, case["error"]
    assert error.code == wanted["code"], error
    assert type(error) is classes()[wanted["code"]]
    if "status" in wanted:
        assert (error.status or 0) == wanted["status"], error
    if "key" in wanted:
        assert (error.key or "") == wanted["key"], error
    if "where" in wanted:
        assert (error.where or "") == wanted["where"], error


def classes():
    kinds = (getattr(leafnative, name) for name in leafnative.__all__)
    return {kind.code: kind for kind in kinds if isinstance(kind, type) and issubclass(kind, leafnative.Error)}


class World:
    """A service with the owners, the applications, the tokens and the steps of a case."""

    def __init__(self, case):
        self.service = _core.Service()
        self.api, worlds = case["api"], WORLDS[case["api"]]
        self.owners = worlds.get("owners", {})
        for owner in self.owners.values():
            self.service.create_owner(owner["email"], owner["password"])
        self.values = dict(worlds.get("applications", {}))
        for application in worlds.get("applications", {}).values():
            self.service.create_application(application)
        self.tokens = {
            name: self.service.create_token(application=self.values[row["application"]], scopes=row["scopes"].split())
            for name, row in worlds.get("tokens", {}).items()
        }
        for step in [*worlds["worlds"][case["world"]], *case.get("before", [])]:
            self.take(expand(step, self.values))

    def client(self, owner):
        options = {"service": self.service, "api": self.api, "config": False}
        if owner not in self.owners:
            return _core.Client(token=self.tokens.get(owner, "not-a-token"), **options)
        row = self.owners[owner]
        return _core.Client(username=row["email"], password=row["password"], **options)

    def take(self, step):
        if "call" in step:
            data = plain(call(self.client(step["as"]), step).data)
            self.values.update({name: data[member] for name, member in step.get("save", {}).items()})
        elif "provider_answer" in step:
            answer = (step["status"], step.get("headers", ""), step.get("body", ""))
            self.service.set_provider_answer(step["user"], step["provider_answer"], *answer)
        elif "register" in step:
            made = self.service.register(step["application"], step["register"], step["document"])
            self.values.update({step["save"]: made} if "save" in step else {})
        else:
            assert step["check_credentials"]
            self.service.check_credentials()

    def token(self, owner):
        if owner not in self.owners:
            return self.tokens[owner].reveal() if owner in self.tokens else "not-a-token"
        row = self.owners[owner]
        body = json.dumps({"username": row["email"], "password": row["password"]}).encode()
        return json.loads(self.service.handle("POST", "/api/authenticate", [], body)[2])["id_token"]


@every_case
def test_a_case_sends_and_reads_as_it_says_over_a_canned_transport(case):
    worlds = WORLDS[case["api"]]
    case = expand(case, worlds["values"])
    seen = []

    def transport(method, target, headers, body):
        seen.append((method, target, {name.lower(): value for name, value in headers}, bytes(body or b"")))
        answer = case["answer"]
        text = json.dumps(fill(answer["body"])) if "body" in answer else ""
        kind = "application/json" if answer["status"] < 400 else worlds["error_type"]
        return answer["status"], [("Content-Type", kind)] if text else [], text.encode()

    check_outcome(case, _core.Client(transport=transport, api=case["api"], token="canned", config=False))
    if not case.get("sent", True):
        assert seen == []
        return
    [(method, target, headers, body)] = seen
    wanted = case["request"]
    assert (method, target) == (wanted["method"], wanted["target"])
    assert body == wanted.get("body", "").encode()
    assert headers.get("authorization") == (None if case["operation"] == "authentication.login" else "Bearer canned")
    assert headers.get("content-type") == ("application/json" if "body" in wanted else None)


@every_case
def test_a_case_comes_out_the_same_over_the_service_in_process(case):
    world = World(case)
    case = expand(case, world.values)
    check_outcome(case, world.client(case["as"]))


@every_case
def test_the_request_of_a_case_is_answered_by_the_bare_service(case):
    world = World(case)
    case = expand(case, world.values)
    headers = [("Authorization", "Bearer " + world.token(case["as"]))]
    request, wanted = case["request"], case["answer"]
    body = request.get("body", "").encode()
    status, _, answered = world.service.handle(request["method"], request["target"], headers, body)
    assert status == wanted["status"], answered
    if "body" not in wanted:
        assert bytes(answered) == b""
    else:
        assert difference(wanted["body"], json.loads(bytes(answered)), status >= 400) is None


def test_every_operation_with_every_provider_has_a_passing_and_a_failing_case(capsys):
    counts = Counter((case["operation"], case["passes"]) for case in ALL)
    names = set()
    for row in _core.operations():
        per_provider = "{provider}" in row["path"]
        groups = [provider["attribute"] for provider in _core.providers()] if per_provider else [row["group"]]
        names.update(f"{group}.{row['name']}" for group in groups)
    holes = sorted(name for name in names if not (counts[name, True] and counts[name, False]))
    with capsys.disabled():
        print(f"\nfigure cases {len(ALL)}\nfigure case_operations {len(names)}")
    assert holes == []
    assert {name for name, _ in counts} == names


def test_no_two_cases_have_the_same_name():
    assert [name for name, count in Counter(NAMES).items() if count > 1] == []


@pytest.mark.parametrize(
    ("script", "file"),
    [("make_provider_cases.py", "leaf/credentials.json"), ("make_type_cases.py", "losant/types.json")],
)
def test_the_printed_cases_are_what_their_table_prints(script, file):
    printed = subprocess.run([sys.executable, str(CASES / script)], capture_output=True, check=True, timeout=60).stdout
    assert printed == (CASES / file).read_bytes()
