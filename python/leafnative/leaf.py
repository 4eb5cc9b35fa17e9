"""Leaf for people: users, their provider credentials, and sharing relations as objects with verbs."""

from __future__ import annotations

from . import _core, _rows
from ._faces import do, verb
from .api import Api, Group, refuse_unless_text
from .records import Record, _set_members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Literal, Self, Unpack

    from .api import Maker
    from .pages import Pages

__all__ = ["Credential", "Leaf", "Relation", "User", "UserHandle"]

RECEIVER: Literal["receiver"] = "receiver"
SENDER: Literal["sender"] = "sender"


class Leaf(Api):
    """Leaf's API.

    `Leaf(service, username=…, password=…)` is the service in this process, `Leaf("https://…", token=…)` an address, and
    `Leaf()` the live API with LEAF_TOKEN, or LEAF_USERNAME and LEAF_PASSWORD, or the configuration file.

    users: create, get, list, update, replace and delete growers; what comes back is a User
    user(id).panorama, and so on for every provider: create, get, ensure, rotate, delete, events of its credential
    user(id).one_click: a sign-in with the provider that attaches the credential
    sharing: share, accept, sent, received, with_receiver, with_sender; what comes back is a Relation, which grants,
        revokes, blocks and unblocks
    permissions, authentication: the bare operations below these

    With an open client `help(leaf.users.create)` tells the members of an operation.
    """

    api = "leaf"

    def __init__(self, target: _core.Service | str | None = None, **options: Unpack[_core.ClientOptions]) -> None:
        options = _core.concealed(options, "token")  # type: ignore[assignment, arg-type]  # the same members
        super().__init__(target, **options)
        self.authentication = Authentication(self)
        self.users = Users(self)
        self.one_click = OneClick(self)
        self.sharing = Sharing(self)
        self.permissions = Permissions(self)

    __init__.__doc__ = Api.__init__.__doc__

    def user(self, leaf_user_id: str) -> UserHandle:
        """A Leaf user by its id, without asking for it."""
        refuse_unless_text("leaf_user_id", leaf_user_id)
        handle: UserHandle = self._kind(UserHandle)(self, leaf_user_id)
        return handle

    def _new_maker(self, schema: str) -> Maker:
        if schema == "user":
            # The class is bound to the client as a function is to its object: no other one stands between.
            method: Any = type(self.user)
            make: Maker = method(self._kind(User), self)
            return make
        if schema == "relation":
            relation = self._kind(Relation)
            return lambda members, bound: relation(self, members, bound.get("role", RECEIVER).lower())
        for attribute, provider in _rows.PROVIDERS.items():
            if provider["schema"] == schema:
                credential, group = self._kind(Credential), _credential_group(attribute)
                return lambda members, bound: credential(group(self, bound), schema, members)
        return super()._new_maker(schema)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _rows.PROVIDERS]


