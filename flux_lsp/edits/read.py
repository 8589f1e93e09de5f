"""An answer becomes a verified plan or the reason why not: parse, locate, apply, verify.

Never raises for what a model says, and never gives a part of what it asked for.
"""

from dataclasses import replace

from flux_lsp.core.conversation import Reply
from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.parse.answer import ParsedAnswer
from flux_lsp.edits.parse.text_answer import read_text_answer
from flux_lsp.edits.parse.tool_calls import read_tool_calls
from flux_lsp.edits.parse.undo_damage import propose_readings, unescape_answer
from flux_lsp.edits.parse.unfinished import refuse_unfinished
from flux_lsp.edits.paths import find_shown_path
from flux_lsp.edits.plan.assemble import assemble
from flux_lsp.edits.plan.verify import verify_plan
from flux_lsp.edits.values import EditScope, Plan, Reject, reject


def read_reply(reply: Reply, scope: EditScope) -> Plan | Reject:
    """Turn `reply` into a complete and verified Plan for `scope`, or into the reason why not."""
    answer = refuse_unfinished(reply) or _parse_answer(reply, scope)
    if isinstance(answer, Reject):
        return answer
    plan = _make_plan(answer, scope)
    if isinstance(plan, Plan):
        return _refuse_if_escaped(answer, scope, plan) or plan
    if plan.code is ErrorCode.SYNTAX_ERROR:
        others = (_make_plan(other, scope) for other in propose_readings(answer, scope))
        reading = next((other for other in others if isinstance(other, Plan)), None)
        if reading is not None:
            return reading
    return replace(plan, beyond=_is_beyond_target(answer, scope))


def _is_beyond_target(answer: ParsedAnswer, scope: EditScope) -> bool:
    """Whether the answer speaks of other files than the target's, maybe of one that nobody knows."""
    if scope.target is None or not scope.has_others:
        return False
    paths = (find_shown_path(edit.path, scope) for edit in answer.edits if edit.path)
    return any(path != scope.target.path for path in paths)


def _refuse_if_escaped(answer: ParsedAnswer, scope: EditScope, plan: Plan) -> Reject | None:
    """Refuse an answer that may be HTML-escaped and would be as good without the escapes."""
    other = unescape_answer(answer, scope)
    other_plan = _make_plan(other, scope) if other else None
    if not isinstance(other_plan, Plan) or _summarize_plan(other_plan) == _summarize_plan(plan):
        return None
    return reject(
        ErrorCode.FORMAT,
        "The answer may be HTML-escaped",
        "your text holds `&lt;` or `&gt;`, and nothing in the file does. Write the characters "
        "themselves",
    )


def _summarize_plan(plan: Plan) -> object:
    return [(file.path, file.changes) for file in plan.files], plan.new_files


def _make_plan(answer: ParsedAnswer, scope: EditScope) -> Plan | Reject:
    plan = assemble(answer, scope)
    return plan if isinstance(plan, Reject) else verify_plan(plan, scope)


def _parse_answer(reply: Reply, scope: EditScope) -> ParsedAnswer | Reject:
    """Read the tool calls if there are any; the text beside them is only talk."""
    if reply.tool_calls:
        return read_tool_calls(reply.tool_calls)
    return read_text_answer(reply.text, scope)
