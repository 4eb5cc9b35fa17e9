"""Losant for people: service credentials as objects with verbs, and the jobs that are done with them."""

from __future__ import annotations

from . import _core, _rows
from ._faces import do, each, verb
from .api import Api, Group, refuse_unless_text
from .records import Record, clear, fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any, ClassVar

    from .api import Maker

__all__ = ["Credentials", "LinkedResources", "Losant", "ServiceCredential"]

CREDENTIAL = "losantCredential"
LINKED = "linkedResources"
CERTIFICATES = "certificateKeyPair"

#: What may be more than itself in a filter.
GLOB = str.maketrans(dict.fromkeys("*?[]{}!\\", "*"))


class Losant(Api):
    """Losant's API, seen from one application.

    `Losant(service, token=…, application_id=…)` is the service in this process, `Losant("https://…", …)` an address,
    and `Losant()` the live API with LOSANT_TOKEN and LOSANT_APPLICATION_ID, or the configuration file.

    credentials: create, get, find, list, ensure, rotate, expiring; what comes back is a ServiceCredential, which is
        patched, enabled, disabled, deleted, and says what uses it
    """

    api = "losant"

    _own_options: ClassVar = {"application_id": None}

    def __init__(
        self,
        target: _core.Service | str | None = None,
        *,
        token: str | _core.Secret | None = None,
        application_id: str | None = None,
        **options: Any,
    ) -> None:
        options = _core.concealed(options)
        token = _core.Secret(token) if isinstance(token, str) else token
        super().__init__(target, token=token, **options)
        self.application_id = application_id or self._client.setting("applicationId")

    @property
    def credentials(self) -> Credentials:
        """The credentials of the application."""
        if not self.application_id:
            raise _core.BadInputError("application_id is not set: give it to Losant, or set LOSANT_APPLICATION_ID.")
        return Credentials(self, self.application_id)

    def _common(self) -> dict[str, Any]:
        return {"application_id": self.application_id} if self.application_id else {}

    def _new_maker(self, schema: str) -> Maker:
        if schema == CREDENTIAL:
            credential = self._kind(ServiceCredential)
            return lambda members, bound: credential(self, members, bound["application_id"])
        if schema == LINKED:
            return lambda members, bound: LinkedResources(schema, members)
        return super()._new_maker(schema)


