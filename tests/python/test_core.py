"""The native layer by itself: secrets, errors, arguments, JSON, closing, threads, and that nothing is left behind."""

import copy
import datetime
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import types
import weakref

import pytest

from leafnative import _core

OWNER = "a@farm.example"
PASSWORD = "s3cret-word"
USERS = "/services/usermanagement/api/users"
PANORAMA = {
    "client_id": "c",
    "username": "u",
    "password": "panorama-password",
    "organization_code": "o",
    "refresh_token": "panorama-refresh",
    "client_environment": "STAGE",
}
ID = "0f5f2c1e-3b1c-4a60-9f4d-6a2f4b1f0001"


@pytest.fixture
def service():
    with _core.Service() as made:
        made.create_owner(OWNER, PASSWORD)
        yield made


@pytest.fixture
def client(service):
    with _core.Client(service=service, username=OWNER, password=PASSWORD) as made:
        yield made


class Canned:
    """A transport that keeps what it was asked and gives what it was told."""

    def __init__(self, body="", status=200, headers=()):
        self.answer = (status, headers, body)
        self.requests = []

    def __call__(self, method, target, headers, body):
        self.requests.append((method, target, dict(headers), body))
        return self.answer

    def client(self, **options):
        return _core.Client(transport=self, token="t0ken", **options)


def data_of(body, name="users.get", arguments=None):
    with Canned(body).client() as client:
        return client.call(name, {"leaf_user_id": ID} if arguments is None else arguments).data


# Secrets.


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, lambda secret: f"{secret!r:>20}", lambda secret: f"{secret:>9}"]
)
def test_a_secret_shows_a_mask_however_it_is_shown(show):
    assert "***" in show(_core.Secret("hidden-text"))
    assert "hidden-text" not in show(_core.Secret("hidden-text"))


def test_a_secret_reveals_what_it_was_made_of():
    assert _core.Secret("grün\0").reveal() == "grün\0"
    assert _core.Secret("grün".encode()).reveal() == "grün"
    assert _core.Secret(_core.Secret("x")).reveal() == "x"
    assert _core.Secret("").reveal() == ""


def test_secrets_are_equal_and_hash_by_their_text_and_never_equal_a_str():
    assert _core.Secret("a") == _core.Secret(b"a")
    assert _core.Secret("a") != _core.Secret("b")
    assert _core.Secret("a") != "a"
    assert {_core.Secret("a"): 1}[_core.Secret("a")] == 1


def test_a_secret_is_not_pickled_iterated_measured_or_ordered():
    secret = _core.Secret("a")
    for refused in (pickle.dumps, iter, len, json.dumps, lambda value: value < value, lambda value: value + "x"):
        with pytest.raises(TypeError):
            refused(secret)


def test_a_copy_of_a_secret_is_the_secret_itself():
    secret = _core.Secret("a")
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"k": [secret]})["k"][0] is secret


