"""Secrets among the arguments of a call become Secret before anything else is done with them: no frame of the package,
and so no traceback, shows one."""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["concealed"]

_names: set[str] = set()
_PLAIN = (str, int, float, type(None))


def _secret_names() -> set[str]:
    """The members that are secret somewhere in the tables, by both of their names."""
    if not _names:
        _names.update(_core.secret_names())
    return _names


def concealed(members: dict[str, Any], *more: str) -> dict[str, Any]:
    """The members, every text below one that is secret in the tables or named in `more` as Secret."""
    secret = _names or _secret_names()
    for name, value in members.items():
        if name in secret or name in more or not isinstance(value, _PLAIN):
            break
    else:  # most calls have nothing to hide
        return members
    return {name: _hidden(value, name in secret or name in more, more) for name, value in members.items()}


def _hidden(value: Any, secret: bool, more: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        names = _secret_names()
        return {name: _hidden(below, secret or name in names or name in more, more) for name, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(below, secret, more) for below in value]
    return _core.Secret(value) if secret and isinstance(value, str) else value
