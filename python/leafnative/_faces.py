"""One text for two faces. A verb that makes calls is written once, as a coroutine: a blocking client runs it to its end
at once, an asynchronous one hands it to whoever awaits it.

Inside a verb other methods are called through `do`, and lists are walked through `each`; both give what can be awaited,
whatever the face.
"""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
    from typing import Any, Concatenate, ParamSpec, TypeVar

    P = ParamSpec("P")
    S = TypeVar("S")
    T = TypeVar("T")

__all__ = ["do", "each", "finished", "verb"]


def verb(steps: Callable[Concatenate[S, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[S, P], T]:
    """A method made of a coroutine function. Type checkers see that of the blocking face."""

    def method(self: Any, /, *values: Any, **members: Any) -> Any:
        members = _core.concealed(members)
        return self._api._run(steps(self, *values, **members))

    shown: Any = method
    shown.steps = shown.__wrapped__ = steps
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(shown, name, getattr(steps, name))
    typed: Callable[Concatenate[S, P], T] = shown
    return typed


def do(method: Callable[P, T], /, *values: P.args, **members: P.kwargs) -> Coroutine[Any, Any, T]:
    """What a bound verb or operation does, to be awaited."""
    bound: Any = method
    steps: Coroutine[Any, Any, T] = bound.__func__.steps(bound.__self__, *values, **members)
    return steps


def each(entries: Iterable[T]) -> AsyncIterator[T]:
    """The entries of a list of either face, for `async for`."""
    either: Any = entries
    walk: AsyncIterator[T] = either if hasattr(either, "__aiter__") else _Each(either)
    return walk


class _Each:
    """A blocking iterator in the form of an asynchronous one. Its coroutines never suspend."""

    def __init__(self, entries: Iterable[Any]) -> None:
        self._entries = iter(entries)

    def __aiter__(self) -> _Each:
        return self

    async def __anext__(self) -> Any:
        for entry in self._entries:
            return entry
        raise StopAsyncIteration


def finished(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, as those of a blocking client are, to its end."""
    try:
        steps.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    raise RuntimeError("a blocking call was suspended")
