"""Nothing secret shows: a canary in every secret, the whole job, then a sweep through all that people or disks see."""

import base64
import copy
import json
import pickle
import secrets
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import leafnative
from leafnative import _core, demo

sys.path.insert(0, str(Path(__file__).parent.parent / "cases"))

from make_type_cases import KEYS, TYPES, WRITE_ONLY, given, marked  # noqa: E402

OWNER, OTHER = "a@farm.example", "b@coop.example"


class Canaries:
    """Secrets that are found again. The repr tells none of them, so that the test's own frames stay clean."""

    def __init__(self):
        self._of = {}

    def __repr__(self):
        return f"<{len(self._of)} canaries>"

    def __len__(self):
        return len(self._of)

    def make(self, name):
        """A new secret under a name; its core is letters and digits, the rest is there to be escaped."""
        core = "k" + secrets.token_hex(12)
        self._of[name] = core
        return f'{core}+/"&é'

    def keep(self, name, core):
        """Looks for a secret that was made elsewhere, too."""
        self._of[name] = core

    def items(self):
        return self._of.items()

    def without(self, *names):
        rest = Canaries()
        rest._of = {name: core for name, core in self._of.items() if name not in names}
        return rest


def forms(core):
    """How a text may stand somewhere, name by name."""
    raw = core.encode()
    yield "as it is", raw
    yield "reversed", raw[::-1]
    yield "UTF-16, little end first", core.encode("utf-16-le")
    yield "UTF-16, big end first", core.encode("utf-16-be")
    yield "hexadecimal", raw.hex().encode()
    yield "hexadecimal in capitals", raw.hex().upper().encode()
    yield "every byte percent-encoded", "".join(f"%{byte:02x}" for byte in raw).encode()
    for shift in range(3):
        # The middle of the base64 of the text after 0, 1 or 2 other bytes: it does not depend on its neighbours.
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield f"base64 after {shift} bytes", encoded[4:-4]


def sweep(sinks, canaries):
    """Every (sink, name of the canary, form) at which a secret stands."""
    return [
        (sink, name, form)
        for name, core in canaries.items()
        for form, needle in forms(core)
        for sink, content in sinks.items()
        if needle in content or needle in content.lower()
    ]


def seen_of(thing):
    """What a person may come to see of an object."""
    for way in (repr, str, ascii, lambda it: f"{it}", lambda it: f"{it!r:>10}", lambda it: "%s %r" % (it, it), format):  # noqa: UP031
        yield way(thing)
    yield repr(getattr(thing, "__dict__", None))
    yield json.dumps(thing, default=repr) if isinstance(thing, (dict, list)) else ""
    for copier in (copy.copy, copy.deepcopy):
        try:
            yield repr(copier(thing))
        except TypeError as refusal:
            yield repr(refusal)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            yield pickle.dumps(thing, protocol).decode("latin-1")
        except (TypeError, pickle.PicklingError, AttributeError) as refusal:
            yield repr(refusal)


def seen_of_error(error):
    yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
    yield from (repr(getattr(error, name, None)) for name in dir(error) if not name.startswith("__"))
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    for inner in (error.__cause__, error.__context__):
        if inner is not None:
            yield from seen_of_error(inner)


def without_own_frames(error):
    """The error with the frames of this file taken off its traceback: they hold the secrets to give them away."""
    rest = error.__traceback__
    while rest is not None and rest.tb_frame.f_code.co_filename == __file__:
        rest = rest.tb_next
    return error.with_traceback(rest)


def text_of(parts):
    return "\n".join(parts).encode("utf-8", "surrogatepass")