@pytest.mark.parametrize("value", [b"\xff\xfe", "\ud800"])
def test_a_secret_of_bytes_that_are_no_text_is_refused_without_showing_them(value):
    with pytest.raises(_core.BadInputError) as caught:
        _core.Secret(value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("value", [None, 1, bytearray(b"x"), ["x"]])
def test_a_secret_is_made_of_text_only(value):
    with pytest.raises(TypeError):
        _core.Secret(value)


# Errors.


@pytest.mark.parametrize("row", _core.statuses()[1:], ids=lambda row: row["code"])
def test_every_status_is_an_error_class_and_its_builtin(row):
    import builtins

    error = getattr(_core, row["python_class"])
    assert issubclass(error, _core.Error)
    assert error.code == row["code"] and error.hint == row["hint"] and error.retryable == row["retryable"]
    assert error.__module__ == "leafnative"
    if row["builtin"]:
        assert issubclass(error, getattr(builtins, row["builtin"]))
    raised = error("in words")
    assert str(raised) == "in words"
    assert (raised.status, raised.key, raised.where, raised.retry_after, raised.body) == (None,) * 5


def test_an_error_says_what_where_and_the_cure_in_one_line(client):
    with pytest.raises(_core.BadInputError) as caught:
        client.call("users.create", {"name": 5})
    error = caught.value
    assert error.where == "/name" and "(at /name)" in str(error)
    assert str(error).endswith(error.hint) and "\n" not in str(error)
    assert error.message.rstrip(".") in str(error) and error.status is None and error.attempts == []


def test_an_error_carries_the_answer_and_the_attempts(client):
    with pytest.raises(_core.NotFoundError) as caught:
        client.call("users.get", {"leaf_user_id": ID})
    error = caught.value
    assert (error.code, error.status, error.key) == ("not_found", 404, "leafUserNotFound")
    assert json.loads(error.body)["errorKey"] == "leafUserNotFound"
    assert [(attempt.stage, attempt.status) for attempt in error.attempts] == [("done", 404)]


def test_an_error_gives_the_members_of_its_answer_where_it_has_some(client):
    with pytest.raises(_core.BadInputError) as caught:
        client.request("POST", "/services/usermanagement/api/users", {"phone": 5})
    problem = caught.value.problem
    assert problem["title"] == "Method argument not valid" and problem["type"].endswith("constraint-violation")
    assert problem["path"] == "/services/usermanagement/api/users" and problem["status"] == 400
    assert [fault["field"] for fault in problem["fieldErrors"]] == ["name", "phone"]
    assert problem["detail"] == "is missing" and problem["message"] == "error.validation"
    for body in ("", "<html>Bad Gateway</html>", '["a"]', '"a"', '{"a":', '{"a":1,"a":2}'):
        with Canned(body, 502).client(attempts=1) as other, pytest.raises(_core.ServerError) as caught:
            other.call("users.get", {"leaf_user_id": ID})
        assert caught.value.problem is None and caught.value.status == 502 and (caught.value.body or "") == body
    with pytest.raises(_core.BadInputError) as caught:
        client.call("users.create", {"name": 5})
    assert caught.value.problem is None


def test_an_error_comes_back_from_a_pickle_as_it_was(client):
    with pytest.raises(_core.NotFoundError) as caught:
        client.call("users.get", {"leaf_user_id": ID})
    back = pickle.loads(pickle.dumps(caught.value))
    assert type(back) is _core.NotFoundError and str(back) == str(caught.value)
    assert (back.status, back.key, back.attempts) == (404, "leafUserNotFound", caught.value.attempts)


@pytest.mark.parametrize(
    "body", ['{"accessToken":"hidden-text","message":"no"}', '{"accessToken":"hidden-text", broken']
)
def test_the_answer_in_an_error_has_its_secrets_masked(body):
    with Canned(body, 500).client() as client, pytest.raises(_core.ServerError) as caught:
        client.call("users.get", {"leaf_user_id": ID})
    assert "accessToken" in caught.value.body
    assert "hidden-text" not in caught.value.body + str(caught.value) + repr(caught.value) + repr(caught.value.problem)


def test_an_answer_that_quotes_what_was_sent_has_it_masked():
    quoting = Canned('{"message":"panorama-password is too weak","detail":["panorama-refresh"]}', 400)
    with quoting.client() as client, pytest.raises(_core.BadInputError) as caught:
        client.call("panorama.create", {"leaf_user_id": ID, **PANORAMA})
    shown = caught.value.body + str(caught.value)
    assert "too weak" in shown and "panorama-password" not in shown and "panorama-refresh" not in shown
    with quoting.client() as client, pytest.raises(_core.BadInputError) as caught:
        client.request("POST", "/x", {"password": _core.Secret("panorama-password"), "apiKey": "panorama-refresh"})
    assert "panorama-password" not in caught.value.body and "panorama-refresh" not in caught.value.body


def test_a_wait_that_the_answer_asks_for_is_given_in_seconds():
    canned = Canned("", 429, [("Retry-After", "7")])
    with canned.client(deadline=6) as client, pytest.raises(_core.RateLimitedError) as caught:
        client.call("sharing.invalidate_tokens", {"role": "receiver", "owner": "b@coop.example"})
    assert caught.value.retry_after == 7.0


# Arguments.


def test_arguments_find_their_places_under_both_kinds_of_names():
    for arguments in (
        {"leaf_user_id": ID, "page": 2, "size": 5, "sort": ("createdDate,desc", "statusCode,asc")},
        {"leafUserId": ID, "page": "2", "size": 5, "sort": ["createdDate,desc", "statusCode,asc"]},
    ):
        canned = Canned("[]")
        with canned.client() as client:
            client.call("panorama.events", arguments)
        [(method, target, headers, body)] = canned.requests
        assert (method, body) == ("GET", b"")
        assert target.startswith(f"{USERS}/{ID}/panorama-credentials/events?")
        assert sorted(target.split("?")[1].split("&")) == [
            "page=2",
            "size=5",
            "sort=createdDate%2Cdesc",
            "sort=statusCode%2Casc",
        ]
        assert headers["Authorization"] == "Bearer t0ken"


def sent_body(name, arguments, **options):
    canned = Canned("{}", 201)
    with canned.client() as client:
        client.call(name, arguments, **options)
    return json.loads(canned.requests[0][3])


def test_body_members_are_sent_under_their_wire_names_with_secrets_in_the_clear():
    arguments = {**PANORAMA, "leaf_user_id": ID, "password": _core.Secret("panorama-password")}
    assert sent_body("panorama.create", arguments) == {
        "clientId": "c",
        "username": "u",
        "password": "panorama-password",
        "organizationCode": "o",
        "refreshToken": "panorama-refresh",
        "clientEnvironment": "STAGE",
    }


def test_members_of_members_are_mapped_by_their_schema():
    permissions = {"OPERATIONS": {"actions": ("READ",), "types": ["PLANTED"]}}
    arguments = {"owner": "b@coop.example", "leaf_user_id": ID, "permissions": permissions}
    assert sent_body("permissions.create", arguments) == {
        "permissions": {"OPERATIONS": {"actions": ["READ"], "types": ["PLANTED"]}}
    }


def test_values_of_every_kind_become_json():
    moment = datetime.datetime(2026, 11, 21, 20, 0, 0, 5, datetime.timezone(datetime.timedelta(hours=2)))

    class Word(str):
        pass

    values = {
        "t": moment,
        "n": None,
        "b": [True, False],
        "i": 2**80,
        "f": 0.5,
        "w": Word("w"),
        "o": {"x": ()},
        "e": 1e300,
    }
    sent = sent_body("users.create", {"name": "x", **values}, strict=False)
    assert sent == {
        "name": "x",
        "t": "2026-11-21T18:00:00.000005Z",
        "n": None,
        "b": [True, False],
        "i": 2**80,
        "f": 0.5,
        "w": "w",
        "o": {"x": []},
        "e": 1e300,
    }


def test_none_leaves_a_query_member_out():
    canned = Canned("[]")
    with canned.client() as client:
        client.call("users.list", {"name": None, "page": 1})
    assert canned.requests[0][1] == f"{USERS}?page=1"


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({"name": "x", "f": float("nan")}, "/f"),
        ({"name": "x", "f": [0, {"a/b~": float("inf")}]}, "/f/1/a~1b~0"),
        ({"name": "x", "f": datetime.datetime(2026, 1, 1)}, "/f"),
        ({"name": "x", "f": {1, 2}}, "/f"),
        ({"name": "x", "f": {1: 2}}, "/f"),
        ({"name": "x", "f": b"bytes"}, "/f"),
        ({"name": "x", "f": 10**5000}, "/f"),
        ({"name": "x", "external_id": "a", "externalId": "b"}, "/externalId"),
    ],
)
def test_a_value_that_json_cannot_hold_is_refused_with_its_place(client, arguments, where):
    with pytest.raises(_core.BadInputError) as caught:
        client.call("users.create", arguments, strict=False)
    assert caught.value.where == where


