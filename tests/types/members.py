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