class Job:
    """The whole job with a canary in every secret, on a service with a file."""

    def __init__(self, folder):
        self.canaries = Canaries()
        self.logs, self.things, self.errors = [], [], []
        self.path, self.cache = folder / "leaf.db", folder / "token.cache"
        self.key = Canaries()  # apart: its repr hides what it holds, too
        key = secrets.token_hex(32)
        self.canaries.keep("the service's key", key)
        self.service = _core.Service(str(self.path), key=key, cheap_passwords=True, log=self.log)
        self.key_bytes = bytes.fromhex(key)
        self.passwords = {owner: self.canaries.make("password of " + owner) for owner in (OWNER, OTHER)}
        for owner in self.passwords:
            self.service.create_owner(owner, self.passwords[owner])
        self.client, self.other = self.open(OWNER), self.open(OTHER, token_cache=str(self.cache))
        self.values = {}

    def __repr__(self):
        return "<Job>"

    def log(self, level, line):
        self.logs.append(f"{level} {line}")

    def open(self, owner, **options):
        return _core.Client(
            service=self.service, username=owner, password=self.passwords[owner], config=False, log=self.log, **options
        )

    def call(self, name, arguments, client=None, **options):
        reply = (client or self.client).call(name, arguments, **options)
        self.things += [reply, reply.data]
        return reply.data

    def refused(self, call, *arguments, **options):
        """A call that must fail; the error is kept with its traceback."""
        try:
            call(*arguments, **options)
        except leafnative.Error as error:
            self.errors.append(without_own_frames(error))
        else:
            pytest.fail("what must be refused was not")

    def attach(self, user, provider):
        """A credential with a canary in every secret member, those that the server makes included."""
        fields = _core.schemas()[provider["schema"]]["fields"]
        where = provider["attribute"]
        values = {}
        for field in fields:
            if "in_create" in field["marks"]:
                secret = "secret" in field["marks"]
                word = field["choice"][0] if field["choice"] else "plain"
                values[field["name"]] = self.canaries.make(f"{where} {field['name']}") if secret else word
        made = {
            field["name"]: self.canaries.make(f"{where} made {field['name']}")
            for field in fields
            if {"made", "secret"} <= set(field["marks"])
        }
        given = [value for name, value in values.items() if value != "plain"]
        body = {**made, "echo": given, "form": "&".join(f"password={value}" for value in given)}
        headers = f"Authorization: Bearer {self.canaries.make(where + ' authorization')[:25]}\nX-Kind: plain"
        self.service.set_provider_answer(user, where, 200, headers, json.dumps(body))
        self.values[where] = values
        self.call(f"{where}.create", {"leafUserId": user, **values})
        self.call(f"{where}.get", {"leafUserId": user})
        self.call(f"{where}.events", {"leafUserId": user})
        self.refuse(user, where, values)

    def refuse(self, user, where, values):
        """What goes wrong with secrets in hand."""
        name = f"{where}.create"
        secret = next(name for name, value in values.items() if value not in ("plain", "STAGE"))
        self.refused(self.call, name, {"leafUserId": user, **values})
        self.refused(self.call, name, {"leafUserId": user, **values, secret: [values[secret]]})
        self.refused(self.call, name, {"leafUserId": user, **values, secret: {"in": values[secret]}})
        self.refused(self.call, name, {"leafUserId": "7", **values})
        self.refused(self.call, name, {"leafUserId": user, **values, secret: values[secret] + "\0"})
        self.refused(self.call, name, {"leafUserId": user, **values, secret: ""})

    def run(self):
        user = self.call("users.create", {"name": "Maple Farm"})["id"]
        for provider in _core.providers():
            self.attach(user, provider)
        self.service.check_credentials()
        for provider in _core.providers():
            self.service.set_provider_answer(user, provider["attribute"], 401, "", self.canaries.make("refusal body"))
        # A body that is no JSON and no secret of the credential is not known to be one: it is kept as it came.
        self.canaries = self.canaries.without("refusal body")
        self.service.check_credentials()
        self.call("users.get", {"leafUserId": user})
        self.call("users.list", {})
        self.sign_in()
        self.share(user)
        self.log_in()
        self.things += [self.client, self.other, self.service]
        return self

    def sign_in(self):
        second = self.call("users.create", {"name": "Oak Farm"})["id"]
        body = {
            "leafUserId": second,
            "clientId": "plain",
            "username": "plain",
            "password": self.canaries.make("sign-in password"),
            "clientEnvironment": "STAGE",
            "sharingUrlId": "plain",
        }
        made = {name: self.canaries.make(f"sign-in {name}") for name in ("accessToken", "refreshToken")}
        self.service.set_provider_answer(second, "panorama", 200, "", json.dumps({**made, "organizationCode": "plain"}))
        address = self.call("one_click.panorama", body)["signInUrl"]
        self.service.visit(address)
        self.refused(self.service.visit, address)
        self.call("panorama.get", {"leafUserId": second})
        self.call("panorama.events", {"leafUserId": second})

    def share(self, user):
        self.call("sharing.create", {"receiverApiOwner": OTHER})
        self.call("sharing.update", {"role": "sender", "owner": OWNER, "status": "ALLOWED"}, self.other)
        grant = {"permissions": {"FIELDS": {"actions": ["READ"]}}}
        self.call("permissions.create", {"owner": OTHER, "leafUserId": user, **grant})
        self.things += [self.service.shared_with(OTHER), self.service.shared_by(OWNER)]

    def log_in(self):
        body = {"username": OWNER, "password": self.passwords[OWNER]}
        token = self.call("authentication.login", body)["id_token"].reveal()
        for part, piece in zip(("head", "claims", "signature"), token.split("."), strict=True):
            if part != "head":  # every token has the same head
                self.canaries.keep(f"token's {part}", piece)
        self.refused(self.call, "authentication.login", {**body, "password": self.canaries.make("wrong password")})
        bad = _core.Client(service=self.service, token=self.canaries.make("bad token")[:25], config=False, log=self.log)
        self.refused(self.call, "users.list", {}, bad)
        self.things.append(bad)
        self.things.append(self.service.decide_access([(token, "7", "FIELDS", "READ")]))

    def files(self, when):
        folder = self.path.parent
        return {
            f"{path.name} {when}": path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.name.startswith("leaf.db") and not path.name.endswith(".key")
        }

    def sinks(self):
        return {
            "logs": text_of(self.logs),
            "objects": text_of(part for thing in self.things for part in seen_of(thing)),
            "errors": text_of(part for error in self.errors for part in seen_of_error(error)),
            **self.files("open"),
        }


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return Job(tmp_path_factory.mktemp("canaries")).run()


