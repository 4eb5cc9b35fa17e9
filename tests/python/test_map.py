"""map and get_many: what items may be, what comes out, and what is held and let go of on the way."""

import asyncio
import gc
import random
import threading
import weakref

import pytest
from peer import peer, users

import leafnative
from leafnative import _core

FARM = "a@farm.example"
COOP = "b@coop.example"
PANORAMA = {
    "client_id": "c",
    "username": "u",
    "password": "p",
    "organization_code": "1",
    "refresh_token": "t",
    "client_environment": "STAGE",
}


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        service.create_owner(COOP, password="s3cret")
        yield service


@pytest.fixture
def leaf(service):
    with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:
        yield leaf


@pytest.fixture
def growers(leaf):
    return [value for _, value, _ in leaf.map("users.create", ({"name": f"g{i}"} for i in range(100)), ordered=True)]


# ---- items ----


def test_dicts_are_the_arguments_of_their_calls(leaf):
    made = list(leaf.map("users.create", [{"name": "a"}, {"name": "b", "external_id": "e"}], ordered=True))
    assert [item["name"] for item, _, _ in made] == [value.name for _, value, _ in made] == ["a", "b"]
    assert made[1][1].external_id == "e" and made[1][2] is None
    assert isinstance(made[0][1], leafnative.User)


def test_ids_and_objects_stand_for_the_open_member_of_the_path(leaf, growers):
    by_id = {item: value for item, value, _ in leaf.map("users.get", [user.id for user in growers])}
    by_object = {item.id: value for item, value, _ in leaf.map("users.get", growers)}
    assert by_id == by_object and len(by_id) == 100
    handles = [leaf.user(user.id) for user in growers[:3]]
    assert [value.id for _, value, _ in leaf.map("users.get", handles, ordered=True)] == [user.id for user in handles]


def test_any_object_with_an_id_stands_for_it(leaf, growers):
    class Row:
        id = growers[0].id

    [(item, value, error)] = leaf.map("users.get", [Row()])
    assert value.id == Row.id and error is None and isinstance(item, Row)


def test_a_credential_stands_for_its_user(leaf, growers):
    made = [value for _, value, _ in leaf.map("panorama.create", growers[:5], **PANORAMA)]
    assert all(isinstance(credential, leafnative.Credential) for credential in made)
    events = [value for _, value, _ in leaf.map("panorama.events", made)]
    assert [len(entries) for entries in events] == [1] * 5
    assert {error for _, _, error in leaf.map("panorama.delete", made)} == {None}
    assert {type(error) for _, _, error in leaf.map("panorama.get", growers[:5])} == {leafnative.NotFoundError}


def test_a_credential_of_a_map_is_as_one_of_a_method(leaf, growers):
    [(_, credential, _)] = leaf.map("panorama.create", growers[:1], **PANORAMA)
    assert credential == growers[0].panorama.get() == credential.refresh()


def test_a_relation_stands_for_role_and_owner(service, leaf, growers):
    relation = leaf.sharing.share(COOP)
    leafnative.Leaf(service, username=COOP, password="s3cret").sharing.accept(FARM)
    assert [value for _, value, _ in leaf.map("sharing.status", [relation])] == ["ALLOWED"]
    blocked = [value for _, value, _ in leaf.map("sharing.update", [relation], status="BLOCKED")]
    assert [relation.status for relation in blocked] == ["BLOCKED"] and blocked[0].other == COOP
    assert [value for _, value, _ in leaf.map("sharing.status", [COOP], role="receiver")] == ["BLOCKED"]


def test_grants_of_many_growers_name_the_other_owner_once(service, leaf, growers):
    leaf.sharing.share(COOP)
    leafnative.Leaf(service, username=COOP, password="s3cret").sharing.accept(FARM)
    granted = {"FIELDS": {"actions": ["READ"], "types": []}}
    given = list(leaf.map("permissions.create", growers, owner=COOP, permissions=granted))
    assert len(given) == 100 and all(error is None for _, _, error in given)
    read = leaf.get_many("permissions.get", growers, role="receiver", owner=COOP)
    assert {str(answer["permissions"]) for answer in read} == {"{'FIELDS': {'actions': ['READ']}}"}


@pytest.mark.parametrize(
    ("operation", "items", "words"),
    [
        ("users.create", ["Maple Farm"], "as a dict"),
        ("users.get", [3], "an item of type int"),
        ("users.get", [None], "an item of type NoneType"),
        ("permissions.get", ["b@coop.example"], "give role for all of them"),
        ("permissions.create", ["b@coop.example"], "give owner or leaf_user_id for all of them"),
        ("sharing.status", ["b@coop.example"], "give role for all of them"),
        ("authentication.login", ["b@coop.example"], "as a dict"),
    ],
)
def test_an_item_that_can_stand_for_nothing_is_a_mistake_of_the_program(leaf, operation, items, words):
    with pytest.raises(TypeError, match=words):
        list(leaf.map(operation, items))


