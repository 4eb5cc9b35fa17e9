"""Attach a credential, share a grower's data, take it back: on the embedded service, so that it runs anywhere.

For the live API write `leafnative.Leaf(username=…, password=…)` and leave the service out.
"""

import leafnative

with leafnative.Service() as service:
    for email in ("a@farm.example", "b@coop.example"):
        service.create_owner(email, password="s3cret")
    leaf = leafnative.Leaf(service, username="a@farm.example", password="s3cret")
    other = leafnative.Leaf(service, username="b@coop.example", password="s3cret")

    grower = leaf.users.create(name="Maple Farm")
    panorama = grower.panorama.create(
        client_id="app",
        username="maple",
        password="panorama-password",
        organization_code="MF-77",
        refresh_token="refresh-token",
        client_environment="STAGE",
    )
    print(panorama.status, panorama.refresh_token, panorama.created_time.isoformat())
    for event in panorama.events()[:10]:
        print(event.created_date, event.status_code)

    relation = leaf.sharing.share("b@coop.example")
    relation.grant(grower, fields=True, operations=["PLANTED", "HARVESTED"])
    other.sharing.accept("a@farm.example")
    print(relation.refresh().status, relation.permissions(grower))

    relation.block()
    relation.invalidate_tokens()
    try:
        other.sharing.accept("a@farm.example")
    except leafnative.ForbiddenError as error:
        print(error.key)
