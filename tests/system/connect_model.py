"""An independent model of Leaf Connect, written from Leaf's documentation and from nothing in the library.

The world is a value: relations and grants by names. `answer` gives what a request must be answered and the world after
it. Names of owners and Leaf users are symbols; whoever drives a real service puts e-mails and ids in their place.
"""

import json
from dataclasses import dataclass, field, replace

TYPES = ("APPLIED", "HARVESTED", "PLANTED")
RESOURCES = ("FIELDS", "OPERATIONS")
ANY = object()  # an error key that the documentation leaves open
BODY_LIMIT = 1 << 20


@dataclass(frozen=True)
class Relation:
    accepted: bool = False
    sender_blocked: bool = False
    receiver_blocked: bool = False

    @property
    def status(self):
        if self.sender_blocked or self.receiver_blocked:
            return "BLOCKED"
        return "ALLOWED" if self.accepted else "PENDING"


def decide(relation, party, ask):
    """What a party's request for ALLOWED or BLOCKED does: (the relation after it, error key or None)."""
    if party == "receiver":
        if relation.sender_blocked:
            return relation, "sharingRelationBlockedBySender"
        if ask == "BLOCKED":
            return replace(relation, receiver_blocked=True), None
        return replace(relation, accepted=True, receiver_blocked=False), None
    if ask == "BLOCKED":
        return replace(relation, sender_blocked=True), None
    if relation.sender_blocked:
        return replace(relation, sender_blocked=False), None
    if relation.receiver_blocked:
        return relation, "sharingRelationBlockedByReceiver"
    return relation, None if relation.accepted else "receiverApprovalRequired"


def may_grant(relation):
    """The error key that keeps a sender from granting, or None."""
    if relation.sender_blocked:
        return "sharingRelationBlockedBySender"
    return "sharingRelationBlockedByReceiver" if relation.receiver_blocked else None


def reachable():
    """Every hidden state that requests lead to, each with the shortest way from a new relation."""
    ways = {Relation(): ()}
    queue = [Relation()]
    for state in queue:
        for party in ("sender", "receiver"):
            for ask in ("ALLOWED", "BLOCKED"):
                after, _ = decide(state, party, ask)
                if after not in ways:
                    ways[after] = ways[state] + ((party, ask),)
                    queue.append(after)
    return ways


@dataclass
class World:
    owners: set
    user_owner: dict  # Leaf user -> its owner
    relations: dict = field(default_factory=dict)  # (sender, receiver) -> Relation, in the order of creation
    grants: dict = field(default_factory=dict)  # (sender, receiver, user) -> {resource: types}

    def copy(self):
        grants = {key: dict(value) for key, value in self.grants.items()}
        return World(self.owners, self.user_owner, dict(self.relations), grants)


@dataclass(frozen=True)
class Request:
    actor: str | None  # None: no token
    method: str
    segments: tuple  # below /api-owners/sharing-relation
    body: str | None = None


@dataclass
class Answer:
    status: int
    key: object = ""  # the error key; ANY where it is open
    body: object = ANY  # of a success


def problem(status, key=""):
    return Answer(status, key)


INVALID = problem(400, "validation")
NOT_JSON = problem(400)


def owner_of(symbol):
    """R^ is the e-mail of R in capitals: the same owner."""
    return symbol.rstrip("^")


def shown(relation_key, relation):
    return {"senderApiOwner": relation_key[0], "receiverApiOwner": relation_key[1], "status": relation.status}


def permissions_of(grants):
    return {
        resource: {"actions": ["READ"], "types": list(types)} if types else {"actions": ["READ"]}
        for resource, types in grants.items()
    }


def operation_of(segments):
    """The methods of a path, each with the operation it means; empty for no path."""
    count = len(segments)
    receiver = count > 0 and segments[0] == "receiver"
    if count == 1:
        return {"GET": "list", **({"POST": "create"} if receiver else {})}
    if count == 2:
        return {"PATCH": "update"}
    if count == 3:
        return {"status": {"GET": "status"}, "invalidate-tokens": {"POST": "invalidate"}}.get(segments[2], {})
    if segments[2:3] != ("users-permissions",):
        return {}
    if count == 4:
        return {"GET": "get", "DELETE": "delete", **({"POST": "grant"} if receiver else {})}
    return {"PATCH": "change"} if count == 5 and receiver else {}


def read_body(text):
    """(the object, None) or (None, the refusal)."""
    try:
        value = json.loads(text) if text is not None else None
    except ValueError:
        return None, NOT_JSON
    if text is None:
        return None, NOT_JSON
    return (value, None) if isinstance(value, dict) else (None, problem(400, ANY))


def grant_of(resource, entry):
    """The types of a grant, or None when it is not one."""
    if resource not in RESOURCES or not isinstance(entry, dict):
        return None
    actions, types = entry.get("actions"), entry.get("types", [])
    if not isinstance(actions, list) or not actions or any(action != "READ" for action in actions):
        return None
    if not isinstance(types, list) or any(kind not in TYPES for kind in types):
        return None
    if (resource == "OPERATIONS") != bool(types):
        return None
    return tuple(dict.fromkeys(types))


def answer(world, request):
    """(what the request is answered, the world after it)."""
    if request.actor is None:
        return problem(401), world
    operations = operation_of(request.segments)
    if not operations:
        return problem(404), world
    if request.method not in operations:
        return problem(405), world
    return Decision(world, request, operations[request.method]).run()


