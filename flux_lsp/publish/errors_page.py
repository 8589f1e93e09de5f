"""docs/errors.md: every stable code with what happened and what to do.

Never lets a code go without its sentences: a missing one is an error.
"""

from flux_lsp.core.errors import Code
from flux_lsp.publish.error_table import MEANINGS
from flux_lsp.publish.pages import fill_page

_OF_ANSWERS = frozenset(
    {
        Code.SEARCH_TEXT_NOT_FOUND,
        Code.AMBIGUOUS_MATCH,
        Code.FORMAT,
        Code.SYNTAX_ERROR,
        Code.ELISION,
        Code.TRUNCATED,
        Code.OUT_OF_SCOPE,
        Code.NO_CHANGE,
        Code.CODE_CHANGED,
        Code.INCOMPLETE,
        Code.REFUSED_BY_MODEL,
    }
)


def render_page() -> str:
    """The whole page."""
    answers = [_render_row(code) for code in Code if code in _OF_ANSWERS]
    others = [_render_row(code) for code in Code if code not in _OF_ANSWERS]
    return fill_page("errors", answers="".join(answers), others="".join(others))


def _render_row(code: Code) -> str:
    happened, do = MEANINGS[code]
    return f"| `{code}` | {happened} | {do} |\n"
