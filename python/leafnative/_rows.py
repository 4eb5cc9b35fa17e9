"""Classes built from the tables: the methods of each group of operations and the members of each record.

Nothing here names an API, an operation or a provider: what exists is what the rows say. `_rows.pyi`, which is printed
from the same rows, tells editors and type checkers what comes out.
"""

from __future__ import annotations

from . import _core
from .records import Record


class LeftOut:
    """The default of a member that is not sent when it is left out, as signatures show it."""

    def __repr__(self):
        return "..."


LEFT_OUT = LeftOut()
MethodType = type(LEFT_OUT.__repr__)  # that of the module types, which would be loaded for it alone


class Operation:
    """What there is to say about an operation row. The method itself, which calls, is `_core.Method`."""

    def __init__(self, row: dict, provider: dict | None = None):
        self.row = row
        self.provider = provider
        self.__name__ = row["name"]
        group = provider["attribute"] if provider else row["group"]
        self.call_name = f"{group}.{row['name']}"
        self.__qualname__ = self.call_name
        self.__module__ = "leafnative"
        #: The schema of its answer.
        self.result_schema = provider["schema"] if provider and row["result"] == "provider" else row["result"]

        #: What calls it; this stands in the class.
        self.method = _core.Method(self, self.call_name, tuple(row["path_members"]), self.result_schema)

    @staticmethod
    def bind(method, group):
        return MethodType(method, group)

    async def steps(self, group, /, *values, **arguments):
        """What a call does, to be awaited on either face."""
        outcome = self.method(group, *values, **arguments)
        return await outcome if group._api._awaits else outcome

    def refuse(self, values, bound, arguments):
        """Raise for positional arguments that are too many, or that are given by name, too."""
        names = [name for name in self.row["path_members"] if name not in bound]
        if len(values) > len(names):
            plural = "" if len(names) == 1 else "s"
            example = f"{self.call_name}(**members)" if isinstance(values[-1], dict) else self.example()
            raise TypeError(
                f"{self.call_name}() takes {len(names)} positional argument{plural}, not {len(values)}: "
                f"give members by name, as in {example}"
            )
        twice = next(name for name in names if name in arguments)
        raise TypeError(f"{self.call_name}() got two values for {twice!r}")

    def body_members(self) -> list[dict]:
        """The rows of the body members that a call may carry."""
        schema = self.provider["schema"] if self.row["body"] == "provider" else self.row["body"]
        if schema is None:
            return []
        mark = "in_" + self.row["mode"]
        return [field for field in _core.schemas()[schema]["fields"] if mark in field["marks"]]

    def needs(self, field: dict) -> bool:
        """Whether a call must carry the member of the body."""
        return ("wanted" if self.row["mode"] == "update" else "needed") in field["marks"]

    def query_members(self) -> list[dict]:
        return _core.schemas()[self.row["query"]]["fields"] if self.row["query"] else []

    def example(self) -> str:
        """A call of a member by its name, for messages."""
        members = [field["snake"] for field in [*self.body_members(), *self.query_members()]]
        return f"{self.call_name}({(members or ['timeout'])[0]}=…)"

    @property
    def __doc__(self):
        lines = [self.row["summary"], ""]
        for field in [*self.query_members(), *self.body_members()]:
            lines.append(f"{field['snake']}: {describe(field)}")
        row = self.row
        lines += ["", f"{row['method']} {row['path'].replace('[/]', '')}, {row['success']} on success. {row['source']}"]
        return "\n".join(lines)

    @property
    def __signature__(self):
        from inspect import Parameter, Signature

        parameters = [Parameter("self", Parameter.POSITIONAL_ONLY)]
        if self.provider is None:  # else the group is bound to a user
            parameters += [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in self.row["path_members"]]
        for field in sorted(self.body_members(), key=lambda field: not self.needs(field)):
            default = Parameter.empty if self.needs(field) else LEFT_OUT
            parameters.append(Parameter(field["snake"], Parameter.KEYWORD_ONLY, default=default))
        for field in self.query_members():
            parameters.append(Parameter(field["snake"], Parameter.KEYWORD_ONLY, default=LEFT_OUT))
        if self.row["method"] == "DELETE":
            parameters.append(Parameter("missing_ok", Parameter.KEYWORD_ONLY, default=False))
        for option, default in (("strict", True), ("timeout", None), ("deadline", None)):
            parameters.append(Parameter(option, Parameter.KEYWORD_ONLY, default=default))
        return Signature(parameters)

    def __repr__(self):
        return f"<operation {self.call_name}>"


def describe(field: dict) -> str:
    """One line on a member: its summary, its words, and what stands when it is left out."""
    line = field["summary"]
    if field["choice"]:
        line += f" One of {', '.join(field['choice'])}."
    if field["standard"]:
        line += f" Default {field['standard']}."
    return line


def class_name(name: str) -> str:
    """The name of the class that holds the methods of a group ("users") or a provider ("panorama")."""
    return "".join(part.capitalize() for part in name.split("_")) + "Methods"


def methods_of_group(group: str) -> type:
    """The class with the methods of a group of operations ("users")."""
    rows = [row for row in OPERATIONS if row["group"] == group and not row["per_provider"]]
    methods = {row["name"]: Operation(row).method for row in rows}
    return type(class_name(group), (), {"__slots__": (), **methods})


def methods_of_provider(attribute: str) -> type:
    """The class with the credential operations of a provider ("panorama")."""
    provider = PROVIDERS[attribute]
    rows = [row for row in OPERATIONS if row["per_provider"]]
    methods = {row["name"]: Operation(row, provider).method for row in rows}
    return type(class_name(attribute), (), {"__slots__": (), **methods})


#: The operation rows.
OPERATIONS = _core.operations()
#: The provider rows by their attribute names.
PROVIDERS = {row["attribute"]: row for row in _core.providers()}

_GROUPS = {class_name(row["group"]): row["group"] for row in OPERATIONS if not row["per_provider"]}
_PROVIDERS = {class_name(attribute): attribute for attribute in PROVIDERS}


class ProviderAttributes:
    """Gives an object one attribute for every provider row."""

    def __getattr__(self, name):
        if name in PROVIDERS:
            return self._provider(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __dir__(self):
        return [*super().__dir__(), *PROVIDERS]


def __getattr__(name: str) -> type:
    if name.startswith("Async"):  # type checkers see two faces of what is one class
        return __getattr__(name.removeprefix("Async"))
    if name in _GROUPS:
        methods = methods_of_group(_GROUPS[name])
    elif name in _PROVIDERS:
        methods = methods_of_provider(_PROVIDERS[name])
    elif name.endswith("Record"):  # the members of a schema, which type checkers see and a Record finds by itself
        methods = Record
    else:
        raise AttributeError(f"no group of operations gives {name!r}")
    globals()[name] = methods
    return methods
