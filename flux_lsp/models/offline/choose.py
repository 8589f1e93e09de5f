"""Which rule answers a prompt: by the action, the file's language and the instruction.

Never lets a rule work on what it was not shown.
"""

from dataclasses import replace

from flux_lsp.core.conversation import Prompt
from flux_lsp.core.text import Span
from flux_lsp.models.offline.instructions import (
    AddDocstrings,
    NameLiteral,
    RemoveUnusedImports,
    Rename,
    SortImports,
    understand,
)
from flux_lsp.models.offline.other.document import document as document_other
from flux_lsp.models.offline.other.explain import explain as explain_other
from flux_lsp.models.offline.python.document import document
from flux_lsp.models.offline.python.explain import explain
from flux_lsp.models.offline.python.fix import fix
from flux_lsp.models.offline.python.imports import sort_imports
from flux_lsp.models.offline.python.literal import name_literal
from flux_lsp.models.offline.python.rename import rename
from flux_lsp.models.offline.python.testing.write import write_tests
from flux_lsp.models.offline.python.unit import Unit, read_unit
from flux_lsp.models.offline.python.unused import remove_unused_imports
from flux_lsp.models.offline.question import Question, read_question
from flux_lsp.models.offline.values import Answer, Declined, Edited, Revised
from flux_lsp.syntax.languages import language_for
from flux_lsp.syntax.tree import parse


def answer(prompt: Prompt) -> Answer:
    """What the rules answer; declined where none fits."""
    question = read_question(prompt)
    if question is None:
        return Declined("there is no target in the question")
    if question.again:
        return Declined("the rules have no other answer than the one that was turned down")
    try:
        if language_for("", question.target.path).id == "python":
            return _python(question)
        return _other(question)
    except RecursionError:
        return Declined("the code is nested too deeply")


def _python(question: Question) -> Answer:
    may_leave_target = not question.tools or "apply_edits" in question.tools
    whole = question.whole if may_leave_target else None
    unit = read_unit(question.target.path, question.target.text, question.target.first, whole)
    if unit is None and question.action == "explain":
        return _other(question)  # a part of a statement, or code with an error in it
    if unit is None:
        return Declined("the target does not parse as Python; select whole statements")
    if question.action == "explain":
        return explain(unit)
    if question.action == "tests":
        return write_tests(unit, question)
    made = _edit(unit, question)
    if isinstance(made, Declined):
        return made
    return Revised(unit.path, unit.source.text, unit.target, made.changes, made.note)


def _other(question: Question) -> Answer:
    """Explain or document by the file's own grammar; nothing else in other languages."""
    target, language = question.target, language_for("", question.target.path)
    text = target.text if question.whole is None else question.whole
    parsed = parse(text, language)
    asked = understand(question.instruction)
    documents = question.action == "document" or isinstance(asked, AddDocstrings)
    if parsed is None or not (question.action == "explain" or documents):
        return Declined(f"in {language.name} the rules do not do this")
    span = Span(0, len(text)) if question.whole is None else question.target_in(text)
    if question.action == "explain":
        return explain_other(parsed, span)
    made = document_other(parsed, span)
    if isinstance(made, Declined):
        return made
    return Revised(target.path, text, span, made.changes, made.note)


def _edit(unit: Unit, question: Question) -> Edited | Declined:
    if question.action == "document":
        return document(unit)
    if question.action == "fix":
        shift = unit.first - question.target.first  # a unit may be the target alone
        moved = [replace(c, line=c.line + shift) for c in question.complaints]
        last = len(unit.source.places.starts)
        return fix(unit, [c for c in moved if 1 <= c.line <= last])
    return _instructed(unit, question.instruction)


def _instructed(unit: Unit, instruction: str) -> Edited | Declined:
    asked = understand(instruction)
    if isinstance(asked, Rename):
        return rename(unit, asked.old, asked.new)
    if isinstance(asked, NameLiteral):
        return name_literal(unit, asked.literal, asked.name)
    if isinstance(asked, AddDocstrings):
        return document(unit)
    if isinstance(asked, SortImports):
        return sort_imports(unit)
    if isinstance(asked, RemoveUnusedImports):
        return remove_unused_imports(unit)
    return Declined("this instruction is none of those that work by rules")
