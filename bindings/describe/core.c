/* The type stub of the Python extension module: the part that is alike for every API as text, the errors from the table
 * of statuses. */
#include "describe.h"

#include "leafnative/error.h"

static const char before_errors[] =
    "# Printed by `make describe`: the errors come from the tables, the rest stands in bindings/describe/core.c.\n"
    "from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence\n"
    "from os import PathLike\n"
    "from types import TracebackType\n"
    "from typing import Any, Literal, NamedTuple, Self, TypedDict, final, overload\n"
    "\n"
    "_Path = str | bytes | PathLike[str] | PathLike[bytes]\n"
    "_Log = Callable[[str, str], object]\n"
    "_OnEvent = Callable[[Event], object]\n"
    "_Headers = Iterable[tuple[str, str]] | Mapping[str, str]\n"
    "_Transport = Callable[[str, str, list[tuple[str, str]], bytes], tuple[int, _Headers, bytes | str]]\n"
    "\n"
    "version: str\n"
    "\n"
    "class Error(Exception):\n"
    "    code: str\n"
    "    status: int | None\n"
    "    key: str | None\n"
    "    where: str | None\n"
    "    message: str\n"
    "    hint: str\n"
    "    retryable: bool\n"
    "    retry_after: float | None\n"
    "    attempts: Sequence[Attempt]\n"
    "    body: str | None\n"
    "    problem: dict[str, Any] | None\n"
    "    stands: str | None\n"
    "\n";

static const char after_errors[] = "\n"
                                   "@final\n"
                                   "class Secret:\n"
                                   "    def __new__(cls, value: str | bytes | Secret) -> Self: ...\n"
                                   "    def reveal(self) -> str: ...\n"
                                   "    def __eq__(self, other: object) -> bool: ...\n"
                                   "    def __hash__(self) -> int: ...\n"
                                   "    def __format__(self, spec: str, /) -> str: ...\n"
                                   "    def __copy__(self) -> Self: ...\n"
                                   "    def __deepcopy__(self, memo: object, /) -> Self: ...\n"
                                   "\n"
                                   "class Attempt(NamedTuple):\n"
                                   "    stage: str\n"
                                   "    code: str\n"
                                   "    status: int | None\n"
                                   "    started: float\n"
                                   "    ended: float\n"
                                   "    asks: bool\n"
                                   "\n"
                                   "class Event(NamedTuple):\n"
                                   "    kind: str\n"
                                   "    call: int\n"
                                   "    method: str\n"
                                   "    operation: str | None\n"
                                   "    path: str | None\n"
                                   "    attempt: int\n"
                                   "    code: str\n"
                                   "    status: int | None\n"
                                   "    seconds: float\n"
                                   "\n"
                                   "@final\n"
                                   "class Reply:\n"
                                   "    @property\n"
                                   "    def data(self) -> Any: ...\n"
                                   "    @property\n"
                                   "    def status(self) -> int: ...\n"
                                   "    @property\n"
                                   "    def attempts(self) -> list[Attempt]: ...\n"
                                   "    @property\n"
                                   "    def total(self) -> int | None: ...\n"
                                   "    @property\n"
                                   "    def has_next(self) -> bool: ...\n"
                                   "    @property\n"
                                   "    def reconciled(self) -> bool: ...\n"
                                   "\n"
                                   "class Access(NamedTuple):\n"
                                   "    allowed: bool\n"
                                   "    status: int\n"
                                   "    reason: str\n";

/* The options of a client that do not say where it goes. They stand twice: where a client is opened, and as the type of
 * what the classes of the APIs pass on. */
static const struct {
    const char *name;
    const char *type;
    const char *standard;
} client_options[] = {
    {"transport", "_Transport | None", "None"},
    {"token", "str | Secret | None", "None"},
    {"username", "str | None", "None"},
    {"password", "str | Secret | None", "None"},
    {"token_cache", "_Path | None", "None"},
    {"remember_me", "bool", "False"},
    {"ca_file", "_Path | None", "None"},
    {"client_certificate", "_Path | None", "None"},
    {"client_key", "_Path | None", "None"},
    {"proxy", "str | None", "None"},
    {"user_agent", "str | None", "None"},
    {"general_lane", "bool", "False"},
    {"timeout", "float | None", "None"},
    {"connect_timeout", "float | None", "None"},
    {"deadline", "float | None", "None"},
    {"answer_max_bytes", "int | None", "None"},
    {"attempts", "int | None", "None"},
    {"profile", "str | None", "None"},
    {"config", "bool", "True"},
    {"log", "_Log | None", "None"},
    {"on_event", "_OnEvent | None", "None"},
};

