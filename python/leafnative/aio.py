"""AsyncLeaf and AsyncLosant: the same clients for asyncio. Their verbs are those of leaf.py and losant.py, awaited.

`aio.pyi` tells type checkers what comes out.
"""

from __future__ import annotations

import asyncio
from functools import partial
from weakref import WeakSet

from . import _core
from ._loop import AsyncMap, Line
from .leaf import Credential, Leaf, Relation, User, UserHandle
from .losant import Losant, ServiceCredential
from .pages import refuse_index

__all__ = [
    "AsyncCredential",
    "AsyncLeaf",
    "AsyncLosant",
    "AsyncMap",
    "AsyncPages",
    "AsyncRelation",
    "AsyncServiceCredential",
    "AsyncUser",
    "AsyncUserHandle",
]


class AsyncUserHandle(UserHandle):
    """A Leaf user by its id: everything that can be done with it, awaited."""


class AsyncUser(User):
    """A Leaf user as one answer showed it; its verbs are awaited."""

    __slots__ = ()


class AsyncCredential(Credential):
    """A provider credential as one answer showed it; its verbs are awaited."""

    __slots__ = ()


class AsyncRelation(Relation):
    """A sharing relation as one answer showed it; its verbs are awaited."""

    __slots__ = ()


class AsyncServiceCredential(ServiceCredential):
    """A service credential as one answer showed it; its verbs are awaited."""

    __slots__ = ()


_KINDS = {
    UserHandle: AsyncUserHandle,
    User: AsyncUser,
    Credential: AsyncCredential,
    Relation: AsyncRelation,
    ServiceCredential: AsyncServiceCredential,
}


class AsyncPages:
    """The entries of a list, fetched a page at a time when they are wanted.

    Iterate over it with `async for`; await a slice (`await events[:10]`), one entry, or `pages.total`.
    """

    __slots__ = ("_name", "_ask", "_wrap")

    __iter__ = None  # else `for` would go by __getitem__, for ever

    def __init__(self, name, ask, wrap):
        self._name = name
        self._ask = ask
        self._wrap = wrap

    async def pages(self):
        """Each page as a list. Ends behind a page that is short, repeated, or links no next one."""
        async for reply in self._ask():
            yield [self._wrap(entry) for entry in reply.data]

    async def __aiter__(self):
        async for page in self.pages():
            for entry in page:
                yield entry

    @property
    def total(self):
        """How many entries the whole list has, to be awaited; None when the API does not say."""
        return self._total()

    async def _total(self):
        async for reply in self._ask():
            return reply.total
        return 0

    def __getitem__(self, index):
        refuse_index(index)
        return self._taken(index)

    async def _taken(self, index):
        entries = []
        last = index.stop if isinstance(index, slice) else index + 1 if index >= 0 else None
        bounds = (index.start, index.stop, index.step) if isinstance(index, slice) else (index,)
        if last is not None and any(bound is not None and bound < 0 for bound in bounds):
            last = None
        if last != 0:
            async for entry in self:
                entries.append(entry)
                if len(entries) == last:
                    break
        try:
            return entries[index]
        except IndexError:
            raise IndexError(f"the list has no entry {index}") from None

    def __repr__(self):
        return f"<{type(self).__name__} of {self._name}: iterate with async for, or await some as in [:10]>"


class Asynchronous:
    """How a client of asyncio makes its calls. It belongs to the event loop that it is first used on."""

    _line = None
    _own_options = {"concurrency": 64}

    def __init__(self, target=None, *, concurrency=64, **options):
        """Open a client, as the blocking one is opened. `concurrency` calls are under way at most; more wait."""
        options = _core.concealed(options, "token")
        if not isinstance(concurrency, int):
            raise TypeError(f"concurrency must be an integer, not {type(concurrency).__name__}")
        if concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, not {concurrency}")
        super().__init__(target, **options)
        self._concurrency = concurrency
        self._maps = WeakSet()
        self._awaits = True

    @staticmethod
    def _run(steps):
        return steps

    def _kind(self, kind):
        return _KINDS.get(kind, kind)

    def _line_here(self):
        loop = asyncio.get_running_loop()
        line = self._line
        if line is not None and line.loop is loop:
            return line
        if line is not None and not line.loop.is_closed():
            raise RuntimeError(f"{type(self).__name__} is used on another event loop: open one for each loop")
        if line is not None:
            line.close()
        self._line = Line(self._client, self._concurrency)
        return self._line

    def _calls_here(self):
        """Those of the loop that runs, which the core begins calls on."""
        self._calls = self._line_here().calls
        return self._calls

    def _send_request(self, method, path, body):
        line = self._line_here()
        return line.ended(line.calls.submit_request, method, path, body)

    async def _wait(self, name, arguments, member, value, deadline):
        """As Client.wait does, with the same refusals and rests."""
        self._client.check_wait(name, arguments, member, value, deadline)
        line = self._line_here()
        loop = asyncio.get_running_loop()
        begun, rest = loop.time(), _core.wait_rest(0)
        while True:
            left = max(deadline - (loop.time() - begun), 0.001) if deadline else None
            reply = await line.ended(partial(line.calls.submit, name, arguments, deadline=left))
            now = reply.data.get(member)
            if now == value:
                return reply
            if loop.time() - begun > deadline - rest:
                raise _core.DeadlineError(f"{member} is still {now}, not {value}.")
            await asyncio.sleep(rest)
            rest = _core.wait_rest(rest)

    def _pages(self, name, arguments, options, wrap):
        self._client.pages(name, arguments, **options)  # nothing is asked for, but what is wrong is told
        return AsyncPages(name, lambda: self._walk(name, arguments, options), wrap)

    async def _walk(self, name, arguments, options):
        walk = self._client.pages(name, arguments, **options)
        line = self._line_here()
        while (reply := await line.ended(line.calls.submit_page, walk)) is not None:
            yield reply

    def _map(self, items, make):
        outcomes = AsyncMap(items, make)
        self._maps.add(outcomes)
        return outcomes

    def entries(self, name, /, **arguments):
        """The entries of a list operation ("users.list") as plain values, fetched a page at a time."""
        return aiter(self._entries(name, arguments))

    async def close(self):
        """Close the connections and wipe the secrets; calls under way end with ClosedError. Twice is fine."""
        if self._line is not None:
            self._line.close()
        for outcomes in [*self._maps]:
            outcomes.unwatch()
        self._client.close()

    def __del__(self):
        # The loop watches the descriptor of a client that nobody closed; the last reference may go in another thread.
        line = self._line
        if line is not None and not line.loop.is_closed():
            line.loop.call_soon_threadsafe(line.close)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        await self.close()

    def __enter__(self):
        raise TypeError(f"use async with: {type(self).__name__} is asynchronous")


class AsyncLeaf(Asynchronous, Leaf):
    """Leaf's API for asyncio: what Leaf has, awaited; a list and a map are walked with `async for`.

    It is opened as Leaf is, best with `async with`, and belongs to one event loop; `help(leafnative.Leaf)`
    tells what it has.
    """


class AsyncLosant(Asynchronous, Losant):
    """Losant's API for asyncio: what Losant has, awaited; a list and a map are walked with `async for`.

    It is opened as Losant is, best with `async with`, and belongs to one event loop; `help(leafnative.Losant)`
    tells what it has.
    """