def test_a_value_that_holds_itself_is_refused(client):
    circle = []
    circle.append(circle)
    with pytest.raises(_core.BadInputError, match="deeper"):
        client.call("users.create", {"name": "x", "f": circle}, strict=False)


@pytest.mark.parametrize("name", ["\ud800", "a\udfff"])
def test_half_of_a_surrogate_pair_is_refused(client, name):
    with pytest.raises(_core.BadInputError, match="surrogate"):
        client.call("users.create", {"name": name})


def test_an_unknown_argument_is_refused_with_the_names_that_come_near(client):
    with pytest.raises(_core.BadInputError, match="external_id") as caught:
        client.call("users.create", {"name": "x", "extrenal_id": "1"})
    assert isinstance(caught.value, ValueError) and caught.value.where == "/extrenal_id"


def test_an_unknown_argument_of_an_operation_without_a_body_is_refused_always(client):
    with pytest.raises(_core.BadInputError, match="leaf_user_id"):
        client.call("users.get", {"leaf_user_id": ID, "more": 1}, strict=False)


def test_an_unknown_operation_is_refused_with_the_names_that_come_near(client):
    with pytest.raises(_core.BadInputError, match=r"panorama\.get"):
        client.call("panoramma.get", {})


def test_wrong_kinds_of_options_are_type_errors(service):
    for options in ({"token": 5}, {"transport": 5}, {"service": 5}, {"log": 5}, {"timeout": "5"}, {"other": 1}):
        with pytest.raises(TypeError):
            _core.Client(config=False, **options)
    with pytest.raises(TypeError, match="not both"):
        _core.Client(service=service, transport=Canned())
    for options in ({"timeout": -1}, {"deadline": float("nan")}, {"answer_max_bytes": 0}, {"api": "other"}):
        with pytest.raises(_core.BadInputError):
            _core.Client(config=False, **options)


# Answers.


def test_an_answer_keeps_every_number_exact_and_every_member():
    data = data_of('{"a":9007199254740993,"b":123456789012345678901234567890,"c":-0.5e1,"d":[true,null,""],"e":{}}')
    assert data == {
        "a": 9007199254740993,
        "b": 123456789012345678901234567890,
        "c": -5.0,
        "d": [True, None, ""],
        "e": {},
    }
    assert [type(data[name]) for name in "abc"] == [int, int, float]


def test_secret_members_become_secrets_at_every_depth():
    body = {
        "id": ID,
        "refreshToken": "hidden-text",
        "more": {"password": "hidden-text", "list": [{"apiKey": "hidden-text", "plain": "seen"}]},
        "accessToken": {"nested": ["hidden-text", 5]},
    }
    data = data_of(json.dumps(body), "panorama.get")
    assert "hidden-text" not in repr(data)
    assert data["refreshToken"].reveal() == "hidden-text"
    assert data["more"]["list"][0]["plain"] == "seen"
    assert data["accessToken"]["nested"][1] == _core.Secret("5")


