"""Hostile answers: for every operation, whatever comes back ends in one clear error, with the status kept."""

import json

import case_files
import pytest
from case_files import WORLDS, arguments, expand, plain

import leafnative
from leafnative import _core

HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
FORMS = {"object": b'{"id":"x"}', "list": b'[{"id":"x"}]', "text": b'"PENDING"', "nothing": b""}
# How a list of each API looks.
LISTS = {"leaf": FORMS["list"], "losant": b'{"items":[{"id":"x"}],"count":1,"totalCount":1}'}

WAIT = [("Retry-After", "3600")]

# One passing case an operation gives the arguments of its call.
CALLS = {}
for case in case_files.all_cases():
    if case["passes"] and not case.get("lax"):
        CALLS.setdefault(case["operation"], expand(case, WORLDS[case["api"]]["values"]))


def rows():
    """(name of the call, row) of every operation; an operation per provider once for each."""
    for row in _core.operations():
        per_provider = "{provider}" in row["path"]
        groups = [provider["attribute"] for provider in _core.providers()] if per_provider else [row["group"]]
        for group in groups:
            yield f"{group}.{row['name']}", row


ROWS = list(rows())
APIS = {name: row["api"] for name, row in ROWS}
REPEATS = {name: row["repeat"] for name, row in ROWS}
every_operation = pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])


def answer(name, status, body, headers=()):
    first = []

    def transport(method, *request):
        first.append(method)
        if method != first[0]:  # a reading that asks what became of it
            return 418, [], b""
        return status, list(headers), body

    client = _core.Client(transport=transport, api=APIS[name], token="t", config=False, attempts=1)
    return client.call(name, arguments(CALLS[name]))


def body_of(row):
    """An answer of the row's form."""
    return LISTS[row["api"]] if row["form"] == "list" else FORMS[row["form"]]


def in_doubt(name, status):
    """Whether a failure with this status leaves open what happened."""
    refused = 400 <= status <= 499 and status != 408
    return REPEATS[name] != "safe" and not refused


def check_error(name, status, body, code, headers=()):
    code = "unknown_outcome" if in_doubt(name, status) else code
    with pytest.raises(leafnative.Error) as caught:
        answer(name, status, body, headers)
    error = caught.value
    assert (error.code, error.status) == (code, status), error
    assert error.attempts[0].status == status
    assert all(attempt.asks for attempt in error.attempts[1:])
    assert str(error) and "\n" not in str(error)
    return error


@every_operation
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (302, "protocol"),
        (304, "protocol"),
        (400, "bad_input"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (405, "bad_input"),
        (408, "server"),
        (409, "conflict"),
        (410, "not_found"),
        (418, "bad_input"),
        (429, "rate_limited"),
        (500, "server"),
        (501, "server"),
        (502, "server"),
        (503, "server"),
        (504, "server"),
        (599, "server"),
    ],
)
def test_a_refusal_keeps_its_status_whatever_its_body_is(name, row, status, code):
    for body in (
        HTML,
        b"",
        b"plain text",
        b'{"cut',
        b"[]",
        b'"word"',
        b"7",
        b"null",
        b"\xff\xfe\x00",
        b'{"status":"x","errorKey":7}',
    ):
        headers = {302: [("Location", "https://elsewhere.example/")], 429: WAIT, 503: WAIT}.get(status, [])
        error = check_error(name, status, body, code, headers)
        assert not error.key
        if headers is WAIT:
            assert error.retry_after == 3600


@every_operation
def test_a_success_with_a_body_of_another_kind_is_a_protocol_error(name, row):
    nothing = row["form"] == "nothing"
    for body in (
        HTML,
        b"{",
        b'{"id":"x"',
        b'[{"id":"x"},',
        b'"PEND',
        b"{}{}",
        b"plain",
        b'{"a":1,"a":2}',
        b'"\xff"',
        b"nul",
    ):
        check_error(name, row["success"], body, "protocol")
    for form, body in FORMS.items():
        if form not in ("nothing", row["form"]) and not nothing:
            check_error(name, row["success"], body, "protocol")
    for body in (b"7", b"null", b"true", b"[7]", b'[{"id":"x"},7]', b""):
        if not nothing:
            check_error(name, row["success"], body, "protocol")


@every_operation
def test_a_status_that_says_that_it_is_not_all_is_a_protocol_error(name, row):
    for status in (202, 203, 206, 226):
        check_error(name, status, body_of(row), "protocol")


@every_operation
def test_unknown_members_words_and_types_never_break_a_success(name, row):
    odd = {
        "status": "A_NEW_STATUS",
        "unheardOf": {"deep": [1, None, "x"]},
        "id": 7,
        "createdTime": "yesterday",
        "big": 10**30,
    }
    data = {"object": odd, "list": [odd, {}], "text": "SOMETHING_NEW", "nothing": None}[row["form"]]
    in_envelope = row["form"] == "list" and LISTS[row["api"]].startswith(b"{")
    body = {"items": data, "count": 2, "totalCount": 2, "unheardOf": []} if in_envelope else data
    reply = answer(name, row["success"], json.dumps(body).encode() if body is not None else b"")
    assert reply.status == row["success"]
    assert plain(reply.data) == data


def refusal_as_a_problem(row):
    return {"status": row["http_status"], "errorKey": row["key"]}, row["key"]


def refusal_with_a_type(row):
    return {"type": row["type"], "message": "m"}, row["type"]


# How a refusal of each API looks that the tables know.
REFUSALS = {"leaf": refusal_as_a_problem, "losant": refusal_with_a_type}


@every_operation
def test_a_refusal_that_the_tables_know_keeps_its_key(name, row):
    known = {}
    for problem in _core.problems():
        body, key = REFUSALS[row["api"]](problem)
        if key:
            known.setdefault((key, problem["http_status"]), (body, problem["status"]))
    for (key, status), (body, code) in known.items():
        assert check_error(name, status, json.dumps(body).encode(), code).key == key


@every_operation
def test_a_refusal_that_the_tables_do_not_know_keeps_its_key_and_place(name, row):
    problem = {
        "type": "https://www.jhipster.tech/problem/problem-with-message",
        "title": "Bad",
        "status": 400,
        "errorKey": "newKey",
        "message": "m",
        "fieldErrors": [{"objectName": "o", "field": "some.place", "message": "wrong"}],
        "more": 1,
    }
    if row["api"] == "losant":
        assert check_error(name, 400, b'{"type":"NewKey","message":"m","more":1}', "bad_input").key == "NewKey"
        return
    error = check_error(name, 400, json.dumps(problem).encode(), "bad_input")
    assert error.key == "newKey"
    assert "some" in error.where and "place" in error.where


def test_the_answer_of_a_gateway_is_an_error_that_tells_the_status(capsys):
    error = check_error("users.get", 502, HTML, "server")
    assert isinstance(error, leafnative.ServerError)
    error = check_error("users.create", 502, HTML, "server")  # not safe to repeat
    assert isinstance(error, leafnative.UnknownOutcomeError)
    assert "502" in str(error)
    with capsys.disabled():
        print(f"\nfigure hostile_operations {len(ROWS)}")
