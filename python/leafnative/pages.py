"""Lists that come in pages, as one lazy sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from . import _core

__all__ = ["Pages"]

Entry = TypeVar("Entry")


class Pages(Generic[Entry]):
    """The entries of a list, fetched a page at a time when they are wanted.

    Iterate over it, take a slice (`events[:10]`), one entry (`events[0]`), or the pages themselves (`events.pages()`).
    """

    __slots__ = ("_fetch", "_wrap", "_first", "_size")

    def __init__(self, fetch: Callable[[int, int], _core.Reply], wrap: Callable[[Any], Entry], first: int, size: int) -> None:
        self._fetch = fetch
        self._wrap = wrap
        self._first = first
        self._size = size

    def pages(self) -> Iterator[list[Entry]]:
        """Each page as a list. Ends at a page that is short, repeated, or links no next one."""
        page = self._first
        before: Any = None
        while True:
            reply = self._fetch(page, self._size)
            if not reply.data or reply.data == before:
                return
            yield [self._wrap(entry) for entry in reply.data]
            if not reply.has_next:
                return
            before = reply.data
            page += 1

    def __iter__(self) -> Iterator[Entry]:
        for page in self.pages():
            yield from page

    @property
    def total(self) -> int | None:
        """How many entries the whole list has, asked for now; None when the API does not say."""
        total: int | None = self._fetch(0, 1).total
        return total

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, slice):
            bounds = (index.start, index.stop, index.step)
            if any(bound is not None and bound < 0 for bound in bounds):
                return list(self)[index]
            return list(islice(self, index.start, index.stop, index.step))
        if index < 0:
            return list(self)[index]
        for entry in islice(self, index, None):
            return entry
        raise IndexError(f"the list has no entry {index}")

    def __repr__(self) -> str:
        return f"<pages of {self._size} entries, from page {self._first}>"
