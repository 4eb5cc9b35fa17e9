"""leafnative: farm-data credentials and data sharing, against the live API or the same endpoints in this process.

>>> import leafnative
>>> with leafnative.Service() as service:
...     service.create_owner("a@farm.example", password="s3cret")
...     leaf = leafnative.Leaf(service, username="a@farm.example", password="s3cret")
...     leaf.users.create(name="Maple Farm").name
'Maple Farm'

Names are loaded when they are first used: importing the package costs next to nothing.
"""

__version__ = "0.1.0"

# Where each public name lives. Error classes are made from the table of statuses and live in _core.
_HOME = {
    "Leaf": "leaf",
    "User": "leaf",
    "UserHandle": "leaf",
    "Credential": "leaf",
    "Relation": "leaf",
    "Losant": "losant",
    "ServiceCredential": "losant",
    "LinkedResources": "losant",
    "AsyncLeaf": "aio",
    "AsyncUser": "aio",
    "AsyncUserHandle": "aio",
    "AsyncCredential": "aio",
    "AsyncRelation": "aio",
    "AsyncLosant": "aio",
    "AsyncServiceCredential": "aio",
    "AsyncPages": "aio",
    "AsyncMap": "aio",
    "Pages": "pages",
    "Map": "_core",
    "Record": "records",
    "Service": "_core",
    "Secret": "_core",
    "Reply": "_core",
    "Access": "_core",
    "Attempt": "_core",
    "Event": "_core",
    "Error": "_core",
    "BadInputError": "_core",
    "UnauthorizedError": "_core",
    "ForbiddenError": "_core",
    "NotFoundError": "_core",
    "ConflictError": "_core",
    "RateLimitedError": "_core",
    "DeadlineError": "_core",
    "TransportError": "_core",
    "ProtocolError": "_core",
    "ServerError": "_core",
    "UnknownOutcomeError": "_core",
    "StorageError": "_core",
    "ClosedError": "_core",
    "NoMemoryError": "_core",
}

__all__ = list(_HOME)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Each `as` tells a strict type checker that the name is meant for others.
    from ._core import (
        Access as Access,
        Attempt as Attempt,
        BadInputError as BadInputError,
        ClosedError as ClosedError,
        ConflictError as ConflictError,
        DeadlineError as DeadlineError,
        Error as Error,
        Event as Event,
        ForbiddenError as ForbiddenError,
        Map as Map,
        NoMemoryError as NoMemoryError,
        NotFoundError as NotFoundError,
        ProtocolError as ProtocolError,
        RateLimitedError as RateLimitedError,
        Reply as Reply,
        Secret as Secret,
        ServerError as ServerError,
        Service as Service,
        StorageError as StorageError,
        TransportError as TransportError,
        UnauthorizedError as UnauthorizedError,
        UnknownOutcomeError as UnknownOutcomeError,
    )
    from .aio import (
        AsyncCredential as AsyncCredential,
        AsyncLeaf as AsyncLeaf,
        AsyncLosant as AsyncLosant,
        AsyncMap as AsyncMap,
        AsyncPages as AsyncPages,
        AsyncRelation as AsyncRelation,
        AsyncServiceCredential as AsyncServiceCredential,
        AsyncUser as AsyncUser,
        AsyncUserHandle as AsyncUserHandle,
    )
    from .leaf import (
        Credential as Credential,
        Leaf as Leaf,
        Relation as Relation,
        User as User,
        UserHandle as UserHandle,
    )
    from .losant import (
        LinkedResources as LinkedResources,
        Losant as Losant,
        ServiceCredential as ServiceCredential,
    )
    from .pages import Pages as Pages
    from .records import Record as Record


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        # With both of these the interpreter tells the name that is near to it.
        raise AttributeError(f"module 'leafnative' has no attribute {name!r}", name=name, obj=__import__(__name__))
    from importlib import import_module

    module = import_module("." + home, __name__)
    if not hasattr(module, name):
        raise AttributeError(f"this build of leafnative has no {name}: it was made with LFN_SERVICE=OFF", name=name)
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
