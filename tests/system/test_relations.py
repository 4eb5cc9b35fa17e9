"""Leaf Connect's state machine: every state, actor and request, held against the independent model."""

import json
from itertools import product

import connect_model as model
import pytest
from connect_model import Request
from live import Live, Mismatch, World

ACTORS = ("S", "R", "T", None)
ROLES = ("receiver", "sender", "RECEIVER", "friend")
OTHERS = ("S", "R", "T", "X", "R^")
USERS = ("own", "theirs", "foreign", "shared", "unknown", "not-a-uuid")
TOO_LARGE = " " * (model.BODY_LIMIT + 1)

NOT_JSON = ("not json", "", None, '{"status":"ALLOWED"', "{'status':'ALLOWED'}")
ASKS = (
    '{"status":"ALLOWED"}',
    '{"status":"BLOCKED"}',
    '{"status":"PENDING"}',
    '{"status":"allowed"}',
    '{"status":"OTHER"}',
    '{"status":""}',
    '{"status":null}',
    '{"status":7}',
    '{"status":["ALLOWED"]}',
    '{"other":"ALLOWED"}',
    "{}",
    "[]",
    '"ALLOWED"',
    *NOT_JSON,
)
OFFERS = (
    *(f'{{"receiverApiOwner":"{symbol}"}}' for symbol in ("S", "R", "T", "X", "S^", "R^")),
    '{"receiverApiOwner":""}',
    '{"receiverApiOwner":null}',
    '{"receiverApiOwner":7}',
    '{"receiver":"R"}',
    "{}",
    "[]",
    *NOT_JSON,
)
READ = {"actions": ["READ"]}
GRANTS = tuple(
    json.dumps(body)
    for body in (
        READ,
        {**READ, "types": []},
        {**READ, "types": ["PLANTED"]},
        {**READ, "types": ["HARVESTED", "PLANTED", "HARVESTED"]},
        {"actions": ["READ", "READ"], "types": ["APPLIED", "HARVESTED", "PLANTED"]},
        {**READ, "types": ["SOLD"]},
        {**READ, "types": ["PLANTED", "SOLD"]},
        {**READ, "types": ["planted"]},
        {**READ, "types": "PLANTED"},
        {**READ, "types": [7]},
        {"types": ["PLANTED"]},
        {"actions": [], "types": ["PLANTED"]},
        {"actions": ["WRITE"]},
        {"actions": ["READ", "WRITE"], "types": ["PLANTED"]},
        {"actions": "READ"},
        {"actions": None},
        {},
        [],
    )
)
PERMISSIONS = (
    *(f'{{"permissions":{{"{resource}":{grant}}}}}' for resource in ("FIELDS", "OPERATIONS") for grant in GRANTS),
    json.dumps({"permissions": {"FIELDS": READ, "OPERATIONS": {**READ, "types": ["APPLIED"]}}}),
    json.dumps({"permissions": {"FIELDS": READ, "OPERATIONS": READ}}),
    json.dumps({"permissions": {"FIELD": READ}}),
    json.dumps({"permissions": {"FIELDS": READ, "FIELD": READ}}),
    '{"permissions":{}}',
    '{"permissions":null}',
    '{"permissions":["FIELDS"]}',
    "{}",
    "[]",
    *NOT_JSON,
)
PERMISSION_STATES = (
    {},
    {"FIELDS": READ},
    {"OPERATIONS": {**READ, "types": ["PLANTED"]}},
    {"FIELDS": READ, "OPERATIONS": {**READ, "types": ["APPLIED", "HARVESTED"]}},
)


def bodies_for(actor, segments, bodies, few):
    """All bodies where they can come to be read, some elsewhere to show the order of checks."""
    meant = (
        actor in ("S", "R") and segments[0] in ("receiver", "sender") and segments[1] == ("R" if actor == "S" else "S")
    )
    return bodies if meant and segments[3:] in ((), ("own",), ("shared",), ("theirs",)) else few


def requests_of(actor):
    """Every request that the model is asked about."""
    for role in ROLES:
        yield Request(actor, "GET", (role,))
        for method in ("PUT", "PATCH", "DELETE"):
            yield Request(actor, method, (role,))
    for role, body in product(("receiver", "sender", "friend"), OFFERS):
        yield Request(actor, "POST", (role,), body)
    for role, other in product(ROLES, OTHERS):
        yield Request(actor, "GET", (role, other, "status"))
        yield Request(actor, "POST", (role, other, "invalidate-tokens"))
        yield Request(actor, "POST", (role, other, "invalidate-tokens"), "not json")
        for body in bodies_for(actor, (role, other), ASKS, (*ASKS[:3], "not json")):
            yield Request(actor, "PATCH", (role, other), body)
        for method, rest in (
            ("GET", ()),
            ("DELETE", ()),
            ("POST", ("status",)),
            ("PATCH", ("invalidate-tokens",)),
            ("GET", ("stat",)),
            ("GET", ("status", "more")),
            ("POST", ("users-permissions",)),
        ):
            yield Request(actor, method, (role, other, *rest))
    for role, other, user in product(ROLES, OTHERS, USERS):
        segments = (role, other, "users-permissions", user)
        yield Request(actor, "GET", segments)
        yield Request(actor, "DELETE", segments)
        yield Request(actor, "PATCH", segments, "{}")
        if role in ("receiver", "sender", "friend"):
            bodies = bodies_for(actor, segments, PERMISSIONS, (PERMISSIONS[0], "not json"))
            for body in bodies if role == "receiver" else (PERMISSIONS[0], "not json"):
                yield Request(actor, "POST", segments, body)
            for resource in ("FIELDS", "OPERATIONS", "FIELD", "fields"):
                bodies = bodies_for(actor, segments, (*GRANTS, *NOT_JSON), (GRANTS[0], GRANTS[2], "not json"))
                for body in bodies if role == "receiver" else (GRANTS[0],):
                    yield Request(actor, "PATCH", (*segments, resource), body)
    large = (
        (("PATCH", ("receiver", "R")), ASKS[0]),
        (("POST", ("receiver", "R", "users-permissions", "own")), PERMISSIONS[0]),
    )
    for (method, segments), body in large:
        yield Request(actor, method, segments, body + TOO_LARGE)


