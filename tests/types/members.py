"""What type checkers know of the members of answers: a name that is mistyped is found, and only that.

`make lint` reads this file and never runs it. A mistake that is not found makes its `ignore` unused, which is an error.
"""

from __future__ import annotations

import leafnative


def leaf(leaf: leafnative.Leaf) -> None:
    user = leaf.users.get("u")
    print(user.name, user.external_id, user.panorama, user["colour"])
    print(user.nmae)  # type: ignore[attr-defined]
    if user.panorama_credentials is not None:
        print(user.panorama_credentials.username)
        print(user.panorama_credentials.usernmae)  # type: ignore[attr-defined]
    credential = user.panorama.get().refresh()
    print(credential.organization_code, credential.wait_until(status="OK").refresh_token.reveal())
    print(credential.organisation_code)  # type: ignore[attr-defined]
    for event in credential.events():
        print(event.created_date.isoformat(), event.status_code)
        print(event.status)  # type: ignore[attr-defined]
    for relation in leaf.sharing.sent():
        print(relation.status, relation.receiver_api_owner)
        print(relation.stauts)  # type: ignore[attr-defined]
        print(relation.grant(user, fields=True).permissions["FIELDS"].actions)


def losant(losant: leafnative.Losant) -> None:
    for credential in losant.credentials:
        print(credential.name, credential.last_updated.isoformat(), credential.config.region)
        print(credential.nmae)  # type: ignore[attr-defined]
        if credential.aws_config is not None:
            print(credential.aws_config.region)
            print(credential.aws_config.regoin)  # type: ignore[attr-defined]
        print(credential.linked_resources().flows.total_count)


async def awaited(leaf: leafnative.AsyncLeaf, losant: leafnative.AsyncLosant) -> None:
    user = await leaf.users.get("u")
    print(user.name, (await user.update(phone="1")).phone)
    print(user.nmae)  # type: ignore[attr-defined]
    credential = await (await user.panorama.get()).refresh()
    print(credential.organization_code, (await credential.wait_until(status="OK")).refresh_token.reveal())
    print((await user.panorama.rotate(client_secret="s")).organisation_code)  # type: ignore[attr-defined]
    async for event in credential.events():
        print(event.status_code)
        print(event.status)  # type: ignore[attr-defined]
    print([one.name for one in await leaf.users.list()[:3]], await leaf.users.list().total)
    async for relation in leaf.sharing.sent():
        print((await relation.grant(user, fields=True)).permissions["FIELDS"].actions)
    async for _, value, error in leaf.map("users.get", leaf.users, rate=2.0, values="dicts"):
        print(value, error.code if error is not None else "")
    async for one in losant.credentials:
        print(one.name, (await one.linked_resources()).flows.total_count)
    print((await losant.credentials.create(name="n", type="aws")).nmae)  # type: ignore[attr-defined]


def many(leaf: leafnative.Leaf) -> None:
    for item, value, error in leaf.map("users.get", leaf.users, concurrency=8, ordered=True):
        print(item, value, error.attempts if error is not None else ())
    print(leaf.get_many("users.get", ["u"]))
    leaf.map("users.get", leaf.users, values="json")  # type: ignore[arg-type]
