# Printed by `make describe`: the errors come from the tables, the rest stands in bindings/describe/core.c.
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any, NamedTuple, Self, TypedDict, final

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

class Reply(NamedTuple):
    data: Any
    status: int
    attempts: list[Attempt]
    total: int | None
    has_next: bool
    reconciled: bool

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
