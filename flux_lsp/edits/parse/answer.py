"""What an answer asks for, as one value for every dialect.

Never decides whether that is possible: `locate` and `verify` do.
"""

from dataclasses import dataclass

from flux_lsp.edits.values import NewFile


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old` by `new` in the file called `path` (as the answer names it; "" if not at all).

    `whole_lines`: both texts are whole lines, as in search/replace blocks.
    """

    path: str
    old: str
    new: str
    replace_all: bool = False
    whole_lines: bool = False


@dataclass(frozen=True, slots=True)
class EditLines:
    """The two texts of an edit as lines without ends."""

    search: list[str]
    new: list[str]


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """Everything an answer asks for; `rewrite` is the new text of the target, None without one."""

    rewrite: str | None = None
    edits: tuple[Edit, ...] = ()
    new_files: tuple[NewFile, ...] = ()
    note: str = ""
