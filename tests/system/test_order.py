"""The order of checks: on every operation, with every provider, each pair of faults is answered by the earlier one."""

import json
from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest

from leafnative import _core

PREFIX = "/services/usermanagement/api"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
UNKNOWN_EMAIL = "nobody@else.example"
PASSWORD = "a password for the tests"
BODY_LIMIT = 2000

# The ranks of the contract. A fault of a lower rank answers.
TOKEN, PATH, METHOD, FORM, RELATION, USER, SIZE, JSON, FIELDS, RULE, THING = range(11)


@dataclass(frozen=True)
class Case:
    """A request that fails in the world that was made for it, by `late` if by anything."""

    token: str | None
    method: str
    template: str
    members: dict
    body: str | None
    late: tuple | None = None
    more: str = ""

    @property
    def target(self):
        return self.template.format(**self.members) + self.more


@dataclass(frozen=True)
class Fault:
    rank: int
    part: str  # of two faults in the same part only one can be there
    change: dict = field(hash=False)
    status: int = 0
    key: str | None = None


def in_members(case, **members):
    return {"members": {**case.members, **members}}


def faults_of(case, operation):
    """Every fault that a request to the operation can have."""
    names = case.members.keys()
    if case.token is not None:
        yield Fault(TOKEN, "token", {"token": "not.a.token"}, 401)
        yield Fault(PATH, "more", {"more": "/no/such/path"}, 404)
    wrong = "DELETE" if case.template.endswith("/users") else "PUT"
    yield Fault(METHOD, "method", {"method": wrong}, 405)
    for name, bad in (("role", "friend"), ("leafUserId", "7"), ("resource", "FIELD")):
        if name in names:
            yield Fault(FORM, name, in_members(case, **{name: bad}), 400)
    if "owner" in names:
        yield Fault(RELATION, "owner", in_members(case, owner=UNKNOWN_EMAIL), 404, "sharingRelationNotFound")
    if "leafUserId" in names:
        yield Fault(USER, "leafUserId", in_members(case, leafUserId=UNKNOWN_ID), 404, "leafUserNotFound")
    yield Fault(SIZE, "body", {"body": "{" * (BODY_LIMIT + 1)}, 413)
    if operation["body"] is not None:
        yield Fault(JSON, "body", {"body": "{"}, 400)
        yield Fault(FIELDS, "body", {"body": '{"name":null}'}, 400, "validation")
    if case.late is not None:
        status, key = case.late
        yield Fault(RULE if status == 403 else THING, "world", {}, status, key)


class World:
    """A service with three owners, and what the requests need."""

    def __init__(self):
        self.service = _core.Service(body_max_bytes=BODY_LIMIT)
        self.tokens = {}
        for name in "abc":
            self.service.create_owner(f"{name}@x.example", PASSWORD)
            body = json.dumps({"username": f"{name}@x.example", "password": PASSWORD})
            self.tokens[name] = self.must("POST", "/api/authenticate", body, None)["id_token"]
        self.user = self.api("POST", "/users", {"name": "Maple", "externalId": "taken"})["id"]
        self.other = self.api("POST", "/users", {"name": "Oak"})["id"]

    def ask(self, method, target, body, token):
        headers = [] if token is None else [("Authorization", f"Bearer {token}")]
        status, _, content = self.service.handle(method, target, headers, body or "")
        return status, json.loads(content) if content else {}

    def must(self, method, target, body, token):
        status, answer = self.ask(method, target, body, token)
        assert status < 300, answer
        return answer

    def api(self, method, path, body=None, name="a"):
        return self.must(method, PREFIX + path, None if body is None else json.dumps(body), self.tokens[name])

    def share(self, *steps):
        """Makes the relation from a to b; a step is who asks and for what."""
        self.api("POST", "/api-owners/sharing-relation/receiver", {"receiverApiOwner": "b@x.example"})
        for name, path, status in steps:
            self.api("PATCH", f"/api-owners/sharing-relation/{path}%40x.example", {"status": status}, name)


def created(provider):
    """A body with every member that a create needs."""
    body = {}
    for row in _core.schemas()[provider["schema"]]["fields"]:
        if "in_create" in row["marks"]:
            body[row["name"]] = "STAGE" if row["choice"] else "x"
    return body


SIGN_IN = {"clientId": "i", "username": "u", "password": "p", "clientEnvironment": "STAGE", "organizationCode": "o"}
GRANT = {"actions": ["READ"], "types": []}
BLOCKED = ("a", "receiver/b", "BLOCKED")


