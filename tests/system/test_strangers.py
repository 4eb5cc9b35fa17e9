"""What belongs to another owner is answered byte for byte like what does not exist, wherever its name can stand."""

import json

import pytest

from leafnative import _core

PREFIX = "/services/usermanagement/api"
RELATIONS = PREFIX + "/api-owners/sharing-relation"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
PASSWORD = "a password for the tests"
KEYS = {"apiKey": "k", "accessKey": "a", "sharedSecret": "s"}


class World:
    """Owner a, who asks; b, to whom a relation runs; c, whose things are foreign; no owner is called n."""

    def __init__(self):
        self.service = _core.Service()
        self.tokens = {}
        for name in "abc":
            self.service.create_owner(f"{name}@x.example", PASSWORD)
            login = json.dumps({"username": f"{name}@x.example", "password": PASSWORD})
            self.tokens[name] = self.must(None, "POST", "/api/authenticate", login)["id_token"]
        self.own = self.made("a", "/users", {"name": "Maple", "externalId": "one"})
        self.second = self.made("a", "/users", {"name": "Oak", "externalId": "two"})
        self.foreign = self.made("c", "/users", {"name": "Elm", "externalId": "foreign"})
        self.attached = self.made("c", f"/users/{self.foreign}/raven-slingshot-credentials", KEYS)
        detaching = self.made("c", "/users", {"name": "Ash"})
        self.detached = self.made("c", f"/users/{detaching}/raven-slingshot-credentials", KEYS)
        self.must("c", "PUT", PREFIX + "/users", json.dumps({"id": detaching, "name": "Ash"}))
        for sender, receiver in ("ab", "cb"):
            offer = json.dumps({"receiverApiOwner": f"{receiver}@x.example"})
            self.must(sender, "POST", RELATIONS + "/receiver", offer)

    def ask(self, name, method, target, body):
        headers = [] if name is None else [("Authorization", f"Bearer {self.tokens[name]}")]
        status, answered, content = self.service.handle(method, target, headers, body)
        return status, answered, bytes(content)

    def must(self, name, method, target, body=""):
        status, _, content = self.ask(name, method, target, body)
        assert status < 300, content
        return json.loads(content) if content else None

    def made(self, name, path, body):
        return self.must(name, "POST", PREFIX + path, json.dumps(body))["id"]

    def check_same(self, method, target, body, stranger, nobody, status):
        """Asks with @ as what is another's and as what nobody has."""
        answers = []
        for word in (stranger, nobody):
            asked = json.dumps(body).replace("@@", word) if body is not None else ""
            answered, headers, content = self.ask("a", method, target.replace("@@", word), asked)
            shown = [(name, value.replace(word, "@@")) for name, value in headers]
            answers.append((answered, shown, content.replace(word.encode(), b"@@")))
        assert answers[0] == answers[1], (method, target, body)
        assert answers[0][0] == status, answers[0]


@pytest.fixture(scope="module")
def world():
    return World()


def test_a_foreign_user_in_a_path(world):
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("PATCH", "", {"name": None}),
        ("DELETE", "", None),
        *((method, f"/{row['segment']}", {}) for row in _core.providers() for method in ("GET", "POST", "DELETE")),
        *(("GET", f"/{row['segment']}/events", None) for row in _core.providers()),
        ("POST", "/one-click-integration/Panorama", {}),
    ):
        world.check_same(method, f"{PREFIX}/users/@@{path}", body, world.foreign, UNKNOWN_ID, 404)


def test_a_foreign_user_in_the_body_of_a_replace(world):
    for more, status in (
        ({"name": "Mine"}, 404),
        ({"name": ""}, 400),
        ({}, 400),
        ({"name": "Mine", "externalId": "two"}, 404),
        ({"name": "Mine", "ravenSlingshotCredentials": {"id": UNKNOWN_ID}}, 404),
        ({"name": "Mine", "ravenSlingshotCredentials": {"id": world.attached}}, 404),
    ):
        for target in ("/users", "/users/"):
            world.check_same("PUT", PREFIX + target, {"id": "@@", **more}, world.foreign, UNKNOWN_ID, status)


def test_a_foreign_credential_in_a_link(world):
    for stranger in (world.attached, world.detached, world.foreign):
        for row in _core.providers():
            link = {row["member"]: {"id": "@@"}}
            world.check_same("POST", PREFIX + "/users", {"name": "New", **link}, stranger, UNKNOWN_ID, 404)
            whole = {"id": world.own, "name": "Maple", "externalId": "one", **link}
            world.check_same("PUT", PREFIX + "/users", whole, stranger, UNKNOWN_ID, 404)
            world.check_same("PATCH", f"{PREFIX}/users/{world.own}", link, stranger, UNKNOWN_ID, 404)
        taken = {"externalId": "two", "ravenSlingshotCredentials": {"id": "@@"}}
        world.check_same("PATCH", f"{PREFIX}/users/{world.own}", taken, stranger, UNKNOWN_ID, 400)
    assert world.must("a", "GET", PREFIX + "/users?externalId=one")[0].keys() == {"id", "name", "externalId"}
    assert len(world.must("a", "GET", PREFIX + "/users")) == 2


def test_a_foreign_credentials_id_in_the_place_of_a_user(world):
    for method in ("GET", "DELETE"):
        world.check_same(method, f"{PREFIX}/users/@@", None, world.attached, UNKNOWN_ID, 404)


def test_a_foreign_user_in_permissions(world):
    grant = {"permissions": {"FIELDS": {"actions": ["READ"]}}}
    for role, other in (("receiver", "b"), ("receiver", "c"), ("receiver", "n"), ("sender", "b"), ("sender", "c")):
        target = f"{RELATIONS}/{role}/{other}%40x.example/users-permissions/@@"
        for method, more, body in (
            ("GET", "", None),
            ("DELETE", "", None),
            *([("POST", "", grant), ("PATCH", "/FIELDS", {"actions": ["READ"]})] if role == "receiver" else []),
        ):
            world.check_same(method, target + more, body, world.foreign, UNKNOWN_ID, 404)


def test_an_owner_without_a_relation_and_one_who_is_unknown(world):
    for role in ("receiver", "sender"):
        for method, more, body in (
            ("GET", "/status", None),
            ("PATCH", "", {"status": "ALLOWED"}),
            ("PATCH", "", {}),
            ("POST", "/invalidate-tokens", None),
            ("GET", f"/users-permissions/{world.own}", None),
            ("DELETE", f"/users-permissions/{world.own}", None),
        ):
            target = f"{RELATIONS}/{role}/@@{more}"
            world.check_same(method, target, body, "c%40x.example", "n%40x.example", 404)


def test_the_values_of_another_owner_in_a_filter(world):
    for name, value in (("externalId", "foreign"), ("name", "Elm"), ("email", "c%40x.example")):
        world.check_same("GET", f"{PREFIX}/users?{name}=@@", None, value, "nobody", 200)
        assert world.must("a", "GET", f"{PREFIX}/users?{name}={value}") == []


def test_only_the_making_of_a_relation_tells_that_an_owner_is_unknown(world):
    offer = json.dumps({"receiverApiOwner": "n@x.example"})
    assert world.ask("a", "POST", RELATIONS + "/receiver", offer)[0] == 404
    offer = json.dumps({"receiverApiOwner": "c@x.example"})
    assert World().ask("a", "POST", RELATIONS + "/receiver", offer)[0] == 201
