"""docs/errors.md: every stable code with what happened and what to do, from the table of errors.

Never holds a sentence of its own about a code.
"""

from flux_lsp.core.errors import Code
from flux_lsp.publish.pages import filled


def page() -> str:
    """The whole page."""
    answers = [_row(code) for code in Code if code.is_told_to_model]
    others = [_row(code) for code in Code if not code.is_told_to_model]
    return filled("errors", answers="".join(answers), others="".join(others))


def _row(code: Code) -> str:
    return f"| `{code}` | {code.status} | {code.exit_code} | {code.meaning}. | {code.hint}. |\n"
