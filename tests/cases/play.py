"""Plays a case: its first half becomes a request, and what comes of it the second half.

Never looks at what the second half says; the demands of a case are checked here, so that no update
of the second half can write them away.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flux_lsp.context.values import Diagnostic, RelatedPlace
from flux_lsp.core.text import LineRange, Span, find_line_starts
from tests.cases import engine
from tests.cases.case_file import BadCaseError, Case, Section, decode
from tests.cases.engine import Answer, Ending, Scene

_KNOWN = frozenset(
    "settings file shown project related "
    "action directive menu target diagnostic reply typed spent no_key right accepted "
    "demand".split()
)
_PART = re.compile(r"^--- (?P<what>replace in|by|new file)(?: (?P<path>.*))?\n", re.MULTILINE)
_PLACE = re.compile(r"(\d+):(\d+)-(\d+):(\d+)")

# Demands on a menu, a target or a place for tests.
_OF_WHAT_IS_SHOWN = ("offers", "offers_no", "lines", "test_file")


async def play(case: Case, folder: Path) -> tuple[Section, ...]:
    """What comes of a case; its files are written below `folder`, which is empty."""
    strange = {section.name for section in case.sections} - _KNOWN
    if strange:
        raise BadCaseError(f"no section is called {', '.join(sorted(strange))}")
    scene = _scene(case, folder / "workspace")
    result = [one for section in case.of("menu") for one in _format_menu(scene, section)]
    for section in case.of("target"):
        lines, text, test_file = await engine.target(_act(scene, section))
        result.append(Section("target", (lines,), text=text))
        result += [Section("test_file", text=f"{test_file}\n")] if test_file else []
    for shown in result:
        _check_shown(case, shown)
    for section in (*case.of("action"), *case.of("directive")):
        at_directive = _at_directive(scene) if section.name == "directive" else None
        ending = await engine.run(at_directive or _act(scene, section))
        _check_demands(case, scene, ending)
        result += _format_ending(case, section, ending)
    if not result:
        raise BadCaseError("nothing is done: no action, directive, menu or target")
    return tuple(result)


def _scene(case: Case, folder: Path) -> Scene:
    document, *others = case.of("file")
    for file in (document, *others):
        path = folder / file.subject
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode())
    uri = (folder / document.subject).as_uri()
    if document.options.get("cell"):
        uri = f"vscode-notebook-cell{uri.removeprefix('file')}#{document.options['cell']}"
    settings = "".join(section.text for section in case.of("settings"))
    return Scene(
        folder=folder,
        uri=uri,
        path=document.subject,
        language=document.options.get("language", ""),
        text=document.text,
        span=_find_span(document),
        diagnostics=tuple(_diagnostic(one, document.text) for one in case.of("diagnostic")),
        markup=any("markup" in one.words for one in case.of("diagnostic")),
        settings=tomllib.loads(settings),
        answers=tuple(map(_answer, case.of("reply"))),
        typed=next((section.text for section in case.of("typed")), None),
        shown=tuple(map(_shown, case.of("shown"))),
        has_project=bool(case.of("project")),
        related=tuple(map(_related, case.of("related"))),
        has_key=not case.of("no_key"),
        spent_usd=sum(float(section.subject) for section in case.of("spent")),
    )


def _shown(section: Section) -> tuple[str, int, int]:
    path, lines = section.words
    first, last = map(int, lines.split("-"))
    return path, first, last


def _related(section: Section) -> RelatedPlace:
    path, first, last = _shown(section)
    return RelatedPlace(path, LineRange(first, last), section.text.strip())


def _find_span(document: Section) -> Span:
    marks = dict(document.marks)
    if len(marks) != len(document.marks):
        raise BadCaseError("a mark stands twice in the file")
    if set(marks) == {"‸"}:
        return Span(marks["‸"], marks["‸"])
    if set(marks) == {"⟦", "⟧"}:
        return Span(marks["⟦"], marks["⟧"])
    raise BadCaseError("the first file needs a cursor ‸ or a selection ⟦ ⟧")


def _act(scene: Scene, section: Section) -> Scene:
    price = section.options.get("max_usd")
    return replace(
        scene,
        action=section.subject,
        instruction=section.text.rstrip("\n"),
        tier=section.options.get("tier"),
        model=section.options.get("model", ""),
        max_usd=None if price is None else float(price),
    )


def _at_directive(scene: Scene) -> Scene:
    instruction = engine.directive(scene)
    if instruction is None:
        raise BadCaseError("the menu offers no directive there")
    return replace(scene, action="edit", instruction=instruction, at_directive=True)


def _diagnostic(section: Section, text: str) -> Diagnostic:
    place = _PLACE.fullmatch(section.subject)
    if place is None:
        raise BadCaseError(f"{section.subject}: write LINE:COLUMN-LINE:COLUMN, from 1")
    starts = find_line_starts(text)
    first, column, last, end = map(int, place.groups())
    span = Span(starts[first - 1] + column - 1, starts[last - 1] + end - 1)
    severity = section.words[1] if len(section.words) > 1 else "error"
    source, code = section.options.get("source", ""), section.options.get("code", "")
    return Diagnostic(span, severity, section.text.rstrip("\n"), source, code)


def _answer(section: Section) -> Answer:
    options = section.options
    usual = "0+0" if section.subject == "fault" else "1000+100"
    tokens = options.get("tokens", usual).split("+")
    answer = Answer(stop=options.get("stop", ""), tokens=(int(tokens[0]), int(tokens[1])))
    match section.subject:
        case "rewrite_range":
            note = {"note": options["note"]} if "note" in options else {}
            arguments = {"code": section.text, **note}
            return replace(answer, tool="rewrite_range", arguments=_json(arguments))
        case "apply_edits":
            return replace(answer, tool="apply_edits", arguments=_json(_edits(section)))
        case "json":
            return replace(answer, tool=section.words[1], arguments=section.text)
        case "text":
            return replace(answer, text=section.text)
        case "fault":
            status, wait = options.get("status"), options.get("retry_after")
            return replace(
                answer,
                code=section.words[1],
                text=section.text,
                status=None if status is None else int(status),
                retry_after=None if wait is None else float(wait),
            )
    raise BadCaseError(f"no reply is called {section.subject}")


def _edits(section: Section) -> dict[str, object]:
    parts = list(_PART.finditer(section.raw))
    ends = [part.start() for part in parts[1:]] + [len(section.raw)]
    edits: list[dict[str, str]] = []
    new_files: list[dict[str, str]] = []
    for part, end in zip(parts, ends, strict=True):
        text, _ = decode(section.raw[part.end() : end])
        if part["what"] == "replace in":
            edits.append({"path": part["path"], "old_string": text})
        elif part["what"] == "by":
            edits[-1]["new_string"] = text
        else:
            new_files.append({"path": part["path"], "content": text})
    return {"edits": edits, **({"new_files": new_files} if new_files else {})}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _format_menu(scene: Scene, section: Section) -> Iterator[Section]:
    only = tuple(section.options["only"].split(",")) if "only" in section.options else None
    automatic = "automatic" in section.words
    with_tree = engine.menu(scene, automatic, only, tree=True)
    yield Section("offers", text="".join(f"{title}\n" for title in with_tree))
    without = engine.menu(scene, automatic, only, tree=False)
    if without != with_tree:
        text = "".join(f"{title}\n" for title in without)
        yield Section("offers", ("before", "the", "tree", "is", "there"), text=text)


def _format_ending(case: Case, section: Section, ending: Ending) -> Iterator[Section]:
    words = f"{ending.words}\n" if ending.words else ""
    yield Section("outcome", tuple(filter(None, (ending.status, ending.code))), text=words)
    if ending.sent:
        yield Section("sent", text="".join(f"{one}\n" for one in ending.sent))
    if ending.test_file:
        yield Section("test_file", text=f"{ending.test_file}\n")
    rights = [right.text for right in case.of("right") if not right.words]
    for path, text in ending.texts.items():
        as_right = rights.index(text) if text in rights else None
        words_of_right = () if as_right is None else ("as", "is", "right")
        yield Section("becomes", (path, *words_of_right), text="" if words_of_right else text)
    if ending.diffs and not ending.texts:
        yield Section("proposes", text="".join(_diff(*one) for one in ending.diffs))
    if ending.answer:
        yield Section("answer", text=ending.answer)
    yield from _format_calls(section, ending)


def _format_calls(section: Section, ending: Ending) -> Iterator[Section]:
    """What was asked, when, and what it cost."""
    if section.options.get("show") == "question" and ending.calls:
        yield Section("question", text=f"{ending.calls[0].words}\n")
    for number, call in enumerate(ending.calls[1:], 2):
        if call.turns > 1:
            yield Section("told", ("before", "call", str(number)), text=f"{call.words}\n")
    if ending.waits:
        text = "".join(f"{seconds:g} s\n" for seconds in ending.waits)
        left = ending.calls[-1].seconds
        yield Section("waits", text=f"{text}{left:g} s left for the last call\n")
    if ending.ledger:
        yield Section("ledger", text="".join(f"{row}\n" for row in ending.ledger))


def _diff(path: str, old: str, new: str) -> str:
    before, after = _lines(old), _lines(new)
    head = ("/dev/null" if not old else f"a/{path}", f"b/{path}")
    lines = difflib.unified_diff(before, after, *head)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no line feed\n" for line in lines)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _check_demands(case: Case, scene: Scene, ending: Ending) -> None:
    """What the case says is right, whatever its second half holds."""
    now = ending.texts.get(scene.path, scene.text)
    rights = [scene.text if one.words else one.text for one in case.of("right")]
    if rights and now not in rights:
        raise AssertionError(f"the file becomes what is not right:\n{now}")
    accepted = {one.subject: one.text for one in case.of("accepted")}
    if accepted:
        proposed = {path: new for path, _, new in ending.diffs if not ending.texts}
        assert proposed == accepted, f"{ending.status} {ending.code}: {ending.words}\n{proposed}"
    for what, rest in _demands(case):
        _check_demand(what, rest, ending)


def _demands(case: Case) -> Iterator[tuple[str, str]]:
    for line in "".join(one.text for one in case.of("demand")).splitlines():
        what, _, rest = line.partition(" ")
        yield what, rest


def _check_shown(case: Case, shown: Section) -> None:
    titles = shown.text.splitlines()
    for what, rest in _demands(case):
        of_menu = {
            "offers": any(re.search(rest, title) for title in titles),
            "offers_no": not any(re.search(rest, title) for title in titles),
        }
        place = re.match(r"Test file: (.*?) \(", shown.text)
        of_target = {
            "target": {"lines": shown.subject == rest},
            "test_file": {"test_file": bool(place and re.search(rest, place[1]))},
            "offers": of_menu,
        }
        assert of_target[shown.name].get(what, True), (
            f"the case demands: {what} {rest}\nbut there is {shown.subject}\n{shown.text}"
        )


def _check_demand(what: str, rest: str, ending: Ending) -> None:
    question = ending.calls[0].words if ending.calls else ""
    holds = {
        "status": ending.status in rest.split(),
        "code": ending.code in rest.split(),
        "question": re.search(rest, question, re.DOTALL) is not None,
        "unseen": not any(rest in call.words + call.system for call in ending.calls),
        "never_makes": rest not in ending.texts,
        "calls": str(len(ending.calls)) in rest.split(),
        **dict.fromkeys(_OF_WHAT_IS_SHOWN, True),
    }
    if what not in holds:
        raise BadCaseError(f"nothing can be demanded of {what}")
    assert holds[what], (
        f"the case demands: {what} {rest}\nbut it ended {ending.status} {ending.code}: {ending.words}"
    )