def test_no_secret_stands_in_any_object_error_traceback_log_or_file(job, capsys):
    sinks = job.sinks()
    job.service.check_credentials()
    assert {"leaf.db open", "leaf.db-wal open"} <= set(sinks)
    assert len(job.canaries) >= 60
    assert len(job.errors) > 80
    assert all(sinks[name] for name in ("logs", "objects", "errors"))
    hits = sweep(sinks, job.canaries)
    assert not any(job.key_bytes in content for content in sinks.values())
    with capsys.disabled():
        print(f"\nfigure canaries {len(job.canaries)}\nfigure canary_sinks {len(sinks)}")
        print(f"figure canary_bytes_swept {sum(map(len, sinks.values()))}\nfigure canary_hits {len(hits)}")
    assert hits == []


def test_the_token_cache_holds_its_own_token_and_no_other_secret(job):
    content = job.cache.read_bytes()
    assert content
    assert sweep({"cache": content}, job.canaries) == []
    assert job.cache.stat().st_mode & 0o077 == 0


def test_the_clear_text_is_there_for_who_asks_by_name(job):
    [user, *_] = [user for user in job.client.call("users.list", {}).data if user["name"] == "Maple Farm"]
    for where, values in job.values.items():
        answered = job.client.call(f"{where}.get", {"leafUserId": user["id"]}).data
        for name, value in answered.items():
            if isinstance(value, _core.Secret) and name in values:
                assert value.reveal() == values[name]
                assert "***" in repr(value)


