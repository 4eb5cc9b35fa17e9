"""Secrets among the arguments of a call become Secret before anything else is done with them: no frame of the package,
and so no traceback, shows one."""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["concealed"]

_names: set[str] = set()


def _secret_names() -> set[str]:
    """The members that are secret somewhere in the tables, by both of their names."""
    if not _names:
        fields = (field for schema in _core.schemas().values() for field in schema["fields"])
        _names.update(
            name for field in fields if "secret" in field["marks"] for name in (field["name"], field["snake"])
        )
    return _names


def concealed(members: dict[str, Any], *more: str) -> dict[str, Any]:
    """The members, those that are secret in the tables or named in `more` as Secret, in objects among them too."""
    secret = _secret_names()

    def hidden(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return concealed(value, *more)
        return _core.Secret(value) if isinstance(value, str) and (name in secret or name in more) else value

    return {name: hidden(name, value) for name, value in members.items()}