class _Many(_rows.CredentialsMethods, Group):
    """The operations on the credentials of an application."""

    __slots__ = ()

    def _given(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return _with_config(arguments, arguments.get("type"))


class _One(_rows.CredentialMethods, Group):
    """The operations on one credential."""

    __slots__ = ()


class Credentials:
    """The credentials of one application: iterate over it, or list, get, create, ensure, rotate."""

    def __init__(self, losant: Losant, application_id: str) -> None:
        self._api = losant
        self._application_id = application_id
        operations = _Many(losant, {"application_id": application_id})
        #: The credentials, as Pages: sort_field, sort_direction, filter_field, filter (`*` stands for anything).
        self.list = operations.list
        #: Make a credential: name, type, and the config of the type (aws_config={…}, or config={…}).
        self.create = operations.create

    def __iter__(self) -> Iterator[ServiceCredential]:
        return iter(self.list())

    if not TYPE_CHECKING:

        def __aiter__(self):
            return aiter(self.list())

    @verb
    async def get(self, credential_id: str) -> ServiceCredential:
        """Read one credential by its id."""
        return await do(_One(self._api, {"application_id": self._application_id}).get, credential_id=credential_id)

    @verb
    async def find(self, name: str) -> ServiceCredential | None:
        """The credential with exactly this name, or None."""
        refuse_unless_text("name", name)
        async for credential in each(self.list(filter_field="name", filter=name.translate(GLOB))):
            if credential.name == name:
                return credential
        return None

    @verb
    async def ensure(self, /, name: str, *, type: str, **members: Any) -> ServiceCredential:
        """Make the credential of this name, or change what differs, and give it as it is then.

        `members` are those of create: description, enabled, and the config of the type, as `aws_config={…}` or
        `config={…}`. Public members are compared; write-only ones cannot be, and are sent whenever they are given. A
        key pair is only generated where there is none. ConflictError when the name belongs to another type.
        """
        members = _with_config(members, type)
        present = await do(self.find, name)
        if present is None:
            try:
                given: Any = {"name": name, "type": type, **members}
                return await do(self.create, **given)
            except _core.ConflictError:
                present = await do(self.find, name)
                if present is None:
                    raise
        if present.type != type:
            raise _core.ConflictError(
                f"The credential {name!r} is of the type {present.type}, not {type}, and a type cannot change."
            )
        changes = _changes(CREDENTIAL, present._members, members)
        return await do(present.patch, **changes) if changes else present

    @verb
    async def rotate(self, id_or_name: str, /, **secrets: Any) -> ServiceCredential:
        """Give a credential new secrets, as `rotate("uploads", secret_access_key=…)`, and nothing else.

        `secrets` are write-only members of the credential's config. `last_updated` of what comes back shows that it
        was done.
        """
        credential = await self._by_id_or_name(id_or_name)
        fields = fields_of(f"{credential.type}Config")
        allowed = {name for name, field in fields.items() if _is_write_only(field)}
        strange = sorted(set(secrets) - allowed)
        if strange or not secrets:
            raise _core.BadInputError(
                f"rotate of a credential of the type {credential.type} takes {', '.join(sorted(allowed))}, "
                f"not {', '.join(strange) or 'nothing'}; patch changes everything else."
            )
        return await do(credential.patch, config=secrets)

    @verb
    async def expiring(self, days: float, *, now: datetime | None = None) -> list[ServiceCredential]:
        """The certificates that end within so many days, or ended already, the first to end first."""
        from datetime import UTC, datetime, timedelta

        last = (now or datetime.now(UTC)) + timedelta(days=days)
        found = [
            (ends, credential.id, credential)
            async for credential in each(self.list(filter_field="type", filter=CERTIFICATES))
            if credential.type == CERTIFICATES and (ends := _end_of(credential)) is not None and ends <= last
        ]
        return [credential for _, _, credential in sorted(found, key=lambda entry: entry[:2])]

    async def _by_id_or_name(self, id_or_name: str) -> ServiceCredential:
        refuse_unless_text("id_or_name", id_or_name)
        if len(id_or_name) == 24 and all(letter in "0123456789abcdefABCDEF" for letter in id_or_name):
            try:
                return await do(self.get, id_or_name)
            except _core.NotFoundError:
                pass
        credential = await do(self.find, id_or_name)
        if credential is None:
            raise _core.NotFoundError(f"The application has no credential {id_or_name!r}.")
        return credential

    def __repr__(self) -> str:
        return f"<Credentials of application {self._application_id}>"


class ServiceCredential(_rows.LosantCredentialRecord):
    """A service credential as one answer showed it. No answer ever holds its write-only members."""

    __slots__ = ("_group",)

    def __init__(self, losant: Losant, members: dict[str, Any], application_id: str) -> None:
        super().__init__(CREDENTIAL, members)
        self._group = _One(losant, {"application_id": application_id, "credential_id": members["id"]})

    @property
    def config(self) -> Any:
        """The config of the credential's own type: `credential.config.region`. Type checkers know `aws_config`."""
        member = f"{self['type']}Config"
        return Record(member, self._members.get(member) or {})

    @property
    def _api(self) -> Any:
        return self._group._api

    @property
    def _path(self) -> dict[str, Any]:
        """What it stands for in the path of an operation."""
        return self._group._bound

    @verb
    async def refresh(self) -> ServiceCredential:
        """Read the credential again."""
        return await do(self._group.get)

    @verb
    async def patch(self, /, **members: Any) -> ServiceCredential:
        """Change some members and give the credential as it is then.

        The config is changed member by member: `patch(aws_config={"region": "eu-west-1"})`, or for the credential's
        own type `patch(config={"region": "eu-west-1"})`.
        """
        members = _with_config(members, self["type"])
        return await do(self._group.patch, **members)

    @verb
    async def enable(self) -> ServiceCredential:
        """Let it be used again."""
        return await do(self._group.patch, enabled=True)

    @verb
    async def disable(self) -> ServiceCredential:
        """Make every use of it fail from now on; it is kept."""
        return await do(self._group.patch, enabled=False)

    @verb
    async def linked_resources(self, *, include_custom_nodes: bool = False) -> LinkedResources:
        """What uses the credential by its name: integrations, flows and flow_versions.

        A workflow whose node builds the name of the credential with a template (`{{ … }}`) cannot be seen.
        """
        return await do(self._group.linked_resources, include_custom_nodes=include_custom_nodes)

    @verb
    async def delete(self, *, unless_linked: bool = False, missing_ok: bool = False) -> None:
        """Delete the credential for ever.

        With `unless_linked` a credential that something uses is kept, and ConflictError lists what does. Workflows
        that build the name of the credential with a template (`{{ … }}`) cannot be seen and do not keep it.
        """
        try:
            linked = await do(self.linked_resources, include_custom_nodes=True) if unless_linked else None
        except _core.NotFoundError:
            if not missing_ok:
                raise
            return
        users = linked.users() if linked is not None else []
        if users:
            raise _core.ConflictError(f"The credential {self['name']!r} is used by {', '.join(users)}: not deleted.")
        await do(self._group.delete, missing_ok=missing_ok)


class LinkedResources(Record):
    """What uses a credential: three lists of records. False when nothing does."""

    __slots__ = ()

    @property
    def integrations(self) -> Linked:
        """Integrations."""
        return Linked(self, "integrations")

    @property
    def flows(self) -> Linked:
        """Workflows."""
        return Linked(self, "flows")

    @property
    def flow_versions(self) -> Linked:
        """Versions of workflows."""
        return Linked(self, "flowVersions")

    def users(self) -> list[str]:
        """What uses the credential, in words: "integration 'Storage'", "flow 'Upload'"."""
        kinds = (("integration", self.integrations), ("flow", self.flows), ("flow version", self.flow_versions))
        return [f"{kind} {entry['name']!r}" for kind, entries in kinds for entry in entries]

    def __bool__(self) -> bool:
        return bool(self.integrations or self.flows or self.flow_versions)


class Linked(list["Any"]):
    """The entries of one kind; what else the answer says of them is an attribute: `total_count`, `items`."""

    def __init__(self, linked: LinkedResources, member: str) -> None:
        schema = fields_of(LINKED, by="name")[member]["of"]
        self.answer = Record(schema, linked._members.get(member) or {})
        super().__init__(getattr(self.answer, "items") or ())  # noqa: B009  # type checkers do not know it

    def __getattr__(self, name: str) -> Any:
        if name == "answer":
            raise AttributeError(name)
        return getattr(self.answer, name)


def _with_config(members: dict[str, Any], type: str | None) -> dict[str, Any]:
    """The members, `config` under the name that it has for the type."""
    if "config" not in members:
        return members
    named = fields_of(CREDENTIAL, by="name").get(f"{type}Config")
    if named is None:
        types = [name.removesuffix("Config") for name in fields_of(CREDENTIAL, by="name") if name.endswith("Config")]
        raise _core.BadInputError(f"No credential has the type {type!r}; there are: {', '.join(types)}.")
    if named["name"] in members or named["snake"] in members:
        raise _core.BadInputError(f"The config is given twice, as config and as {named['snake']}.")
    return {named["snake"] if name == "config" else name: value for name, value in members.items()}


def _changes(schema: str, present: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Of the members that are wanted those that differ, or that cannot be seen."""
    fields = {**fields_of(schema), **fields_of(schema, by="name")}
    changes: dict[str, Any] = {}
    for name, value in wanted.items():
        field = fields.get(name)
        if field is None:
            changes[name] = value
        elif field["of"] and isinstance(value, dict):
            below = _changes(field["of"], present.get(field["name"]) or {}, value)
            changes.update({name: below} if below else {})
        elif _is_write_only(field):
            changes.update({name: value} if "secret" in field["marks"] or not present.get("publicKey") else {})
        elif clear(value) != present.get(field["name"]):
            changes[name] = value
    return changes


def _is_write_only(field: dict[str, Any]) -> bool:
    return "in_update" in field["marks"] and "answered" not in field["marks"]


def _end_of(credential: ServiceCredential) -> datetime | None:
    info = credential.config.info
    ends: datetime | None = info.not_valid_after if info is not None else None
    return ends