def test_the_key_file_made_beside_a_database_stands_nowhere_else(tmp_path):
    lines = []
    service = _core.Service(str(tmp_path / "leaf.db"), cheap_passwords=True, log=lambda *line: lines.append(repr(line)))
    service.create_owner(OWNER, "a password")
    key = (tmp_path / "leaf.db.key").read_text().strip()
    assert (tmp_path / "leaf.db.key").stat().st_mode & 0o077 == 0
    canaries = Canaries()
    canaries.keep("key", key)
    others = [path for path in tmp_path.iterdir() if not path.name.endswith(".key")]
    sinks = {path.name: path.read_bytes() for path in others}
    sinks["seen"] = text_of([*lines, *seen_of(service)])
    assert len(sinks) > 1
    assert sweep(sinks, canaries) == []
    assert not any(bytes.fromhex(key) in content for content in sinks.values())


PROVIDERS = [provider["attribute"] for provider in _core.providers()]


@pytest.mark.parametrize("attribute", PROVIDERS)
def test_a_secret_given_to_the_package_stands_in_no_traceback_of_its_frames(attribute):
    canaries = Canaries()
    [schema] = [row["schema"] for row in _core.providers() if row["attribute"] == attribute]
    taken = [field for field in _core.schemas()[schema]["fields"] if "in_create" in field["marks"]]
    values = {
        field["snake"]: canaries.make(field["name"]) if "secret" in field["marks"] else "plain" for field in taken
    }
    with _core.Service() as service:
        service.create_owner(OWNER, "owner")
        leaf = leafnative.Leaf(service, username=OWNER, password="owner")
        user = leaf.users.create(name="Maple Farm")
        group = getattr(user, attribute)
        with pytest.raises(leafnative.BadInputError) as caught:
            group.create(**values, unheard_of=7)
        refused = without_own_frames(caught.value)
        with pytest.raises(leafnative.BadInputError) as caught:
            group.ensure(**values, unheard_of=7)
        error = without_own_frames(caught.value)
        assert refused.__traceback__ is None  # from a method of a row it is a short way into the core
        assert error.__traceback__ is not None
        seen = [*seen_of_error(refused), *seen_of_error(error), *seen_of(leaf), *seen_of(group)]
        assert sweep({"traceback": text_of(seen)}, canaries) == []


def test_a_secret_that_is_given_without_its_name_stands_in_no_traceback_of_the_package():
    canaries = Canaries()
    with _core.Service() as service:
        service.create_owner(OWNER, "owner")
        leaf = leafnative.Leaf(service, username=OWNER, password="owner")

        def secret():
            return {"password": canaries.make("password"), "form": object()}

        uses = [
            lambda: leaf.request("POST", "/services/usermanagement/api/users", secret()),
            lambda: leaf.request("POST", "/services/usermanagement/api/users", [secret()]),
            lambda: leaf.map("panorama.create", [], **secret()),
            lambda: leafnative.Losant(service, token=canaries.make("token"), application_id="a", unheard_of=7),
        ]
        for use in uses:
            with pytest.raises((leafnative.BadInputError, TypeError)) as caught:
                use()
            error = without_own_frames(caught.value)
            assert error.__traceback__ is not None
            assert sweep({"traceback": text_of(seen_of_error(error))}, canaries) == []


@pytest.mark.parametrize("mistyped", ["pasword", "refreshtoken", "refresh_tokne", "clientsecret"])
def test_a_secret_under_a_mistyped_name_stands_in_no_traceback_of_the_package(mistyped):
    canaries = Canaries()
    with _core.Service() as service:
        service.create_owner(OWNER, "owner")
        leaf = leafnative.Leaf(service, username=OWNER, password="owner")
        with pytest.raises(leafnative.BadInputError, match=mistyped) as caught:
            leaf.users.create(name="Maple Farm").panorama.rotate(**{mistyped: canaries.make(mistyped)})
        error = without_own_frames(caught.value)
        assert error.__traceback__ is not None
        assert sweep({"traceback": text_of(seen_of_error(error))}, canaries) == []