def test_a_credential_inside_a_user_has_its_secrets_hidden():
    data = data_of(json.dumps({"panoramaCredentials": {"refreshToken": "hidden-text", "clientId": "seen"}}))
    assert data["panoramaCredentials"]["refreshToken"] == _core.Secret("hidden-text")
    assert data["panoramaCredentials"]["clientId"] == "seen"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"a":1,"a":2}',
        '{"a":\ud800}'.encode("utf-8", "surrogatepass"),
        b'{"a":"\xff"}',
        '{"a":01}',
        '{"a":1} x',
        "[" * 70 + "]" * 70,
        '{"a":' + "9" * 6000 + "}",
        '{"a":NaN}',
    ],
)
def test_a_hostile_answer_is_a_protocol_error(body):
    with pytest.raises(_core.ProtocolError):
        data_of(body)


def test_a_request_that_the_tables_lack_gives_json_or_text(client):
    user = client.call("users.create", {"name": "Maple"}).data
    reply = client.request("GET", f"{USERS}/{user['id']}")
    assert reply.data == user and reply.status == 200
    assert client.request("POST", USERS, {"name": "Birch"}).data["name"] == "Birch"
    with Canned("plain", 200, {"Content-Type": "text/plain"}).client() as canned:
        assert canned.request("GET", "/x").data == "plain"
    with pytest.raises(_core.BadInputError):
        client.request("FETCH", "/x")


def test_a_list_tells_its_total_and_whether_a_next_page_exists(client):
    for name in ("a", "b", "c"):
        client.call("users.create", {"name": name})
    first = client.call("users.list", {"page": 0, "size": 2})
    last = client.call("users.list", {"page": 1, "size": 2})
    assert (first.total, first.has_next, len(first.data)) == (3, True, 2)
    assert (last.total, last.has_next, len(last.data)) == (3, False, 1)
    assert client.call("users.get", {"leaf_user_id": first.data[0]["id"]}).total is None


def test_a_walk_over_pages_gives_each_page_as_a_reply(client):
    for name in "abcde":
        client.call("users.create", {"name": name})
    sizes = [
        [user["name"] for user in reply.data] for reply in client.pages("users.list", {"size": 2, "sort": "name,asc"})
    ]
    assert sizes == [["a", "b"], ["c", "d"], ["e"]]
    assert [len(reply.data) for reply in client.pages("users.list", {})] == [5]
    walk = client.pages("users.list", {"size": 2, "page": 1})
    assert iter(walk) is walk and next(walk).total == 5
    client.close()
    with pytest.raises(_core.ClosedError):
        next(walk)


def test_a_walk_over_what_is_no_list_is_refused(client):
    with pytest.raises(_core.BadInputError):
        client.pages("users.get", {"leaf_user_id": ID})
    with pytest.raises(_core.BadInputError, match="size"):
        client.pages("users.list", {"sise": 2})
    with pytest.raises(TypeError):
        type(client.pages("users.list", {}))()


def test_a_page_that_fails_raises_and_may_be_asked_for_again():
    answers = [(500, [], ""), (200, [], "[]")]
    with _core.Client(transport=lambda *request: answers.pop(0), token="t", attempts=1) as client:
        walk = client.pages("panorama.events", {"leaf_user_id": ID})
        with pytest.raises(_core.ServerError):
            next(walk)
        assert next(walk, "end") == "end"
        assert answers == []


def test_a_wait_ends_with_the_value_or_with_the_deadline(service, client):
    user = client.call("users.create", {"name": "x"}).data["id"]
    client.call("panorama.create", {"leaf_user_id": user, **PANORAMA})
    reply = client.wait("panorama.get", {"leaf_user_id": user}, "status", "OK", 0)
    assert reply.data["status"] == "OK" and reply.data["refreshToken"].reveal() == "panorama-refresh"
    with pytest.raises(_core.DeadlineError, match="OK"):
        client.wait("panorama.get", {"leaf_user_id": user}, "status", "UNAUTHENTICATED", 0.01)
    with pytest.raises(_core.NotFoundError):
        client.wait("panorama.get", {"leaf_user_id": ID}, "status", "OK", 5)


class Alarm(Exception):
    """What a handler of a signal may raise: no interrupt, and yet it ends the call."""


@pytest.mark.parametrize("raised", [KeyboardInterrupt, Alarm])
def test_a_signal_ends_a_wait_long_before_its_deadline(client, raised):
    def handler(number, frame):
        raise raised

    user = client.call("users.create", {"name": "x"}).data["id"]
    client.call("panorama.create", {"leaf_user_id": user, **PANORAMA})
    before = signal.signal(signal.SIGUSR1, handler)
    sender = threading.Timer(0.1, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1))
    began = time.monotonic()
    try:
        with pytest.raises(raised):
            sender.start()
            client.wait("panorama.get", {"leaf_user_id": user}, "status", "UNAUTHENTICATED", 60)
    finally:
        sender.join()
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 30
    assert client.call("users.get", {"leaf_user_id": user}).status == 200