class Decision:
    """One request whose path and method are known."""

    def __init__(self, world, request, operation):
        self.world, self.request, self.operation = world, request, operation
        self.before, self.me = world, request.actor
        self.role = request.segments[0].lower()
        self.other = owner_of(request.segments[1]) if len(request.segments) > 1 else None
        self.user = request.segments[3] if len(request.segments) > 3 else None
        self.resource = request.segments[4] if len(request.segments) > 4 else None
        self.key = (self.me, self.other) if self.role == "receiver" else (self.other, self.me)
        self.party = "sender" if self.role == "receiver" else "receiver"

    def run(self):
        result = self.refuse_form() or self.refuse_missing()
        if result is None:
            self.world = self.world if self.request.method == "GET" else self.world.copy()
            result = getattr(self, self.operation)()
        return result, self.world if result.status < 300 else self.before

    def refuse_form(self):
        if self.role not in ("receiver", "sender"):
            return problem(400)
        if self.user == "not-a-uuid":
            return problem(400)
        return problem(400) if self.resource is not None and self.resource not in RESOURCES else None

    def refuse_missing(self):
        if self.other is None:
            return None
        if self.key not in self.world.relations:
            return problem(404, "sharingRelationNotFound")
        if self.user is not None and self.party == "sender" and not self.sees_user():
            return problem(404, "leafUserNotFound")
        return None

    def sees_user(self):
        """A sender's own Leaf user; for grants also one that was shared with it, which is refused later."""
        if self.world.user_owner.get(self.user) == self.me:
            return True
        return self.operation in ("grant", "change") and self.shared_with_me()

    def shared_with_me(self):
        return any(
            user == self.user and receiver == self.me and self.world.relations[(sender, receiver)].status == "ALLOWED"
            for sender, receiver, user in self.world.grants
        )

    def body(self):
        if self.request.body is not None and len(self.request.body) > BODY_LIMIT:
            return None, problem(413)
        return read_body(self.request.body)

    @property
    def relation(self):
        return self.world.relations[self.key]

    @property
    def granted(self):
        return self.world.grants.get((*self.key, self.user), {})

    def list(self):
        mine = 0 if self.role == "receiver" else 1
        found = [shown(key, relation) for key, relation in self.world.relations.items() if key[mine] == self.me]
        return Answer(200, "", found)

    def status(self):
        return Answer(200, "", self.relation.status)

    def create(self):
        body, refusal = self.body()
        if refusal:
            return refusal
        receiver = body.get("receiverApiOwner")
        if not isinstance(receiver, str) or not receiver:
            return INVALID
        receiver = owner_of(receiver)
        if receiver == self.me:
            return problem(400, "selfSharing")
        if receiver not in self.world.owners:
            return problem(404, ANY)
        key = (self.me, receiver)
        if key in self.world.relations:
            return problem(400, "sharingRelationAlreadyExists")
        self.world.relations[key] = Relation()
        return Answer(201, "", shown(key, Relation()))

    def update(self):
        body, refusal = self.body()
        if refusal:
            return refusal
        if body.get("status") not in ("ALLOWED", "BLOCKED"):
            return INVALID
        after, key = decide(self.relation, self.party, body["status"])
        if key:
            return problem(403, key)
        self.world.relations[self.key] = after
        return Answer(200, "", shown(self.key, after))

    def invalidate(self):
        return Answer(204, "", None)

    def get(self):
        if not self.granted and self.party == "receiver":
            return problem(404, "permissionNotFound")
        return Answer(200, "", {"permissions": permissions_of(self.granted)})

    def delete(self):
        if not self.granted:
            return problem(404, "permissionNotFound")
        del self.world.grants[(*self.key, self.user)]
        return Answer(204, "", None)

    def refuse_grant(self):
        if self.world.user_owner.get(self.user) != self.me:
            return problem(403, ANY if may_grant(self.relation) else "sharedLeafUserNotGrantable")
        key = may_grant(self.relation)
        return problem(403, key) if key else None

    def granted_answer(self, status):
        return Answer(status, "", {"leafUserId": self.user, "permissions": permissions_of(self.granted)})

    def grant(self):
        body, refusal = self.body()
        if refusal:
            return refusal
        entries = body.get("permissions")
        if not isinstance(entries, dict) or not entries:
            return INVALID
        types = {resource: grant_of(resource, entry) for resource, entry in entries.items()}
        if None in types.values():
            return INVALID
        refusal = self.refuse_grant()
        if refusal:
            return refusal
        self.world.grants[(*self.key, self.user)] = {**self.granted, **types}
        return self.granted_answer(201)

    def change(self):
        body, refusal = self.body()
        if refusal:
            return refusal
        types = grant_of(self.resource, body)
        if types is None:
            return INVALID
        refusal = self.refuse_grant()
        if refusal:
            return refusal
        if self.resource not in self.granted:
            return problem(404, "permissionNotFound")
        self.world.grants[(*self.key, self.user)] = {**self.granted, self.resource: types}
        return self.granted_answer(200)


@dataclass(frozen=True)
class AccessFacts:
    """What a question of access turns on, once the caller's token and the form of the question are good."""

    user_exists: bool
    is_owner: bool
    has_relation: bool
    relation: Relation
    resource_granted: bool
    type_granted: bool
    token_invalidated: bool


def access(facts):
    """(HTTP status, error key) of the decision; 200 and no key when it is allowed.

    To whom nothing of this was granted it looks as if the Leaf user were not there, whatever else stands against it:
    an existence is not told. After that the order of checks is that of every request: token, rule, the permission
    itself."""
    if not facts.user_exists:
        return 404, "leafUserNotFound"
    if facts.is_owner:
        return 200, ""
    if not facts.has_relation or not facts.resource_granted:
        return 404, "leafUserNotFound"
    if facts.token_invalidated:
        return 401, "tokenInvalidated"
    block = may_grant(facts.relation)
    if block:
        return 403, block
    if not facts.relation.accepted:
        return 403, "receiverApprovalRequired"
    return (200, "") if facts.type_granted else (404, "permissionNotFound")
