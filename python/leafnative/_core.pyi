# Printed by `make describe`: the errors come from the tables, the rest stands in bindings/describe/core.c.
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypedDict, final, overload

_Path = str | bytes | PathLike[str] | PathLike[bytes]
_Log = Callable[[str, str], object]
_OnEvent = Callable[[Event], object]
_Headers = Iterable[tuple[str, str]] | Mapping[str, str]
_Transport = Callable[[str, str, list[tuple[str, str]], bytes], tuple[int, _Headers, bytes | str]]

version: str

class Error(Exception):
    code: str
    status: int | None
    key: str | None
    where: str | None
    message: str
    hint: str
    retryable: bool
    retry_after: float | None
    attempts: Sequence[Attempt]
    body: str | None
    problem: dict[str, Any] | None
    stands: str | None

class BadInputError(Error, ValueError): ...
class UnauthorizedError(Error, PermissionError): ...
class ForbiddenError(Error, PermissionError): ...
class NotFoundError(Error, LookupError): ...
class ConflictError(Error): ...
class RateLimitedError(Error): ...
class DeadlineError(Error, TimeoutError): ...
class TransportError(Error, ConnectionError): ...
class ProtocolError(Error): ...
class ServerError(Error): ...
class StorageError(Error, OSError): ...
class UnknownOutcomeError(Error): ...
class ClosedError(Error): ...
class NoMemoryError(Error, MemoryError): ...

@final
class Secret:
    def __new__(cls, value: str | bytes | Secret) -> Self: ...
    def reveal(self) -> str: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __format__(self, spec: str, /) -> str: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

class Attempt(NamedTuple):
    stage: str
    code: str
    status: int | None
    started: float
    ended: float
    asks: bool

class Event(NamedTuple):
    kind: str
    call: int
    method: str
    operation: str | None
    path: str | None
    attempt: int
    code: str
    status: int | None
    seconds: float

@final
class Reply:
    @property
    def data(self) -> Any: ...
    @property
    def status(self) -> int: ...
    @property
    def attempts(self) -> list[Attempt]: ...
    @property
    def total(self) -> int | None: ...
    @property
    def has_next(self) -> bool: ...
    @property
    def reconciled(self) -> bool: ...

class Access(NamedTuple):
    allowed: bool
    status: int
    reason: str

class ClientOptions(TypedDict, total=False):
    transport: _Transport | None
    token: str | Secret | None
    username: str | None
    password: str | Secret | None
    token_cache: _Path | None
    remember_me: bool
    ca_file: _Path | None
    client_certificate: _Path | None
    client_key: _Path | None
    proxy: str | None
    user_agent: str | None
    general_lane: bool
    timeout: float | None
    connect_timeout: float | None
    deadline: float | None
    answer_max_bytes: int | None
    attempts: int | None
    profile: str | None
    config: bool
    log: _Log | None
    on_event: _OnEvent | None