def states():
    """(way to the relation or None for no relation, what is granted): every world."""
    yield None, {}
    yield from product(model.reachable().values(), PERMISSION_STATES)


def make_world(live, way, permissions):
    """A world in that state, come to by calls; the third owner shares one of its users with the sender."""
    world = World(live)
    world.check(Request("T", "POST", ("receiver",), '{"receiverApiOwner":"S"}'))
    world.check(Request("S", "PATCH", ("sender", "T"), ASKS[0]))
    world.check(Request("T", "POST", ("receiver", "S", "users-permissions", "shared"), PERMISSIONS[0]))
    if way is None:
        return world
    world.check(Request("S", "POST", ("receiver",), '{"receiverApiOwner":"R"}'))
    if permissions:
        body = json.dumps({"permissions": permissions})
        world.check(Request("S", "POST", ("receiver", "R", "users-permissions", "own"), body))
    for party, ask in way:
        actor, segments = ("S", ("receiver", "R")) if party == "sender" else ("R", ("sender", "S"))
        world.check(Request(actor, "PATCH", segments, f'{{"status":"{ask}"}}'))
    return world


# What can be read of the relation without a change.
LOOKS = (Request("R", "GET", ("sender",)), Request("S", "GET", ("receiver", "R", "users-permissions", "own")))


def probe(world):
    """Tell every hidden state from every other by what the parties are answered from here on."""
    for actor, segments in (
        ("S", ("receiver", "R", "status")),
        ("R", ("sender", "S", "status")),
        ("S", ("sender",)),
        ("S", ("receiver", "R", "users-permissions", "own")),
        ("R", ("sender", "S", "users-permissions", "own")),
        ("S", ("receiver",)),
        ("R", ("receiver",)),
        ("T", ("receiver",)),
        ("T", ("sender",)),
        ("S", ("sender", "T", "users-permissions", "shared")),
    ):
        world.check(Request(actor, "GET", segments))
    for actor, ask in (
        ("S", "ALLOWED"),
        ("S", "ALLOWED"),
        ("R", "ALLOWED"),
        ("S", "ALLOWED"),
        ("R", "BLOCKED"),
        ("S", "BLOCKED"),
        ("S", "ALLOWED"),
        ("R", "ALLOWED"),
    ):
        segments = ("receiver", "R") if actor == "S" else ("sender", "S")
        world.check(Request(actor, "PATCH", segments, f'{{"status":"{ask}"}}'))
    for request in LOOKS:
        world.check(request)


def changes(world, request):
    """Whether the model thinks that the request may change something."""
    return request.method != "GET" and model.answer(world.model, request)[0].status < 300


def test_every_hidden_state_can_be_told_from_the_others_by_the_probe():
    asks = (("sender", "ALLOWED"), ("sender", "ALLOWED"), ("receiver", "ALLOWED"), ("sender", "ALLOWED"))
    told = {}
    for state in model.reachable():
        seen, now = [state.status], state
        for party, ask in asks:
            now, key = model.decide(now, party, ask)
            seen.append((now.status, key))
        told.setdefault(tuple(seen), []).append(state)
    assert len(model.reachable()) == 8
    # What the receiver accepted before it blocked makes no difference: to lift its block is to accept.
    for same in told.values():
        assert len({(state.sender_blocked, state.receiver_blocked) for state in same}) == 1
        assert len(same) == 1 or same[0].receiver_blocked


def test_every_request_in_every_state_by_every_actor_is_answered_as_the_model_says(capsys):
    live = Live()
    requests = [request for actor in ACTORS for request in requests_of(actor)]
    cases, wrong, kinds = 0, [], set()

    def attempt(world, steps):
        try:
            steps(world)
        except Mismatch as mismatch:
            wrong.append(str(mismatch))

    for way, permissions in states():
        still = make_world(live, way, permissions)
        for request in requests:
            cases += 1
            wanted = model.answer(still.model, request)[0]
            kinds.add((request.method, wanted.status, wanted.key if isinstance(wanted.key, str) else "any"))
            if changes(still, request):
                world = make_world(live, way, permissions)
                attempt(world, lambda world, request=request: (world.check(request), probe(world)))
            else:
                glance = LOOKS[cases % 2]
                attempt(
                    still, lambda world, request=request, glance=glance: (world.check(request), world.check(glance))
                )
            if len(wrong) >= 20:
                pytest.fail(f"{len(wrong)} answers differ after {cases} cases\n" + "\n".join(wrong))
        attempt(still, probe)
    with capsys.disabled():
        print(f"\nfigure relation_states {sum(1 for _ in states())}\nfigure relation_cases {cases}")
        print(f"figure relation_checks {live.checks}\nfigure relation_kinds_of_answer {len(kinds)}")
    assert not wrong, "\n".join(wrong)
    assert cases == len(requests) * sum(1 for _ in states())
