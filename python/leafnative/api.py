"""What the clients of every API have in common: how they are opened, how groups of operations call, how answers become
objects. Nothing here knows one API by name."""

from __future__ import annotations

from . import _core
from ._faces import each, finished, verb
from ._plan import is_reading, plan_of, refuse_items, wrap_of
from .pages import Pages
from .records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from inspect import Signature
    from typing import Any, ClassVar, Literal, Self, Unpack

    from ._rows import Operation

    Maker = Callable[[dict[str, Any], dict[str, Any]], Any]

__all__ = ["Api", "Group", "refuse_unless_text"]

# What the options are called in other clients.
_ELSEWHERE = {
    "api_key": "token",
    "access_token": "token",
    "auth": "username and password",
    "email": "username",
    "user": "username",
    "url": "the address as the first argument",
    "host": "the address as the first argument",
    "endpoint_url": "the address as the first argument",
    "verify": "ca_file, with the authority of the server's certificate",
    "cert": "client_certificate and client_key",
    "proxies": "proxy",
    "retries": "attempts, which counts the first one",
    "max_retries": "attempts, which counts the first one",
}


class ClientSignature:
    """The signature of an API's class, read from that of the client below it when somebody asks."""

    def __get__(self, instance: object, owner: object) -> Signature:
        from inspect import Parameter, Signature, signature

        below = signature(_core.Client).parameters.values()
        target = Parameter("target", Parameter.POSITIONAL_OR_KEYWORD, default=None)
        own = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=standard)
            for kind in getattr(owner, "__mro__", ())
            for name, standard in vars(kind).get("_own_options", {}).items()
        ]
        shown = [option for option in below if option.name not in ("service", "api", "base_url")]
        return Signature([target, *shown, *own])


