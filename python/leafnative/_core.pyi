# Printed by `make describe`: the errors come from the tables, the rest stands in bindings/describe/core.c.
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from types import TracebackType
from typing import Any, Literal, NamedTuple, NoReturn, Self, TypeAlias, final

_File: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]
_Headers: TypeAlias = Iterable[tuple[str, str]] | Mapping[str, str]
_Log: TypeAlias = Callable[[Literal["debug", "info", "warning", "error"], str], object]
_Transport: TypeAlias = Callable[[str, str, list[tuple[str, str]], bytes], tuple[int, _Headers, str | bytes]]

version: str

class Attempt(NamedTuple):
    stage: Literal["idle", "connecting", "sending", "waiting", "receiving", "done"]
    code: str
    status: int | None
    started: float
    ended: float

class Reply(NamedTuple):
    data: Any
    status: int
    attempts: list[Attempt]
    total: int | None
    has_next: bool

class Access(NamedTuple):
    allowed: bool
    status: int
    reason: str

@final
class Secret:
    def __new__(cls, value: str | bytes | Secret) -> Self: ...
    def reveal(self) -> str: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Client:
    def __new__(
        cls,
        *,
        service: Service | None = ...,
        transport: _Transport | None = ...,
        api: str = ...,
        base_url: str | None = ...,
        token: str | Secret | None = ...,
        username: str | None = ...,
        password: str | Secret | None = ...,
        token_cache: _File | None = ...,
        remember_me: bool = ...,
        ca_file: _File | None = ...,
        client_certificate: _File | None = ...,
        client_key: _File | None = ...,
        proxy: str | Secret | None = ...,
        user_agent: str | None = ...,
        timeout: float | None = ...,
        connect_timeout: float | None = ...,
        deadline: float | None = ...,
        answer_max_bytes: int | None = ...,
        profile: str | None = ...,
        config: bool = ...,
        log: _Log | None = ...,
    ) -> Self: ...
    @property
    def closed(self) -> bool: ...
    def call(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Reply: ...
    def request(self, method: str, path: str, body: Any = ...) -> Reply: ...
    def source(self, member: str, /) -> str: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

@final
class Service:
    def __new__(
        cls,
        path: _File | None = ...,
        *,
        key: str | Secret | None = ...,
        public_url: str | None = ...,
        mask_secrets: bool = ...,
        cheap_passwords: bool = ...,
        body_max_bytes: int | None = ...,
        clock: Callable[[], float | datetime] | None = ...,
        log: _Log | None = ...,
    ) -> Self: ...
    @property
    def closed(self) -> bool: ...
    def create_owner(self, email: str, password: str | Secret) -> None: ...
    def delete_owner(self, email: str) -> None: ...
    def set_provider_answer(
        self,
        leaf_user_id: str,
        provider: str,
        status: int = ...,
        headers: str = ...,
        body: str | Mapping[str, Any] = ...,
    ) -> None: ...
    def clear_provider_answer(self, leaf_user_id: str, provider: str) -> None: ...
    def check_credentials(self) -> int: ...
    def visit(self, url: str) -> None: ...
    def decide_access(
        self, questions: Iterable[Sequence[str | Secret] | Mapping[str, str | Secret]]
    ) -> list[Access]: ...
    def shared_with(self, email: str) -> list[dict[str, Any]]: ...
    def shared_by(self, email: str) -> list[dict[str, Any]]: ...
    def handle(
        self, method: str, target: str, headers: _Headers = ..., body: bytes = ...
    ) -> tuple[int, list[tuple[str, str]], bytes]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

def operations() -> list[dict[str, Any]]: ...
def providers() -> list[dict[str, Any]]: ...
def schemas() -> dict[str, dict[str, Any]]: ...
def statuses() -> list[dict[str, Any]]: ...
def problems() -> list[dict[str, Any]]: ...

class Error(Exception):
    code: str
    status: int | None
    message: str
    key: str | None
    where: str | None
    hint: str
    retryable: bool
    retry_after: float | None
    attempts: list[Attempt]
    body: str | None

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
class ClosedError(Error): ...
class NoMemoryError(Error, MemoryError): ...