def test_an_empty_answer_is_none(client):
    user = client.call("users.create", {"name": "Maple"}).data
    reply = client.call("users.delete", {"leaf_user_id": user["id"]})
    assert (reply.data, reply.status) == (None, 204)


# Transports of Python.


def test_what_a_transport_raises_is_the_cause_of_a_transport_error():
    def broken(method, target, headers, body):
        raise KeyError("reason")

    with _core.Client(transport=broken, token="t") as client, pytest.raises(_core.TransportError) as caught:
        client.call("users.list", {})
    assert isinstance(caught.value.__cause__, KeyError)
    assert "reason" not in str(caught.value)
    assert [attempt.code for attempt in caught.value.attempts] == ["transport"]


def test_what_an_answer_quotes_of_the_login_and_the_token_is_masked():
    def quoting(method, target, headers, body):
        told = json.loads(body)["password"] if body else dict(headers)["Authorization"]
        return 400, [("Content-Type", "application/json")], json.dumps({"message": f"sent was: {told}"})

    for login in ({"username": OWNER, "password": PASSWORD}, {"token": "a-token-of-some-length"}):
        with _core.Client(transport=quoting, **login) as client, pytest.raises(_core.BadInputError) as caught:
            client.call("users.list", {})
        assert "sent was: " in caught.value.body and "***" in caught.value.body
        assert PASSWORD not in caught.value.body and "a-token" not in caught.value.body
        assert PASSWORD not in str(caught.value) and "a-token" not in str(caught.value)


def test_an_interrupt_in_a_transport_comes_through_as_it_is():
    def interrupted(method, target, headers, body):
        raise KeyboardInterrupt

    with _core.Client(transport=interrupted, token="t") as client, pytest.raises(KeyboardInterrupt):
        client.call("users.list", {})


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (),
        (200, []),
        ("200", [], ""),
        (99, [], ""),
        (200, [("a",)], ""),
        (200, [], 5),
        (200, [("a", "b\r\nc")], ""),
    ],
)
def test_an_answer_of_a_transport_in_a_wrong_form_is_a_transport_error(answer):
    with (
        _core.Client(transport=lambda *request: answer, token="t") as client,
        pytest.raises(_core.TransportError) as caught,
    ):
        client.call("users.list", {})
    assert isinstance(caught.value.__cause__, TypeError | ValueError)


def test_a_transport_may_call_other_clients_but_not_its_own(service, client):
    outer = []

    def forward(method, target, headers, body):
        user = client.call("users.create", {"name": "inner"}).data
        with pytest.raises(RuntimeError, match="inside"):
            outer[0].call("users.list", {})
        return 200, [], json.dumps([user])

    outer.append(_core.Client(transport=forward, token="t"))
    assert outer[0].call("users.list", {}).data[0]["name"] == "inner"
    outer[0].close()


def test_a_client_over_a_transport_takes_nothing_from_the_environment(monkeypatch):
    monkeypatch.setenv("LEAF_TOKEN", "from-environment")
    canned = Canned("[]")
    with _core.Client(transport=canned, token="given") as client:
        client.call("users.list", {})
        assert client.source("token") == "argument" and client.source("url") == ""
    assert canned.requests[0][2]["Authorization"] == "Bearer given"


def test_the_source_of_a_setting_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("LEAF_TOKEN", "from-environment")
    monkeypatch.setenv("XDG_CONFIG_HOME", os.fspath(tmp_path))
    monkeypatch.delenv("LEAFNATIVE_CONFIG", raising=False)
    with _core.Client(base_url="https://leaf.example") as client:
        assert client.source("token") == "environment LEAF_TOKEN"
        assert client.source("url") == "argument"
        assert "from-environment" not in repr(client)


# The service.


def test_the_clock_of_a_service_is_asked_and_may_give_any_form_of_time():
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 123456, datetime.UTC)
    for value in (moment, moment.timestamp()):
        with _core.Service(clock=lambda value=value: value) as service:
            service.create_owner(OWNER, PASSWORD)
            with _core.Client(service=service, username=OWNER, password=PASSWORD) as client:
                user = client.call("users.create", {"name": "x"}).data
                made = client.call("panorama.create", {"leaf_user_id": user["id"], **PANORAMA}).data
        assert made["createdTime"] == "2026-01-02T03:04:05.123456Z"


@pytest.mark.parametrize(
    "clock", [lambda: "now", lambda: 1 / 0, lambda: 10**30, lambda: 253402300800, lambda: -9e11, 5]
)
def test_a_clock_that_gives_no_time_is_refused_at_once(clock):
    with pytest.raises((TypeError, ZeroDivisionError, OverflowError)):
        _core.Service(clock=clock)


def test_what_a_log_function_raises_is_unraisable_and_the_call_goes_on(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda event: seen.append(event.exc_type))

    def log(level, line):
        raise LookupError(level, line)

    with _core.Service(log=log) as service:
        service.create_owner(OWNER, PASSWORD)
    assert seen and set(seen) == {LookupError}


