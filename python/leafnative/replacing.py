"""What stands beside the operations of a provider: the API has no update, so a change is a delete and a create."""

from __future__ import annotations

from . import _core
from ._faces import do, verb
from .api import Group
from .records import clear

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .leaf import Credential

__all__ = ["ProviderCredentials"]


class ProviderCredentials(Group):
    """The credential of a user with one provider."""

    __slots__ = ()

    @verb
    async def ensure(self, /, **members: Any) -> Credential:
        """Make the credential, or replace one that differs in a member that is given, and give it as it is then.

        A secret that the API answers masked cannot be compared and counts as equal: rotate replaces it. What is not
        given stays as it is. A failure tells what stands, as that of rotate.
        """
        members = _given(self, members)
        group: Any = self
        try:
            present: Credential = await do(group.get)
        except _core.NotFoundError:
            made: Credential = await do(group.create, **members)
            return made
        same = all(_same(present._members.get(name), value) for name, value in members.items())
        return present if same else await do(self._replace, present, members)

    @verb
    async def rotate(self, /, **members: Any) -> Credential:
        """Replace the credential by one with these members changed, as rotate(client_secret=…).

        The old one is deleted and the new one made; when that fails the old one is put back, under a new id, where its
        secrets are known. The error's `stands` then says what is there: "old", "other" (what somebody else made),
        "nothing", or "unknown". Its events go with the old one.
        """
        members = _given(self, members)
        if not members:
            raise _core.BadInputError("rotate takes the members that change; none was given.")
        group: Any = self
        return await do(self._replace, await do(group.get), members)

    @verb
    async def _replace(self, present: Credential, members: dict[str, Any]) -> Credential:
        group: Any = self
        old = _shown(self, present)
        new = {**old, **members}
        missing = _missing(self, new)
        if missing:
            raise _core.BadInputError(
                f"The API does not show {', '.join(missing)}: give it, or it would be lost with the old credential. "
                "Nothing was changed."
            )
        try:
            await do(group.delete, missing_ok=True)
        except _core.UnknownOutcomeError as error:
            raise _standing(error, "unknown", "The old credential may be deleted; no new one was made.") from None
        except _core.Error as error:
            raise _standing(error, "old", "The old credential stands; nothing was changed.") from None
        try:
            made: Credential = await do(group.create, **new)
        except _core.UnknownOutcomeError as error:
            raise _standing(error, "unknown", "The old credential is deleted; the new one may stand.") from None
        except _core.ConflictError as error:
            raise _standing(error, "other", "The old credential is deleted, and another one stands.") from None
        except _core.Error as error:
            raise await self._put_back(error, old) from None
        except BaseException as interrupt:
            interrupt.add_note("The old credential is deleted; the new one may stand.")
            raise
        return made

    async def _put_back(self, error: _core.Error, old: dict[str, Any]) -> _core.Error:
        """Make the old credential again, and say in the error what came of it."""
        group: Any = self
        missing = _missing(self, old)
        if missing:
            words = f"No credential stands: the old one is deleted, and its {', '.join(missing)} not known."
            return _standing(error, "nothing", words)
        try:
            await do(group.create, **old)
        except _core.ConflictError:
            return _standing(error, "other", "The old credential is deleted, and another one stands.")
        except _core.UnknownOutcomeError:
            return _standing(error, "unknown", "The old credential is deleted, and may stand again.")
        except _core.Error as second:
            return _standing(
                error, "nothing", f"No credential stands: putting the old one back failed, too ({second})."
            )
        except BaseException as interrupt:
            interrupt.add_note("The old credential is deleted, and may stand again.")
            raise
        return _standing(error, "old", "The old credential was put back, under a new id.")


def _given(group: Group, members: dict[str, Any]) -> dict[str, Any]:
    """The members by their wire names; one that a create does not take is refused before anything is asked."""
    fields = {name: field["name"] for field in _create_fields(group) for name in (field["snake"], field["name"])}
    strange = sorted(set(members) - set(fields))
    if strange:
        known = ", ".join(field["snake"] for field in _create_fields(group))
        raise _core.BadInputError(f"There is no member {', '.join(strange)}; the credential has {known}.")
    return {fields[name]: value for name, value in members.items()}


def _create_fields(group: Group) -> list[dict[str, Any]]:
    operation: Any = type(group).create  # type: ignore[attr-defined]  # of every provider's operations
    fields: list[dict[str, Any]] = operation.body_members()
    return fields


def _shown(group: Group, present: Credential) -> dict[str, Any]:
    """What a create of the same credential would take, as far as the answer shows it."""
    shown = {field["name"]: present._members.get(field["name"]) for field in _create_fields(group)}
    return {name: value for name, value in shown.items() if value is not None and not _is_mask(value)}


def _missing(group: Group, members: dict[str, Any]) -> list[str]:
    fields = _create_fields(group)
    return [field["snake"] for field in fields if "needed" in field["marks"] and field["name"] not in members]


def _is_mask(value: Any) -> bool:
    """Whether it is a secret that the API did not show."""
    return isinstance(value, _core.Secret) and not value.reveal().strip("*")


def _same(shown: Any, given: Any) -> bool:
    return _is_mask(shown) or bool(clear(shown) == clear(given))


def _standing(error: _core.Error, stands: str, words: str) -> _core.Error:
    """The error, with what stands after it."""
    error.stands = stands
    error.message = f"{error.message} {words}"
    error.args = (f"{words} {error}",)
    return error
