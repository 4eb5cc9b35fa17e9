"""Access to shared data: every decision over relations, grants, types, tokens and callers, held against the model."""

import json
from itertools import product

import connect_model as model
from connect_model import Request
from live import Live, World

GRANTS = (
    {},
    {"FIELDS": ()},
    {"OPERATIONS": ("PLANTED",)},
    {"OPERATIONS": ("APPLIED", "HARVESTED")},
    {"FIELDS": (), "OPERATIONS": ("APPLIED", "HARVESTED", "PLANTED")},
)
QUESTIONS = (("FIELDS", None), *(("OPERATIONS", kind) for kind in model.TYPES))


def make_world(live, way, grants):
    world = World(live)
    if way is None:
        return world
    world.check(Request("S", "POST", ("receiver",), '{"receiverApiOwner":"R"}'))
    if grants:
        body = json.dumps({"permissions": model.permissions_of(grants)})
        world.check(Request("S", "POST", ("receiver", "R", "users-permissions", "own"), body))
    for party, ask in way:
        actor, segments = ("S", ("receiver", "R")) if party == "sender" else ("R", ("sender", "S"))
        world.check(Request(actor, "PATCH", segments, f'{{"status":"{ask}"}}'))
    return world


def invalidate(world, by):
    segments = ("receiver", "R") if by == "S" else ("sender", "S")
    world.check(Request(by, "POST", (*segments, "invalidate-tokens")))


def tokens_of(world, related):
    """The receiver's tokens, each with whether an invalidation stands after it."""
    first = world.tokens["R"]
    yield first, False
    if not related:
        return
    invalidate(world, "S")
    second = world.live.login(world.emails["R"])
    yield first, True
    yield second, False
    invalidate(world, "R")
    yield second, True
    yield world.live.login(world.emails["R"]), False


def wanted(world, caller, invalidated, user, resource, kind):
    owner = world.model.user_owner.get(user)
    relation = world.model.relations.get((owner, caller))
    grants = world.model.grants.get((owner, caller, user), {})
    return model.access(
        model.AccessFacts(
            user_exists=owner is not None,
            is_owner=owner == caller,
            has_relation=relation is not None,
            relation=relation or model.Relation(),
            resource_granted=resource in grants,
            type_granted=resource in grants and (kind is None or kind in grants[resource]),
            token_invalidated=invalidated and caller == "R" and owner == "S",
        )
    )


STATUS_OF_REASON = {"tokenInvalidated": 401, "leafUserNotFound": 404}


def check_answer(answer, status, key, what):
    assert answer.allowed == (status == 200), (what, answer)
    assert answer.status == status, (what, answer)
    assert answer.reason, what
    if answer.reason in STATUS_OF_REASON:
        assert STATUS_OF_REASON[answer.reason] == status and key == answer.reason, (what, answer)


def test_every_question_in_every_state_is_decided_as_the_model_says(capsys):
    live = Live()
    count = 0
    for way, grants in [(None, {}), *product(model.reachable().values(), GRANTS)]:
        world = make_world(live, way, grants)
        for token, invalidated in tokens_of(world, way is not None):
            batch, results = [], []
            for caller in ("S", "R", "T"):
                carried = token if caller == "R" else world.tokens[caller]
                for user, (resource, kind) in product(("own", "theirs", "foreign", "unknown"), QUESTIONS):
                    question = (carried, world.name(user), resource, "READ", *([kind] if kind else []))
                    batch.append(question)
                    results.append(wanted(world, caller, invalidated, user, resource, kind))
            answers = live.service.decide_access(batch)
            singles = [live.service.decide_access([question])[0] for question in batch]
            assert [tuple(a) for a in answers] == [tuple(a) for a in singles]
            for question, answer, (status, key) in zip(batch, answers, results, strict=True):
                check_answer(answer, status, key, (way, grants, invalidated, question))
            count += len(batch)
    with capsys.disabled():
        print(f"\nfigure access_decisions {count}")
    assert count > 5000