class OfUser:
    """A provider where a program may look for it first. To say it in a __getattr__ would slow down every attribute."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def __get__(self, leaf: Leaf | None, owner: type) -> Any:
        words = f"{owner.__name__!r} object has no attribute {self._provider!r}; a user has it: {self!r}"
        raise AttributeError(words, name=self._provider, obj=leaf)

    def __repr__(self) -> str:
        return f"leaf.user(id).{self._provider}"


for _provider in _rows.PROVIDERS:
    setattr(Leaf, _provider, OfUser(_provider))


class Authentication(_rows.AuthenticationMethods, Group):
    """Tokens. A client with a username and a password logs in by itself."""

    __slots__ = ()


class Users(_rows.UsersMethods, Group):
    """Leaf users."""

    __slots__ = ()

    def __iter__(self) -> Iterator[User]:
        return iter(self.list())

    if not TYPE_CHECKING:

        def __aiter__(self):
            return aiter(self.list())


class OneClick(_rows.OneClickMethods, Group):
    """Provider sign-ins that attach a credential by themselves."""

    __slots__ = ()


class Permissions(_rows.PermissionsMethods, Group):
    """What a relation may read of a Leaf user, call by call; Relation.grant and Relation.revoke are the shorter way."""

    __slots__ = ()


class Sharing(_rows.SharingMethods, Group):
    """Sharing relations with other API owners.

    The role in a call is the one that the *other* owner plays. The verbs below hide it.
    """

    __slots__ = ()

    @verb
    async def share(self, receiver: str) -> Relation:
        """Offer to share data with another API owner; nothing flows until it accepts."""
        return await do(self.create, receiver_api_owner=receiver)

    @verb
    async def accept(self, sender: str) -> Relation:
        """Accept what another API owner offered."""
        return await do((await do(self.with_sender, sender)).accept)

    @verb
    async def with_receiver(self, receiver: str) -> Relation:
        """The relation in which this owner sends to another, read now."""
        return await self._read(RECEIVER, receiver)

    @verb
    async def with_sender(self, sender: str) -> Relation:
        """The relation in which this owner receives from another, read now."""
        return await self._read(SENDER, sender)

    def sent(self) -> Pages[Relation]:
        """The relations in which this owner sends."""
        return self.list(RECEIVER)

    def received(self) -> Pages[Relation]:
        """The relations in which this owner receives."""
        return self.list(SENDER)

    async def _read(self, role: Literal["receiver", "sender"], other: str) -> Relation:
        refuse_unless_text(role, other)
        members = {f"{role}ApiOwner": other.lower(), "status": await do(self.status, role, other)}
        relation: Relation = self._api._maker("relation")(members, {"role": role})
        return relation


class UserHandle(_rows.ProviderAttributes):
    """A Leaf user by its id: everything that can be done with it, nothing known of it yet."""

    _api: Leaf
    _id: str

    def __init__(self, leaf: Leaf, leaf_user_id: str) -> None:
        self.__dict__.update(_api=leaf, _id=leaf_user_id)

    @property
    def id(self) -> str:
        return self._id

    @property
    def _path(self) -> dict[str, Any]:
        """What it stands for in the path of an operation."""
        return {"leaf_user_id": self._id}

    @verb
    async def get(self) -> User:
        """Read the user."""
        return await do(self._api.users.get, self._id)

    refresh = get

    @verb
    async def update(self, **members: Unpack[_rows.UserUpdate]) -> User:
        """Change some members, as in update(phone="1"); None clears an optional one. Gives the user as it is then."""
        return await do(self._api.users.update, self._id, **members)

    @verb
    async def replace(self, *, detach: Iterable[str] = (), **members: Unpack[_rows.UserReplace]) -> User:
        """Replace the user by these members: what is left out is gone.

        Attached credentials stay, but for those of the providers in `detach` ("panorama").
        """
        detached = {detach} if isinstance(detach, str) else set(detach)
        unknown = detached - set(_rows.PROVIDERS)
        if unknown:
            raise _core.BadInputError(f"detach names no provider: {', '.join(sorted(unknown))}")
        present = await do(self.get)
        kept: dict[str, Any] = {}
        for attribute, provider in _rows.PROVIDERS.items():
            attached = present._members.get(provider["member"])
            if attached and attribute not in detached:
                kept[provider["member"]] = {"id": attached["id"]}
        given: Any = {**kept, **members}
        return await do(self._api.users.replace, id=self._id, **given)

    @verb
    async def delete(self, *, missing_ok: bool = False) -> None:
        """Delete the user with its credentials, events and permissions."""
        await do(self._api.users.delete, self._id, missing_ok=missing_ok)

    @property
    def one_click(self) -> OneClick:
        """Sign-ins of this user."""
        return OneClick(self._api, {"leaf_user_id": self._id})

    def _provider(self, attribute: str) -> Group:
        group: Group = _credential_group(attribute)(self._api, {"leaf_user_id": self._id})
        return group

    def __repr__(self) -> str:
        return f"<Leaf user {self._id}>"


_credential_groups: dict[str, type[Group]] = {}


def _credential_group(attribute: str) -> type[Group]:
    """The class of a provider's credential operations, made when it is first asked for."""
    if attribute not in _credential_groups:
        from .replacing import ProviderCredentials

        methods = _rows.methods_of_provider(attribute)
        name = methods.__name__.removesuffix("Methods") + "Credentials"
        _credential_groups[attribute] = type(name, (methods, ProviderCredentials), {"__slots__": ()})
    return _credential_groups[attribute]


class User(_rows.UserRecord, UserHandle):
    """A Leaf user as one answer showed it, with everything that can be done with it."""

    __slots__ = ()

    _schema = "user"

    def __init__(self, leaf: Leaf, members: dict[str, Any], bound: dict[str, Any]) -> None:
        # One is made for each answer: what Record and UserHandle do to begin with is done here at once.
        _set_members(self, members)
        own = self.__dict__
        own["_api"] = leaf
        # An answer that leaves the id out must not break a call that went well.
        own["_id"] = members.get("id") or bound.get("leaf_user_id") or ""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in _rows.PROVIDERS:
                return self._provider(name)
            return Record.__getattr__(self, name)

    def __dir__(self) -> list[str]:
        return [*Record.__dir__(self), *_rows.PROVIDERS]

    __repr__ = Record.__repr__