def test_a_log_function_gets_levels_and_lines_without_secrets():
    lines = []
    with _core.Service(log=lambda level, line: lines.append((level, line))) as service:
        service.create_owner(OWNER, PASSWORD)
        with _core.Client(service=service, username=OWNER, password=PASSWORD) as client:
            client.call("users.create", {"name": "x"})
    assert lines and all(level in ("debug", "info", "warning", "error") for level, line in lines)
    assert PASSWORD not in repr(lines)


def test_a_raw_request_is_answered_as_bytes(service):
    login = json.dumps({"username": OWNER, "password": PASSWORD})
    status, headers, body = service.handle("POST", "/api/authenticate", [("Content-Type", "text/plain")], login)
    assert status == 200 and isinstance(body, bytes)
    token = json.loads(body)["id_token"]
    status, headers, body = service.handle("GET", USERS, {"Host": "x", "authorization": f"Bearer {token}"})
    assert (status, json.loads(body)) == (200, [])
    assert dict(headers)["X-Total-Count"] == "0"
    assert service.handle("POST", "/api/authenticate", body=bytearray(b"{"))[0] == 400
    with pytest.raises(ValueError):
        service.handle("GET", USERS, [(f"x-{i}", "y") for i in range(40)])


def test_what_a_provider_answers_is_set_by_text_or_dict(service, client):
    user = client.call("users.create", {"name": "x"}).data["id"]
    client.call("panorama.create", {"leaf_user_id": user, **PANORAMA})
    service.set_provider_answer(user, "panorama", 401, body="no")
    assert service.check_credentials() == 1
    assert client.call("panorama.get", {"leaf_user_id": user}).data["status"] == "UNAUTHENTICATED"
    service.set_provider_answer(user, "panorama-credentials", body={"access_token": _core.Secret("new-token")})
    assert service.check_credentials() == 1
    assert client.call("panorama.get", {"leaf_user_id": user}).data["accessToken"].reveal() == "new-token"
    service.clear_provider_answer(user, "panorama")
    with pytest.raises(_core.BadInputError, match="panorama"):
        service.set_provider_answer(user, "panoramma")


def test_access_is_decided_for_tuples_and_dicts(service, client):
    user = client.call("users.create", {"name": "x"}).data["id"]
    login = json.dumps({"username": OWNER, "password": PASSWORD})
    token = json.loads(service.handle("POST", "/api/authenticate", (), login)[2])["id_token"]
    mine = (_core.Secret(token), user, "FIELDS", "READ")
    unknown = {"token": "nothing", "leaf_user_id": user, "resource": "FIELDS", "action": "READ", "type": None}
    first, second, third = service.decide_access(iter([mine, unknown, types.MappingProxyType(unknown)]))
    assert third == second
    assert (first.allowed, first.status, first.reason) == (True, 200, "owner")
    assert (second.allowed, second.status) == (False, 401)
    assert service.decide_access([]) == []
    for wrong in ([()], [(1, 2, 3, 4)], [("a", "b", "c", "d", "e", "f")], [{"token": "x"}], 5):
        with pytest.raises(TypeError):
            service.decide_access(wrong)
    with pytest.raises(TypeError, match="leaf_user_id must be str, not int"):
        service.decide_access([{**unknown, "leaf_user_id": 5}])
    with pytest.raises(TypeError, match="a dict of these"):
        service.decide_access([{**unknown, "tpye": "PLANTED"}])  # which would ask for less than is meant


def test_what_is_shared_is_listed_on_both_sides(service, client):
    service.create_owner("b@coop.example", PASSWORD)
    client.call("sharing.create", {"receiver_api_owner": "b@coop.example"})
    user = client.call("users.create", {"name": "x"}).data["id"]
    grant = {"FIELDS": {"actions": ["READ"]}}
    client.call("permissions.create", {"owner": "b@coop.example", "leaf_user_id": user, "permissions": grant})
    [by_me] = service.shared_by(OWNER)
    [with_b] = service.shared_with("b@coop.example")
    assert (by_me["owner"], with_b["owner"], with_b["leafUserId"]) == ("b@coop.example", OWNER, user)
    with pytest.raises(_core.NotFoundError):
        service.shared_by("nobody@farm.example")


def test_a_service_on_a_file_keeps_what_it_was_told(tmp_path):
    path = tmp_path / "leaf.db"
    with _core.Service(path, cheap_passwords=True) as service:
        service.create_owner(OWNER, PASSWORD)
    with _core.Service(os.fspath(path), cheap_passwords=True) as service, pytest.raises(_core.ConflictError):
        service.create_owner(OWNER, PASSWORD)
    with pytest.raises(_core.StorageError) as caught:
        _core.Service(tmp_path / "missing" / "leaf.db")
    assert isinstance(caught.value, OSError)


# Closing.


