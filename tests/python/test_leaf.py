"""The package for people, on the embedded service: objects, verbs, pages, secrets."""

import copy
import datetime
import inspect
import pickle
import subprocess
import sys

import pytest

import leafnative
from leafnative import Secret

FARM, COOP = "a@farm.example", "b@coop.example"

PANORAMA = {
    "client_id": "app",
    "username": "maple",
    "password": "panorama-password",
    "organization_code": "MF-77",
    "refresh_token": "panorama-refresh",
    "client_environment": "STAGE",
}


@pytest.fixture
def service():
    with leafnative.Service() as service:
        for email in (FARM, COOP):
            service.create_owner(email, password="s3cret")
        yield service


@pytest.fixture
def farm(service):
    with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:
        yield leaf


@pytest.fixture
def coop(service):
    with leafnative.Leaf(service, username=COOP, password="s3cret") as leaf:
        yield leaf


def test_a_user_shows_its_members_in_snake_case_and_by_wire_name(farm):
    user = farm.users.create(name="Maple Farm", external_id="g-1")
    assert (user.name, user.external_id, user.email) == ("Maple Farm", "g-1", None)
    assert user["externalId"] == "g-1"
    assert farm.users.get(user.id) == user
    assert "name='Maple Farm'" in repr(user)
    with pytest.raises(AttributeError, match="has no member 'colour'"):
        _ = user.colour


def test_a_user_is_updated_replaced_and_deleted(farm):
    user = farm.users.create(name="Maple Farm", email="maple@farm.example", phone="1")
    assert user.update(phone="2").phone == "2"
    assert user.update(email=None).email is None
    replaced = user.replace(name="Maple Farm II")
    assert (replaced.name, replaced.phone) == ("Maple Farm II", None)
    user.delete()
    with pytest.raises(leafnative.NotFoundError) as refusal:
        user.delete()
    assert refusal.value.key == "leafUserNotFound"
    assert user.delete(missing_ok=True) is None


def test_a_replace_keeps_what_is_attached_unless_it_is_named(farm):
    user = farm.users.create(name="Maple Farm")
    user.panorama.create(**PANORAMA)
    kept = user.replace(name="Maple Farm II")
    assert kept.panorama_credentials is not None
    assert kept.panorama.get().status == "OK"
    detached = user.replace(name="Maple Farm III", detach=["panorama"])
    assert detached.panorama_credentials is None
    with pytest.raises(leafnative.NotFoundError):
        user.panorama.get()
    with pytest.raises(leafnative.BadInputError, match="panorma"):
        user.replace(name="x", detach=["panorma"])
    user.panorama.create(**PANORAMA)
    assert user.replace(name="Maple Farm IV", detach="panorama").panorama_credentials is None


def test_a_credential_has_a_status_a_time_and_secrets(farm):
    user = farm.users.create(name="Maple Farm")
    panorama = user.panorama.create(**PANORAMA)
    assert panorama.status == "OK"
    assert isinstance(panorama.created_time, datetime.datetime)
    assert panorama.created_time.tzinfo is not None
    assert isinstance(panorama.refresh_token, Secret)
    assert panorama.refresh_token.reveal() == "panorama-refresh"
    assert "panorama-refresh" not in repr(panorama)
    assert panorama.to_dict()["refreshToken"] == "***"
    assert panorama.to_dict(reveal=True)["refreshToken"] == "panorama-refresh"
    assert "password" not in panorama
    assert panorama.refresh() == panorama
    panorama.delete()
    assert panorama.delete(missing_ok=True) is None


def credential_created(text):
    """The time of a credential that a peer answered with this text."""
    body = f'{{"id":"1","createdTime":"{text}"}}'
    with leafnative.Leaf(token="t", transport=lambda *request: (200, [], body)) as leaf:
        return leaf.user("8a9c3f0e-1111-4222-8333-444455556666").panorama.get().created_time


