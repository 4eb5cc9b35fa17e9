"""What the API answers, as objects: attributes in snake_case, times as aware datetimes, secrets as Secret.

A record shows what one answer held and never asks again behind an attribute. Members that the tables do not know are
kept and reachable: by their wire name in brackets, or in snake_case as an attribute.
"""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["Record", "plain"]

_schemas: dict[str, list[dict[str, Any]]] = {}
_known: dict[str, dict[str, dict[str, Any]]] = {}


def fields_of(schema: str, by: str = "snake") -> dict[str, dict[str, Any]]:
    """The rows of the members of a schema by their snake_case names, or `by` their wire names ("name")."""
    if not _schemas:
        _schemas.update((name, row["fields"]) for name, row in _core.schemas().items())
    return {field[by]: field for field in _schemas[schema]}


def _fields(schema: str) -> dict[str, dict[str, Any]]:
    """The answered members of a schema by their snake_case names."""
    if schema not in _known:
        _known[schema] = {name: field for name, field in fields_of(schema).items() if "answered" in field["marks"]}
    return _known[schema]


def _snake(wire_name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in wire_name)


def _convert(field: dict[str, Any], value: Any) -> Any:
    """A member in its Python form: times as datetimes, objects of a schema as records."""
    if field["type"] == "time" and isinstance(value, str):
        from datetime import UTC, datetime

        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            return value
        # The API's times are in UTC, also where they do not say so.
        return time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    if field["type"] == "object of resources" and isinstance(value, dict):
        return {name: Record(field["of"], entry) for name, entry in value.items()}
    if field["of"] and isinstance(value, dict):
        return Record(field["of"], value)
    if field["of"] and isinstance(value, list):
        return [Record(field["of"], entry) if isinstance(entry, dict) else entry for entry in value]
    return value


class Record:
    """An answered object. In brackets it gives a member by its wire name, as it came: `record["createdTime"]`."""

    __slots__ = ("_schema", "_members")

    _schema: str
    _members: dict[str, Any]

    def __init__(self, schema: str, members: dict[str, Any]) -> None:
        _set_schema(self, schema)
        _set_members(self, members)

    # Type checkers see the members of the tables only, so that they find a name that is mistyped.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            field = _fields(self._schema).get(name)
            if field is not None:
                return _convert(field, self._members.get(field["name"]))
            for wire_name, value in self._members.items():
                if name in (wire_name, _snake(wire_name)):
                    return value
            near = _core.near(name, self.__dir__())
            cure = f"near to it: {', '.join(near)}" if near else "dir() lists what there is"
            raise AttributeError(f"{type(self).__name__} has no member {name!r}; {cure}", name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} shows one answer of the API and is not changed by assignment")
        object.__setattr__(self, name, value)

    def __dir__(self) -> list[str]:
        methods = [name for name in dir(type(self)) if not name.startswith("_")]
        return sorted({*methods, *_fields(self._schema), *map(_snake, self._members)})

    def __getitem__(self, wire_name: str) -> Any:
        return self._members[wire_name]

    def __contains__(self, wire_name: object) -> bool:
        return wire_name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def keys(self) -> Iterator[str]:
        """The wire names, so that `dict(record)` works."""
        return iter(self._members)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self._schema, self._members) == (other._schema, other._members)

    def __hash__(self) -> int:
        return hash((self._schema, self._members.get("id")))

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The members by wire name as plain values; secrets as "***", or in the clear with reveal=True."""
        return {name: plain(value, reveal) for name, value in self._members.items()}

    def __repr__(self) -> str:
        shown = ", ".join(f"{_snake(name)}={value!r}" for name, value in self._members.items())
        return f"{type(self).__name__}({shown})"


# A record is made for every entry of a list: its own __setattr__ is passed by.
_set_schema = vars(Record)["_schema"].__set__
_set_members = vars(Record)["_members"].__set__


def clear(value: Any) -> Any:
    """The text of a secret; any other value as it is."""
    return value.reveal() if isinstance(value, _core.Secret) else value


def plain(value: Any, reveal: bool) -> Any:
    """An answer as plain values; secrets as "***", or in the clear when `reveal` is true."""
    if isinstance(value, _core.Secret):
        return value.reveal() if reveal else str(value)
    if isinstance(value, dict):
        return {name: plain(member, reveal) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(entry, reveal) for entry in value]
    return value
