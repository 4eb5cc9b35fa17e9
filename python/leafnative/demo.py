"""`leafnative demo`: the whole job on the embedded service. Every line is the result of a real call."""

from __future__ import annotations

from . import __version__, _core
from .leaf import Leaf, Relation
from .losant import Losant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FARM, COOP = "a@farm.example", "b@coop.example"

PANORAMA: dict[str, Any] = {
    "client_id": "maple-farm-app",
    "username": "maple",
    "password": "panorama-password",
    "organization_code": "MF-77",
    "refresh_token": "panorama-refresh-token",
    "client_environment": "STAGE",
}
AGVANCE: dict[str, Any] = {
    "api_key": "agvance-api-key",
    "database_id": "maple-db",
    "username": "maple",
    "password": "agvance-password",
}

AWS: dict[str, Any] = {
    "access_key_id": "AKIAMAPLEFARM0001",
    "secret_access_key": "aws-secret-access-key",
    "region": "eu-central-1",
}

NEXT = """\
What to try next
  In Python                       import leafnative; help(leafnative.Leaf)
  Keep what the service knows     leafnative.Service("leaf.db")
  Talk to the live API            leafnative.Leaf() with LEAF_USERNAME and LEAF_PASSWORD set,
                                  leafnative.Losant() with LOSANT_TOKEN and LOSANT_APPLICATION_ID
  One operation from the shell    leafnative users list; leafnative --help lists all
  Every operation and member      docs/reference.md
"""


def run(write: Callable[[str], object] = print) -> None:
    """Tell the story, a line at a time, through `write`."""

    def title(text: str) -> None:
        write(f"\n{text}")

    def line(subject: str, result: object) -> None:
        write(f"  {subject:<30}  {result}")

    write(f"leafnative {__version__}: the whole job on the service embedded in this process.")
    write("No account, no network, nothing to set up. Each line below is the result of a real call.")

    with _core.Service() as service:
        title("Two API owners")
        for email in (FARM, COOP):
            service.create_owner(email, password=f"password of {email}")
            line(email, "registered with the service")
        farm = Leaf(service, username=FARM, password=f"password of {FARM}")
        coop = Leaf(service, username=COOP, password=f"password of {COOP}")

        title(f"A grower, made by {FARM}")
        grower = farm.users.create(name="Maple Farm", email="maple@farm.example", external_id="grower-1")
        line("users.create", f"{grower.name}, id {grower.id}")
        line("users.list", f"{[user.name for user in farm.users]}")
        line("seen by the other owner", _refusal(lambda: coop.users.get(grower.id)))

        title("Its provider credentials")
        panorama = grower.panorama.create(**PANORAMA)
        line("panorama.create", f"status {panorama.status}, refresh token {panorama.refresh_token}")
        agvance = grower.agvance.create(**AGVANCE)
        line("agvance.create", f"status {agvance.status}, password {agvance.password}, in {agvance.client_environment}")
        line("agvance.create once more", _refusal(lambda: grower.agvance.create(**AGVANCE)))
        line("a member left out", _refusal(lambda: farm.call("trimble.create", leaf_user_id=grower.id, client_id="x")))
        line("the clear text, asked by name", f"{len(agvance.password.reveal())} characters from password.reveal()")

        title("Background checks with the provider")
        service.set_provider_answer(grower.id, "agvance", status=401, body={"error": "password expired"})
        line("Agvance answers 401", f"{service.check_credentials()} credential changed: {agvance.refresh().status}")
        service.clear_provider_answer(grower.id, "agvance")
        service.check_credentials()
        line("Agvance answers 200 again", agvance.wait_until(status="OK").status)

        title("The event log of the Agvance credential")
        for event in agvance.events()[:10]:
            line(f"{event.created_date:%H:%M:%S.%f}", f"HTTP {event.status_code}  {event.body or '(no body)'}")

        title(f"Sharing with {COOP}")
        relation = farm.sharing.share(COOP)
        tell = _teller(service, grower.id, coop, line)
        tell("offered", relation)
        relation.grant(grower, fields=True, operations=["PLANTED", "HARVESTED"])
        tell("granted before it is accepted", relation)
        coop.sharing.accept(FARM)
        tell("accepted by the other owner", relation)
        for resource, grant in relation.permissions(grower).items():
            line(f"granted: {resource}", ", ".join([*grant["actions"], *grant.get("types", [])]))
        tell("blocked", relation.block())
        line("the other owner unblocks", _refusal(lambda: coop.sharing.accept(FARM)))
        tell("unblocked", relation.unblock())
        relation.invalidate_tokens()
        tell("tokens invalidated", relation)
        tell("after a new login", relation, fresh=True)
        relation.revoke(grower)
        tell("revoked", relation, fresh=True)

        title("Cleaning up")
        panorama.delete()
        line("panorama.delete", f"then get: {_refusal(grower.panorama.get)}")
        grower.delete()
        line("users.delete", f"users left: {farm.users.list().total}")

        _tell_losant(service, title, line)
    write("")
    write(NEXT.rstrip())


def _tell_losant(service: _core.Service, title: Callable[[str], None], line: Callable[[str, object], None]) -> None:
    """The same for Losant's service credentials."""
    title("Losant: a service credential of an application")
    application = service.create_application()
    token = service.create_token(application=application, scopes=["credential.*", "credentials.*"])
    losant = Losant(service, token=token, application_id=application)
    line("application and access token", f"{application}, token {token}")
    uploads = losant.credentials.create(name="uploads", type="aws", aws_config=AWS)
    line("credentials.create", f"{uploads.name}, {uploads.type} in {uploads.config.region}; no answer shows the key")
    line("it leaked: disable", f"enabled {uploads.disable().enabled}")
    rotated = losant.credentials.rotate("uploads", secret_access_key="another-" + AWS["secret_access_key"])
    moved = "moved" if rotated.last_updated > uploads.last_updated else "did not move"
    line("rotate", f"last_updated {moved}; enabled {rotated.enable().enabled} again")
    hub = {"name": "Hub", "credentialName": "uploads", "integrationType": "sqs", "enabled": True}
    integration = service.register(application, "integration", hub)
    line("what uses it", f"{', '.join(rotated.linked_resources().users())}, id {integration}")
    line("delete(unless_linked=True)", _refusal(lambda: rotated.delete(unless_linked=True)))
    renamed = rotated.patch(name="uploads-old")
    renamed.delete(unless_linked=True)
    line("renamed, so unlinked: delete", f"credentials left: {losant.credentials.list().total}")


def _refusal(call: Callable[[], object]) -> str:
    """What a call is refused with, in one line."""
    try:
        call()
    except _core.Error as error:
        return f"{type(error).__name__} {error.key or error.where or error.code}"
    return "was not refused"


def _teller(
    service: _core.Service, leaf_user_id: str, coop: Leaf, line: Callable[[str, object], None]
) -> Callable[..., None]:
    """A function that tells where a relation stands and whether the other owner may read the grower's harvest."""

    def login() -> _core.Secret | None:
        return coop.authentication.login(username=COOP, password=f"password of {COOP}").id_token

    first = login()

    def tell(what: str, relation: Relation, fresh: bool = False) -> None:
        bearer = login() if fresh else first
        [access] = service.decide_access([(bearer, leaf_user_id, "OPERATIONS", "READ", "HARVESTED")])
        may = "may read the harvest" if access.allowed else f"may not: {access.reason}"
        line(what, f"{relation.refresh().status}; {COOP} {may}")

    return tell