@pytest.mark.parametrize("zone", ["Z", "+00:00", ""])
def test_a_time_is_aware_with_any_number_of_digits_and_with_or_without_a_zone(zone):
    noon = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    for digits in range(10):
        fraction = "." + "123456789"[:digits] if digits else ""
        microsecond = int("123456789"[: min(digits, 6)].ljust(6, "0")) if digits else 0
        assert credential_created(f"2026-01-31T12:00:00{fraction}{zone}") == noon.replace(microsecond=microsecond)
    assert credential_created("2026-01-31T14:00:00+02:00") == noon


def test_a_user_whose_answer_leaves_the_id_out_is_the_one_that_was_asked_for():
    with leafnative.Leaf(token="t", transport=lambda *request: (200, [], '{"name":"Maple"}')) as leaf:
        asked = "8a9c3f0e-1111-4222-8333-444455556666"
        assert leaf.users.get(asked).id == leaf.users.update(asked, name="Maple").id == asked
        with pytest.raises(leafnative.BadInputError) as refused:
            leaf.users.create(name="Maple").update(phone="1")
        assert refused.value.where == "/leafUserId"


def test_a_credential_is_followed_through_its_providers_answers(service, farm):
    user = farm.users.create(name="Maple Farm")
    panorama = user.panorama.create(**PANORAMA)
    service.set_provider_answer(user.id, "panorama", status=401, body={"error": "no"})
    assert service.check_credentials() == 1
    assert panorama.refresh().status == "UNAUTHENTICATED"
    with pytest.raises(leafnative.DeadlineError, match="still UNAUTHENTICATED"):
        panorama.wait_until(status="OK", deadline=0)
    with pytest.raises(leafnative.BadInputError, match="status will never be OKAY: it must be one of OK, UNAUTH"):
        panorama.wait_until(status="OKAY")
    service.clear_provider_answer(user.id, "panorama")
    assert service.check_credentials() == 1
    assert panorama.wait_until(status="OK", deadline=0).status == "OK"
    events = panorama.events()
    assert [event.status_code for event in events] == [200, 401, 200]
    assert events[0].created_date >= events[1].created_date


def test_a_list_is_fetched_in_pages_as_far_as_it_is_wanted(farm):
    for number in range(7):
        farm.users.create(name=f"grower {number}")
    users = farm.users.list(size=3)
    assert [user.name for user in users] == [f"grower {number}" for number in range(7)]
    assert [len(page) for page in users.pages()] == [3, 3, 1]
    assert [user.name for user in users[2:4]] == ["grower 2", "grower 3"]
    assert users[-1].name == "grower 6"
    assert users.total == 7
    with pytest.raises(IndexError):
        users[7]
    assert [user.name for user in farm.users.list(sort="name,desc")][0] == "grower 6"
    assert [user.name for user in farm.users.list(name="grower 5")] == ["grower 5"]


def test_relations_are_told_in_verbs(farm, coop):
    user = farm.users.create(name="Maple Farm")
    relation = farm.sharing.share(COOP)
    assert (relation.status, relation.other) == ("PENDING", COOP)
    granted = relation.grant(user, fields=True, operations=["PLANTED", "HARVESTED"])
    assert granted.leaf_user_id == user.id
    assert coop.sharing.accept(FARM).status == "ALLOWED"
    assert relation.refresh().status == "ALLOWED"
    assert relation.permissions(user)["OPERATIONS"]["types"] == ["PLANTED", "HARVESTED"]
    received = coop.sharing.received()[0]
    assert received.permissions(user.id)["FIELDS"] == {"actions": ["READ"]} or received.permissions(user.id)["FIELDS"]
    assert relation.block().status == "BLOCKED"
    with pytest.raises(leafnative.ForbiddenError) as refusal:
        received.unblock()
    assert refusal.value.key == "sharingRelationBlockedBySender"
    assert relation.unblock().status == "ALLOWED"
    assert relation.invalidate_tokens() is None
    relation.revoke(user)
    assert relation.revoke(user, missing_ok=True) is None
    assert farm.sharing.with_receiver(COOP).status == "ALLOWED"
    assert coop.sharing.with_sender(FARM).other == FARM
    assert [each.other for each in farm.sharing.sent()] == [COOP]


