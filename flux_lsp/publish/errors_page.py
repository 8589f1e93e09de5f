"""docs/errors.md: every stable code with what happened and what to do, from the table of errors.

Never holds a sentence of its own about a code.
"""

from flux_lsp.core.errors import ErrorCode
from flux_lsp.publish.pages import fill_page


def render_page() -> str:
    """The whole page."""
    answers = [_render_row(code) for code in ErrorCode if code.is_told_to_model]
    others = [_render_row(code) for code in ErrorCode if not code.is_told_to_model]
    return fill_page("errors", answers="".join(answers), others="".join(others))


def _render_row(code: ErrorCode) -> str:
    return f"| `{code}` | {code.status} | {code.exit_code} | {code.meaning}. | {code.hint}. |\n"