def test_a_question_with_a_token_that_is_not_valid_is_401_whatever_it_asks():
    live = Live()
    world = make_world(live, (("receiver", "ALLOWED"),), GRANTS[-1])
    token = world.tokens["R"]
    bad = ["", "x", token[:-4], token + "A", token.replace(".", ",", 1), "Bearer " + token, token[::-1]]
    for carried, user, (resource, kind) in product(bad, ("own", "unknown"), QUESTIONS):
        [answer] = live.service.decide_access(
            [(carried, world.name(user), resource, "READ", *([kind] if kind else []))]
        )
        assert (answer.allowed, answer.status) == (False, 401), carried


def test_a_question_that_names_no_resource_action_or_type_is_400_and_never_allowed():
    live = Live()
    world = make_world(live, (("receiver", "ALLOWED"),), GRANTS[-1])
    user = world.name("own")
    for rest in (
        ("FIELD", "READ"),
        ("fields", "READ"),
        ("FIELDS", "WRITE"),
        ("OPERATIONS", "READ"),
        ("OPERATIONS", "READ", "SOLD"),
        ("OPERATIONS", "READ", "planted"),
        ("FIELDS", ""),
        ("", "READ"),
    ):
        [answer] = live.service.decide_access([(world.tokens["R"], user, *rest)])
        assert (answer.allowed, answer.status) == (False, 400), (rest, answer)


def test_a_token_issued_right_after_an_invalidation_works_at_once():
    live = Live()
    world = make_world(live, (("receiver", "ALLOWED"),), GRANTS[1])
    question = (world.name("own"), "FIELDS", "READ")
    for _ in range(50):
        old = live.login(world.emails["R"])
        invalidate(world, "S")
        new = live.login(world.emails["R"])
        refused, allowed = live.service.decide_access([(old, *question), (new, *question)])
        assert (refused.allowed, refused.status, refused.reason) == (False, 401, "tokenInvalidated")
        assert (allowed.allowed, allowed.status) == (True, 200)


def test_an_invalidation_touches_nothing_but_the_data_of_its_relation():
    live = Live()
    world = make_world(live, (("receiver", "ALLOWED"),), GRANTS[1])
    world.check(Request("T", "POST", ("receiver",), '{"receiverApiOwner":"R"}'))
    world.check(Request("R", "PATCH", ("sender", "T"), '{"status":"ALLOWED"}'))
    body = '{"permissions":{"FIELDS":{"actions":["READ"]}}}'
    world.check(Request("T", "POST", ("receiver", "R", "users-permissions", "foreign"), body))
    invalidate(world, "S")
    token = world.tokens["R"]
    asked = [(token, world.name(user), "FIELDS", "READ") for user in ("own", "theirs", "foreign")]
    assert [answer.status for answer in live.service.decide_access(asked)] == [401, 200, 200]
    world.check(Request("R", "GET", ("sender", "S", "users-permissions", "own")))
    world.check(Request("R", "GET", ("sender", "S", "status")))


def listed(rows):
    return sorted(json.dumps(dict(row), sort_keys=True, default=str) for row in rows)


def row(world, owner):
    """The one row of a list: what the sender shares of its own Leaf user with the receiver."""
    return {
        "owner": world.name(owner),
        "status": world.model.relations[("S", "R")].status,
        "leafUserId": world.name("own"),
        "permissions": model.permissions_of(world.model.grants[("S", "R", "own")]),
    }


def test_what_is_shared_with_and_by_an_owner_is_what_the_model_says(capsys):
    live = Live()
    count = 0
    for way, grants in [(None, {}), *product(model.reachable().values(), GRANTS)]:
        world = make_world(live, way, grants)
        with_receiver = [row(world, "S")] if grants else []
        by_sender = [row(world, "R")] if grants else []
        assert listed(live.service.shared_with(world.emails["R"])) == listed(with_receiver)
        assert listed(live.service.shared_by(world.emails["S"])) == listed(by_sender)
        for symbol in ("S", "T"):
            assert live.service.shared_with(world.emails[symbol]) == []
        for symbol in ("R", "T"):
            assert live.service.shared_by(world.emails[symbol]) == []
        count += 6
    with capsys.disabled():
        print(f"\nfigure shared_lists {count}")
