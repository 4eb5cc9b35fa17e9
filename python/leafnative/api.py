"""What the clients of every API have in common: how they are opened, how groups of operations call, how answers become
objects. Nothing here knows one API by name."""

from __future__ import annotations

from . import _core
from ._conceal import concealed
from .pages import Pages
from .records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self

    from ._rows import Operation

__all__ = ["Api", "Group"]


class Api:
    """A client of one API. `target` is a Service in this process, a base URL, or nothing.

    With nothing, address and login come from the environment and the configuration file; `source("token")` says which.
    """

    #: Name of the API in the tables.
    api: ClassVar[str]

    _client: _core.Client = None  # type: ignore[assignment]  # so that one that could not be opened has a repr

    def __init__(
        self,
        target: _core.Service | str | None = None,
        *,
        token: str | _core.Secret | None = None,
        username: str | None = None,
        password: str | _core.Secret | None = None,
        **options: Any,
    ) -> None:
        if isinstance(token, str):
            token = _core.Secret(token)
        if isinstance(password, str):
            password = _core.Secret(password)
        if isinstance(target, str):
            options["base_url"] = target
        elif target is not None:
            options["service"] = target
        self._client = _core.Client(api=self.api, token=token, username=username, password=password, **options)

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call an operation by its name ("users.create", "panorama.get") and give its answer as plain values."""
        arguments = concealed(arguments)
        return self._client.call(name, arguments).data

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request that the tables lack, with the same token and timeouts, and give its answer as plain values.

        `path` stands below the host, with its query; `body` is any value that JSON can hold.
        """
        if isinstance(body, dict):
            body = concealed(body)
        return self._client.request(method, path, body).data

    def source(self, member: str) -> str:
        """Where a setting came from: "environment LEAF_TOKEN", the path of a file, "argument", or "" when not set."""
        return self._client.source(member)

    def close(self) -> None:
        """Close the connections and wipe the secrets. Twice is fine."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._client!r}>"

    def _record(self, schema: str, members: dict[str, Any], bound: dict[str, Any]) -> Record:
        """The object for an answer of a schema. `bound` is what the group was bound to."""
        return Record(schema, members)


class Group:
    """Operations that belong together, bound to a client and to the path members that are known already."""

    __slots__ = ("_api", "_bound")

    def __init__(self, api: Api, bound: dict[str, Any] | None = None) -> None:
        self._api = api
        self._bound = bound or {}

    def _call(self, operation: Operation, arguments: dict[str, Any], options: dict[str, Any]) -> Any:
        row = operation.row
        if row["form"] == "list":
            return self._list(operation, arguments, options)
        reply = self._api._client.call(operation.call_name, arguments, **options)
        if row["form"] == "object":
            return self._wrap(operation, reply.data, arguments)
        return reply.data

    def _list(self, operation: Operation, arguments: dict[str, Any], options: dict[str, Any]) -> Pages[Any]:
        client, name = self._api._client, operation.call_name
        return Pages(
            lambda: client.pages(name, arguments, **options),
            lambda members: self._wrap(operation, members, arguments),
        )

    def _wait(self, name: str, member: str, value: str, deadline: float) -> Any:
        """Call a reading operation of the group until a member of its answer has the value."""
        operation: Operation = getattr(type(self), name)
        reply = self._api._client.wait(operation.call_name, self._bound, member, value, deadline)
        return self._wrap(operation, reply.data, self._bound)

    def _wrap(self, operation: Operation, members: dict[str, Any], arguments: dict[str, Any]) -> Record:
        schema = operation.row["result"]
        if operation.provider is not None and schema == "provider":
            schema = operation.provider["schema"]
        known = {name: arguments[name] for name in operation.row["path_members"] if name in arguments}
        return self._api._record(schema, members, known)

    def __repr__(self) -> str:
        bound = "".join(f" {name}={value}" for name, value in self._bound.items())
        return f"<{type(self).__name__}{bound}>"
