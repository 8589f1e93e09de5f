"""Chooses the rule that answers a prompt, by its contents and the words of its instruction.

Never half understands: an instruction that says more than a known one is not that one.
"""

import asyncio
import re

from flux_lsp.core.conversation import Prompt
from flux_lsp.models.offline.answers import CannotAnswer, OfflineAnswer
from flux_lsp.models.offline.document import document
from flux_lsp.models.offline.explain import explain
from flux_lsp.models.offline.lint import apply_fixes, fix_diagnostics
from flux_lsp.models.offline.rename import rename
from flux_lsp.models.offline.request import OfflineRequest, parse_request
from flux_lsp.models.offline.write_tests import write_tests
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

_NAME = r"[`'\"]?([^\W\d]\w*)(?:\(\))?[`'\"]?"
_RENAME = re.compile(
    r"rename\s+(?:the\s+)?(?:(?:local|global)\s+)?(?:(?:variable|name|function|parameter|argument|"
    rf"constant)\s+)?{_NAME}\s+(?:to|as|into|->|→|=>)\s+{_NAME}",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"(?:add|write|generate|create)?\s*(?:the\s+|a\s+|missing\s+)*(?:docstrings?|doc\s*comments?|"
    r"documentation|docs)(?:\s+(?:to|for|of|in|on)\s+(?:this|the|all|every|each|it)?\s*\w*)?"
    r"|document\s+(?:this|the|it|all)?\s*\w*",
    re.IGNORECASE,
)
# Instructions that ruff carries out, with the rules to select.
_LINT = (
    (r"(?:sort|order|organi[sz]e)\s+(?:the\s+|all\s+)?imports", "I001"),
    (r"(?:remove|delete|drop)\s+(?:the\s+|all\s+)?unused\s+imports?", "F401"),
    (r"(?:remove|delete|drop)\s+(?:the\s+|all\s+)?unused\s+variables?", "F841"),
    (r"apply\s+(?:the\s+|all\s+)?(?:ruff'?s?\s+)?(?:safe\s+)?fixes|(?:auto)?fix\s+lint", "E,F,W"),
)


async def answer_prompt(prompt: Prompt) -> OfflineAnswer:
    """Answer by the rules; `CannotAnswer` if none fits."""
    request = parse_request(prompt)
    if request is None or request.is_retry:
        return CannotAnswer("the rules have no answer, or none but the one that was rejected")
    try:
        return await _answer(request)
    except RecursionError:
        return CannotAnswer("the code is nested too deeply")


async def _answer(request: OfflineRequest) -> OfflineAnswer:
    words = re.sub(r"^\s*please\s+|[\s.!]+$", "", request.instruction, flags=re.IGNORECASE)
    is_documenting = not (request.test_place or request.diagnostics) and _DOCUMENT.fullmatch(words)
    if request.wants_text or is_documenting:
        return await asyncio.to_thread(_by_tree, request)
    language = find_language("", request.path)
    if language.id != "python":
        return CannotAnswer(f"in {language.name} the rules explain and document only")
    if request.test_place:
        return await asyncio.to_thread(write_tests, request)
    if not request.is_whole:
        return CannotAnswer("only a part of the file was shown, and the rest decides what is safe")
    return await _edit(request, words)


def _by_tree(request: OfflineRequest) -> OfflineAnswer:
    parsed = parse(request.text, find_language("", request.path))
    if parsed is None:
        return CannotAnswer("there is no grammar for this language, so there is no tree to read")
    return explain(request, parsed) if request.wants_text else document(request, parsed)


async def _edit(request: OfflineRequest, words: str) -> OfflineAnswer:
    if request.diagnostics:
        return await fix_diagnostics(request)
    if names := _RENAME.fullmatch(words):
        return await rename(request, names[1], names[2])
    rules = next((rules for form, rules in _LINT if re.fullmatch(form, words, re.IGNORECASE)), None)
    if rules is None:
        return CannotAnswer("this instruction is none of those that the rules carry out")
    return await apply_fixes(request, rules)
