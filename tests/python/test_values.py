"""In which form a call by name gives its answer, and which options it takes, on both faces."""

import asyncio
import json

import pytest

import leafnative

FARM = "a@farm.example"
AGVANCE = {"api_key": "k-one", "database_id": "d", "username": "u", "password": "p-one"}


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        yield service


class Awaited:
    """An asynchronous client that is called like a blocking one: every call runs on a loop of its own."""

    def __init__(self, service):
        self.service = service

    def call(self, name, /, **arguments):
        async def job():
            async with leafnative.AsyncLeaf(self.service, username=FARM, password="s3cret") as leaf:
                return await leaf.call(name, **arguments)

        return asyncio.run(job())


@pytest.fixture(params=["blocking", "awaited"])
def leaf(request, service):
    with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:
        yield leaf if request.param == "blocking" else Awaited(service)


@pytest.fixture
def grower(service):
    with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:
        grower = leaf.users.create(name="Maple Farm")
        grower.agvance.create(**AGVANCE)
        yield grower


def answering(body, status=200):
    return leafnative.Leaf(transport=lambda *request: (status, {"Content-Type": "application/json"}, body), token="t")


def test_a_call_gives_dicts_objects_or_bytes(leaf, grower):
    members = leaf.call("users.get", leaf_user_id=grower.id)
    assert type(members) is dict and members["name"] == "Maple Farm"
    assert leaf.call("users.get", leaf_user_id=grower.id, values="dicts") == members
    user = leaf.call("users.get", leaf_user_id=grower.id, values="objects")
    assert isinstance(user, leafnative.User) and user.id == grower.id
    body = leaf.call("users.get", leaf_user_id=grower.id, values="bytes")
    assert type(body) is bytes and json.loads(body)["name"] == "Maple Farm"


def test_objects_know_what_stands_in_the_path_under_either_name(leaf, grower):
    for name in ("leaf_user_id", "leafUserId"):
        credential = leaf.call("agvance.get", **{name: grower.id}, values="objects")
        assert isinstance(credential, leafnative.Credential) and credential._path == {"leaf_user_id": grower.id}


def test_secrets_are_hidden_in_dicts_and_in_the_clear_in_bytes(leaf, grower):
    hidden = leaf.call("agvance.get", leaf_user_id=grower.id)["apiKey"]
    assert isinstance(hidden, leafnative.Secret)
    assert json.loads(leaf.call("agvance.get", leaf_user_id=grower.id, values="bytes"))["apiKey"] == hidden.reveal()


def test_of_a_list_every_form_is_one_page(leaf, grower):
    [members] = leaf.call("users.list")
    [user] = leaf.call("users.list", values="objects")
    assert isinstance(user, leafnative.User) and user.to_dict().keys() == members.keys()
    assert [one["id"] for one in json.loads(leaf.call("users.list", values="bytes"))] == [grower.id]


def test_an_answer_without_a_body_has_no_bytes(leaf, grower):
    assert leaf.call("agvance.delete", leaf_user_id=grower.id, values="bytes") == b""
    assert leaf.call("users.delete", leaf_user_id=grower.id, values="objects") is None


def test_a_failure_is_the_same_error_in_every_form(leaf):
    for values in ("dicts", "objects", "bytes"):
        with pytest.raises(leafnative.NotFoundError):
            leaf.call("users.get", leaf_user_id="0190f5a1-7b1c-7e3a-9d52-000000000001", values=values)


def test_a_call_takes_the_options_of_a_method(leaf, grower):
    with pytest.raises(leafnative.BadInputError, match="timeout"):
        leaf.call("users.get", leaf_user_id=grower.id, timeout=-1)
    assert leaf.call("users.get", leaf_user_id=grower.id, timeout=5, deadline=9, strict=None)["id"] == grower.id
    with pytest.raises(leafnative.BadInputError, match="colour"):
        leaf.call("users.create", name="x", colour="red")
    assert leaf.call("users.create", name="x", colour="red", strict=False)["name"] == "x"
    assert leaf.call("trimble.delete", leaf_user_id=grower.id, missing_ok=True) is None
    with pytest.raises(TypeError, match="users.get.. takes no missing_ok: it deletes nothing"):
        leaf.call("users.get", leaf_user_id=grower.id, missing_ok=True)


def test_an_option_is_known_by_its_letters(leaf, grower):
    name = "".join(["val", "ues"])
    assert type(leaf.call("users.get", leaf_user_id=grower.id, **{name: "".join(["by", "tes"])})) is bytes


def test_a_name_may_be_of_a_class_derived_from_str(leaf, grower):
    class Name(str):
        __slots__ = ()

    options = {Name("leaf_user_id"): grower.id, Name("values"): "objects", Name("timeout"): 3.0}
    assert leaf.call("users.get", **options).id == grower.id
    assert grower.update(phone="1", **{Name("timeout"): 3.0}).phone == "1"


def test_an_option_that_is_written_wrong_is_told_with_the_right_one(leaf, grower):
    with pytest.raises(leafnative.BadInputError, match="no argument named timout; near to it: timeout "):
        leaf.call("users.get", leaf_user_id=grower.id, timout=3)


def test_names_that_are_too_many_for_a_message_are_cut_between_two(leaf):
    with pytest.raises(leafnative.BadInputError, match="there are: name, email, .*_credentials and others "):
        leaf.call("users.create", name="x", colour="red")


def test_values_that_there_are_not_are_refused(leaf):
    with pytest.raises(leafnative.BadInputError, match="objects, dicts or bytes"):
        leaf.call("users.list", values="json")
    with pytest.raises(TypeError, match="values"):
        leaf.call("users.list", values=7)


def test_a_method_gives_objects_and_names_the_way_to_other_forms(service, grower):
    refused = r"users.get\(\) gives objects: use call\(\"users.get\", values=\.\.\.\) for another form"
    with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf, pytest.raises(TypeError, match=refused):
        leaf.users.get(grower.id, values="bytes")


@pytest.mark.parametrize("body", [b"<html>", b'"text"', b"[]", b'{"name":1,"name":2}', b""])
def test_bytes_are_not_looked_at_and_dicts_are(body):
    get = {"leaf_user_id": "0190f5a1-7b1c-7e3a-9d52-000000000001"}
    with answering(body) as leaf:
        assert leaf.call("users.get", **get, values="bytes") == body
        assert [value for _, value, _ in leaf.map("users.get", [get], values="bytes")] == [body]
        with pytest.raises(leafnative.ProtocolError):
            leaf.call("users.get", **get)


def test_calls_of_many_sizes_do_not_leave_anything_to_one_another():
    sizes = [10, 200_000, 0, 70_000, 300]
    bodies = iter([json.dumps({"id": "x", "name": "n" * size}).encode() for size in sizes])

    def transport(*request):
        return 200, {"Content-Type": "application/json"}, next(bodies)

    with leafnative.Leaf(transport=transport, token="t") as leaf:
        for size in sizes:
            user = leaf.call("users.get", leaf_user_id="0190f5a1-7b1c-7e3a-9d52-000000000001")
            assert user == {"id": "x", "name": "n" * size}