def test_a_password_given_to_the_package_stands_in_no_traceback_of_its_frames():
    canaries = Canaries()
    with _core.Service() as service, pytest.raises(leafnative.Error) as caught:
        leaf = leafnative.Leaf(service, username=OWNER, password=canaries.make("password"))
        leaf.authentication.login(username=OWNER, password=canaries.make("other password"))
    error = without_own_frames(caught.value)
    with pytest.raises((leafnative.Error, TypeError)) as caught:
        leafnative.Leaf("no address", username=OWNER, password=canaries.make("third password"), timeout="never")
    refused = without_own_frames(caught.value)
    shown = [*seen_of_error(error), *seen_of_error(refused), *seen_of(leaf)]
    assert sweep({"traceback": text_of(shown)}, canaries) == []


def quoting(canaries, status, kind, body):
    """The client's error after an answer that quotes the whole request, and its log."""
    lines = []

    def transport(method, target, headers, sent):
        quoted = f"{headers} {sent.decode()}"
        return status, [("Content-Type", kind), ("X-Quote", "plain")], body(quoted).encode()

    token = canaries.make("token").split("+")[0]
    client = _core.Client(transport=transport, token=token, config=False, log=lambda *line: lines.append(repr(line)))
    arguments = {"leafUserId": "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90", "clientEnvironment": "STAGE"}
    arguments.update(dict.fromkeys(("clientId", "username", "organizationCode"), "plain"))
    arguments.update({name: canaries.make(name) for name in ("password", "refreshToken")})
    with pytest.raises(leafnative.Error) as caught:
        client.call("panorama.create", arguments)
    return without_own_frames(caught.value), lines


@pytest.mark.parametrize("status", [201, 400, 401, 403, 404, 500, 502])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", lambda quoted: f"<html><body>{quoted}</body></html>"),
        ("text/plain", lambda quoted: quoted),
        ("application/problem+json", lambda quoted: json.dumps({"status": 400, "title": quoted, "message": quoted})),
        ("application/problem+json", lambda quoted: json.dumps({"detail": quoted, "errorKey": quoted, "path": quoted})),
        (
            "application/problem+json",
            lambda quoted: json.dumps(
                {"fieldErrors": [{"objectName": quoted, "field": quoted, "message": quoted}], "unheardOf": [quoted]}
            ),
        ),
    ],
    ids=["HTML", "text", "message", "detail", "field errors"],
)
def test_an_answer_that_quotes_the_request_gives_no_secret_away(status, kind, body):
    if status == 201:  # a success that is no answer of the API
        kind, body = "text/html", lambda quoted: "<p>" + quoted
    canaries = Canaries()
    error, lines = quoting(canaries, status, kind, body)
    assert sweep({"error": text_of(seen_of_error(error)), "log": text_of(lines)}, canaries) == []


def test_the_demo_shows_no_secret():
    canaries = Canaries()
    marks = {field["snake"]: field["marks"] for schema in _core.schemas().values() for field in schema["fields"]}
    for table in (demo.PANORAMA, demo.AGVANCE, demo.AWS):
        for name, value in table.items():
            if "secret" in marks[name]:
                canaries.keep(name, value)
    assert len(canaries) >= 4
    command = [sys.executable, "-m", "leafnative", "demo"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout) > 500
    assert sweep({"output": done.stdout, "errors": done.stderr}, canaries) == []


APPLICATION = "575ece2b7ae143cd83dc4a9c"
# Where in a private key its private part stands: the line of the text, and the letters of it.
PRIVATE_PARTS = {"rsa": (20, 8, 60), "ssh": (4, 8, 60), "certificate_key": (1, 50, 64)}
KEYS_OF = {"gcp": "rsa", "snowflake": "rsa", "git": "ssh", "certificateKeyPair": "certificate_key"}