def test_a_client_shows_what_it_calls(service):
    with _core.Client(service=service) as client:
        assert repr(client) == "<leafnative.Client of leaf over a service>"
    assert repr(client) == "<leafnative.Client of leaf, closed>"
    with _core.Client(base_url="https://leaf.example/", token="hidden-text") as client:
        assert repr(client) == "<leafnative.Client of leaf at https://leaf.example>"
    with _core.Client(transport=print) as client:
        assert repr(client) == "<leafnative.Client of leaf over a function>"


def test_after_close_everything_raises_closed_error(service, client):
    for _ in range(2):
        client.close()
    assert client.closed and "closed" in repr(client)
    for use in (lambda: client.call("users.list", {}), lambda: client.request("GET", "/"), client.__enter__):
        with pytest.raises(_core.ClosedError):
            use()
    for _ in range(2):
        service.close()
    for use in (
        service.check_credentials,
        lambda: service.create_owner("c@farm.example", "x"),
        lambda: service.handle("GET", USERS),
        lambda: service.shared_by(OWNER),
        lambda: service.decide_access([]),
        lambda: _core.Client(service=service, token="t"),
        service.__enter__,
    ):
        with pytest.raises(_core.ClosedError):
            use()


def test_a_client_over_a_closed_service_says_so(service, client):
    service.close()
    with pytest.raises(_core.ClosedError, match="service"):
        client.call("users.list", {})


def test_a_client_keeps_its_service_alive():
    service = _core.Service()
    service.create_owner(OWNER, PASSWORD)
    client = _core.Client(service=service, username=OWNER, password=PASSWORD)
    del service
    gc.collect()
    assert client.call("users.list", {}).data == []


def test_close_during_a_call_lets_the_call_end_and_frees_after_it():
    held = []

    def transport(method, target, headers, body):
        held[0].close()
        with pytest.raises((_core.ClosedError, RuntimeError)):
            held[0].call("users.list", {})
        return 200, [], "[]"

    held.append(_core.Client(transport=transport, token="t"))
    assert held[0].call("users.list", {}).data == []
    assert held[0].closed


def test_close_from_another_thread_during_calls_is_safe(service):
    client = _core.Client(service=service, username=OWNER, password=PASSWORD)
    outcomes = []

    def work():
        try:
            while True:
                client.call("users.list", {})
        except _core.ClosedError:
            outcomes.append("closed")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    service.close()
    client.close()
    for thread in threads:
        thread.join(timeout=60)
    assert outcomes == ["closed"] * 4


# Threads, and what is left behind.


def test_eight_threads_share_one_client_over_one_service(service, client):
    errors = []

    def work(number):
        try:
            for i in range(20):
                user = client.call("users.create", {"name": f"{number}-{i}"}).data
                assert client.call("users.get", {"leaf_user_id": user["id"]}).data["name"] == f"{number}-{i}"
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert client.call("users.list", {"size": 1}).total == 160


