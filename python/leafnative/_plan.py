"""What the items of a map stand for, found out once from the row of the operation."""

from __future__ import annotations

from . import _rows
from .records import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .api import Api

__all__ = ["is_reading", "plan_of", "refuse_items", "wrap_of"]


def refuse_items(items: object) -> None:
    """Raise for what holds no items. A text could be walked over, letter by letter, and is never meant so."""
    kind = type(items)
    if isinstance(items, (str, bytes)):
        raise TypeError(f"items is one {kind.__name__}: give an iterable of them, as in [item]")
    if not any(hasattr(kind, name) for name in ("__iter__", "__aiter__", "__getitem__")):
        raise TypeError(f"items must be an iterable, not {kind.__name__}")


def is_reading(name: str) -> bool:
    operation = _operation(name)
    return operation is None or bool(operation.row["method"] == "GET")


def plan_of(api: Api, name: str, common: dict[str, Any], values: str) -> dict[str, Any]:
    """What a Map is to know of its items, beside the options of the caller."""
    operation = _operation(name)
    if operation is None:  # the core tells the names that are near to it
        return {"common": common}
    known = {member: value for member, value in api._common().items() if member in operation.row["path_members"]}
    common = {**known, **common}
    single, refusal = _single(operation, common)
    wrap = _wrap(api, operation) if values == "objects" else None
    return {"common": common, "single": single, "refusal": refusal, "wrap": wrap}


def wrap_of(api: Api, name: str) -> tuple[Any, tuple[str, ...]]:
    """What makes objects of the values of an operation, and the path members that it is told of."""
    operation = _operation(name)
    if operation is None:
        return None, ()
    return _wrap(api, operation), tuple(operation.row["path_members"])


def _operation(name: str) -> _rows.Operation | None:
    if not isinstance(name, str):
        raise TypeError(f"the operation must be a str, as in map('users.get', …), not {type(name).__name__}")
    group, _, verb = name.partition(".")
    provider = _rows.PROVIDERS.get(group)
    for row in _rows.OPERATIONS:
        if row["name"] == verb and (row["per_provider"] if provider else row["group"] == group):
            return _rows.Operation(row, provider)
    return None


def _single(operation: _rows.Operation, common: dict[str, Any]) -> tuple[str | None, str | None]:
    """The path member that an item stands for; or why only a dict can be an item."""
    fields = fields_of("path")
    free = [name for name in operation.row["path_members"] if name not in common and fields[name]["name"] not in common]
    words = [name for name in free if fields[name]["choice"]]
    naming = [name for name in free if name not in words]
    if not free:
        return None, "give the arguments of each call as a dict"
    if naming and words:
        return None, f"give {' and '.join(words)} for all of them, as in map(…, {words[0]}=…)"
    if len(free) > 1:
        return None, f"give {' or '.join(free)} for all of them, as in map(…, {free[0]}=…)"
    return free[0], None


def _wrap(api: Api, operation: _rows.Operation) -> Callable[[Any, dict[str, Any]], Any] | None:
    """What makes objects of values, as the methods of the group do."""
    form = operation.row["form"]
    if form not in ("object", "list"):
        return None
    maker = api._maker(operation.result_schema)
    if form == "object":
        return maker
    return lambda entries, bound: [maker(members, bound) for members in entries]