class LosantJob:
    """Every type of service credential with a canary in its write-only member, on a service with a file."""

    def __init__(self, folder):
        self.canaries = Canaries()
        self.logs, self.things, self.errors = [], [], []
        self.folder = folder
        self.service = _core.Service(str(folder / "losant.db"), key="ab" * 32, cheap_passwords=True, log=self.log)
        self.service.create_application(APPLICATION)
        token = self.service.create_token(application=APPLICATION, scopes=["all.Application"])
        self.canaries.keep("the access token", token.reveal())
        self.losant = leafnative.Losant(self.service, token=token, application_id=APPLICATION, log=self.log)
        self.things += [token, self.losant, self.losant.credentials, self.service]

    def __repr__(self):
        return "<LosantJob>"

    def log(self, level, line):
        self.logs.append(f"{level} {line}")

    def seen(self, thing):
        self.things.append(thing)
        return thing

    def refused(self, call, *arguments, **options):
        try:
            call(*arguments, **options)
        except leafnative.Error as error:
            self.errors.append(without_own_frames(error))
        else:
            pytest.fail("what must be refused was not")

    def secret_of(self, kind):
        """The write-only member of a type, and two values of it that are looked for."""
        [(name, row)] = [(name, row) for name, row in TYPES[kind].items() if marked(row, WRITE_ONLY)]
        if kind not in KEYS_OF:
            return name, self.canaries.make(f"{kind} {name}"), self.canaries.make(f"{kind} {name}, rotated")
        line, begin, end = PRIVATE_PARTS[KEYS_OF[kind]]
        self.canaries.keep(f"{kind} {name}", KEYS[KEYS_OF[kind]].splitlines()[line][begin:end])
        return name, row[3], row[3]

    def run_type(self, kind):
        name, first, second = self.secret_of(kind)
        credentials, member = self.losant.credentials, f"{kind}Config"
        config = {**given(kind), name: first}
        made = self.seen(credentials.create(**{"name": kind, "type": kind, member: config}))
        self.seen(self.seen(made.patch(config={name: second})).to_dict(reveal=True))
        self.seen(credentials.ensure(kind, type=kind, config=config))
        snake = next(field["snake"] for field in _core.schemas()[member]["fields"] if field["name"] == name)
        self.seen(credentials.rotate(kind, **{snake: second}))
        self.seen(made.refresh())
        self.seen(credentials.list(filter_field="type", filter=kind)[:])
        # What goes wrong with secrets in hand.
        self.refused(credentials.create, **{"name": kind, "type": kind, member: config})
        self.refused(credentials.create, **{"name": "x", "type": kind, member: {**config, "unheardOf": 7}})
        self.refused(credentials.create, **{"name": "", "type": kind, member: config})
        self.refused(credentials.ensure, kind, type="aws" if kind != "aws" else "sql", config=config)
        for wrong in ([second], {"in": second}, second + "\0", second * 3000):
            self.refused(made.patch, config={name: wrong})
        self.refused(made.patch, config={name: second}, strict=False, unheard_of=7)
        self.refused(credentials.rotate, "nobody", **{snake: second})
        self.refused(credentials.rotate, kind, **{snake: second, "colour": 7})
        seeded = {"name": "seeded " + kind, "type": kind, member: {**config, "unheardOf": second}}
        document = {"applications": [{"id": "575ece2b7ae143cd83dc4a9d", "credentials": [seeded]}]}
        self.refused(self.service.seed, document)

    def run(self):
        for kind in TYPES:
            self.run_type(kind)
        self.service.snapshot(str(self.folder / "losant.db-copy"))
        return self

    def sinks(self):
        files = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}
        return {
            "logs": text_of(self.logs),
            "objects": text_of(part for thing in self.things for part in seen_of(thing)),
            "errors": text_of(part for error in self.errors for part in seen_of_error(error)),
            **files,
        }