def test_a_user_does_not_stand_for_another_owner(leaf, growers):
    with pytest.raises(TypeError, match="give role for all of them"):
        list(leaf.map("permissions.get", growers))


def test_what_is_wrong_with_an_item_is_its_error(leaf, growers):
    items = [growers[0].id, "nonsense", {"colour": "red"}, "\ud800"]
    outcomes = list(leaf.map("users.get", items, ordered=True))
    assert [item for item, _, _ in outcomes] == items
    assert [type(error).__name__ for _, _, error in outcomes] == ["NoneType", *["BadInputError"] * 3]
    assert [value is None for _, value, _ in outcomes] == [False, True, True, True]


def test_names_and_options_that_there_are_not_are_told_at_once(leaf):
    with pytest.raises(leafnative.BadInputError, match="users.get"):
        leaf.map("users.gte", [])
    with pytest.raises(leafnative.BadInputError, match="from 1 to"):
        leaf.map("users.get", [], concurrency=0)
    with pytest.raises(leafnative.BadInputError, match="above 0"):
        leaf.map("users.get", [], rate=0)
    with pytest.raises(leafnative.BadInputError, match="dicts"):
        leaf.map("users.get", [], values="json")
    with pytest.raises(TypeError, match="pages"):
        leaf.map("users.list", [], values="bytes")


def test_a_list_is_one_value_with_all_its_pages(leaf, growers):
    [(_, value, error)] = leaf.map("users.list", [{"size": 7}])
    assert error is None and len(value) == 100 and {type(user) for user in value} == {leafnative.User}
    [(_, value, _)] = leaf.map("users.list", [{}], values="dicts")
    assert {user["name"] for user in value} == {f"g{i}" for i in range(100)}


def test_losant_knows_its_application(service):
    application = service.create_application()
    token = service.create_token(application=application, scopes=["all.Application"])
    losant = leafnative.Losant(service, token=token, application_id=application)
    assert list(losant.map("credentials.create", [])) == []
    config = {"region": "us-east-1", "accessKeyId": "AKIA0123456789ABCDEF", "secretAccessKey": "s" * 40}
    made = losant.map("credentials.create", ({"name": f"c{i}", "type": "aws", "aws_config": config} for i in range(9)))
    credentials = [value for _, value, error in made if error is None]
    assert len(credentials) == 9 and {type(one) for one in credentials} == {leafnative.ServiceCredential}
    assert losant.get_many("credential.get", credentials) == credentials
    assert losant.get_many("credential.get", [one.id for one in credentials]) == credentials
    linked = losant.get_many("credential.linked_resources", credentials)
    assert not any(linked)


# ---- what comes out ----


def test_values_come_as_objects_dicts_or_bytes(leaf, growers):
    [(_, user, _)] = leaf.map("users.get", growers[:1])
    [(_, members, _)] = leaf.map("users.get", growers[:1], values="dicts")
    [(_, text, _)] = leaf.map("users.get", growers[:1], values="bytes")
    assert user.to_dict() == members == leaf.call("users.get", leaf_user_id=growers[0].id)
    assert isinstance(text, bytes) and growers[0].id.encode() in text


def test_ordered_outcomes_come_in_the_order_of_their_items():
    def answer(method, target, headers, body):
        if target.endswith("0"):
            threading.Event().wait(0.01)
        return users(method, target, headers, body)

    ids = [f"00000000-0000-4000-8000-{i:012d}" for i in range(200)]
    with peer(answer) as server, leafnative.Leaf(server.url, token="t") as leaf:
        outcomes = list(leaf.map("users.get", ids, ordered=True, concurrency=16))
        assert [item for item, _, _ in outcomes] == [value.id for _, value, _ in outcomes] == ids
        unordered = [item for item, _, _ in leaf.map("users.get", ids, concurrency=16)]
        assert sorted(unordered) == ids and server.connections <= 32


def test_progress_is_told_and_ends_with_the_counts(leaf, growers):
    told = []
    items = [*growers, "nonsense"]
    assert len(list(leaf.map("users.get", items, progress=lambda done, failed: told.append((done, failed))))) == 101
    assert told[-1] == (101, 1) and told == sorted(told) and len(told) < 101


def test_calls_over_a_service_go_out_in_blocks(leaf, growers):
    """Progress is told once for a block, and a quarter of the window is pulled at a time."""
    told = []
    items = growers * 50
    assert len([*leaf.map("users.get", items, concurrency=64, progress=lambda done, _: told.append(done))]) == len(
        items
    )
    assert len(told) <= len(items) / 16 + 3, told


