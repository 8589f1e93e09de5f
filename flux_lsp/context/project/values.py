"""What is known of a project's code, as frozen values, and the questions that can be asked of it.

Never holds a file's body, and never promises to know everything: no answer means "unknown", not
"there is none".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

# "type": a class, struct, interface, trait, enum or alias. "field": a field, a property, an
# attribute that a method sets, a case of an enum. "value": a constant or variable of a file.
DefinitionKind = Literal["type", "function", "method", "field", "value", "module"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One named part of a file.

    `path` is a posix path from the root of the workspace. `owner` is the name of the type that it
    is a member of, "" for none; an owner may stand in another file (`impl`, methods in Go).
    The lines are 1-based and inclusive, decorators and the comment above left out. `signature` is
    the source from the beginning of its first line to where its body begins, 600 characters at
    most, indentation taken off; for a type its head alone. `bases` are the names that a type's head
    gives for what it extends and implements. `type_names` are the types that its signature names:
    the type of a field, the parameters and the result of a function, in their order.
    """

    path: str
    name: str
    kind: DefinitionKind
    owner: str
    first_line: int
    last_line: int
    signature: str
    bases: tuple[str, ...] = ()
    type_names: tuple[str, ...] = ()

    @property
    def qualified(self) -> str:
        """`Owner.name`."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that names something: a 1-based line of a file. The definition's own line is none."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a file gets from another file of the project.

    `name` is what the file calls it ("" where it takes everything: `*`, a C include). `path` is the
    file that it leads to; `source` is its name there, "" for the file itself (a module, a
    namespace) and for everything.
    """

    name: str
    path: str
    source: str

    @property
    def is_everything(self) -> bool:
        """Whether all names of `path` can be used without a prefix."""
        return not self.name


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the index holds: counts, bytes of its database, and whether every file is in it."""

    files: int = 0
    definitions: int = 0
    references: int = 0
    size: int = 0
    is_complete: bool = False


class ProjectIndex(Protocol):
    """Reads one project's index. Each call blocks for milliseconds, so call it in a thread.

    Open documents count as they are in the editor. Answers have a fixed order: that of paths and
    lines, where nothing else is said. Only what `confirm` and `read_text` return may be shown: they
    judge by the rules of exclusion as they are now.
    """

    def describe(self) -> IndexState:
        """Say what it holds. It is incomplete while it is being built, and for a large project."""
        ...

    def list_definitions(self, path: str) -> tuple[Definition, ...]:
        """List what a file defines, in its order, members included."""
        ...

    def find_definitions(self, name: str, *, most: int = 4) -> tuple[Definition, ...]:
        """Find what has this name anywhere, members included; nothing if that is more than `most`."""
        ...

    def resolve_name(self, path: str, name: str) -> tuple[Definition, ...]:
        """Find what `name` means at the top level of file `path`.

        Looks in the file, its imports (re-exports followed), and what it sees without an import:
        the same package in Go, Java and Kotlin, the same namespace in PHP. `a.b.name` is followed
        from module to module, and from a type to its member. Several only for overloads.
        """
        ...

    def list_imports(self, path: str) -> tuple[Import, ...]:
        """List what a file imports from files of the project."""
        ...

    def has_import(self, path: str, imported: str) -> bool:
        """Whether file `path` imports file `imported`."""
        ...

    def can_mean(self, path: str, name: str, defined_in: str) -> bool:
        """Whether `name` in file `path` means something that another file, `defined_in`, defines."""
        ...

    def list_members(self, owner: Definition) -> tuple[Definition, ...]:
        """List the members of a type, those that it inherits after its own, the nearest first."""
        ...

    def list_bases(self, owner: Definition) -> tuple[Definition, ...]:
        """List what a type extends and implements, so far as the project defines it."""
        ...

    def list_types(self, definition: Definition) -> tuple[Definition, ...]:
        """List the types that a definition's signature names, so far as the project defines them."""
        ...

    def find_references(self, name: str, *, most: int = 200) -> tuple[Reference, ...]:
        """Find places that name `name`, `most` at most; comments and strings don't count.

        They are found by name alone: another definition of the same name may be meant.
        """
        ...

    def rank_definitions(self, *, most: int = 50) -> tuple[Definition, ...]:
        """List the definitions that most other files name, the most named first; members left out."""
        ...

    def confirm(self, definitions: Iterable[Definition]) -> tuple[Definition, ...]:
        """Return these definitions as they are now, in the same order; those that are gone left out.

        Call it before anything is shown: files may have changed since they were read.
        """
        ...

    def read_text(self, path: str) -> str | None:
        """Return the text of a file as it is now, the editor's where it is open.

        None where there is none, it may not be sent, or it is too large or no text.
        """
        ...