static const char after_client[] =
    "    ) -> Self: ...\n"
    "    def call(\n"
    "        self,\n"
    "        name: str,\n"
    "        arguments: dict[str, Any],\n"
    "        *,\n"
    "        strict: bool = True,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "    ) -> Reply: ...\n"
    "    def pages(\n"
    "        self,\n"
    "        name: str,\n"
    "        arguments: dict[str, Any],\n"
    "        *,\n"
    "        strict: bool = True,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "    ) -> Iterator[Reply]: ...\n"
    "    def wait(self, name: str, arguments: dict[str, Any], member: str, value: str, deadline: float) -> Reply: ...\n"
    "    def check_wait(self, name: str, arguments: dict[str, Any], member: str, value: str, deadline: float) -> None: "
    "...\n"
    "    def request(self, method: str, path: str, body: Any = None) -> Reply: ...\n"
    "    def source(self, member: str, /) -> str: ...\n"
    "    def setting(self, member: str, /) -> str: ...\n"
    "    def close(self) -> None: ...\n"
    "    @property\n"
    "    def closed(self) -> bool: ...\n"
    "    def __enter__(self) -> Self: ...\n"
    "    def __exit__(\n"
    "        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /\n"
    "    ) -> None: ...\n"
    "\n"
    "class Face:\n"
    "    _client: Client\n"
    "    _calls: Calls | None\n"
    "    _awaits: bool\n"
    "    @overload\n"
    "    def call(\n"
    "        self,\n"
    "        name: str,\n"
    "        /,\n"
    "        *,\n"
    "        values: Literal[\"bytes\"],\n"
    "        strict: bool = True,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "        missing_ok: Literal[False] = False,\n"
    "        **arguments: Any,\n"
    "    ) -> bytes: ...\n"
    "    @overload\n"
    "    def call(\n"
    "        self,\n"
    "        name: str,\n"
    "        /,\n"
    "        *,\n"
    "        values: Literal[\"objects\", \"dicts\", \"bytes\"] = \"dicts\",\n"
    "        strict: bool = True,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "        missing_ok: bool = False,\n"
    "        **arguments: Any,\n"
    "    ) -> Any: ...\n"
    "\n"
    "@final\n"
    "class Method:\n"
    "    def __new__(cls, about: Any, name: str, path_members: tuple[str, ...], schema: str | None) -> Self: ...\n"
    "    def __call__(self, group: Any, /, *values: Any, **arguments: Any) -> Any: ...\n"
    "\n"
    "@final\n"
    "class Pending(Coroutine[Any, Any, Any]):\n"
    "    def __await__(self) -> Generator[Any, Any, Any]: ...\n"
    "    def send(self, value: None, /) -> Any: ...\n"
    "    def throw(self, kind: Any, value: Any = None, traceback: Any = None, /) -> Any: ...\n"
    "    def close(self) -> None: ...\n"
    "\n"
    "@final\n"
    "class Calls:\n"
    "    def __new__(cls, client: Client, *, concurrency: int = 0, queue: int = 1024, rate: float = 0.0) -> Self: ...\n"
    "    def submit(\n"
    "        self,\n"
    "        name: str,\n"
    "        arguments: dict[str, Any],\n"
    "        *,\n"
    "        strict: bool = True,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "    ) -> int: ...\n"
    "    def submit_request(self, method: str, path: str, body: Any = None) -> int: ...\n"
    "    def submit_page(self, walk: Iterator[Reply], /) -> int | None: ...\n"
    "    def poll(self, wait: float = 0.0, /) -> list[tuple[int, Reply | BaseException | None]]: ...\n"
    "    def attach(self, loop: Any, turn: Callable[[], object], /) -> None: ...\n"
    "    def fail(self, error: BaseException, /) -> None: ...\n"
    "    def cancel(self, number: int, /) -> bool: ...\n"
    "    def fileno(self) -> int: ...\n"
    "    def close(self) -> None: ...\n"
    "    @property\n"
    "    def room(self) -> int: ...\n"
    "    @property\n"
    "    def pending(self) -> int: ...\n"
    "    @property\n"
    "    def closed(self) -> bool: ...\n"
    "\n"
    "@final\n"
    "class Map:\n"
    "    def __new__(\n"
    "        cls,\n"
    "        client: Client,\n"
    "        name: str,\n"
    "        items: Iterable[Any] | None,\n"
    "        common: dict[str, Any],\n"
    "        single: str | None = None,\n"
    "        refusal: str | None = None,\n"
    "        *,\n"
    "        concurrency: int = 64,\n"
    "        rate: float | None = None,\n"
    "        ordered: bool = False,\n"
    "        values: str = \"objects\",\n"
    "        wrap: Callable[[Any, dict[str, Any]], Any] | None = None,\n"
    "        strict: bool = True,\n"
    "        progress: Callable[[int, int], object] | None = None,\n"
    "        timeout: float | None = None,\n"
    "        deadline: float | None = None,\n"
    "    ) -> Self: ...\n"
    "    def __iter__(self) -> Self: ...\n"
    "    def __next__(self) -> tuple[Any, Any, Error | None]: ...\n"
    "    def step(self) -> list[tuple[Any, Any, Error | None]] | None: ...\n"
    "    def give(self, item: Any, /) -> None: ...\n"
    "    def end(self) -> None: ...\n"
    "    def fileno(self) -> int: ...\n"
    "    def close(self) -> None: ...\n"
    "    @property\n"
    "    def room(self) -> int: ...\n"
    "    @property\n"
    "    def wants(self) -> bool: ...\n"
    "    @property\n"
    "    def closed(self) -> bool: ...\n"
    "    def __enter__(self) -> Self: ...\n"
    "    def __exit__(\n"
    "        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /\n"
    "    ) -> None: ...\n"
    "\n"
    "@final\n"
    "class Service:\n"
    "    def __new__(\n"
    "        cls,\n"
    "        path: _Path | None = None,\n"
    "        *,\n"
    "        key: str | Secret | None = None,\n"
    "        public_url: str | None = None,\n"
    "        mask_secrets: bool = False,\n"
    "        cheap_passwords: bool = False,\n"
    "        body_max_bytes: int | None = None,\n"
    "        clock: Callable[[], Any] | None = None,\n"
    "        log: _Log | None = None,\n"
    "    ) -> Self: ...\n"
    "    def create_owner(self, email: str, password: str | Secret) -> None: ...\n"
    "    def delete_owner(self, email: str) -> None: ...\n"
    "    def set_provider_answer(\n"
    "        self,\n"
    "        leaf_user_id: str,\n"
    "        provider: str,\n"
    "        status: int = 200,\n"
    "        headers: str = \"\",\n"
    "        body: str | Secret | dict[str, Any] = \"\",\n"
    "    ) -> None: ...\n"
    "    def clear_provider_answer(self, leaf_user_id: str, provider: str) -> None: ...\n"
    "    def check_credentials(self) -> int: ...\n"
    "    def visit(self, url: str) -> None: ...\n"
    "    def create_application(self, id: str | None = None) -> str: ...\n"
    "    def create_token(self, *, application: str, scopes: Iterable[str], life: float | None = None) -> Secret: ...\n"
    "    def register(self, application: str, kind: str, document: Mapping[str, Any]) -> str: ...\n"
    "    def seed(self, document: Mapping[str, Any] | _Path) -> None: ...\n"
    "    def snapshot(self, path: _Path) -> None: ...\n"
    "    def restore(self, path: _Path) -> None: ...\n"
    "    def reset(self) -> None: ...\n"
    "    def decide_access(\n"
    "        self, questions: Iterable[tuple[str | Secret | None, ...] | dict[str, str | Secret | None]]\n"
    "    ) -> list[Access]: ...\n"
    "    def shared_with(self, email: str) -> list[dict[str, Any]]: ...\n"
    "    def shared_by(self, email: str) -> list[dict[str, Any]]: ...\n"
    "    def handle(\n"
    "        self, method: str, target: str, headers: _Headers = (), body: bytes | bytearray | memoryview | str = "
    "b\"\"\n"
    "    ) -> tuple[int, list[tuple[str, str]], bytes]: ...\n"
    "    def close(self) -> None: ...\n"
    "    @property\n"
    "    def closed(self) -> bool: ...\n"
    "    def __enter__(self) -> Self: ...\n"
    "    def __exit__(\n"
    "        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /\n"
    "    ) -> None: ...\n"
    "\n"
    "def operations() -> list[dict[str, Any]]: ...\n"
    "def providers() -> list[dict[str, Any]]: ...\n"
    "def schemas() -> dict[str, dict[str, Any]]: ...\n"
    "def statuses() -> list[dict[str, Any]]: ...\n"
    "def problems() -> list[dict[str, Any]]: ...\n"
    "def secret_names() -> set[str]: ...\n"
    "def concealed(members: dict[str, Any], /, *more: str) -> dict[str, Any]: ...\n"
    "def near(name: str, known: Iterable[str], /) -> list[str]: ...\n"
    "def wait_rest(before: float, /) -> float: ...\n";