class Credential(_rows.CredentialsRecord):
    """A provider credential as one answer showed it. Its secret members are Secrets: `credential.password.reveal()`."""

    __slots__ = ("_group",)

    def __init__(self, group: Any, schema: str, members: dict[str, Any]) -> None:
        super().__init__(schema, members)
        self._group = group

    @property
    def _api(self) -> Leaf:
        leaf: Leaf = self._group._api
        return leaf

    @property
    def _path(self) -> dict[str, Any]:
        bound: dict[str, Any] = self._group._bound
        return bound

    @verb
    async def refresh(self) -> Self:
        """Read the credential again."""
        credential: Self = await do(self._group.get)
        return credential

    def events(self, **options: Any) -> Pages[_rows.EventRecord]:
        """The logged exchanges with the provider of the last 30 days, the newest first."""
        events: Pages[_rows.EventRecord] = self._group.events(**options)
        return events

    @verb
    async def delete(self, *, missing_ok: bool = False) -> None:
        """Delete the credential with its events."""
        await do(self._group.delete, missing_ok=missing_ok)

    @verb
    async def wait_until(self, *, status: str, deadline: float = 60.0) -> Self:
        """Look until the status is this, for at most `deadline` seconds, and give the credential as it is then."""
        credential: Self = await self._group._wait("get", "status", status, deadline)
        return credential


class Relation(_rows.RelationRecord):
    """A sharing relation as one answer showed it; every verb gives it as it is then."""

    __slots__ = ("_api", "_role")

    def __init__(self, leaf: Any, members: dict[str, Any], role: str) -> None:
        super().__init__("relation", members)
        self._api = leaf
        self._role = role

    @property
    def other(self) -> str:
        """E-mail of the other API owner."""
        email: str = self._members[f"{self._role}ApiOwner"]
        return email

    @property
    def _path(self) -> dict[str, Any]:
        return {"role": self._role, "owner": self.other}

    @verb
    async def accept(self) -> Relation:
        """Let the data flow, as the receiver."""
        return await self._ask("ALLOWED")

    unblock = allow = accept

    @verb
    async def block(self) -> Relation:
        """Stop the data until it is unblocked; what is granted is kept."""
        return await self._ask("BLOCKED")

    @verb
    async def refresh(self) -> Relation:
        """Read the status again."""
        return self._now(await do(self._sharing.status, self._role, self.other))

    @verb
    async def invalidate_tokens(self) -> None:
        """Refuse, on the data of this relation, every token that was issued until now."""
        await do(self._sharing.invalidate_tokens, self._role, self.other)

    @verb
    async def grant(
        self, user: UserHandle | str, *, fields: bool = False, operations: Iterable[str] = ()
    ) -> _rows.PermissionsRecord:
        """Let the receiver read of a user its fields, and the types of operations that are named.

        What is not named stays as it is. `operations` is some of APPLIED, HARVESTED, PLANTED.
        """
        permissions: dict[str, Any] = {}
        if fields:
            permissions["FIELDS"] = {"actions": ["READ"], "types": []}
        types = [operations] if isinstance(operations, str) else list(operations)
        if types:
            permissions["OPERATIONS"] = {"actions": ["READ"], "types": types}
        if not permissions:
            raise _core.BadInputError('grant takes what may be read: fields=True, operations=["PLANTED"], or both.')
        return await do(self._permissions.create, self.other, _id_of(user), permissions=permissions)

    @verb
    async def revoke(self, user: UserHandle | str, *, missing_ok: bool = False) -> None:
        """Take back everything that was granted of a user."""
        await do(self._permissions.delete, self._role, self.other, _id_of(user), missing_ok=missing_ok)

    @verb
    async def permissions(self, user: UserHandle | str) -> dict[str, Any]:
        """What is granted of a user: {"OPERATIONS": {"actions": ["READ"], "types": ["PLANTED"]}}."""
        answer = await do(self._permissions.get, self._role, self.other, _id_of(user))
        granted: dict[str, Any] = answer["permissions"]
        return granted

    @property
    def _sharing(self) -> Sharing:
        return Sharing(self._api)

    @property
    def _permissions(self) -> Permissions:
        return Permissions(self._api)

    async def _ask(self, status: Literal["ALLOWED", "BLOCKED"]) -> Relation:
        return await do(self._sharing.update, self._role, self.other, status=status)

    def _now(self, status: str) -> Relation:
        relation: Relation = type(self)(self._api, {**self._members, "status": status}, self._role)
        return relation


def _id_of(user: Any) -> str:
    user_id: str = getattr(user, "id", user)
    refuse_unless_text("user", user_id, "a User or its id")
    return user_id
