"""Questions to the offline provider as the engine asks them, and its answers as the engine reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flux_lsp.context.render import render_first_turn
from flux_lsp.context.values import Context, Diagnostic, Excerpt, TargetLines
from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply, ToolName, Turn
from flux_lsp.core.text import LineRange, Snapshot, Span, apply_changes
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject, Target
from flux_lsp.models.client import Route
from flux_lsp.models.offline import OfflineClient

BOTH: tuple[ToolName, ...] = ("rewrite_range", "apply_edits")
ROUTE = Route("haiku", "offline", "", provider="offline")


@dataclass(frozen=True)
class Asked:
    """What came back: the reply, and what it makes of the files (None when it changes nothing)."""

    reply: Reply
    plan: Plan | Reject
    after: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.reply.text

    @property
    def refused(self) -> bool:
        return self.reply.stop_reason == "refusal"


async def complete(prompt: Prompt) -> Reply:
    reply = await OfflineClient().complete(RedactedPrompt(prompt, {}), ROUTE, lambda _: None, 1.0)
    assert not isinstance(reply, CallError)
    return reply


def snapshot(text: str, path: str) -> Snapshot:
    return Snapshot(f"file:///{path}", path, "", 1, text)


def excerpt(text: str, path: str, first: int = 1, last: int | None = None) -> Excerpt:
    shot = snapshot(text, path)
    total = shot.get_lines(Span(0, len(text))).last
    lines = LineRange(first, min(last or total, total))
    span = shot.get_line_span(lines.first - 1, lines.last - 1)
    return Excerpt(path, lines, span.extract(text), "whole file", total)


def prompt_for(
    action: str,
    text: str,
    lines: tuple[int, int] | None = None,
    instruction: str = "",
    *,
    path: str = "src/shop/stock.py",
    shown: tuple[Excerpt, ...] | None = None,
    diagnostics: tuple[Diagnostic, ...] = (),
    tools: tuple[ToolName, ...] = BOTH,
    place: str = "",
) -> Prompt:
    """The prompt for an action on 1-based `lines` of a text (all of it without)."""
    shot = snapshot(text, path)
    span = shot.get_line_span(lines[0] - 1, lines[1] - 1) if lines else Span(0, len(text))
    excerpts = (excerpt(text, path),) if shown is None else shown
    context = Context(TargetLines(shot, span), excerpts)
    parts = render_first_turn(context, diagnostics, instruction, place)
    turn = "\n".join((*parts.files, parts.question))
    blocks = ({"type": "text", "text": turn},)
    return Prompt(
        action, "rules", "", (Turn("user", blocks),), tools, 9, answers_in_text=action == "explain"
    )


async def ask(
    action: str,
    text: str,
    lines: tuple[int, int] | None = None,
    instruction: str = "",
    *,
    path: str = "src/shop/stock.py",
    shown: tuple[Excerpt, ...] | None = None,
    diagnostics: tuple[Diagnostic, ...] = (),
    tools: tuple[ToolName, ...] = BOTH,
    others: Mapping[str, str] | None = None,
    place: str = "",
) -> Asked:
    """Ask, and read the answer by the rules every answer is read by."""
    prompt = prompt_for(
        action,
        text,
        lines,
        instruction,
        path=path,
        shown=shown,
        diagnostics=diagnostics,
        tools=tools,
        place=place,
    )
    reply = await complete(prompt)
    shot = snapshot(text, path)
    span = shot.get_line_span(lines[0] - 1, lines[1] - 1) if lines else Span(0, len(text))
    files = {path: shot} | {p: snapshot(t, p) for p, t in (others or {}).items()}
    tests = action == "tests"
    piece = EditScope(files, None if tests else Target(path, span), may_create=tests)
    plan = read_reply(reply, piece)
    after = {}
    if isinstance(plan, Plan):
        after = {f.path: apply_changes(files[f.path].text, f.changes) for f in plan.files}
        after |= {new.path: new.content for new in plan.new_files}
    return Asked(reply, plan, after)


async def edited(text: str, instruction: str, lines: tuple[int, int] | None = None) -> str:
    """`text` after an edit by instruction; fails the test when there is none."""
    asked = await ask("edit", text, lines, instruction)
    assert isinstance(asked.plan, Plan), asked.text
    return asked.after["src/shop/stock.py"]


async def declined(text: str, instruction: str, lines: tuple[int, int] | None = None) -> str:
    """What is said to an edit that is refused; fails the test when it is done."""
    asked = await ask("edit", text, lines, instruction)
    assert asked.refused, asked.after
    return asked.text
