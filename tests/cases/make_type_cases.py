"""Prints losant/types.json: the cases of making and changing a service credential of each of the sixteen types.

The table below was written from Losant's documentation pages, apart from the tables of the library: a row that is wrong
in one place only makes a case fail. Run without arguments to print; `--write` writes the file beside this one.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
KEYS = json.loads((HERE / "samples" / "keys.json").read_text(encoding="utf-8"))

NEEDED, WRITE_ONLY, MADE = "needed", "write-only", "made"
KEY_FILE = json.dumps(
    {"type": "service_account", "project_id": "maple", "client_email": "maple@farm.example", "private_key": KEYS["rsa"]}
)

# type: {member: (least, most, marks, a value)}; a tuple of words in place of least stands for a choice, bool for one of
# the two values. Lengths are those of the text, and of a number its value.
TYPES = {
    "aws": {
        "accessKeyId": (16, 128, NEEDED, "AKIAMAPLEFARM0001"),
        "secretAccessKey": (4, 128, (NEEDED, WRITE_ONLY), "the access key"),
        "region": (1, 128, NEEDED, "eu-central-1"),
    },
    "azure": {
        "account": (0, 128, (), "my account"),
        "accountKey": (4, 128, (NEEDED, WRITE_ONLY), "123abc"),
    },
    "gcp": {
        "keyJson": (1, 8192, (NEEDED, WRITE_ONLY), KEY_FILE),
        "keyMetaJson": (1, 8192, MADE, "<text>"),
    },
    "http": {
        "uriMatch": (8, 1024, NEEDED, "https://api.farm.example/*"),
        "authMethod": (("header", "queryParam", "basicAuth", "clientCertificate"), None, NEEDED, "basicAuth"),
        "publicValue": (0, 8196, (), "maple"),
        "secretValue": (0, 8196, (NEEDED, WRITE_ONLY), "the password"),
    },
    "sendgrid": {"apiKey": (4, 128, (NEEDED, WRITE_ONLY), "SG.the key")},
    "twilio": {
        "accountSid": (4, 128, NEEDED, "AC0001"),
        "apiKeySid": (4, 128, NEEDED, "SK0001"),
        "apiKeySecret": (4, 128, (NEEDED, WRITE_ONLY), "the key"),
    },
    "loggly": {"customerToken": (1, 128, (NEEDED, WRITE_ONLY), "the token")},
    "jwt": {
        "issuer": (0, 1024, (), "maple.example"),
        "algorithm": (
            ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"),
            None,
            NEEDED,
            "HS256",
        ),
        "secret": (1, 4096, (NEEDED, WRITE_ONLY), "the secret"),
    },
    "whatsapp": {
        "accessToken": (1, 1024, (NEEDED, WRITE_ONLY), "the token"),
        "fromNumberId": (1, 128, NEEDED, "4915550001"),
    },
    "sql": {
        "system": (("mssql", "mysql", "pg"), None, NEEDED, "pg"),
        "host": (1, 256, NEEDED, "db.farm.example"),
        "port": (1, 65535, (), 5432),
        "username": (1, 256, NEEDED, "maple"),
        "password": (1, 256, (NEEDED, WRITE_ONLY), "the password"),
        "secureConnection": (bool, None, (), True),
        "caCertificate": (0, 8196, (), "the authority"),
        "disableSSLVerification": (bool, None, (), False),
    },
    "mongodb": {"connectionUri": (1, 2048, (NEEDED, WRITE_ONLY), "mongodb://maple:password@db.farm.example/farm")},
    "mailgun": {"apiKey": (4, 128, (NEEDED, WRITE_ONLY), "key-maple")},
    "snowflake": {
        "host": (1, 128, NEEDED, "maple.snow.example"),
        "username": (1, 128, NEEDED, "maple"),
        "privateKey": (0, 8196, WRITE_ONLY, KEYS["rsa"]),
        "publicKey": (1, 8192, MADE, KEYS["rsa_public"]),
    },
    "git": {
        "type": (("ssh-key", "http-password"), None, NEEDED, "ssh-key"),
        "cloneUrl": (5, 1024, NEEDED, "git@git.farm.example:maple.git"),
        "username": (0, 128, (), "git"),
        "committerName": (0, 128, (), "Maple Farm"),
        "committerEmail": (0, 128, (), "maple@farm.example"),
        "secretValue": (0, 8196, WRITE_ONLY, KEYS["ssh"]),
        "publicKey": (0, 8192, MADE, KEYS["ssh_public"]),
    },
    "datadog": {
        "secretValue": (0, 256, (NEEDED, WRITE_ONLY), "the key"),
        "site": (1, 128, (), "datadoghq.eu"),
    },
    "certificateKeyPair": {
        "certificate": (0, 8192, NEEDED, KEYS["certificate"]),
        "privateKey": (0, 8196, (NEEDED, WRITE_ONLY), KEYS["certificate_key"]),
        "info": (0, 0, MADE, KEYS["certificate_info"]),
    },
}

# What a config may ask for instead of giving a private key.
GENERATING = {"snowflake": "privateKey", "git": "secretValue"}

PATH = {"applicationId": "${application}"}
ONE = {**PATH, "credentialId": "${credential}"}
TARGET = "/applications/${application}/credentials"


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def marked(row, mark):
    return mark == row[2] or mark in row[2]


def given(kind):
    """The whole config of a request."""
    return {name: row[3] for name, row in TYPES[kind].items() if not marked(row, MADE)}


def shown(kind, config):
    """The config of an answer after a request with this one."""
    seen = {}
    for name, row in TYPES[kind].items():
        if marked(row, MADE):
            seen[name] = row[3]
        elif not marked(row, WRITE_ONLY):
            seen[name] = config.get(name, "<maybe>")
    return seen


def credential(kind, config, **members):
    return {
        "id": "<id24>",
        "applicationId": "${application}",
        "creationDate": "<millis>",
        "lastUpdated": "<millis>",
        "createdById": "<id24>",
        "createdByType": "<text>",
        "lastUpdatedById": "<id24>",
        "lastUpdatedByType": "<text>",
        "name": "Dave",
        "description": "<maybe>",
        "enabled": True,
        "type": kind,
        **members,
        f"{kind}Config": shown(kind, config),
    }


def refusal(**members):
    return {"answer": {"status": 400, "body": {"type": "Validation", "message": "<text>"}}, **members}


def by_client(where):
    return refusal(sent=False, error={"code": "bad_input", "status": 0, "where": where})


def by_service():
    return refusal(error={"code": "bad_input", "status": 400, "key": "Validation"})


def changed(row):
    """Another good value, and one of a wrong type."""
    least, _, _, value = row
    if isinstance(least, tuple):
        return (least[0] if value != least[0] else least[1]), 7
    if isinstance(value, bool):
        return not value, "yes"
    if isinstance(value, int):
        return value + 1, "many"
    return value + " too", 7


def cases_of(kind):
    config, member = given(kind), f"{kind}Config"
    rows = {name: row for name, row in TYPES[kind].items() if not marked(row, MADE)}
    whole = {"name": "Dave", "type": kind, member: config}
    make = {"as": "a", "call": "credentials.create", "path": PATH, "body": whole, "save": {"credential": "id"}}
    other = "azure" if kind != "azure" else "sendgrid"
    strange = {f"{other}Config": given(other)}

    def case(title, verb, body, **members):
        post = verb == "post"
        made = {
            "name": f"{kind}: {title}",
            "operation": "credentials.create" if post else "credential.patch",
            "passes": "error" not in members,
            "world": "applications",
            "as": "a",
            "path": PATH if post else ONE,
            "body": body,
            "request": {
                "method": "POST" if post else "PATCH",
                "target": TARGET + ("" if post else "/${credential}"),
                "body": text(body),
            },
        }
        if not post:
            made["before"] = [make]
        made.update(members)
        return made

    def passing(title, verb, body, after, **members):
        status = 201 if verb == "post" else 200
        return case(title, verb, body, answer={"status": status, "body": credential(kind, after, **members)})

    yield passing("it is made and answered without what is write-only", "post", whole, config)
    least = {name: value for name, value in config.items() if marked(rows[name], NEEDED) or name in GENERATING.values()}
    if least != config:
        yield passing("the needed members are enough", "post", {**whole, member: least}, least)
    yield passing("it may be made disabled", "post", {**whole, "enabled": False}, config, enabled=False)
    yield case("without its config nothing is made", "post", {"name": "Dave", "type": kind}, **by_service())
    yield case("the config of another type is refused", "post", {**whole, **strange}, **by_service())
    yield case(
        "an unknown member of the config is refused",
        "post",
        {**whole, member: {**config, "unheardOf": "x"}},
        **by_client(f"/{member}/unheardOf"),
    )
    for name, row in TYPES[kind].items():
        if marked(row, MADE):
            yield case(
                f"{name}, which the server makes, is refused",
                "post",
                {**whole, member: {**config, name: "x"}},
                **by_client(f"/{member}/{name}"),
            )
            continue
        value, wrong = changed(row)
        if marked(row, NEEDED):
            rest = {key: kept for key, kept in config.items() if key != name}
            yield case(
                f"without {name} nothing is made", "post", {**whole, member: rest}, **by_client(f"/{member}/{name}")
            )
        yield case(
            f"{name} of a wrong type is refused",
            "post",
            {**whole, member: {**config, name: wrong}},
            **by_client(f"/{member}/{name}"),
        )
        yield case(
            f"{name} of a wrong type changes nothing",
            "patch",
            {member: {name: wrong}},
            **by_client(f"/{member}/{name}"),
        )
        if isinstance(row[0], tuple):
            yield case(
                f"a word that is no {name} is refused",
                "post",
                {**whole, member: {**config, name: "any"}},
                **by_client(f"/{member}/{name}"),
            )
        if marked(row, WRITE_ONLY):
            fresh = row[3] if name in ("privateKey", "keyJson") or kind == "git" else value
            yield passing(f"{name} is replaced and not answered", "patch", {member: {name: fresh}}, config)
        elif name == "certificate":
            yield passing(f"{name} is replaced", "patch", {member: {name: row[3]}}, config)
        elif (kind, name) != ("git", "type"):
            yield passing(
                f"{name} is changed and the rest stays", "patch", {member: {name: value}}, {**config, name: value}
            )
    yield passing("it is disabled and the rest stays", "patch", {"enabled": False}, config, enabled=False)
    yield passing("it is renamed and described", "patch", {"name": "Erin", "description": "x"}, config,
                  name="Erin", description="x")  # fmt: skip
    yield case("the config of another type changes nothing", "patch", strange, **by_service())
    yield case(
        "an unknown member of the config changes nothing",
        "patch",
        {member: {"unheardOf": "x"}},
        **by_client(f"/{member}/unheardOf"),
    )
    yield case("its type cannot change", "patch", {"type": other}, **by_client("/type"))
    if kind in GENERATING:
        asked = {name: value for name, value in config.items() if name != GENERATING[kind]}
        asked["generatePrivateKey"] = True
        answer = credential(kind, config)
        answer[member]["publicKey"] = "<text>"
        yield case("a key pair is generated", "post", {**whole, member: asked}, answer={"status": 201, "body": answer})
        yield case(
            "a private key and the wish for one are refused",
            "post",
            {**whole, member: {**config, "generatePrivateKey": True}},
            **by_service(),
        )
    if kind in (*GENERATING, "certificateKeyPair", "gcp"):
        name = GENERATING.get(kind, "keyJson" if kind == "gcp" else "privateKey")
        yield case(
            f"a {name} that does not parse is refused",
            "post",
            {**whole, member: {**config, name: "neither a key nor JSON"}},
            **by_service(),
        )
    if kind == "certificateKeyPair":
        yield case(
            "a private key that does not fit the certificate is refused",
            "post",
            {**whole, member: {**config, "privateKey": KEYS["rsa"]}},
            **by_service(),
        )
        yield case(
            "a certificate that does not parse is refused",
            "patch",
            {member: {"certificate": "no certificate"}},
            **by_service(),
        )
    if kind == "sql":
        yield passing("null clears the port", "patch", {member: {"port": None}}, {**config, "port": "<maybe>"})


def document(group, cases):
    """A file of cases: one case a block, each member of it on a line of its own."""
    blocks = []
    for case in cases:
        lines = [f"      {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in case.items()]
        blocks.append("    {\n" + ",\n".join(lines) + "\n    }")
    return f'{{\n  "group": {json.dumps(group)},\n  "cases": [\n' + ",\n".join(blocks) + "\n  ]\n}\n"


def main():
    printed = document("types", [case for kind in TYPES for case in cases_of(kind)])
    if sys.argv[1:] == ["--write"]:
        (HERE / "losant" / "types.json").write_text(printed, encoding="utf-8")
    else:
        sys.stdout.write(printed)


if __name__ == "__main__":
    main()