static void print_error(lfn_buffer *out, const lfn_status_row *row)
{
    const char *comma = *row->builtin != '\0' ? ", " : "";
    lfn_buffer_format(out, "class %s(Error%s%s): ...\n", row->python_class, comma, row->builtin);
}

static void print_client_options(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\nclass ClientOptions(TypedDict, total=False):\n");
    for (size_t i = 0; i < sizeof client_options / sizeof *client_options; i++)
        lfn_buffer_format(out, "    %s: %s\n", client_options[i].name, client_options[i].type);
}

static void print_client(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n@final\nclass Client:\n    def __new__(\n        cls,\n        *,\n"
                                  "        service: Service | None = None,\n        api: str = \"leaf\",\n"
                                  "        base_url: str | None = None,\n");
    for (size_t i = 0; i < sizeof client_options / sizeof *client_options; i++)
        lfn_buffer_format(out, "        %s: %s = %s,\n", client_options[i].name, client_options[i].type,
                          client_options[i].standard);
}

void lfn_describe_core(lfn_buffer *out)
{
    lfn_buffer_append_string(out, before_errors);
    for (unsigned i = LFN_OK + 1; i < LFN_STATUS_COUNT; i++)
        print_error(out, lfn_status_get((lfn_status)i));
    lfn_buffer_append_string(out, after_errors);
    print_client_options(out);
    print_client(out);
    lfn_buffer_append_string(out, after_client);
}
