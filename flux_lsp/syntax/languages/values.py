"""All facts about one language, as one frozen value: the row that a contributor adds.

Never imports a grammar and compiles no pattern: those who use them do, on first use.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from flux_lsp.syntax.languages.habits import TestHabit
from flux_lsp.syntax.languages.patterns import BRACED_HEADS

# "free": line breaks mean nothing; "lines": they end statements; "indented": indentation is code.
LineRule = Literal["free", "lines", "indented"]


class Comments(NamedTuple):
    """How comments look: markers of lines and pairs of blocks. We write the first of each.

    `written` is False where comments are read but never written, as in JSON. `inner` are the line
    markers of languages embedded in this one. `extra` are further pairs that end in the same file
    and count as comments when code without a tree is compared.
    """

    lines: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    written: bool = True
    inner: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


class Docs(NamedTuple):
    """How comments and strings document a symbol.

    `marks` is a pattern for the beginning of a comment whose form says that it documents; None for
    the usual forms, "" for no form. `plain`: an ordinary comment directly above a symbol documents
    it, too. `strings` is a pattern for documentation that is a string, as its group `doc`. `inside` is
    what a comment begins with that documents a symbol from inside of its body.
    """

    marks: str | None = None
    plain: bool = False
    strings: str = ""
    inside: str = ""


class Heads(NamedTuple):
    """Patterns for the first line of a symbol; used to guess where no tree helps.

    Each matches from the first character that is not blank; its first group that matches is the
    name. `top` counts only at the margin, `fields` only inside a class or its like and over several
    lines. `flat` are headings: each holds everything below it up to the next one, however indented.
    """

    nested: tuple[str, ...] = BRACED_HEADS
    top: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()


class BlockWords(NamedTuple):
    """Patterns for what opens and closes one kind of block, in code without strings and comments.

    `outer` counts outside of brackets only. `may_open` opens a block only in some dialects.
    """

    opens: str
    closes: str
    may_open: str = ""
    outer: bool = False


class StrayWords(NamedTuple):
    """Words that close a block and that the grammar reads as something else when they close nothing.

    `node` is the type of node that a stray word becomes. `opens` is a pattern for what opens a block
    that the grammar does not know.
    """

    words: str
    node: str
    opens: str = ""


class ProjectFacts(NamedTuple):
    """How the files of a project in this language know each other.

    `imports` is the form of import statements and of their way to a file, by a name of
    `context/project/imports`; languages with the same form share their definitions, which a query in
    `queries/members` marks. "" is for files that define nothing for others. `sees` is what a file
    uses without an import: the files of its `folder`, of its `package`, or `all` files. `any_case`:
    types do not always begin with a capital letter. `spread`: members of a type may stand in other
    files than the type. `script`: of a page, the id of the language of its scripts; nothing else in
    it is read.
    """

    imports: str = ""
    sees: Literal["", "folder", "package", "all"] = ""
    any_case: bool = False
    spread: bool = False
    script: str = ""


_BRACED, _USUAL_DOCS, _ALONE = Heads(), Docs(), ProjectFacts()


@dataclass(frozen=True, eq=False)
class Language:
    """One language. There is one value per language, so that equality is identity.

    `id` is the LSP language id, `other_ids` are other ids that editors send for it. `files` are
    extensions (`.py`) and, after `=`, whole file names. All are lower case and separated by blanks.
    `fence_label` labels a Markdown code block; "" means the id.

    Parsing: `wheel` is the grammar's package behind `tree_sitter_`, with `:function` where that is
    not `language`; "" for a language that is worked on by lines. `queries` are the query files; the
    one with the name of the id where there are none. `statements`: a file is a row of statements,
    each of which parses alone. `crashes` is a pattern for text that crashes the grammar.
    `key_nodes` are types of nodes with a key that may stand once in its mapping. `opening` is what a
    part of a file needs above it to be parsed.

    Reading lines: `margin` is a pattern for lines that stand outside of the indentation.
    `nests`: the indentation tells what stands in what. `decorated`: `@` begins an attribute or a
    decorator. `continues`: words such as `else` and an opening brace go on with a block at the same
    indentation. `clauses`: a symbol may be several equations with the same name. `selectors`: a
    block may follow several lines, each of which ends with a comma. `line_names`: the name of a
    symbol is its whole first line. `elements`: symbols are elements of markup. `fences`: lines
    between fences are not headings. `scripts`: scripts and styles stand inside a page.

    Comparing code: `line_rule` says what line breaks mean. `characters`: a single quote only
    encloses one character. `literals` is a pattern for other literals that look like quotes or
    brackets. `block_words` open and close blocks that no tree tells of; `brackets`: brackets balance
    in code without a tree.

    `tests` says how its projects name and place their tests; None for no habit. `project` says how
    the files of a project know each other.
    """

    id: str
    name: str
    files: str
    comments: Comments
    other_ids: str = ""
    fence_label: str = ""
    wheel: str = ""
    queries: tuple[str, ...] = ()
    statements: bool = False
    crashes: str = ""
    opening: str = ""
    key_nodes: frozenset[str] = frozenset()
    stray_words: StrayWords | None = None
    heads: Heads = _BRACED
    margin: str = ""
    nests: bool = True
    decorated: bool = False
    continues: bool = True
    clauses: bool = False
    selectors: bool = False
    line_names: bool = False
    elements: bool = False
    fences: bool = False
    scripts: bool = False
    docs: Docs = _USUAL_DOCS
    line_rule: LineRule = "lines"
    characters: bool = False
    literals: str = ""
    block_words: tuple[BlockWords, ...] = ()
    brackets: bool = False
    tests: TestHabit | None = None
    project: ProjectFacts = _ALONE

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other ids that editors send for it."""
        return tuple(self.other_ids.split())

    @property
    def extensions(self) -> tuple[str, ...]:
        """The endings of its files, such as `.py`."""
        return tuple(file for file in self.files.split() if not file.startswith("="))

    @property
    def filenames(self) -> tuple[str, ...]:
        """Whole names of files that are in this language."""
        return tuple(file[1:] for file in self.files.split() if file.startswith("="))

    @property
    def fence(self) -> str:
        """The label of a Markdown code block."""
        return self.fence_label or self.id

    @property
    def grammar(self) -> tuple[str, str] | None:
        """Module and function of its grammar; None for a language that is worked on by lines."""
        module, _, function = self.wheel.partition(":")
        return (f"tree_sitter_{module}", function or "language") if module else None

    @property
    def is_indexed(self) -> bool:
        """Whether its files define something for others, and there is a grammar to read them by."""
        return bool(self.project.imports and (self.wheel or self.project.script))

    @property
    def line_comments(self) -> tuple[str, ...]:
        """What begins a comment that ends with its line, the usual marker first."""
        return self.comments.lines

    @property
    def block_comments(self) -> tuple[tuple[str, str], ...]:
        """What begins and ends a comment, the usual pair first."""
        return self.comments.blocks

    @property
    def line_comment(self) -> str | None:
        """The marker that we write before a line of comment; None without one."""
        return self.comments.lines[0] if self.comments.lines and self.comments.written else None

    @property
    def block_comment(self) -> tuple[str, str] | None:
        """The marks that we write around a comment; None without them."""
        return self.comments.blocks[0] if self.comments.blocks and self.comments.written else None