def test_a_role_may_be_given_in_capitals(farm, coop):
    farm.sharing.share(COOP)
    assert farm.sharing.list("RECEIVER")[0].other == COOP
    assert coop.sharing.update("SENDER", FARM.upper(), status="ALLOWED").other == FARM


def test_a_one_click_sign_in_attaches_a_credential(service, farm):
    user = farm.users.create(name="Maple Farm")
    body = {name: PANORAMA[name] for name in ("client_id", "username", "password", "client_environment")}
    sign_in = user.one_click.panorama(**body, sharing_url_id="url-1")
    with pytest.raises(leafnative.NotFoundError):
        user.panorama.get()
    service.visit(sign_in.sign_in_url)
    assert user.panorama.get().status == "OK"
    with pytest.raises(leafnative.BadInputError):
        service.visit(sign_in.sign_in_url)


def test_bad_input_names_the_member_before_anything_is_sent(farm):
    user = farm.users.create(name="Maple Farm")
    cases = [
        ({**PANORAMA, "client_environment": "LIVE"}, "/clientEnvironment"),
        ({**PANORAMA, "username": 7}, "/username"),
        ({**PANORAMA, "username": ""}, "/username"),
        ({**PANORAMA, "colour": "red"}, "/colour"),
        ({name: value for name, value in PANORAMA.items() if name != "password"}, "/password"),
    ]
    for arguments, pointer in cases:
        with pytest.raises(leafnative.BadInputError) as refusal:
            user.panorama.create(**arguments)
        assert refusal.value.where == pointer
        assert refusal.value.status is None
        assert "panorama-password" not in str(refusal.value)


def test_bad_input_names_members_as_a_program_writes_them(farm):
    grower = farm.users.create(name="Maple Farm")
    with pytest.raises(leafnative.BadInputError, match=r"^leaf_user_id is missing \(at /leafUserId\)"):
        farm.users.get()
    [(_, _, error)] = farm.map("users.get", ["x"])
    assert str(error).startswith("leaf_user_id must be a UUID")
    words = r"^permissions/FIELDS/actions/0 must be READ"
    with pytest.raises(leafnative.BadInputError, match=words):
        farm.permissions.create("b@coop.example", grower.id, permissions={"FIELDS": {"actions": ["X"]}})
    with pytest.raises(leafnative.BadInputError, match="^client_key must be a string"):
        grower.john_deere.create(client_key=1, client_secret="s", refresh_token="r", client_environment="STAGE")


def test_a_list_tells_what_is_wrong_with_its_arguments_when_it_is_made(farm):
    for wrong in ({"sise": 3}, {"size": 1000}, {"size": [{}]}):
        with pytest.raises(leafnative.BadInputError):
            farm.users.list(**wrong)
        with pytest.raises(leafnative.BadInputError):
            farm.entries("users.list", **wrong)
    with pytest.raises(leafnative.ClosedError):
        closed = leafnative.Leaf("http://127.0.0.1:1", token="t")
        closed.close()
        closed.users.list()


def test_methods_tell_their_signature_and_their_page(farm):
    user = farm.user("0e6d7cf0-0000-4000-8000-000000000000")
    signature = inspect.signature(user.panorama.create)
    assert {"client_id", "refresh_token", "client_environment"} <= set(signature.parameters)
    assert inspect.signature(farm.users.create).parameters["name"].default is inspect.Parameter.empty
    assert "docs.withleaf.io" in user.panorama.create.__doc__
    assert "missing_ok" in inspect.signature(farm.users.delete).parameters
    with pytest.raises(TypeError, match="positional"):
        farm.users.get("a", "b")
    with pytest.raises(TypeError, match="missing_ok"):
        farm.users.get("a", missing_ok=True)


def test_a_request_that_the_tables_lack_goes_out_with_the_same_token(farm):
    user = farm.users.create(name="Maple Farm")
    answer = farm.request("GET", f"/services/usermanagement/api/users/{user.id}")
    assert answer["name"] == "Maple Farm"
    assert farm.call("users.get", leaf_user_id=user.id)["name"] == "Maple Farm"
    with pytest.raises(leafnative.BadInputError):
        farm.request("GET", "https://elsewhere.example/")


