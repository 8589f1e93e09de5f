"""What is known of each language: names, files, comments and which grammar parses it.

Never imports a grammar: that is `grammars.py`, on first use.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from flux_lsp.syntax.language_table import ROWS, Row


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `id` is the LSP language id, `aliases` are other ids editors send for it.

    `line_comments` and `block_comments` begin and end a comment, the usual one first; where
    `writes_comments` is False they are read and never written. `inner_comments` begin the line
    comments of languages inside of this one.
    `filenames` and `extensions` are lower case; `grammar` is (module, function) or None for a
    language that is worked on by lines; `fence` labels a Markdown code block.
    """

    id: str
    name: str
    extensions: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    line_comments: tuple[str, ...] = ()
    block_comments: tuple[tuple[str, str], ...] = ()
    writes_comments: bool = True
    inner_comments: tuple[str, ...] = ()
    grammar: tuple[str, str] | None = None
    fence: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def line_comment(self) -> str | None:
        """The marker we would write before a line of comment; None without one."""
        return self.line_comments[0] if self.line_comments and self.writes_comments else None

    @property
    def block_comment(self) -> tuple[str, str] | None:
        """The marks we would write around a comment; None without them."""
        return self.block_comments[0] if self.block_comments and self.writes_comments else None


def language_for(language_id: str, path: str) -> Language:
    """The language of a document: by its LSP language id, else by its path; else plain text."""
    by_id = _by_id().get(language_id.lower())
    # An editor that knows no better says plaintext for a file whose name tells more.
    if by_id is not None and by_id.id != "plaintext":
        return by_id
    name = PurePosixPath(path.replace("\\", "/")).name.lower()
    return _by_filename().get(name) or _by_extension(name) or _by_id()["plaintext"]


@cache
def languages() -> tuple[Language, ...]:
    """Every language of the table."""
    return tuple(_language(row) for row in ROWS)


def _language(row: Row) -> Language:
    files = row.files.split()
    module, _, function = row.grammar.partition(":")
    return Language(
        id=row.id,
        name=row.name,
        extensions=tuple(file for file in files if not file.startswith("=")),
        filenames=tuple(file[1:] for file in files if file.startswith("=")),
        line_comments=row.comments.lines,
        inner_comments=row.comments.inner,
        block_comments=row.comments.blocks,
        writes_comments=row.comments.written,
        grammar=(f"tree_sitter_{module}", function or "language") if module else None,
        fence=row.fence or row.id,
        aliases=tuple(row.aliases.split()),
    )


def _by_extension(name: str) -> Language | None:
    """By the longest known extension: `x.html.j2` is a template, not a page."""
    known = _extensions()
    suffixes = PurePosixPath(name).suffixes
    found = ("".join(suffixes[i:]) for i in range(len(suffixes)))
    return next((known[suffix] for suffix in found if suffix in known), None)


@cache
def _by_id() -> dict[str, Language]:
    return {key: one for one in languages() for key in (one.id, *one.aliases)}


@cache
def _by_filename() -> dict[str, Language]:
    return {name: one for one in languages() for name in one.filenames}


@cache
def _extensions() -> dict[str, Language]:
    return {extension: one for one in languages() for extension in one.extensions}
