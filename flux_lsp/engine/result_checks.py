"""The checks that an action can name for its result, by id.

Each compares a document with the text it would become; none changes anything.
"""

from collections.abc import Callable, Mapping

from flux_lsp.actions.action import CheckId
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.plan.code_unchanged import check_code_unchanged
from flux_lsp.edits.values import Parse, Reject

# (before, after, cached trees, the target's span or None outside of it) -> why it is rejected
ResultCheck = Callable[[Snapshot, str, Parse | None, Span | None], Reject | None]

CHECKS: Mapping[CheckId, ResultCheck] = {"code_unchanged": check_code_unchanged}
