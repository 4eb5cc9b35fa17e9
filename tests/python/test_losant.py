"""Service credentials for people, on the embedded service: objects, jobs, pages, errors, limits."""

import datetime
import inspect
import json
import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from case_files import CASES

import leafnative
from leafnative import Secret, _core, cli

sys.path.insert(0, str(CASES))

import make_type_cases  # noqa: E402

APPLICATION = "575ece2b7ae143cd83dc4a9c"
KEYS = make_type_cases.KEYS
AWS = {"access_key_id": "AKIAMAPLEFARM0001", "secret_access_key": "the access key", "region": "eu-central-1"}
START = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)


class Clock:
    """A clock of the service that moves when it is told to."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def pass_seconds(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def service(clock):
    with leafnative.Service(clock=clock) as service:
        service.create_application(APPLICATION)
        yield service


@pytest.fixture
def losant(service):
    token = service.create_token(application=APPLICATION, scopes=["all.Application"])
    with leafnative.Losant(service, token=token, application_id=APPLICATION) as losant:
        yield losant


@pytest.fixture
def uploads(losant):
    return losant.credentials.create(name="uploads", type="aws", aws_config=AWS)


def use(service, name, **members):
    """Registers an integration that uses the credential of this name."""
    document = {"name": "Hub", "credentialName": name, "integrationType": "sqs", "enabled": True, **members}
    return service.register(APPLICATION, "integration", document)


# ---- applications and tokens ----


def test_an_application_has_an_id_of_its_own_or_the_one_that_is_given(service):
    made = service.create_application()
    assert len(made) == 24 and int(made, 16) >= 0
    with pytest.raises(leafnative.ConflictError):
        service.create_application(made)
    with pytest.raises(leafnative.BadInputError):
        service.create_application("farm")


def test_a_token_is_a_secret_of_an_application_with_scopes_that_there_are(service):
    token = service.create_token(application=APPLICATION, scopes=["credentials.*", "credential.get"], life=60)
    assert isinstance(token, Secret)
    with pytest.raises(leafnative.NotFoundError):
        service.create_token(application="575ece2b7ae143cd83dc4a00", scopes=["credential.*"])
    with pytest.raises(leafnative.BadInputError):
        service.create_token(application=APPLICATION, scopes=["credential.paint"])


def test_a_token_ends_with_its_life(service, clock):
    token = service.create_token(application=APPLICATION, scopes=("all.Application",), life=60)
    losant = leafnative.Losant(service, token=token, application_id=APPLICATION)
    assert list(losant.credentials) == []
    clock.pass_seconds(61)
    with pytest.raises(leafnative.UnauthorizedError):
        list(losant.credentials)


def test_a_client_without_an_application_says_how_to_name_one(service, monkeypatch):
    token = service.create_token(application=APPLICATION, scopes=["all.Application"])
    monkeypatch.delenv("LOSANT_APPLICATION_ID", raising=False)
    with leafnative.Losant(service, token=token) as losant:
        with pytest.raises(leafnative.BadInputError, match="LOSANT_APPLICATION_ID"):
            _ = losant.credentials
        assert losant.call("credentials.list", application_id=APPLICATION) == []


def test_the_application_comes_from_the_environment_or_the_configuration_file(monkeypatch, tmp_path):
    monkeypatch.setenv("LOSANT_TOKEN", "a-token")
    monkeypatch.setenv("LOSANT_APPLICATION_ID", APPLICATION)
    assert leafnative.Losant().application_id == APPLICATION
    assert leafnative.Losant("https://losant.example", token="another").application_id == APPLICATION
    assert leafnative.Losant(application_id="575ece2b7ae143cd83dc4a00").application_id == "575ece2b7ae143cd83dc4a00"
    monkeypatch.delenv("LOSANT_APPLICATION_ID")
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"losant": {"applicationId": APPLICATION}}))
    path.chmod(0o600)
    monkeypatch.setenv("LEAFNATIVE_CONFIG", str(path))
    assert leafnative.Losant().application_id == APPLICATION
    assert leafnative.Losant(config=False, token="x").application_id == ""


# ---- objects ----


def test_a_credential_shows_its_members_and_no_secret(uploads):
    assert (uploads.name, uploads.type, uploads.enabled) == ("uploads", "aws", True)
    assert uploads.aws_config.region == uploads.config.region == "eu-central-1"
    assert uploads["awsConfig"] == {"accessKeyId": AWS["access_key_id"], "region": "eu-central-1"}
    assert uploads.creation_date == uploads.last_updated == START
    assert uploads.azure_config is None
    assert "the access key" not in repr(uploads)


def test_a_credential_is_read_by_its_id_and_found_by_its_name(losant, uploads):
    assert losant.credentials.get(uploads.id) == uploads == losant.credentials.find("uploads") == uploads.refresh()
    assert losant.credentials.find("upload") is None
    with pytest.raises(leafnative.NotFoundError) as refusal:
        losant.credentials.get(APPLICATION)
    assert refusal.value.key == "NotFound"


def test_a_name_that_is_no_text_is_refused(losant):
    with pytest.raises(TypeError, match="^name must be str, not int$"):
        losant.credentials.find(5)
    with pytest.raises(TypeError, match="^name must be str, not int$"):
        losant.credentials.ensure(5, type="aws")
    with pytest.raises(TypeError, match="^id_or_name must be str, not NoneType$"):
        losant.credentials.rotate(None, secret_access_key="s")


def test_a_patch_goes_into_the_config_under_either_name(uploads, clock):
    clock.pass_seconds(1)
    moved = uploads.patch(aws_config={"region": "eu-west-1"})
    assert (moved.config.region, moved.config.access_key_id) == ("eu-west-1", AWS["access_key_id"])
    assert moved.last_updated == START + datetime.timedelta(seconds=1)
    assert uploads.patch(config={"region": "eu-west-2"}, description="x").config.region == "eu-west-2"
    with pytest.raises(leafnative.BadInputError, match="twice"):
        uploads.patch(config={"region": "a"}, aws_config={"region": "b"})
    with pytest.raises(leafnative.BadInputError) as refusal:
        uploads.patch(config={"regoin": "a"})
    assert refusal.value.where == "/awsConfig/regoin"


def test_a_credential_is_made_with_its_config_under_either_name(losant):
    assert losant.credentials.create(name="a", type="aws", config=AWS).config.region == "eu-central-1"
    assert losant.credentials.create(name="b", type="aws", awsConfig=AWS).config.region == "eu-central-1"
    with pytest.raises(leafnative.BadInputError, match="twice"):
        losant.credentials.create(name="c", type="aws", config=AWS, aws_config=AWS)
    with pytest.raises(leafnative.BadInputError, match="type None"):
        losant.credentials.create(name="c", config=AWS)


def test_a_credential_is_disabled_and_enabled(uploads):
    assert uploads.disable().enabled is False
    assert uploads.refresh().enabled is False
    assert uploads.enable().enabled is True


def test_a_credential_is_deleted_once(losant, uploads):
    assert uploads.delete() is None
    with pytest.raises(leafnative.NotFoundError):
        uploads.delete()
    assert uploads.delete(missing_ok=True) is None
    assert uploads.delete(unless_linked=True, missing_ok=True) is None
    with pytest.raises(leafnative.NotFoundError):
        uploads.delete(unless_linked=True)
    assert list(losant.credentials) == []


def test_a_method_tells_its_members_and_where_it_goes(losant):
    import inspect

    create = losant.credentials.create
    parameters = inspect.signature(create).parameters
    assert {"name", "type", "aws_config", "enabled"} <= set(parameters)
    assert "POST /applications/{applicationId}/credentials" in create.__doc__


# ---- lists ----


def test_a_list_is_walked_page_by_page(losant):
    for number in range(7):
        losant.credentials.create(name=f"key {number}", type="sendgrid", sendgrid_config={"api_key": "SG.key"})
    pages = losant.credentials.list(sort_field="name", sort_direction="asc", per_page=3)
    assert [len(page) for page in pages.pages()] == [3, 3, 1]
    assert [credential.name for credential in pages] == [f"key {number}" for number in range(7)]
    assert pages.total == 7
    assert pages[4].name == "key 4"
    assert len(list(losant.credentials)) == 7
    assert [entry.name for entry in losant.credentials.list(filter_field="name", filter="*5")] == ["key 5"]


# ---- ensure ----


def test_ensure_makes_what_is_missing_and_changes_what_differs(losant, clock):
    made = losant.credentials.ensure("uploads", type="aws", aws_config=AWS)
    clock.pass_seconds(1)
    public = {name: value for name, value in AWS.items() if name != "secret_access_key"}
    same = losant.credentials.ensure("uploads", type="aws", aws_config=public, enabled=True)
    assert (same.id, same.last_updated) == (made.id, START)
    moved = losant.credentials.ensure("uploads", type="aws", config={**public, "region": "eu-west-1"})
    assert (moved.id, moved.config.region) == (made.id, "eu-west-1")
    assert moved.last_updated == START + datetime.timedelta(seconds=1)
    assert losant.credentials.ensure("uploads", type="aws", description="mine").description == "mine"
    assert losant.credentials.list().total == 1


def test_ensure_sends_a_secret_whenever_it_is_given(losant, clock):
    losant.credentials.ensure("uploads", type="aws", aws_config=AWS)
    clock.pass_seconds(1)
    again = losant.credentials.ensure("uploads", type="aws", aws_config=AWS)
    assert again.last_updated == START + datetime.timedelta(seconds=1)


def test_ensure_refuses_another_type(losant, uploads):
    with pytest.raises(leafnative.ConflictError, match="aws"):
        losant.credentials.ensure("uploads", type="sendgrid", config={"api_key": "SG.key"})
    with pytest.raises(leafnative.BadInputError, match="carrier"):
        losant.credentials.ensure("uploads", type="carrier", config={})


@pytest.mark.parametrize("name", ["a*", "*", "a?c", "[a]", "{a,b}", "!a", "back\\slash", "a", "A", "ü*", "a b&c=d"])
def test_ensure_takes_a_name_as_it_is_whatever_stands_in_it(losant, name):
    for other in ("a", "abc", "A", "b", "back", "slash"):
        losant.credentials.ensure(other, type="sendgrid", config={"api_key": "SG.key"})
    made = losant.credentials.ensure(name, type="sendgrid", config={"api_key": "SG.key"})
    assert made.name == name
    assert losant.credentials.ensure(name, type="sendgrid").id == made.id


def test_ensure_that_is_overtaken_by_another_changes_what_that_one_made(losant, service):
    asked = []

    def transport(method, target, headers, body):
        if method == "POST" and not asked:
            asked.append(target)
            service.handle(method, target, headers, body)
        status, answered, content = service.handle(method, target, headers, body)
        return status, answered, content

    token = service.create_token(application=APPLICATION, scopes=["all.Application"])
    other = leafnative.Losant(transport=transport, token=token, application_id=APPLICATION)
    assert other.credentials.ensure("uploads", type="aws", aws_config=AWS).name == "uploads"
    assert asked and losant.credentials.list().total == 1


def test_ensure_generates_a_key_pair_only_where_there_is_none(losant):
    config = {"type": "ssh-key", "clone_url": "git@git.farm.example:maple.git", "generate_private_key": True}
    made = losant.credentials.ensure("deploy", type="git", config=config)
    assert made.config.public_key.startswith("ssh-ed25519 ")
    assert losant.credentials.ensure("deploy", type="git", config=config).config.public_key == made.config.public_key


# ---- rotate ----


def test_rotate_replaces_secrets_and_moves_the_time(losant, uploads, clock):
    for minute, which in enumerate((uploads.id, "uploads"), start=1):
        clock.pass_seconds(60)
        rotated = losant.credentials.rotate(which, secret_access_key="another key")
        assert rotated.id == uploads.id
        assert rotated.last_updated == START + datetime.timedelta(minutes=minute)
    with pytest.raises(leafnative.BadInputError, match="secret_access_key, not region"):
        losant.credentials.rotate("uploads", region="eu-west-1")
    with pytest.raises(leafnative.BadInputError, match="nothing"):
        losant.credentials.rotate("uploads")
    with pytest.raises(leafnative.NotFoundError, match="nowhere"):
        losant.credentials.rotate("nowhere", secret_access_key="another key")


def test_a_name_that_looks_like_an_id_is_a_name_when_no_credential_has_the_id(losant):
    name = "0123456789abcdef01234567"
    made = losant.credentials.create(name=name, type="sendgrid", sendgrid_config={"api_key": "SG.key"})
    assert losant.credentials.rotate(name, api_key="SG.other").id == made.id


def test_rotate_generates_a_key_pair(losant):
    config = {"host": "maple.snow.example", "username": "maple", "generate_private_key": True}
    made = losant.credentials.create(name="snow", type="snowflake", snowflake_config=config)
    rotated = losant.credentials.rotate("snow", generate_private_key=True)
    assert rotated.config.public_key != made.config.public_key
    assert rotated.config.public_key.startswith("-----BEGIN PUBLIC KEY-----")


# ---- linked resources ----


def test_linked_resources_are_lists_of_records(service, losant, uploads):
    assert not uploads.linked_resources()
    integration = use(service, "uploads", topics=["farm/+"])
    node = {"id": "n", "type": "S3PutNode", "config": {"credentialNameTemplate": "uploads"}}
    flow = service.register(APPLICATION, "flow", {"name": "Upload", "flowClass": "cloud", "nodes": [node]})
    version = {"flowId": flow, "version": "v1", "name": "Upload v1", "flowClass": "cloud", "nodes": [node]}
    service.register(APPLICATION, "flowVersion", version)
    linked = uploads.linked_resources()
    assert linked
    [hub], [upload], [v1] = linked.integrations, linked.flows, linked.flow_versions
    assert (hub.id, hub.credential_name, hub.topics) == (integration, "uploads", ["farm/+"])
    assert (upload.id, upload.flow_class, upload["nodes"]) == (flow, "cloud", [node])
    assert v1.flow_id == flow
    assert linked.flows.items == list(linked.flows)
    assert (linked.flows.total_count, len(linked.flows)) == (1, 1)
    assert linked.users() == ["integration 'Hub'", "flow 'Upload'", "flow version 'Upload v1'"]
    assert uploads.linked_resources(include_custom_nodes=True).users()[0] == "integration 'Hub'"


def test_a_guarded_delete_lists_what_uses_the_credential(service, losant, uploads):
    use(service, "uploads")
    with pytest.raises(leafnative.ConflictError, match="'uploads' is used by integration 'Hub'"):
        uploads.delete(unless_linked=True)
    renamed = uploads.patch(name="uploads 2")
    assert renamed.delete(unless_linked=True) is None
    assert losant.credentials.list().total == 0


def test_a_flow_whose_template_has_braces_is_not_seen(service, uploads):
    node = {"id": "n", "type": "S3PutNode", "config": {"credentialNameTemplate": "{{ data.name }}"}}
    service.register(APPLICATION, "flow", {"name": "Upload", "flowClass": "cloud", "nodes": [node]})
    assert not uploads.linked_resources(include_custom_nodes=True)


# ---- certificates ----


def test_a_certificate_says_when_it_ends(losant):
    config = {"certificate": KEYS["certificate"], "private_key": KEYS["certificate_key"]}
    made = losant.credentials.create(name="tls", type="certificateKeyPair", certificate_key_pair_config=config)
    losant.credentials.create(name="mail", type="sendgrid", sendgrid_config={"api_key": "SG.key"})
    info = made.config.info
    assert info.common_name == "gateway.maple.example"
    assert info.not_valid_after == datetime.datetime(2126, 10, 28, 20, 21, 37, tzinfo=datetime.UTC)
    assert losant.credentials.expiring(30) == []
    near = info.not_valid_after - datetime.timedelta(days=30)
    assert losant.credentials.expiring(30, now=near) == [made]
    assert losant.credentials.expiring(29, now=near) == []
    assert losant.credentials.expiring(0, now=info.not_valid_after + datetime.timedelta(days=1)) == [made]


def test_a_key_file_is_shown_without_its_private_part(losant):
    key_file = {"type": "service_account", "project_id": "maple", "private_key": KEYS["rsa"]}
    made = losant.credentials.create(name="g", type="gcp", gcp_config={"key_json": json.dumps(key_file)})
    shown = json.loads(made.config.key_meta_json)
    assert shown["project_id"] == "maple"
    assert "private_key" not in shown


# ---- the whole store ----


def seed_document():
    return {
        "applications": [
            {
                "id": APPLICATION,
                "tokens": [{"scopes": ["all.Application"], "token": "the-token-of-the-seed-0123456789"}],
                "credentials": [
                    {"name": "uploads", "type": "aws", "awsConfig": {
                        "accessKeyId": AWS["access_key_id"], "secretAccessKey": "the key", "region": "eu-west-1"}}
                ],
                "integrations": [{"name": "Hub", "credentialName": "uploads", "integrationType": "sqs"}],
            }
        ]
    }  # fmt: skip


def open_seeded(service):
    token = seed_document()["applications"][0]["tokens"][0]["token"]
    return leafnative.Losant(service, token=token, application_id=APPLICATION)


def test_a_service_is_filled_from_a_dict_or_a_file(tmp_path):
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed_document()))
    (tmp_path / "cut.json").write_text('{"applications": [')
    with leafnative.Service() as service, pytest.raises(leafnative.BadInputError, match="seed is not JSON") as refusal:
        service.seed(tmp_path / "cut.json")
    assert "peer" not in str(refusal.value)
    for source in (seed_document(), path, str(path)):
        with leafnative.Service() as service:
            assert service.seed(source) is None
            [credential] = open_seeded(service).credentials
            assert credential.linked_resources().users() == ["integration 'Hub'"]
    with leafnative.Service() as service:
        with pytest.raises(FileNotFoundError):
            service.seed(tmp_path / "nothing.json")
        with pytest.raises(TypeError, match="not JSON text: json.loads it") as refusal:
            service.seed(json.dumps(seed_document()))
        assert "peer" not in str(refusal.value)
        wrong = seed_document()
        wrong["applications"][0]["credentials"][0]["awsConfig"]["region"] = 7
        with pytest.raises(leafnative.BadInputError) as refusal:
            service.seed(wrong)
        assert refusal.value.where == "/applications/0/credentials/0/awsConfig/region"
        service.seed(seed_document())  # all or nothing: nothing of the first is there


@pytest.fixture
def empty():
    with leafnative.Service() as service:
        yield service


def test_a_seed_that_is_sown_twice_is_refused_and_changes_nothing(empty):
    document = seed_document()
    empty.seed(document)
    with pytest.raises(leafnative.BadInputError) as refusal:
        empty.seed(document)
    assert refusal.value.where == "/applications/0/id"
    del document["applications"][0]["id"]
    with pytest.raises(leafnative.BadInputError) as refusal:
        empty.seed(document)
    assert refusal.value.where == "/applications/0/tokens/0/token"
    assert [credential.name for credential in open_seeded(empty).credentials] == ["uploads"]


def test_a_copy_of_a_newer_version_is_refused_and_changes_nothing(empty, tmp_path):
    empty.seed(seed_document())
    empty.snapshot(tmp_path / "kept.db")
    connection = sqlite3.connect(tmp_path / "kept.db")
    with connection:
        connection.execute("UPDATE schema_version SET version = version + 1")
    connection.close()
    with pytest.raises(leafnative.StorageError, match="this version"):
        empty.restore(tmp_path / "kept.db")
    assert open_seeded(empty).credentials.find("uploads") is not None


def test_a_snapshot_that_is_taken_while_another_thread_writes_is_whole(tmp_path):
    key = "0123456789abcdef" * 4
    with leafnative.Service(tmp_path / "store.db", key=key) as service:
        service.seed(seed_document())
        taken = threading.Event()

        def write():
            losant = open_seeded(service)
            for number in range(1000):
                losant.credentials.create(name=f"key {number}", type="sendgrid", sendgrid_config={"api_key": "SG.key"})
                if taken.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(5):
                service.snapshot(tmp_path / f"kept {number}.db")
        finally:
            taken.set()
            writer.join(timeout=60)
        for number in range(5):
            with leafnative.Service(key=key) as other:
                other.restore(tmp_path / f"kept {number}.db")
                names = {credential.name for credential in open_seeded(other).credentials}
                assert names == {"uploads", *(f"key {made}" for made in range(len(names) - 1))}


def test_a_snapshot_brings_back_what_it_holds(tmp_path):
    key = "ab" * 32
    with leafnative.Service(key=key) as service:
        service.seed(seed_document())
        service.snapshot(tmp_path / "kept.db")
        with pytest.raises(leafnative.ConflictError):
            service.snapshot(tmp_path / "kept.db")
        open_seeded(service).credentials.find("uploads").delete()
        service.restore(tmp_path / "kept.db")
        assert open_seeded(service).credentials.find("uploads").config.region == "eu-west-1"
        service.reset()
        with pytest.raises(leafnative.UnauthorizedError):
            list(open_seeded(service).credentials)
        assert service.create_application(APPLICATION) == APPLICATION
    with leafnative.Service(key="cd" * 32) as other, pytest.raises(leafnative.StorageError):
        other.restore(tmp_path / "kept.db")


# ---- the command line ----


def test_a_command_of_a_row_opens_the_client_of_its_api(monkeypatch):
    opened = []

    class Client:
        def __init__(self, profile):
            opened.append(profile)

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

        def entries(self, name, **arguments):
            opened.append((name, arguments))
            return []

    monkeypatch.setattr(leafnative, "Losant", Client)
    given = ["--application-id", APPLICATION, "--sort-field", "name", "--links", "true"]
    assert cli.main(["credentials", "list", *given]) == 0
    arguments = {"application_id": APPLICATION, "sort_field": "name", "_links": "true"}
    assert opened == [None, ("credentials.list", arguments)]
    assert set(cli.CLIENTS) == {row["api"] for row in _core.operations()}


def test_the_commands_of_both_apis_have_different_names():
    groups = {(row["group"], row["api"]) for row in _core.operations()}
    names = [group for group, _ in groups]
    attributes = [provider["attribute"] for provider in _core.providers()]
    assert len({*names, *attributes}) == len(names) + len(attributes)


def test_every_group_of_the_tables_has_its_class():
    from leafnative import _rows, losant

    made = {base.__name__ for thing in vars(losant).values() if isinstance(thing, type) for base in thing.__mro__}
    for row in _core.operations():
        if row["api"] == losant.Losant.api:
            assert _rows.class_name(row["group"]) in made, row["group"]


# ---- limits ----


def schema_of(kind):
    return {field["name"]: field for field in _core.schemas()[f"{kind}Config"]["fields"]}


def limits():
    """(type, member, least, most) of every limit, as the table of the cases has them."""
    for kind, rows in make_type_cases.TYPES.items():
        for name, (least, most, _, _) in rows.items():
            if isinstance(least, int) and name != "info":
                yield kind, name, least, most


def test_the_limits_marks_and_words_of_the_rows_are_those_of_the_contract():
    kinds = next(f["choice"] for f in _core.schemas()["losantCredential"]["fields"] if f["name"] == "type")
    assert set(kinds) == set(make_type_cases.TYPES)
    for kind, rows in make_type_cases.TYPES.items():
        fields = schema_of(kind)
        assert set(fields) - {"generatePrivateKey"} == set(rows)
        for name, row in rows.items():
            field = fields[name]
            least, most, _, _ = row
            if isinstance(least, tuple):
                assert tuple(field["choice"]) == least
            elif isinstance(least, int):
                assert (field["least"], field["most"]) == (least, most), (kind, name)
            made, write_only, needed = (
                make_type_cases.marked(row, mark)
                for mark in (make_type_cases.MADE, make_type_cases.WRITE_ONLY, make_type_cases.NEEDED)
            )
            assert ("made" in field["marks"]) == made
            assert ("secret" in field["marks"]) == write_only
            assert ("answered" in field["marks"]) == (not write_only)
            assert ("needed" in field["marks"]) == needed


# Texts that must also parse: their lengths are tried at the bare checker, by what comes back.
PARSED = {("gcp", "keyJson"), ("snowflake", "privateKey"), ("git", "secretValue"),
          ("certificateKeyPair", "certificate"), ("certificateKeyPair", "privateKey")}  # fmt: skip


def raw_patch(service, credential, member, config):
    """The status and the message of a patch without a client in between."""
    target = f"/applications/{APPLICATION}/credentials/{credential.id}"
    token = service.create_token(application=APPLICATION, scopes=["all.Application"]).reveal()
    body = json.dumps({member: config}).encode()
    status, _, answered = service.handle("PATCH", target, [("Authorization", f"Bearer {token}")], body)
    return status, json.loads(bytes(answered)).get("message", "")


def test_every_limit_holds_at_its_edge_and_breaks_one_beyond(service, losant, capsys):
    made = {}
    for kind in make_type_cases.TYPES:
        body = {"name": kind, "type": kind, f"{kind}Config": make_type_cases.given(kind)}
        made[kind] = losant.credentials.create(**body)
    checks = 0
    for kind, name, least, most in limits():
        if "made" in schema_of(kind)[name]["marks"]:
            continue
        member, credential = f"{kind}Config", made[kind]
        is_number = schema_of(kind)[name]["type"] == "integer"
        value = (lambda size: size) if is_number else (lambda size: "x" * size)
        for size, fits in ((least, True), (least - 1, False), (most, True), (most + 1, False)):
            if size < 0:
                continue
            config = {name: value(size)}
            status, message = raw_patch(service, credential, member, config)
            if fits and (kind, name) not in PARSED:
                assert credential.patch(config=config).id == credential.id
                assert status == 200, (kind, name, size, message)
            elif fits:
                assert "characters" not in message and "must not be empty" not in message, (kind, name, size, message)
            else:
                with pytest.raises(leafnative.BadInputError) as refusal:
                    credential.patch(config=config)
                assert refusal.value.where == f"/{member}/{name}"
                assert status == 400 and name in message, (kind, name, size, message)
            checks += 1
    for name, least, most in (("name", 1, 255), ("description", 0, 32767)):
        for size, fits in ((least, True), (least - 1, False), (most, True), (most + 1, False)):
            if size < 0:
                continue
            # Code points count, not bytes.
            text = "ü" * size
            if fits:
                assert made["aws"].patch(**{name: text})[name] == text
            else:
                with pytest.raises(leafnative.BadInputError):
                    made["aws"].patch(**{name: text})
            checks += 1
    with capsys.disabled():
        print(f"\nfigure losant_limits_checked {checks}")
    assert checks >= 100


def test_every_operation_takes_exactly_the_scopes_that_are_published(service, losant, uploads, capsys):
    scopes = {scope for row in _core.operations() if row["api"] == "losant" for scope in row["scopes"]}
    write = {"all.Application", "all.Organization", "all.User"} | {
        f"all.{whose}.bounded" for whose in ("Application", "Organization", "User")
    }
    read = write | {"all.Application.read", "all.Organization.read", "all.User.read"}
    one, many = f"/applications/{APPLICATION}/credentials/{uploads.id}", f"/applications/{APPLICATION}/credentials"
    published = {
        ("GET", one): read | {"credential.*", "credential.get"},
        ("PATCH", one): write | {"credential.*", "credential.patch"},
        ("DELETE", one): write | {"credential.*", "credential.delete"},
        ("GET", one + "/linkedResources"): read | {"credential.*", "credential.linkedResources"},
        ("GET", many): read | {"credentials.*", "credentials.get"},
        ("POST", many): write | {"credentials.*", "credentials.post"},
    }
    assert scopes == set().union(*published.values())
    cells = 0
    for scope in sorted(scopes):
        token = service.create_token(application=APPLICATION, scopes=[scope]).reveal()
        for (method, target), allowed in published.items():
            # What is missing or no body at all is refused after the scope is looked at.
            gone = target.replace(uploads.id, APPLICATION) if method == "DELETE" else target
            status, _, _ = service.handle(method, gone, [("Authorization", f"Bearer {token}")], b"")
            assert (status == 403) == (scope not in allowed), (scope, method, target, status)
            cells += 1
    with capsys.disabled():
        print(f"\nfigure losant_scope_cells {cells}")
    assert cells == 102


ROOT = Path(__file__).parent.parent.parent


def test_the_example_of_rotation_runs():
    example = ROOT / "examples" / "rotate_losant.py"
    done = subprocess.run([sys.executable, str(example)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"uploads" in done.stdout


def test_the_page_of_tasks_runs_as_it_stands(capsys):
    page = (ROOT / "docs" / "losant.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    names = {}
    for block in blocks:
        exec(compile(block, "docs/losant.md", "exec"), names)
    printed = capsys.readouterr().out
    assert len(blocks) >= 7
    assert "The credential 'uploads' is used by integration 'Hub': not deleted." in printed
    assert "aws uploads is fresh" in printed


@pytest.mark.parametrize("kind", [leafnative.Losant, leafnative.AsyncLosant])
def test_the_application_is_among_the_options_that_a_class_tells(kind):
    assert "application_id" in inspect.signature(kind).parameters
    with pytest.raises(TypeError, match="no option 'aplication_id': did you mean application_id"):
        kind("http://127.0.0.1:1", token="t", aplication_id="a" * 24)
