"""A real service driven by the symbols of connect_model: owners and Leaf users get e-mails and ids here."""

import json
from urllib.parse import quote

import connect_model as model

from leafnative import _core

PREFIX = "/services/usermanagement/api"
RELATIONS = PREFIX + "/api-owners/sharing-relation"
OWNERS = ("S", "R", "T")  # sender, receiver, a third owner
USERS = {"own": "S", "theirs": "R", "foreign": "T", "shared": "T"}  # Leaf user -> owner
UNKNOWN = {"unknown": "00000000-0000-4000-8000-000000000000", "not-a-uuid": "7"}
PASSWORD = "a password for the tests"


class Mismatch(AssertionError):
    """The service answered otherwise than the model."""


class Live:
    """One service; every `World` in it has owners of its own."""

    def __init__(self, service=None):
        self.service = service or _core.Service()
        self.worlds = 0
        self.checks = 0

    def handle(self, method, target, token=None, body=None):
        headers = [] if token is None else [("Authorization", "Bearer " + token)]
        status, answered, content = self.service.handle(method, target, headers, (body or "").encode())
        return status, answered, bytes(content)

    def login(self, email):
        body = json.dumps({"username": email, "password": PASSWORD})
        status, _, content = self.handle("POST", "/api/authenticate", None, body)
        assert status == 200, content
        return json.loads(content)["id_token"]


class World:
    """A model world and the same world in the service, moved together."""

    def __init__(self, live):
        self.live = live
        live.worlds += 1
        self.emails = {symbol: f"{symbol.lower()}{live.worlds}@farm.example" for symbol in (*OWNERS, "X")}
        for symbol in OWNERS:
            live.service.create_owner(self.emails[symbol], PASSWORD)
        self.tokens = {symbol: live.login(self.emails[symbol]) for symbol in OWNERS}
        self.ids = dict(UNKNOWN)
        for user, owner in USERS.items():
            body = json.dumps({"name": user})
            status, _, content = live.handle("POST", PREFIX + "/users", self.tokens[owner], body)
            assert status == 201, content
            self.ids[user] = json.loads(content)["id"]
        self.model = model.World(set(OWNERS), dict(USERS))
        self.trace = []

    def name(self, symbol):
        email = self.emails.get(symbol.rstrip("^"))
        if email is not None:
            return email.upper() if symbol.endswith("^") else email
        return self.ids.get(symbol, symbol)

    def named(self, value):
        """A value of the model with names in place of symbols."""
        if isinstance(value, dict):
            return {key: self.named(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.named(member) for member in value]
        return self.name(value) if isinstance(value, str) else value

    def send(self, request):
        target = "/".join([RELATIONS, *(quote(self.name(segment), safe="") for segment in request.segments)])
        body = request.body
        if body is not None and "receiverApiOwner" in body:
            for symbol in (*OWNERS, "X", "S^", "R^"):
                body = body.replace(f'"{symbol}"', f'"{self.name(symbol)}"')
        return self.live.handle(request.method, target, self.tokens.get(request.actor), body)

    def check(self, request):
        """Send a request, hold the answer against the model, and move the model on."""
        wanted, after = model.answer(self.model, request)
        status, headers, content = self.send(request)
        self.live.checks += 1
        what = self.difference(wanted, status, headers, content)
        if what:
            raise Mismatch(
                f"{what}\n  wanted {wanted}\n  {request}\n  answered {status} {content!r}\n  in {self.model}"
            )
        self.model = after
        return wanted

    def difference(self, wanted, status, headers, content):
        if status != wanted.status:
            return "another status"
        if status == 204:
            return "a body with 204" if content else None
        answered = json.loads(content)
        if status < 300:
            return "another body" if wanted.body is not model.ANY and answered != self.named(wanted.body) else None
        if status == 405 and not any(name.lower() == "allow" for name, _ in headers):
            return "405 without Allow"
        key = answered.get("errorKey") or ""
        return "another key" if wanted.key is not model.ANY and key != wanted.key else None