def case_of(world, operation, provider):
    """The request to an operation, after its world was made."""
    name = f"{operation['group']}.{operation['name']}"
    template = operation["path"].replace("[/]", "")
    if provider is not None:
        template = template.replace("{provider}", provider["segment"])
    members = {"leafUserId": world.user, "role": "receiver", "owner": "b%40x.example", "resource": "FIELDS"}
    body, late = None, None
    if name == "authentication.login":
        body, late = {"username": "a@x.example", "password": "wrong"}, (401, None)
    elif name == "users.create":
        body, late = {"name": "Elm", "externalId": "taken"}, (400, "externalIdAlreadyExists")
    elif name == "users.replace":
        body, late = {"id": UNKNOWN_ID, "name": "Elm"}, (404, "leafUserNotFound")
    elif name == "users.update":
        members["leafUserId"] = world.other
        body, late = {"externalId": "taken"}, (400, "externalIdAlreadyExists")
    elif name == "provider_credentials.create":
        body, late = created(provider), (400, "credentialsAlreadyExists")
        world.api("POST", f"/users/{world.user}/{provider['segment']}", body)
    elif operation["group"] == "provider_credentials":
        late = (404, "credentialsNotFound")
    elif name == "one_click.panorama":
        body, late = SIGN_IN, (400, "credentialsAlreadyExists")
        panorama = next(row for row in _core.providers() if row["attribute"] == "panorama")
        world.api("POST", f"/users/{world.user}/panorama-credentials", created(panorama))
    elif name == "sharing.create":
        world.share()
        body, late = {"receiverApiOwner": "b@x.example"}, (400, "sharingRelationAlreadyExists")
    elif name == "sharing.update":
        world.share()
        body, late = {"status": "ALLOWED"}, (403, "receiverApprovalRequired")
    elif name in ("permissions.create", "permissions.update"):
        world.share(BLOCKED)  # what is changed was not granted either: the rule comes before that
        body = {"permissions": {"FIELDS": GRANT}} if name == "permissions.create" else GRANT
        late = (403, "sharingRelationBlockedBySender")
    elif operation["group"] in ("sharing", "permissions"):
        world.share()
        late = (404, "permissionNotFound") if name == "permissions.delete" else None
    used = {key: value for key, value in members.items() if "{" + key + "}" in template}
    token = world.tokens["a"] if operation["access"] == "token" else None
    return Case(token, operation["method"], template, used, None if body is None else json.dumps(body), late)


def each(with_body=False):
    """Every operation of Leaf with every provider; with_body: only those that take one."""
    for operation in _core.operations():
        if operation["api"] != "leaf":
            continue
        for provider in _core.providers() if operation["per_provider"] else [None]:
            name = f"{operation['group']}.{operation['name']}"
            if operation["body"] is not None or not with_body:
                yield pytest.param(operation, provider, id=f"{name}-{provider['attribute']}" if provider else name)


def check(world, case, fault, what):
    status, answer = world.ask(case.method, case.target, case.body, case.token)
    assert (status, answer.get("errorKey")) == (fault.status, fault.key), (what, case, answer)


@pytest.mark.parametrize(("operation", "provider"), list(each()))
def test_of_two_faults_the_earlier_one_answers(operation, provider):
    world = World()
    case = case_of(world, operation, provider)
    faults = list(faults_of(case, operation))
    assert len(faults) >= 3
    for fault in faults:
        check(world, replace(case, **fault.change), fault, "alone")
    for one, two in combinations(faults, 2):
        earlier, later = sorted((one, two), key=lambda fault: fault.rank)
        if earlier.part == later.part or earlier.rank == later.rank:
            continue
        changes = {**later.change, **earlier.change}
        if "members" in later.change and "members" in earlier.change:
            changes["members"] = {**later.change["members"], earlier.part: earlier.change["members"][earlier.part]}
        check(world, replace(case, **changes), earlier, (earlier, later))


def strings_of(schema, mode):
    """The pointers of the texts in a body of the schema, those in links too."""
    for row in _core.schemas()[schema]["fields"]:
        if mode in row["marks"] and row["type"] != "boolean":
            yield row["name"], "link" if row["name"].endswith("Credentials") else row["type"]


@pytest.mark.parametrize(("operation", "provider"), list(each(with_body=True)))
def test_a_text_with_u0000_is_refused_wherever_it_stands_in_a_body(operation, provider):
    schema = provider["schema"] if operation["body"] == "provider" else operation["body"]
    world = World()
    case = case_of(world, operation, provider)
    sound = json.loads(case.body)
    for name, kind in strings_of(schema, f"in_{operation['mode']}"):
        bad = {"link": {"id": "a\0"}, "list of strings": ["READ\0"]}.get(kind, "a\0")
        status, answer = world.ask(case.method, case.target, json.dumps({**sound, name: bad}), case.token)
        assert (status, answer["errorKey"]) == (400, "validation"), (name, answer)
        assert answer["fieldErrors"][0]["field"].startswith(name), answer