@final
class Client:
    def __new__(
        cls,
        *,
        service: Service | None = None,
        api: str = "leaf",
        base_url: str | None = None,
        transport: _Transport | None = None,
        token: str | Secret | None = None,
        username: str | None = None,
        password: str | Secret | None = None,
        token_cache: _Path | None = None,
        remember_me: bool = False,
        ca_file: _Path | None = None,
        client_certificate: _Path | None = None,
        client_key: _Path | None = None,
        proxy: str | None = None,
        user_agent: str | None = None,
        general_lane: bool = False,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        deadline: float | None = None,
        answer_max_bytes: int | None = None,
        attempts: int | None = None,
        profile: str | None = None,
        config: bool = True,
        log: _Log | None = None,
        on_event: _OnEvent | None = None,
    ) -> Self: ...
    def call(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
    ) -> Reply: ...
    def pages(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
    ) -> Iterator[Reply]: ...
    def wait(self, name: str, arguments: dict[str, Any], member: str, value: str, deadline: float) -> Reply: ...
    def request(self, method: str, path: str, body: Any = None) -> Reply: ...
    def source(self, member: str, /) -> str: ...
    def setting(self, member: str, /) -> str: ...
    def close(self) -> None: ...
    @property
    def closed(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class Face:
    _client: Client
    _calls: Calls | None
    _awaits: bool
    @overload
    def call(
        self,
        name: str,
        /,
        *,
        values: Literal["bytes"],
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
        missing_ok: Literal[False] = False,
        **arguments: Any,
    ) -> bytes: ...
    @overload
    def call(
        self,
        name: str,
        /,
        *,
        values: Literal["objects", "dicts", "bytes"] = "dicts",
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
        missing_ok: bool = False,
        **arguments: Any,
    ) -> Any: ...

@final
class Method:
    def __new__(cls, about: Any, name: str, path_members: tuple[str, ...], schema: str | None) -> Self: ...
    def __call__(self, group: Any, /, *values: Any, **arguments: Any) -> Any: ...

@final
class Pending(Coroutine[Any, Any, Any]):
    def __await__(self) -> Generator[Any, Any, Any]: ...
    def send(self, value: None, /) -> Any: ...
    def throw(self, kind: Any, value: Any = None, traceback: Any = None, /) -> Any: ...
    def close(self) -> None: ...

@final
class Calls:
    def __new__(cls, client: Client, *, concurrency: int = 0, queue: int = 1024, rate: float = 0.0) -> Self: ...
    def submit(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        strict: bool = True,
        timeout: float | None = None,
        deadline: float | None = None,
    ) -> int: ...
    def submit_request(self, method: str, path: str, body: Any = None) -> int: ...
    def submit_page(self, walk: Iterator[Reply], /) -> int | None: ...
    def poll(self, wait: float = 0.0, /) -> list[tuple[int, Reply | BaseException | None]]: ...
    def attach(self, loop: Any, turn: Callable[[], object], /) -> None: ...
    def fail(self, error: BaseException, /) -> None: ...
    def cancel(self, number: int, /) -> bool: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...
    @property
    def room(self) -> int: ...
    @property
    def pending(self) -> int: ...
    @property
    def closed(self) -> bool: ...

@final
class Map:
    def __new__(
        cls,
        client: Client,
        name: str,
        items: Iterable[Any] | None,
        common: dict[str, Any],
        single: str | None = None,
        refusal: str | None = None,
        *,
        concurrency: int = 64,
        rate: float | None = None,
        ordered: bool = False,
        values: str = "objects",
        wrap: Callable[[Any, dict[str, Any]], Any] | None = None,
        strict: bool = True,
        progress: Callable[[int, int], object] | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
    ) -> Self: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> tuple[Any, Any, Error | None]: ...
    def step(self) -> list[tuple[Any, Any, Error | None]] | None: ...
    def give(self, item: Any, /) -> None: ...
    def end(self) -> None: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...
    @property
    def room(self) -> int: ...
    @property
    def wants(self) -> bool: ...
    @property
    def closed(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

@final
class Service:
    def __new__(
        cls,
        path: _Path | None = None,
        *,
        key: str | Secret | None = None,
        public_url: str | None = None,
        mask_secrets: bool = False,
        cheap_passwords: bool = False,
        body_max_bytes: int | None = None,
        clock: Callable[[], Any] | None = None,
        log: _Log | None = None,
    ) -> Self: ...
    def create_owner(self, email: str, password: str | Secret) -> None: ...
    def delete_owner(self, email: str) -> None: ...
    def set_provider_answer(
        self,
        leaf_user_id: str,
        provider: str,
        status: int = 200,
        headers: str = "",
        body: str | Secret | dict[str, Any] = "",
    ) -> None: ...
    def clear_provider_answer(self, leaf_user_id: str, provider: str) -> None: ...
    def check_credentials(self) -> int: ...
    def visit(self, url: str) -> None: ...
    def create_application(self, id: str | None = None) -> str: ...
    def create_token(self, *, application: str, scopes: Iterable[str], life: float | None = None) -> Secret: ...
    def register(self, application: str, kind: str, document: Mapping[str, Any]) -> str: ...
    def seed(self, document: Mapping[str, Any] | _Path) -> None: ...
    def snapshot(self, path: _Path) -> None: ...
    def restore(self, path: _Path) -> None: ...
    def reset(self) -> None: ...
    def decide_access(
        self, questions: Iterable[tuple[str | Secret | None, ...] | dict[str, str | Secret | None]]
    ) -> list[Access]: ...
    def shared_with(self, email: str) -> list[dict[str, Any]]: ...
    def shared_by(self, email: str) -> list[dict[str, Any]]: ...
    def handle(
        self, method: str, target: str, headers: _Headers = (), body: bytes | bytearray | memoryview | str = b""
    ) -> tuple[int, list[tuple[str, str]], bytes]: ...
    def close(self) -> None: ...
    @property
    def closed(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

def operations() -> list[dict[str, Any]]: ...
def providers() -> list[dict[str, Any]]: ...
def schemas() -> dict[str, dict[str, Any]]: ...
def statuses() -> list[dict[str, Any]]: ...
def problems() -> list[dict[str, Any]]: ...
def secret_names() -> set[str]: ...
def concealed(members: dict[str, Any], /, *more: str) -> dict[str, Any]: ...
def wait_rest(before: float, /) -> float: ...
