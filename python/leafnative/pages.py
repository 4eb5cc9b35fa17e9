"""Lists that come in pages, as one lazy sequence."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Generic, TypeVar, overload

    from . import _core

    Entry = TypeVar("Entry", covariant=True)

    class Entries(Generic[Entry]):
        """What Pages inherits for type checkers."""

        __slots__ = ()

else:
    Entry = None

    class Entries:
        """Stands for a generic class, without the module of those: it takes longer to load than this package."""

        __slots__ = ()

        def __class_getitem__(cls, entry):
            return cls


__all__ = ["Pages"]


def refuse_index(index: object) -> None:
    """Raise for what no entry has as its place."""
    if not isinstance(index, (int, slice)):
        raise TypeError(f"entries are taken by an integer or a slice, not by {type(index).__name__}")


class Pages(Entries[Entry]):
    """The entries of a list, fetched a page at a time when they are wanted.

    Iterate over it, take a slice (`events[:10]`), one entry (`events[0]`), or the pages themselves (`events.pages()`).
    """

    __slots__ = ("_name", "_ask", "_wrap")

    def __init__(self, name: str, ask: Callable[[], Iterator[_core.Reply]], wrap: Callable[[Any], Entry]) -> None:
        self._name = name
        self._ask = ask
        self._wrap = wrap

    def pages(self) -> Iterator[list[Entry]]:
        """Each page as a list. Ends behind a page that is short, repeated, or links no next one."""
        for reply in self._ask():
            yield [self._wrap(entry) for entry in reply.data]

    def __iter__(self) -> Iterator[Entry]:
        for page in self.pages():
            yield from page

    @property
    def total(self) -> int | None:
        """How many entries the whole list has, asked for now; None when the API does not say."""
        for reply in self._ask():
            return reply.total
        return 0

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Entry: ...

        @overload
        def __getitem__(self, index: slice) -> list[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        from itertools import islice

        if isinstance(index, slice):
            bounds = (index.start, index.stop, index.step)
            if any(bound is not None and bound < 0 for bound in bounds):
                return list(self)[index]
            return list(islice(self, *bounds))
        refuse_index(index)
        if index < 0:
            return list(self)[index]
        for entry in islice(self, index, None):
            return entry
        raise IndexError(f"the list has no entry {index}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._name}: iterate, or take some as in [:10]>"
