"""The request samples of Leaf's documentation pages, with only their placeholders filled and no Content-Type."""

import json
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from leafnative import _core

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "python"))

from case_files import WORLDS, difference, expand  # noqa: E402

WORLDS = WORLDS["leaf"]
SAMPLES = json.loads((ROOT / "cases" / "samples" / "leaf.json").read_text(encoding="utf-8"))
ATTACH = {
    "panorama": '{"clientId":"str","username":"str","password":"str","organizationCode":"str","refreshToken":"str",'
    '"clientEnvironment":"STAGE"}',
    "agvance": '{"apiKey":"str","databaseId":"str","password":"str","username":"str"}',
}
PREFIX = "/services/usermanagement/api"


class World:
    """The world of a sample: owners and steps as those of the shared cases, made by raw requests."""

    def __init__(self, sample):
        self.service = _core.Service()
        owners = WORLDS["owners"]
        self.values = {
            "sender": owners["a"]["email"],
            "receiver": owners["b"]["email"],
            "password": owners["a"]["password"],
        }
        for owner in owners.values():
            self.service.create_owner(owner["email"], owner["password"])
        for step in WORLDS["worlds"][sample["world"]]:
            self.take(expand(step, self.values))
        login = _core.Client(service=self.service, config=False)
        answer = login.call(
            "authentication.login", {"username": self.values["sender"], "password": self.values["password"]}
        )
        self.values["token"] = answer.data["id_token"].reveal()
        if "attached" in sample:
            target = f"{PREFIX}/users/{self.values['user']}/{sample['attached']}-credentials"
            assert self.send("POST", target, ATTACH[sample["attached"]])[0] == 201

    def take(self, step):
        row = WORLDS["owners"][step["as"]]
        client = _core.Client(service=self.service, username=row["email"], password=row["password"], config=False)
        reply = client.call(step["call"], {**step.get("path", {}), **step.get("body", {})})
        self.values.update({name: reply.data[member] for name, member in step.get("save", {}).items()})

    def send(self, method, target, body=None):
        headers = [("Authorization", "Bearer " + self.values["token"])]
        status, _, answered = self.service.handle(method, target, headers, (body or "").encode())
        return status, bytes(answered)


def put(text, values, leave=(), encode=False):
    """The text with every printed placeholder replaced, but for those to leave as they stand."""
    for row in sorted(SAMPLES["substitutions"], key=lambda row: -len(row["printed"])):  # one may hold another
        if row["printed"] not in leave:
            filled = expand(row["filled"], values)
            text = text.replace(row["printed"], quote(filled, safe="/") if encode and "@" in filled else filled)
    return text


SAMPLE_NAMES = [sample["name"] for sample in SAMPLES["samples"]]
every_sample = pytest.mark.parametrize(
    "sample", SAMPLES["samples"], ids=[sample["name"] for sample in SAMPLES["samples"]]
)


@every_sample
def test_a_sample_with_its_placeholders_filled_is_answered_as_documented(sample):
    world = World(sample)
    body = put(sample["body"], world.values) if "body" in sample else None
    status, answered = world.send(sample["method"], put(sample["printed"], world.values, encode=True), body)
    assert status == sample["status"], answered
    if "answer" not in sample:
        assert answered == b""
        return
    assert difference(expand(sample["answer"], world.values), json.loads(answered)) is None


def test_the_two_samples_with_a_choice_printed_as_its_words_are_400_as_they_stand():
    standing = [sample for sample in SAMPLES["samples"] if "as_it_stands" in sample]
    assert len(standing) == 2
    for sample in standing:
        world = World(sample)
        body = put(sample["body"], world.values, leave=("STAGE or PRODUCTION", "ALLOWED or BLOCKED"))
        assert " or " in body
        status, answered = world.send(sample["method"], put(sample["printed"], world.values, encode=True), body)
        assert status == sample["as_it_stands"] == 400
        assert json.loads(answered)["errorKey"] == "validation"


def test_every_substitution_of_a_text_is_used_by_a_sample(capsys):
    printed = "\n".join(sample["printed"] + "\n" + sample.get("body", "") for sample in SAMPLES["samples"])
    # The host, the token and the slips outside path and body are not part of what a sample keeps.
    elsewhere = ("https://api.withleaf.io", "YOUR_TOKEN", "PATCH …", "a missing")
    unused = [
        row["printed"]
        for row in SAMPLES["substitutions"]
        if not row["printed"].startswith(elsewhere) and row["printed"] not in printed
    ]
    with capsys.disabled():
        print()
        for row in SAMPLES["substitutions"]:
            print(f"  {row['printed']!r:70} -> {row['filled']!r:50} {row['why']}")
        print(f"figure samples {len(SAMPLES['samples'])}")
    assert unused == []
