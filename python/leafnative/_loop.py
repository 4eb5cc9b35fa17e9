"""Calls of a client on an event loop of asyncio: what every asynchronous face shares. Loaded with the first of them.

The calls have one descriptor, which the loop watches. Nothing is done in a thread: each turn of the loop that has
something to do polls once, and what ended in it resolves its futures.
"""

from __future__ import annotations

import asyncio
from collections import deque
from weakref import ref

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from typing import Any, Self

    Outcome = tuple[Any, Any, _core.Error | None]

__all__ = ["AsyncMap", "Line"]


# Of calls that wait for their turn; the core takes no more.
LONGEST_QUEUE = 1_000_000


class Line:
    """The calls of one client on one event loop."""

    def __init__(self, client: _core.Client, concurrency: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.calls = _core.Calls(client, concurrency=concurrency, queue=LONGEST_QUEUE)
        self.calls.attach(self.loop, self._turn)
        self._futures: dict[int, asyncio.Future[Any]] = {}
        self._descriptor = self.calls.fileno()
        self.loop.add_reader(self._descriptor, self._turn)
        self._watched = True

    async def ended(self, submit: Callable[..., int | None], *given: Any) -> Any:
        """Submit with a method of `calls`, and give the outcome; None for what needs no call."""
        number = submit(*given)
        if number is None:
            return None
        future = self._futures[number] = self.loop.create_future()
        self.loop.call_soon(self._turn)
        try:
            return await future
        finally:
            if self._futures.pop(number, None) is not None and not self.calls.closed:  # the task was cancelled
                self.calls.cancel(number)

    def _turn(self) -> None:
        try:
            block = self.calls.poll()
        except _core.ClosedError as closed:
            self._fail(closed)
            return
        except BaseException:  # an interrupt, most often: what ended meanwhile is told in the next turn
            self.loop.call_soon(self._turn)
            raise
        for number, outcome in block:
            future = self._futures.pop(number, None)
            if future is None or future.done():
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _fail(self, error: Exception) -> None:
        """Let go of everything; who waits gets the error. From inside a poll it is refused, and nothing has changed."""
        self.calls.fail(error)
        if self._watched:  # but once: afterwards the descriptor may be that of another client
            self._watched = False
            self.loop.remove_reader(self._descriptor)
        waiting = [*self._futures.values()]
        self._futures.clear()
        for future in waiting:
            if not future.done():
                future.set_exception(error)

    def close(self) -> None:
        if not self.calls.closed and not self.loop.is_closed():
            self._fail(_core.ClosedError("The client was closed while the call was under way."))
        self.calls.close()


class AsyncMap:
    """An operation for many items at once, as an asynchronous iterator of (item, value, error)."""

    def __init__(self, items: Any, make: Callable[[Any], _core.Map]) -> None:
        self._loop = asyncio.get_running_loop()
        self._outcomes: deque[Outcome] = deque()
        self._signal: asyncio.Future[None] | None = None  # that the next step has something to do
        self._room: asyncio.Future[None] | None = None  # that items are wanted
        self._failure: BaseException | None = None
        self._feeding: asyncio.Task[None] | None = None
        given = hasattr(items, "__aiter__")
        self._map = make(None if given else items)
        self._descriptor = self._map.fileno()
        if given:
            self._feeding = self._loop.create_task(_feed(ref(self), items))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._map!r}>"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome:
        if self._signal is not None:
            raise RuntimeError("a map is walked by one task at a time")
        while not self._outcomes:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                self.close()
                raise failure
            block = self._map.step()
            if block is None:
                self.close()
                raise StopAsyncIteration
            if self._map.wants:
                _set(self._room)
            if block:
                self._outcomes.extend(block)
            elif not self._map.closed:
                await self._something()
        return self._outcomes.popleft()

    async def _something(self) -> None:
        """Wait until the next step has something to do."""
        signal = self._signal = self._loop.create_future()
        self._loop.add_reader(self._descriptor, self._nudge)
        try:
            await signal
        finally:
            self.unwatch()

    def _nudge(self) -> None:
        _set(self._signal)

    def unwatch(self) -> None:
        """Let who waits go on. The descriptor may be another map's from then on, which may watch it, too."""
        signal, self._signal = self._signal, None
        _set(signal)
        if signal is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)

    def _give(self, item: Any) -> asyncio.Future[None] | None:
        """Take up an item; without room give what to wait for."""
        if not self._map.room:
            self._room = self._loop.create_future()
            return self._room
        self._map.give(item)
        self._nudge()
        return None

    def _fed(self, failure: BaseException | None) -> None:
        self._failure = failure
        self._map.end()
        self._nudge()

    def __del__(self) -> None:
        feeding = getattr(self, "_feeding", None)
        if feeding is not None and not self._loop.is_closed():
            feeding.cancel()

    def close(self) -> None:
        """Cancel what is under way. Twice is fine."""
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None
        self._map.close()
        self.unwatch()

    async def aclose(self) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.close()


async def _feed(place: ref[AsyncMap], items: AsyncIterable[Any]) -> None:
    """Give a map the items of an asynchronous iterable as it has room for them, and hold none that others let go of."""
    failure: BaseException | None = None
    try:
        async for item in items:
            while (room := _give(place, item)) is not None:
                await room
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        failure = error  # out of the items, as any other exception
    except Exception as error:
        failure = error
    outcomes = place()
    if outcomes is not None:
        outcomes._fed(failure)


def _give(place: ref[AsyncMap], item: Any) -> asyncio.Future[None] | None:
    outcomes = place()
    if outcomes is None:
        raise asyncio.CancelledError
    return outcomes._give(item)


def _set(signal: asyncio.Future[None] | None) -> None:
    if signal is not None and not signal.done():
        signal.set_result(None)