def test_a_rate_holds_calls_back(leaf, growers):
    import time

    begun = time.monotonic()
    assert len(list(leaf.map("users.get", growers[:21], rate=200))) == 21
    assert time.monotonic() - begun >= 0.085


def test_an_answer_of_a_wrong_form_is_the_same_error_as_that_of_a_method():
    for body in ([], "text", None, 3):
        with peer(lambda *request, body=body: (200, body)) as server, leafnative.Leaf(server.url, token="t") as leaf:
            with pytest.raises(leafnative.ProtocolError) as caught:
                leaf.users.get("00000000-0000-4000-8000-000000000000")
            [(_, value, error)] = leaf.map("users.get", ["00000000-0000-4000-8000-000000000000"])
            assert value is None and str(error) == str(caught.value) and error.attempts[-1].code == "protocol"


def test_what_a_transport_function_raises_is_the_cause():
    def broken(method, target, headers, body):
        raise KeyError("reason")

    with leafnative.Leaf(transport=broken, token="t", attempts=1) as leaf:
        [(_, _, error)] = leaf.map("users.get", ["00000000-0000-4000-8000-000000000000"])
        assert isinstance(error, leafnative.TransportError) and isinstance(error.__cause__, KeyError)


def test_get_many_reads_in_order_and_raises_the_first_error(leaf, growers):
    assert leaf.get_many("users.get", growers) == growers
    with pytest.raises(leafnative.NotFoundError):
        leaf.get_many("panorama.get", growers)
    with pytest.raises(TypeError, match="get_many reads"):
        leaf.get_many("users.delete", growers)
    assert leaf.get_many("users.get", growers) == growers


# ---- holding and letting go ----


def test_no_more_is_pulled_than_the_window_holds(leaf, growers):
    pulled = []

    def items():
        for user in growers * 3:
            pulled.append(user)
            yield user

    outcomes = leaf.map("users.get", items(), concurrency=10)
    for handed, _ in enumerate(outcomes, 1):
        assert len(pulled) - handed < 10
    assert handed == 300


def test_an_exception_of_the_items_is_raised_and_the_map_is_closed(leaf, growers):
    def items():
        yield from growers[:3]
        raise KeyError("no more")

    outcomes = leaf.map("users.get", items())
    with pytest.raises(KeyError, match="no more"):
        list(outcomes)
    assert outcomes.closed and list(outcomes) == []


