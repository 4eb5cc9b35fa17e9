"""Secrets among the arguments of a call become Secret before anything else is done with them: no frame of the package,
and so no traceback, shows one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from . import _core

__all__ = ["concealed"]


@lru_cache(maxsize=1)
def _secret_names() -> frozenset[str]:
    """The members that are secret somewhere in the tables, by both of their names."""
    fields = [field for schema in _core.schemas().values() for field in schema["fields"] if "secret" in field["marks"]]
    return frozenset(name for field in fields for name in (field["name"], field["snake"]))


def concealed(members: dict[str, Any], *more: str) -> dict[str, Any]:
    """The members, those that are secret in the tables or named in `more` as Secret."""
    secret = _secret_names().union(more)
    return {
        name: _core.Secret(value) if name in secret and isinstance(value, str) else value
        for name, value in members.items()
    }