class Api(_core.Face):
    """A client of one API. `target` is a Service in this process, a base URL, or nothing.

    With nothing, address and login come from the environment and the configuration file; `source("token")` says which.
    """

    __signature__ = ClientSignature()

    #: Name of the API in the tables.
    api: ClassVar[str]

    def __init__(self, target: _core.Service | str | None = None, **options: Unpack[_core.ClientOptions]) -> None:
        """Open a client. Nothing is sent yet.

        target: a Service in this process, or the address of a server; left out, the live API or what is configured
        token: a bearer token; or username and password, with which the client logs in by itself
        token_cache: a file that keeps the token between runs
        remember_me: ask for a token of 30 days instead of 24 hours
        ca_file, client_certificate, client_key: PEM files for TLS
        proxy, user_agent: the URL of a proxy (that of the environment is not read); the name that is sent
        general_lane: leave HTTP to libcurl, for a peer or a proxy that the lean way does not suit; slower
        timeout, connect_timeout: seconds for one attempt (30) and for its connection (5)
        deadline: seconds for a whole call with its repetitions (60)
        attempts: how often a call may go out in all (3); 1 never repeats
        answer_max_bytes: an answer over it is a ProtocolError (16 MiB)
        profile: another profile of the configuration file; config=False reads neither file nor environment
        log: a function (level, line)
        on_event: a function that takes an Event: what is sent, answered, repeated, waited for and asked about
        transport: a function (method, target, headers, body) that answers in place of a server
        """
        options = _core.concealed(options, "token")  # type: ignore[assignment, arg-type]  # the same members
        place: Any = {"base_url": target} if isinstance(target, str) else {"service": target}
        try:
            self._client = _core.Client(api=self.api, **place, **options)
        except TypeError:
            self._explain(target, options)
            raise
        self._makers: dict[str, Maker] = {}

    def _explain(self, target: object, options: object) -> None:
        """Raise for a target that is none, and for the first option that there is not, naming the one near to it."""
        from inspect import signature

        known = list(signature(type(self)).parameters)
        for name in options if isinstance(options, dict) else ():
            if name not in known:
                near = [_ELSEWHERE[name]] if name in _ELSEWHERE else _core.near(name, known)
                cure = f"did you mean {' or '.join(near)}?" if near else f"it takes {', '.join(known)}"
                raise TypeError(f"{type(self).__name__}() has no option {name!r}: {cure}") from None
        kind = type(target).__name__
        if target is not None and not isinstance(target, str) and kind != "Service":
            raise TypeError(f"{type(self).__name__}() takes a Service or an address first, not {kind}") from None

    def entries(self, name: str, /, **arguments: Any) -> Iterator[Any]:
        """The entries of a list operation ("users.list") as plain values, fetched a page at a time."""
        return iter(self._entries(name, arguments))

    def _entries(self, name: str, arguments: dict[str, Any]) -> Pages[Any]:
        return self._pages(name, _core.concealed(arguments), {}, lambda entry: entry)

    def map(
        self,
        operation: str,
        items: Iterable[Any],
        /,
        *,
        concurrency: int = 64,
        rate: float | None = None,
        ordered: bool = False,
        progress: Callable[[int, int], object] | None = None,
        values: Literal["objects", "dicts", "bytes"] = "objects",
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
        **common: Any,
    ) -> _core.Map:
        """Call an operation ("panorama.get") for every item, many at once: an iterator of (item, value, error).

        An item is a dict of arguments; or an id, or an object that has one, in place of the path member that `common`,
        the arguments of every call, leaves open. What goes wrong with an item is its error and is not raised. Items are
        pulled when there is room for them. Closing the iterator cancels what is under way.

        concurrency: how many calls are under way at most
        rate: how many may begin in a second
        ordered: hand them out in the order of the items, not as they end
        progress: a function (done, failed), called now and then and at the end
        values: "objects"; "dicts" as call gives them; "bytes" as they came, unchecked, with secrets in the clear
        """
        options: dict[str, Any] = {
            "concurrency": concurrency,
            "rate": rate,
            "ordered": ordered,
            "progress": progress,
            "values": values,
            "strict": strict,
            "timeout": timeout,
            "deadline": deadline,
        }
        common = _core.concealed(common)
        refuse_items(items)
        plan = plan_of(self, operation, common, values)
        return self._map(items, lambda source: _core.Map(self._client, operation, source, **plan, **options))

    @verb
    async def get_many(self, operation: str, items: Iterable[Any], /, **common: Any) -> list[Any]:
        """The values of a reading operation for many items, in their order. The first error is raised."""
        if not is_reading(operation):
            raise TypeError(f"get_many reads: {operation} does more than that, so use map")
        outcomes = self.map(operation, items, ordered=True, **common)
        found = []
        try:
            async for _, value, error in each(outcomes):
                if error is not None:
                    raise error
                found.append(value)
        finally:
            outcomes.close()
        return found

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request that the tables lack, with the same token and timeouts, and give its answer as plain values.

        `path` stands below the host, with its query; `body` is any value that JSON can hold.
        """
        body = _core.concealed({"body": body})["body"]
        return self._run(self._requested(method, path, body))

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

    def __copy__(self) -> Self:
        """The same client: a connection is not copied. A deep copy of a record belongs to the same client as it."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(
            f"{type(self).__name__} holds a connection and secrets and is not pickled, nor is what belongs to it: "
            "pickle record.to_dict()"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._client!r}>"

    # How calls are made. A client of the other face has its own.

    _run = staticmethod(finished)

    @property
    def _api(self) -> Self:
        return self

    async def _requested(self, method: str, path: str, body: Any) -> Any:
        return (await self._send_request(method, path, body)).data

    async def _send_request(self, method: str, path: str, body: Any) -> _core.Reply:
        return self._client.request(method, path, body)

    async def _wait(
        self, name: str, arguments: dict[str, Any], member: str, value: str, deadline: float
    ) -> _core.Reply:
        return self._client.wait(name, arguments, member, value, deadline)

    def _pages(
        self, name: str, arguments: dict[str, Any], options: dict[str, Any], wrap: Callable[[Any], Any]
    ) -> Pages[Any]:
        client = self._client
        client.pages(name, arguments, **options)  # nothing is asked for, but what is wrong with the arguments is told
        return Pages(name, lambda: client.pages(name, arguments, **options), wrap)

    def _map(self, items: Iterable[Any], make: Callable[[Any], _core.Map]) -> _core.Map:
        return make(items)

    def _common(self) -> dict[str, Any]:
        """The arguments of every call of a map that the client knows by itself."""
        return {}

    # How answers become objects.

    def _objects_of(self, name: str) -> tuple[Any, tuple[str, ...]]:
        """What makes objects of the values of an operation, or None, and the path members that it is to know."""
        return wrap_of(self, name)

    def _kind(self, kind: type) -> type:
        """The class that stands for a class of records on this face."""
        return kind

    def _maker(self, schema: str) -> Maker:
        """What makes an object of the members of an answer, and of the path members of its call."""
        if schema not in self._makers:
            self._makers[schema] = self._new_maker(schema)
        return self._makers[schema]

    def _new_maker(self, schema: str) -> Maker:
        return lambda members, bound: Record(schema, members)


class Group:
    """Operations that belong together, bound to a client and to the path members that are known already."""

    __slots__ = ("_api", "_bound")

    def __init__(self, api: Api, bound: dict[str, Any] | None = None) -> None:
        self._api = api
        self._bound = bound or {}

    #: A function, where the group has more to say of the arguments of a call than the operation does.
    _given: Any = None

    def _list(self, operation: Operation, arguments: dict[str, Any], options: dict[str, Any]) -> Pages[Any]:
        return self._api._pages(
            operation.call_name, arguments, options, lambda members: self._wrap(operation, members, arguments)
        )

    async def _wait(self, name: str, member: str, value: str, deadline: float) -> Any:
        """Call a reading operation of the group until a member of its answer has the value."""
        operation: Operation = getattr(type(self), name)
        reply = await self._api._wait(operation.call_name, self._bound, member, value, deadline)
        return self._wrap(operation, reply.data, self._bound)

    def _wrap(self, operation: Operation, members: dict[str, Any], arguments: dict[str, Any]) -> Any:
        known = {name: arguments[name] for name in operation.row["path_members"] if name in arguments}
        make = self._api._makers.get(operation.result_schema) or self._api._maker(operation.result_schema)
        return make(members, known)

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> Any:
        return self._api.__reduce__()

    def __repr__(self) -> str:
        bound = "".join(f" {name}={value}" for name, value in self._bound.items())
        return f"<{type(self).__name__}{bound}>"


def refuse_unless_text(name: str, value: object, wanted: str = "str") -> None:
    """Raise for an argument that is no text, before something is done with it that only texts can."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
