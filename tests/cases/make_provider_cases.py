"""Prints leaf/credentials.json: the cases of the four credential operations with every provider.

The table below was written from Leaf's documentation pages, apart from the tables of the library: a row that is wrong
in one place only makes a case fail. Run without arguments to print; `--write` writes the file beside this one.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
PREFIX = "/services/usermanagement/api"

# attribute: (path segment, needed, optional with what stands when it is left out, echoed, made by the server)
PROVIDERS = {
    "panorama": (
        "panorama-credentials",
        "clientId username password organizationCode refreshToken clientEnvironment",
        {},
        "clientId username organizationCode clientEnvironment refreshToken",
        "accessToken",
    ),
    "agvance": (
        "agvance-credentials",
        "apiKey databaseId username password",
        {"clientEnvironment": "STAGE"},
        "clientEnvironment username password databaseId apiKey",
        "sessionId",
    ),
    "john_deere": (
        "john-deere-credentials",
        "clientKey clientSecret refreshToken clientEnvironment",
        {},
        "clientKey clientSecret refreshToken clientEnvironment",
        "tokenMetadata accessToken",
    ),
    "climate_field_view": (
        "climate-field-view-credentials",
        "clientId clientSecret apiKey refreshToken",
        {},
        "clientId clientSecret apiKey refreshToken",
        "tokenMetadata accessToken",
    ),
    "trimble": (
        "trimble-credentials",
        "clientId clientSecret refreshToken",
        {},
        "clientId clientSecret refreshToken",
        "tokenMetadata accessToken",
    ),
    "cnhi": (
        "cnhi-credentials",
        "clientId clientSecret subscriptionKey refreshToken clientEnvironment",
        {},
        "clientId clientSecret refreshToken clientEnvironment subscriptionKey",
        "",
    ),
    "cnhi_field_ops": (
        "cnhi-field-ops-credentials",
        "clientId clientSecret subscriptionKey refreshToken",
        {"clientEnvironment": "STAGE"},
        "clientId clientSecret refreshToken clientEnvironment subscriptionKey",
        "",
    ),
    "claas": (
        "claas-credentials",
        "clientKey clientSecret refreshToken",
        {"clientEnvironment": "STAGE"},
        "clientKey clientSecret refreshToken clientEnvironment",
        "",
    ),
    "raven": (
        "raven-credentials",
        "clientId clientSecret refreshToken",
        {},
        "clientId clientSecret refreshToken",
        "tokenMetadata accessToken",
    ),
    "raven_slingshot": (
        "raven-slingshot-credentials",
        "apiKey accessKey sharedSecret",
        {},
        "apiKey accessKey sharedSecret",
        "",
    ),
    "stara": (
        "stara-credentials",
        "apiKey accessToken accessTokenClient refreshToken",
        {},
        "accessTokenClient refreshToken accessToken apiKey",
        "",
    ),
    "ag_leader": (
        "ag-leader-credentials",
        "refreshToken publicKey privateKey",
        {"accessToken": None},
        "accessToken refreshToken publicKey privateKey",
        "",
    ),
    "lindsay": (
        "lindsay-credentials",
        "clientId clientSecret refreshToken clientEnvironment",
        {},
        "clientId clientSecret clientEnvironment refreshToken",
        "tokenMetadata accessToken",
    ),
    "valley": (
        "valley-credentials",
        "apid initializationVector key username password",
        {},
        "apid key initializationVector username",
        "",
    ),
    "sentera": (
        "sentera-credentials",
        "username password organizationName",
        {},
        "username organizationName",
        "authToken organizationId",
    ),
}


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def value_of(member):
    return "PRODUCTION" if member == "clientEnvironment" else f"the {member}"


def made_value(member):
    return {"scopes": ["read", "write"]} if member == "tokenMetadata" else f"made {member}"


def problem(status, key):
    return {"status": status, "body": {"status": status, "errorKey": key}}


def cases_of(attribute):
    segment, needed, optional, echoed, made = PROVIDERS[attribute]
    needed, echoed, made = needed.split(), echoed.split(), made.split()
    path = {"leafUserId": "${user}"}
    target = f"{PREFIX}/users/${{user}}/{segment}"
    least = {member: value_of(member) for member in needed}
    whole = {**least, **{member: value_of(member) for member in optional}}
    head = {"id": "<id>", "status": "OK", "createdTime": "<time>"}
    attach = {"as": "a", "call": f"{attribute}.create", "path": path, "body": whole}
    provider_answers = {
        "provider_answer": attribute,
        "user": "${user}",
        "status": 200,
        "headers": "Content-Type: application/json",
        "body": text({member: made_value(member) for member in made}),
    }

    def answer_to(body):
        shown = dict(head)
        for member in echoed:
            if member in body:
                shown[member] = body[member]
            elif optional.get(member) is not None:
                shown[member] = optional[member]
            else:
                shown[member] = "<maybe>"
        for member in made:
            shown[member] = made_value(member)
        return shown

    def case(name, verb, passes, **members):
        method = {"get": "GET", "create": "POST", "delete": "DELETE", "events": "GET"}[verb]
        suffix = "/events" if verb == "events" else ""
        request = {"method": method, "target": members.pop("target", target + suffix)}
        if "body" in members:
            request["body"] = text(members["body"])
        made_case = {
            "name": f"{attribute}: {name}",
            "operation": f"{attribute}.{verb}",
            "passes": passes,
            "world": "grower",
            "as": "a",
            "path": path,
            "request": request,
        }
        made_case.update(members)
        return made_case

    yield case(
        "a credential with every member is attached and answered without what is not echoed",
        "create",
        True,
        before=[provider_answers],
        body=whole,
        answer={"status": 201, "body": answer_to(whole)},
    )
    if optional:
        yield case(
            "a credential with the needed members alone takes what stands for the others",
            "create",
            True,
            before=[provider_answers],
            body=least,
            answer={"status": 201, "body": answer_to(least)},
        )
    yield case(
        "an unknown member that the client is told to send is passed over by the service",
        "create",
        True,
        lax=True,
        before=[provider_answers],
        body={**whole, "unheardOf": "kept nowhere"},
        answer={"status": 201, "body": answer_to(whole)},
    )
    yield case(
        "a member that the server makes is refused by the client and passed over by the service",
        "create",
        False,
        before=[provider_answers],
        body={**whole, "status": "UNAUTHENTICATED"},
        sent=False,
        answer={"status": 201, "body": answer_to(whole)},
        error={"code": "bad_input", "status": 0, "where": "/status"},
    )
    yield case(
        "an attached credential is read",
        "get",
        True,
        before=[provider_answers, attach],
        answer={"status": 200, "body": answer_to(whole)},
    )
    yield case("an attached credential is deleted", "delete", True, before=[attach], answer={"status": 204})
    yield case(
        "the exchange at the attaching is an event",
        "events",
        True,
        before=[attach],
        answer={
            "status": 200,
            "body": [{"id": "<id>", "createdDate": "<time>", "statusCode": 200, "headers": "<text>", "body": "<text>"}],
        },
    )

    for member in needed:
        body = {name: value for name, value in whole.items() if name != member}
        yield case(
            f"without {member} nothing is attached",
            "create",
            False,
            body=body,
            sent=False,
            answer=problem(400, "validation"),
            error={"code": "bad_input", "status": 0, "where": f"/{member}"},
        )
        if member != "clientEnvironment":
            yield case(
                f"an empty {member} is refused",
                "create",
                False,
                body={**whole, member: ""},
                sent=False,
                answer=problem(400, "validation"),
                error={"code": "bad_input", "status": 0, "where": f"/{member}"},
            )
    for member in whole:
        yield case(
            f"a number as {member} is refused",
            "create",
            False,
            body={**whole, member: 7},
            sent=False,
            answer=problem(400, "validation"),
            error={"code": "bad_input", "status": 0, "where": f"/{member}"},
        )
    if "clientEnvironment" in whole:
        yield case(
            "an environment that is neither STAGE nor PRODUCTION is refused",
            "create",
            False,
            body={**whole, "clientEnvironment": "STAGE or PRODUCTION"},
            sent=False,
            answer=problem(400, "validation"),
            error={"code": "bad_input", "status": 0, "where": "/clientEnvironment"},
        )
    yield case(
        "a second credential of the provider is refused",
        "create",
        False,
        before=[attach],
        body=whole,
        answer=problem(400, "credentialsAlreadyExists"),
        error={"code": "conflict", "status": 400, "key": "credentialsAlreadyExists"},
    )
    nothing = {
        "answer": problem(404, "credentialsNotFound"),
        "error": {"code": "not_found", "status": 404, "key": "credentialsNotFound"},
    }
    for verb in ("get", "delete", "events"):
        yield case(f"{verb} without a credential finds nothing", verb, False, **nothing)
        yield case(
            f"{verb} after the deletion finds nothing",
            verb,
            False,
            before=[attach, {"as": "a", "call": f"{attribute}.delete", "path": path}],
            **nothing,
        )
        yield case(
            f"{verb} with a token that is not valid is refused",
            verb,
            False,
            **{"as": "nobody"},
            before=[attach],
            answer={"status": 401, "body": {"status": 401}},
            error={"code": "unauthorized", "status": 401},
        )
        suffix = "/events" if verb == "events" else ""
        yield case(
            f"{verb} for a Leaf user of another owner finds no such user",
            verb,
            False,
            path={"leafUserId": "${foreign}"},
            target=f"{PREFIX}/users/${{foreign}}/{segment}{suffix}",
            answer=problem(404, "leafUserNotFound"),
            error={"code": "not_found", "status": 404, "key": "leafUserNotFound"},
        )


def document(group, cases):
    """A file of cases: one case a block, each member of it on a line of its own."""
    blocks = []
    for case in cases:
        lines = [f"      {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in case.items()]
        blocks.append("    {\n" + ",\n".join(lines) + "\n    }")
    return f'{{\n  "group": {json.dumps(group)},\n  "cases": [\n' + ",\n".join(blocks) + "\n  ]\n}\n"


def main():
    printed = document("credentials", [case for attribute in PROVIDERS for case in cases_of(attribute)])
    if sys.argv[1:] == ["--write"]:
        (HERE / "leaf" / "credentials.json").write_text(printed, encoding="utf-8")
    else:
        sys.stdout.write(printed)


if __name__ == "__main__":
    main()