def test_no_write_only_member_stands_in_any_answer_error_traceback_log_or_file(tmp_path, capsys):
    job = LosantJob(tmp_path).run()
    sinks = job.sinks()
    write_only = {(kind, name) for kind, rows in TYPES.items() for name, row in rows.items() if marked(row, WRITE_ONLY)}
    assert len(write_only) == 16
    assert len(job.canaries) == 16 - len(KEYS_OF) + 16 + 1
    assert {"losant.db", "losant.db-wal", "losant.db-copy"} <= set(sinks)
    assert len(job.errors) >= 16 * 10
    hits = sweep(sinks, job.canaries)
    with capsys.disabled():
        print(f"\nfigure losant_canaries {len(job.canaries)}\nfigure losant_canary_hits {len(hits)}")
    assert hits == []
    # The sweep sees what there is: a canary that is planted in any of these is found.
    core = next(core for _, core in job.canaries.items())
    for name, content in sinks.items():
        assert sweep({name: content + core.encode()}, job.canaries)


class Leaky(Exception):
    """An object that shows what it holds, in one way."""

    def __init__(self, secret, way):
        super().__init__(secret if way == "args" else "plain")
        self.held = secret if way == "attribute" else None
        self.way, self.secret = way, lambda: secret

    def __repr__(self):
        return self.secret() if self.way == "repr" else "<leaky>"

    def __str__(self):
        return self.secret() if self.way == "str" else "<leaky>"

    def __format__(self, spec):
        return self.secret() if self.way == "format" else "<leaky>"

    def __reduce__(self):
        if self.way != "pickle":
            raise TypeError("not pickled")
        return (str, (self.secret(),))

    def __copy__(self):
        return self.secret() if self.way == "copy" else self

    def __deepcopy__(self, memo):
        return self


def raised(secret, way):
    """A leaky error, raised where a local variable holds the secret when that is the way."""
    shown = secret if way == "local" else None
    try:
        raise Leaky(secret, way)
    except Leaky as error:
        assert shown is None or way == "local"
        return error


@pytest.mark.parametrize("way", ["repr", "str", "format", "attribute", "pickle", "copy"])
def test_a_planted_leak_of_an_object_is_found_by_the_same_sweep(way):
    canaries = Canaries()
    found = sweep({"objects": text_of(seen_of(Leaky(canaries.make("planted"), way)))}, canaries)
    assert {(sink, name) for sink, name, _ in found} == {("objects", "planted")}
    assert sweep({"objects": text_of(seen_of(Leaky("plain", way)))}, canaries) == []


@pytest.mark.parametrize("way", ["repr", "str", "args", "attribute", "local"])
def test_a_planted_leak_of_an_error_or_its_traceback_is_found_by_the_same_sweep(way):
    canaries = Canaries()
    error = raised(canaries.make("planted"), way)
    if way != "local":
        error = error.with_traceback(None)  # the planting frame itself holds the secret
    found = sweep({"errors": text_of(seen_of_error(error))}, canaries)
    assert {(sink, name) for sink, name, _ in found} == {("errors", "planted")}


def test_a_planted_leak_in_any_sink_and_any_form_is_found_by_the_same_sweep(job, capsys):
    sinks, count = job.sinks(), 0
    for sink in sinks:
        for form, _ in forms("kfirst"):
            canaries = Canaries()
            canaries.make("planted")
            [(_, core)] = canaries.items()
            needle = dict(forms(core))[form]
            planted = {**sinks, sink: sinks[sink] + b"..." + needle + b"..."}
            assert (sink, "planted", form) in sweep(planted, canaries), (sink, form)
            assert sweep(sinks, canaries) == []
            count += 1
    with capsys.disabled():
        print(f"\nfigure planted_leaks_found {count}")
