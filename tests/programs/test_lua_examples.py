"""The scripts that people would schedule do what they say, on a service that holds what they are for."""

import re
import subprocess
from pathlib import Path

import pytest
from served import PROGRAM, ROOT, environment, served

import leafnative

FOLDER = ROOT / "examples" / "lua"
OWNER, PARTNER, PASSWORD = "a@farm.example", "coop@partner.example", "hunter2"
PANORAMA = {
    "client_id": "app",
    "username": "maple",
    "password": "pw",
    "organization_code": "M1",
    "refresh_token": "rt",
    "client_environment": "STAGE",
}


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        for owner in (OWNER, PARTNER):
            service.create_owner(owner, PASSWORD)
        yield service


@pytest.fixture
def leaf(service):
    with leafnative.Leaf(service, username=OWNER, password=PASSWORD) as leaf:
        yield leaf


@pytest.fixture
def losant(service):
    application = service.create_application()
    token = service.create_token(application=application, scopes=["credential.*", "credentials.*"])
    with leafnative.Losant(service, token=token, application_id=application) as losant:
        yield losant


def run(name, *arguments, text="", options=("--time", "30"), **variables):
    done = subprocess.run(
        [PROGRAM, *options, FOLDER / name, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(**variables),
    )
    assert not re.search("hunter2|the (first|second) key", done.stdout + done.stderr), "a secret was printed"
    return done.returncode, done.stdout, done.stderr


def leaf_settings(address):
    return {"LEAF_URL": address, "LEAF_USERNAME": OWNER, "LEAF_PASSWORD": PASSWORD}


def test_every_example_is_run_here_and_is_short():
    here = Path(__file__).read_text()
    for path in FOLDER.glob("*.lua"):
        assert f'"{path.name}"' in here, path.name
        assert 10 <= len(path.read_text().splitlines()) <= 35, path.name


def test_broken_credentials_are_printed_and_counted(service, leaf):
    growers = [leaf.users.create(name=f"Farm {number}") for number in range(3)]
    for grower in growers[:2]:
        grower.panorama.create(**PANORAMA)
    with served(service) as address:
        status, out, err = run("verify_credentials.lua", **leaf_settings(address))
        assert (status, out, err) == (0, "", "2 credentials, 0 broken\n")
        service.set_provider_answer(growers[1].id, "panorama", 401)
        service.check_credentials()
        status, out, err = run("verify_credentials.lua", **leaf_settings(address))
    assert (status, err) == (10, "2 credentials, 1 broken\n")
    assert out == f"{growers[1].id}\tFarm 1\tPanorama\tUNAUTHENTICATED\n"


def test_a_login_that_is_refused_ends_with_1_and_says_so(service):
    with served(service) as address:
        settings = {**leaf_settings(address), "LEAF_PASSWORD": "another"}
        status, out, err = run("verify_credentials.lua", **settings)
    assert (status, out) == (1, "")
    assert err.startswith("leafnative-lua: ")
    assert "another" not in err


def test_a_key_is_rotated(service, losant):
    config = {"access_key_id": "AKIAMAPLEFARM0001", "secret_access_key": "the first key", "region": "eu-central-1"}
    before = losant.credentials.ensure("uploads", type="aws", config=config)
    hub = {"name": "Hub", "credentialName": "uploads", "integrationType": "sqs", "enabled": True}
    service.register(losant.application_id, "integration", hub)
    token = service.create_token(application=losant.application_id, scopes=["all.Application"]).reveal()
    with served(service) as address:
        settings = {"LOSANT_URL": address, "LOSANT_TOKEN": token, "LOSANT_APPLICATION_ID": losant.application_id}
        status, out, err = run("rotate_losant_key.lua", "uploads", text="the second key\n", **settings)
        assert run("rotate_losant_key.lua", "elsewhere", text="the second key\n", **settings)[0] == 1
        assert run("rotate_losant_key.lua", "uploads", **settings)[0] == 1
    assert (status, err) == (0, "")
    assert re.fullmatch(r"uploads rotated at \S+, used by integration 'Hub'\n", out)
    assert before.refresh().last_updated >= before.last_updated


def test_a_partner_is_granted_what_growers_planted_and_harvested(service, leaf):
    growers = [leaf.users.create(name=f"Farm {number}") for number in range(3)]
    text = "".join(f"{grower.id}\n" for grower in growers[:2])
    with served(service) as address:
        status, out, err = run("grant_partner.lua", PARTNER, text=text, **leaf_settings(address))
        assert (status, out, err) == (0, f"{PARTNER} is PENDING, 0 growers failed\n", "")
        text += "6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e\n"
        status, out, _ = run("grant_partner.lua", PARTNER, text=text, **leaf_settings(address))
    assert status == 10
    assert out.splitlines()[0].split("\t")[:2] == ["6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e", "not_found"]
    relation = leaf.sharing.with_receiver(PARTNER)
    for grower, granted in zip(growers, (True, True, False), strict=True):
        wanted = {"OPERATIONS": {"actions": ["READ"], "types": ["PLANTED", "HARVESTED"]}} if granted else {}
        assert relation.permissions(grower) == wanted


@pytest.mark.parametrize("name", ["with_luv.lua", "with_cqueues.lua"])
def test_event_loops_drive_many_calls_at_once(service, leaf, name):
    for number in range(40):
        grower = leaf.users.create(name=f"grower {number:02}")
        if number % 2 == 0:
            grower.panorama.create(**PANORAMA)
    with served(service) as address:
        code, out, err = run(name, options=["--unsafe"], **leaf_settings(address))
    assert (code, re.sub(r"\d+ growers under way\n", "", err)) == (0, "")
    told = dict(line.split("\t") for line in out.splitlines())
    assert told == {f"grower {number:02}": "not_found" if number % 2 else "OK" for number in range(40)}