def test_a_closed_client_says_so(service):
    leaf = leafnative.Leaf(service, username=FARM, password="s3cret")
    leaf.close()
    leaf.close()
    with pytest.raises(leafnative.ClosedError):
        leaf.users.get("0e6d7cf0-0000-4000-8000-000000000000")


def test_every_error_is_also_its_builtin():
    from leafnative import _core

    for row in _core.statuses():
        if row["python_class"]:
            error = getattr(leafnative, row["python_class"])
            assert issubclass(error, leafnative.Error)
            if row["builtin"]:
                assert issubclass(error, getattr(__import__("builtins"), row["builtin"]))


def test_a_user_is_named_by_a_text(farm):
    for wrong in (3, None, farm.users.create(name="Maple Farm")):
        with pytest.raises(TypeError, match="leaf_user_id must be str, not "):
            farm.user(wrong)


def test_the_other_owner_and_the_user_of_a_grant_are_named_by_texts(farm):
    for wrong in (3, None):
        with pytest.raises(TypeError, match="receiver must be str, not "):
            farm.sharing.with_receiver(wrong)
        with pytest.raises(TypeError, match="user must be a User or its id, not "):
            leafnative.Relation(farm, {"receiverApiOwner": "b@coop.example"}, "receiver").grant(wrong, fields=True)


def test_a_provider_is_asked_of_a_user_and_not_of_the_client(farm):
    for client in (farm, leafnative.AsyncLeaf("https://leaf.example", token="t", config=False)):
        with pytest.raises(
            AttributeError, match=r"no attribute 'panorama'; a user has it: leaf\.user\(id\)\.panorama$"
        ):
            _ = client.panorama
        with pytest.raises(AttributeError, match="no attribute 'usrs'$"):
            _ = client.usrs


def test_a_timeout_is_one_number_and_a_pair_is_told_how_to_be_written(service, farm):
    for use in (lambda: leafnative.Leaf(service, timeout=(3, 5)), lambda: farm.users.get("u", timeout=[3, 5])):
        with pytest.raises(TypeError, match="timeout=5: that of a connection is .* connect_timeout=3$"):
            use()
    with pytest.raises(TypeError, match="timeout must be a number of seconds, not str"):
        farm.users.get("u", timeout="5")


def test_records_of_different_kinds_are_different():
    members = {"id": "1"}
    one, same, other = (leafnative.Record(kind, dict(members)) for kind in ("user", "user", "relation"))
    assert one == same and hash(one) == hash(same)
    assert one != other and len({one, same, other}) == 2


def test_a_class_tells_the_options_that_it_takes(service):
    options = inspect.signature(leafnative.Leaf).parameters
    assert next(iter(options)) == "target"
    assert {"token", "username", "password", "token_cache", "ca_file", "proxy", "deadline", "profile"} <= set(options)
    assert not {"service", "api", "base_url"} & set(options)
    for name in set(options) - {"target"}:
        assert name in leafnative.Leaf.__init__.__doc__, name
    with pytest.raises(TypeError, match="no option 'usrname': did you mean username"):
        leafnative.Leaf(service, usrname=FARM, password="s3cret")
    with pytest.raises(TypeError, match="takes a Service or an address first, not int"):
        leafnative.Leaf(5)
    with pytest.raises(TypeError, match="timeout must be"):
        leafnative.Leaf("https://leaf.example", token="t", timeout="soon")
    with pytest.raises(TypeError, match="no option 'zzz': it takes target, "):
        leafnative.Leaf(service, zzz=1)


@pytest.mark.parametrize(
    ("option", "cure"),
    [
        ("api_key", "token"),
        ("verify", "ca_file"),
        ("proxies", "proxy"),
        ("max_retries", "attempts"),
        ("proxi", "proxy"),
    ],
)
def test_an_option_of_other_clients_is_met_with_what_it_is_called_here(service, option, cure):
    with pytest.raises(TypeError, match=f"no option '{option}': did you mean {cure}"):
        leafnative.Leaf(service, **{option: 1})