def test_an_exception_of_progress_is_raised_and_the_map_is_closed(leaf, growers):
    outcomes = leaf.map("users.get", growers, progress=lambda done, failed: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        list(outcomes)
    assert outcomes.closed


def test_an_interrupt_that_comes_while_an_object_is_made_is_raised_and_the_map_is_closed(leaf, growers):
    def interrupted(members, bound):
        raise KeyboardInterrupt

    outcomes = _core.Map(leaf._client, "users.get", growers, {}, "leaf_user_id", wrap=interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(outcomes)
    assert outcomes.closed


def test_the_client_may_be_used_by_the_items_and_by_progress(leaf, growers):
    told = []
    outcomes = leaf.map(
        "users.get", leaf.users.list(size=9), progress=lambda *counts: told.append(leaf.users.get(growers[0].id))
    )
    assert {value.id for _, value, _ in outcomes} == {user.id for user in growers} and told


def test_a_map_is_not_used_from_inside_itself(leaf, growers):
    def items():
        yield growers[0]
        next(outcomes)

    outcomes = leaf.map("users.get", items())
    with pytest.raises(RuntimeError, match="from inside itself"):
        list(outcomes)


def test_closing_the_client_closes_the_map(service, growers):
    leaf = leafnative.Leaf(service, username=FARM, password="s3cret")
    outcomes = leaf.map("users.get", growers, concurrency=4)
    next(outcomes)
    leaf.close()
    with pytest.raises(leafnative.ClosedError):
        list(outcomes)


@pytest.mark.parametrize("general_lane", [False, True])
def test_closing_a_map_at_random_moments_leaks_nothing_and_the_next_call_works(general_lane):
    ids = [f"00000000-0000-4000-8000-{i:012d}" for i in range(50)]
    moments = random.Random(7)
    with peer(users) as server, leafnative.Leaf(server.url, token="t", general_lane=general_lane) as leaf:
        for _ in range(60):
            with leaf.map("users.get", iter(ids), concurrency=8) as outcomes:
                for _ in range(moments.randrange(30)):
                    next(outcomes)
            assert outcomes.closed
        assert leaf.users.get(ids[0]).id == ids[0]


def test_closing_maps_over_a_service_leaks_nothing(leaf, growers):
    moments = random.Random(8)

    def round_of_closing():
        for _ in range(50):
            outcomes = leaf.map("users.get", growers, concurrency=moments.randrange(1, 20))
            for _ in range(moments.randrange(30)):
                next(outcomes)
            outcomes.close()

    round_of_closing()
    gc.collect()
    before = len(gc.get_objects())
    round_of_closing()
    gc.collect()
    assert len(gc.get_objects()) - before < 20
    assert leaf.users.get(growers[0].id) == growers[0]


def test_a_map_that_is_dropped_lets_go_of_its_client(service):
    leaf = leafnative.Leaf(service, username=FARM, password="s3cret")
    outcomes = leaf.map("users.create", ({"name": "x"} for _ in range(100)), concurrency=4)
    next(outcomes)
    gone = weakref.ref(leaf)
    del leaf, outcomes
    gc.collect()
    assert gone() is None


def test_a_set_of_calls_hands_out_numbers_and_outcomes(service):
    with _core.Client(service=service, username=FARM, password="s3cret") as client:
        calls = _core.Calls(client, concurrency=2, queue=2)
        assert calls.room == 4
        numbers = [calls.submit("users.create", {"name": f"u{i}"}) for i in range(4)]
        assert calls.room == 0 and calls.pending == 4
        with pytest.raises(leafnative.BadInputError, match="no room"):
            calls.submit("users.create", {"name": "more"})
        assert calls.cancel(numbers[3]) and not calls.cancel(numbers[3])
        ended = {}
        while calls.pending:
            ended.update(calls.poll(1.0))
        assert sorted(ended) == numbers[:3] and {reply.status for reply in ended.values()} == {201}
        calls.close()
        with pytest.raises(leafnative.ClosedError):
            calls.poll()


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        (None, "items must be an iterable, not NoneType"),
        (7, "items must be an iterable, not int"),
        ("6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e", "items is one str: give an iterable of them, as in [item]"),
        (b"id", "items is one bytes: give an iterable of them, as in [item]"),
    ],
)
def test_what_holds_no_items_is_refused_at_once_on_both_faces(service, leaf, items, wanted):
    with leafnative.Leaf(service, token="t") as blocking, pytest.raises(TypeError) as refusal:
        blocking.map("users.get", items)
    assert str(refusal.value) == wanted

    async def awaited():
        async with leafnative.AsyncLeaf(service, token="t") as waiting:
            waiting.map("users.get", items)

    with pytest.raises(TypeError) as refusal:
        asyncio.run(awaited())
    assert str(refusal.value) == wanted


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"concurrency": "8"}, "concurrency must be an integer, not str"),
        ({"concurrency": 1.5}, "concurrency must be an integer, not float"),
        ({"concurrency": None}, "concurrency must be an integer, not NoneType"),
        ({"rate": "8"}, "rate must be a number, not str"),
        ({"values": None}, "values must be str, not None"),
        ({"values": 3}, "values must be str, not int"),
        ({"progress": 3}, "progress must be callable, not int"),
        ({"timeout": "5"}, "timeout must be a number of seconds, not str"),
    ],
)
def test_an_option_of_a_wrong_kind_is_named_with_what_it_takes(leaf, growers, options, wanted):
    with pytest.raises(TypeError) as refusal:
        leaf.map("users.get", growers, **options)
    assert str(refusal.value) == wanted


@pytest.mark.parametrize(
    ("options", "where"),
    [({"concurrency": 0}, "/concurrency"), ({"concurrency": 10**30}, "/concurrency"), ({"rate": -1}, "/rate")]
    + [({"values": "json"}, "/values"), ({"timeout": -1}, "/timeout"), ({"deadline": 0}, "/deadline")],
)
def test_an_option_out_of_range_is_pointed_at(leaf, growers, options, where):
    with pytest.raises(leafnative.BadInputError) as refusal:
        leaf.map("users.get", growers, **options)
    assert refusal.value.where == where and where[1:] in refusal.value.message


def test_an_operation_that_is_no_name_is_refused_with_an_example(leaf):
    with pytest.raises(TypeError, match=r"must be a str, as in map\('users.get', …\), not NoneType"):
        leaf.map(None, [])


def test_a_map_shows_how_far_it_is(leaf, growers):
    outcomes = leaf.map("users.get", growers[:3])
    assert repr(outcomes) == "<Map of users.get: 0 done, 0 failed>"
    assert len(list(outcomes)) == 3
    assert repr(outcomes) == "<Map of users.get: 3 done, 0 failed, closed>"
    outcomes = leaf.map("panorama.get", growers[:3])
    outcomes.close()
    assert repr(outcomes) == "<Map of panorama.get: 0 done, 0 failed, closed>"
