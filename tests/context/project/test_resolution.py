"""Golden cases: what names mean in small projects of each language. `cases/*.txt` hold them.

A case is a sentence, then files (`== path`), then lines under `== ?`: `path name -> path:line qualified`
(several with commas, `nothing`), `members path Type -> names`, `types path name -> names`,
`imports path by paths`, `references name -> path:line`.
"""

from pathlib import Path

import pytest

from flux_lsp.context.project.index import StoredIndex
from flux_lsp.context.project.values import Definition
from tests.context.project.projects import build_index

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def read_case(text: str) -> tuple[dict[str, str], list[str]]:
    parts = text.split("\n== ")[1:]
    files = {head: body + "\n" for head, _, body in (part.partition("\n") for part in parts)}
    return files, [line for line in files.pop("?").splitlines() if line]


def find(index: StoredIndex, path: str, qualified: str) -> Definition:
    return next(d for d in index.list_definitions(path) if qualified in {d.name, d.qualified})


def answer(index: StoredIndex, paths: list[str], question: str) -> str:
    """The line as the index would have it."""
    asked, _, _ = question.partition(" -> ")
    words = asked.split()
    if words[0] == "members":
        members = index.list_members(find(index, words[1], words[2]))
        return f"{asked} -> {', '.join(member.name for member in members)}"
    if words[0] == "types":
        types = index.list_types(find(index, words[1], words[2]))
        return f"{asked} -> {', '.join(definition.name for definition in types)}"
    if words[0] == "imports":
        importers = [path for path in paths if index.has_import(path, words[1])]
        return f"imports {words[1]} by {', '.join(importers)}"
    if words[0] == "references":
        places = index.find_references(words[1])
        return f"{asked} -> {', '.join(f'{place.path}:{place.line}' for place in places)}"
    meant = index.resolve_name(*words)
    assert all(index.can_mean(words[0], words[1], d.path) for d in meant if d.path != words[0])
    shown = ", ".join(f"{d.path}:{d.first_line} {d.qualified}" for d in meant)
    return f"{asked} -> {shown or 'nothing'}"


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_names_mean_what_the_language_says(case: Path, tmp_path: Path) -> None:
    files, questions = read_case(case.read_text("utf-8"))
    index = build_index(tmp_path, files)

    assert [answer(index, sorted(files), question) for question in questions] == questions