def test_a_grant_of_nothing_is_refused_with_what_can_be_granted(farm, service):
    service.create_owner("c@coop.example", password="pw")
    relation = farm.sharing.share("c@coop.example")
    with pytest.raises(leafnative.BadInputError, match="fields=True, operations="):
        relation.grant(farm.users.create(name="Maple Farm"))


def test_a_bound_method_does_not_ask_for_what_it_is_bound_to(farm):
    user = farm.users.create(name="Maple Farm")
    assert "leaf_user_id" not in inspect.signature(user.panorama.create).parameters
    assert "email=...," in str(inspect.signature(farm.users.create))


def test_a_member_that_is_given_by_position_is_refused_with_the_way_to_give_it(farm):
    with pytest.raises(TypeError, match=r"by name, as in users.create\(name=…\)"):
        farm.users.create("Maple Farm")
    with pytest.raises(TypeError, match=r"as in users.create\(\*\*members\)"):
        farm.users.create({"name": "Maple Farm"})
    with pytest.raises(TypeError, match="takes 1 positional argument, not 2"):
        farm.users.get("a", "b")


def test_an_object_in_the_place_of_its_id_is_refused_with_the_cure(farm):
    user = farm.users.create(name="Maple Farm")
    with pytest.raises(
        leafnative.BadInputError, match="of type User was given; wanted is .*: of an object its id"
    ) as refusal:
        farm.users.get(user)
    assert refusal.value.where == "/leafUserId"


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("leafnative.Servce()", "Service"),
        ("leafnative.Leaf(config=False).user('i').panoramma", "panorama"),
        ("leafnative.Leaf(config=False).usrs", "users"),
    ],
)
def test_the_interpreter_tells_the_name_that_is_near_to_one_that_is_misspelt(code, near):
    done = subprocess.run([sys.executable, "-c", f"import leafnative\n{code}"], capture_output=True, text=True)
    assert f"Did you mean: '{near}'?" in done.stderr


def test_an_entry_is_taken_by_a_number_or_a_slice(farm):
    with pytest.raises(TypeError, match="by an integer or a slice, not by str"):
        farm.users.list()["name"]


def test_a_record_is_not_changed_by_assignment(farm):
    user = farm.users.create(name="Maple Farm")
    with pytest.raises(AttributeError, match="is not changed by assignment"):
        user.name = "Oak Farm"
    assert user.name == "Maple Farm"


def test_a_mistyped_member_names_the_near_ones_and_nothing_else(farm):
    user = farm.users.create(name="Maple Farm")
    with pytest.raises(AttributeError, match="no member 'panoramma'; near to it: panorama$"):
        _ = user.panoramma
    assert len(dir(user)) == len(set(dir(user)))


def test_records_are_copied_and_belong_to_the_same_client(farm):
    user = farm.users.create(name="Maple Farm")
    credential = user.panorama.create(**PANORAMA)
    for record in (user, credential):
        assert copy.copy(record) == copy.deepcopy(record) == record
    twin = copy.deepcopy(user)
    assert twin._members is not user._members
    assert twin.update(phone="1").phone == "1"


def test_what_belongs_to_a_client_is_not_pickled_and_says_what_is(farm):
    user = farm.users.create(name="Maple Farm")
    for thing in (farm, farm.users, user, user.panorama.create(**PANORAMA)):
        with pytest.raises(TypeError, match=r"pickle record.to_dict\(\)"):
            pickle.dumps(thing)


def test_a_list_tells_what_it_lists_and_how_to_get_at_it(farm):
    assert repr(farm.users.list()) == "<Pages of users.list: iterate, or take some as in [:10]>"


def test_every_group_of_the_tables_has_its_place_on_the_client(farm):
    from leafnative import _core

    user = farm.users.create(name="Maple Farm")
    for row in _core.operations():
        if row["api"] != farm.api:
            continue
        group = user.panorama if row["per_provider"] else getattr(farm, row["group"])
        assert row["name"] in dir(group), f"{row['group']}.{row['name']}"
    for provider in _core.providers():
        assert provider["attribute"] in dir(user), provider["attribute"]