def test_eight_threads_share_one_client_over_one_function():
    canned = Canned("[]")
    with canned.client() as client:
        threads = [threading.Thread(target=lambda: client.call("users.list", {})) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(canned.requests) == 8


def circle():
    """A client whose transport and log hold the client; gives a weak reference to a member of the circle."""

    class Holder:
        pass

    holder = Holder()
    holder.client = _core.Client(transport=lambda *request: holder, log=lambda *line: holder, token="t")
    return weakref.ref(holder)


def test_a_circle_through_a_transport_is_collected():
    seen = circle()
    gc.collect()
    assert seen() is None


def exercise(service, client):
    user = client.call("users.create", {"name": "x"}).data
    client.call("panorama.create", {"leaf_user_id": user["id"], **PANORAMA})
    client.call("panorama.events", {"leaf_user_id": user["id"]})
    client.request("GET", f"{USERS}/{user['id']}", None)
    service.decide_access([("nothing", user["id"], "FIELDS", "READ")])
    service.handle("GET", USERS, [("a", "b")], b"")
    for name, arguments in (("users.get", {"leaf_user_id": ID}), ("users.create", {"nme": 1}), ("no.such", {})):
        with pytest.raises(_core.Error):
            client.call(name, arguments)
    client.call("users.delete", {"leaf_user_id": user["id"]})
    with Canned("{", 200).client() as canned, pytest.raises(_core.ProtocolError):
        canned.call("users.list", {})
    _core.operations(), _core.schemas(), _core.providers(), _core.statuses(), _core.problems()


def test_calls_leave_no_objects_and_no_memory_behind(service, client):
    def growth():
        gc.collect()
        memory, objects = tracemalloc.get_traced_memory()[0], len(gc.get_objects())
        for _ in range(30):
            exercise(service, client)
        gc.collect()
        return len(gc.get_objects()) - objects, tracemalloc.get_traced_memory()[0] - memory

    for _ in range(5):
        exercise(service, client)
    tracemalloc.start()
    try:
        # A leak grows in every round; the interpreter's own tables (of interned strings) grow in one now and then.
        rounds = [growth() for _ in range(3)]
    finally:
        tracemalloc.stop()
    assert min(objects for objects, _ in rounds) < 20
    assert min(memory for _, memory in rounds) < 20_000


def test_references_to_arguments_do_not_pile_up(client):
    password = _core.Secret("panorama-password")
    arguments = {"name": "x", "email": "e@farm.example", "phone": str(10**20)}
    watched = [password, arguments, arguments["phone"], _core.Secret, _core.BadInputError, None.__class__]
    gc.collect()  # what earlier tests left is not counted
    counts = [sys.getrefcount(thing) for thing in watched]
    for _ in range(50):
        client.call("users.create", arguments)
        with pytest.raises(_core.BadInputError):
            client.call("users.create", {**arguments, "name": password, "no_such": password})
    gc.collect()
    assert [now - then for now, then in zip([sys.getrefcount(thing) for thing in watched], counts, strict=True)] == [
        0
    ] * 6


# The module.


def test_the_version_of_the_core_is_that_of_the_package():
    import leafnative

    assert _core.version == leafnative.__version__


def test_everything_public_has_a_docstring():
    for name in [name for name in dir(_core) if not name.startswith("_") and name != "version"]:
        assert getattr(_core, name).__doc__, name
    for kind in (_core.Client, _core.Service, _core.Secret):
        for name in [name for name in vars(kind) if not name.startswith("_")]:
            assert getattr(kind, name).__doc__, name


def test_handles_cannot_be_subclassed():
    for kind in (_core.Client, _core.Service, _core.Secret):
        with pytest.raises(TypeError):
            type("Derived", (kind,), {})


def run_program(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


STARTING = """
import os, sys, threading
def state():
    return sorted(os.listdir("/proc/self/fd")), threading.active_count()
before = state()
from leafnative import _core
print(state() == before, "datetime" in sys.modules)
"""


def test_importing_the_core_starts_no_thread_and_opens_no_file():
    assert run_program(STARTING).stdout.split() == ["True", "False"]


ONE_INTERPRETER = """
import sys
sys.path[:0] = PATH
from leafnative import _core
with _core.Service() as service:
    service.create_owner("a@farm.example", "x")
    lines = []
    def log(level, line):
        lines.append(line)
    client = _core.Client(service=service, username="a@farm.example", password="x", log=log)
    assert client.call("users.create", {"name": "x"}).data["name"] == "x"
client = _core.Client(transport=lambda *request: (200, [], "[]"), token="t")
assert client.call("users.list", {}).data == []
assert isinstance(_core.Secret("x"), _core.Secret)
"""

# The module of interpreters has another name and another way of saying that the lock is shared since 3.13.
SEVERAL_INTERPRETERS = """
exec(program, {})
try:
    import _interpreters as interpreters
    kind = ("legacy",)
    shared = {}
except ImportError:
    import _xxsubinterpreters as interpreters
    kind = ()
    shared = {"isolated": False}
for _ in range(2):
    inner = interpreters.create(*kind, **shared)
    assert not interpreters.run_string(inner, program)
    interpreters.destroy(inner)
exec(program, {})
"""


def test_the_core_works_in_several_interpreters_of_one_process():
    program = ONE_INTERPRETER.replace("PATH", repr(sys.path))
    done = run_program(f"program = {program!r}\n{SEVERAL_INTERPRETERS}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def interrupts():
    """Interrupts are heard, also where the suite was started in the background, which ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_secret_names_are_those_that_the_schemas_mark():
    fields = [field for schema in _core.schemas().values() for field in schema["fields"] if "secret" in field["marks"]]
    assert _core.secret_names() == {name for field in fields for name in (field["name"], field["snake"])}
    assert {"refreshToken", "client_secret", "secretAccessKey"} <= _core.secret_names()


def test_an_interrupt_in_a_callback_ends_the_call(interrupts):
    def interrupt(level, line):
        signal.raise_signal(signal.SIGINT)

    with _core.Service(log=interrupt) as service, pytest.raises(KeyboardInterrupt):
        service.create_owner(OWNER, PASSWORD)


def test_what_is_no_document_and_no_question_is_refused_with_what_is_wanted():
    with _core.Service(cheap_passwords=True) as service:
        with open(os.devnull, "rb") as file:
            for wrong in (file.fileno(), True):
                with pytest.raises(TypeError, match="document must be a dict or the name of a file, not "):
                    service.seed(wrong)
            assert file.read() == b""
        with pytest.raises(TypeError, match="not NoneType"):
            service.seed(None)
        for question in (1, "token", ("token",), {"token": "t"}):
            with pytest.raises(TypeError, match="a question is "):
                service.decide_access([question])


def test_public_types_are_named_by_the_package():
    assert {kind.__module__ for kind in (_core.Attempt, _core.Event, _core.Map, _core.Reply)} == {"leafnative"}
    assert pickle.loads(pickle.dumps(_core.Attempt(("done", "ok", 200, 0.0, 0.1, False)))).status == 200
