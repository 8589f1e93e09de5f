"""Which other files an answer may change: never one outside, excluded, of a tool, or twice."""

import os
from pathlib import Path

import pytest

from flux_lsp.context.others import read_others
from flux_lsp.context.values import Context, Excerpt, OtherFile, ShownFile, TargetLines
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.other_files import read_other_file
from tests.runs.clients import SimulatedClient

TEXT = "a = 1\nb = 2\n"


class Workspace:
    """A folder with a document and other files, some of them open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = SimulatedClient("all")
        self.documents = WorkspaceDocuments(self.client, [root])
        self.write("app.py")
        document = self.documents.take_open_snapshot(self.client.open(root / "app.py"))
        assert document is not None
        self.document = document

    def write(self, path: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXT)
        return file

    def read(self, path: str, excluded: str = "") -> OtherFile | None:
        def explain(name: str) -> str | None:
            return "it is excluded" if name == excluded else None

        return read_other_file(path, self.root, self.document, self.documents.read, explain)


@pytest.fixture
def it(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_closed_file_is_read_from_disk_and_an_open_one_from_the_editor(it: Workspace) -> None:
    it.write("lib/b.py")
    closed = it.read("lib/b.py")
    assert closed is not None
    assert (closed.snapshot.version, closed.locked) == (None, "")

    uri = it.client.open(it.root / "lib/b.py")
    it.client.write(uri, "typed = 1\n")
    opened = it.read("lib/b.py")
    assert opened is not None
    assert (opened.snapshot.version, opened.snapshot.text) == (2, "typed = 1\n")


def test_a_file_that_is_open_by_another_name_is_the_open_document(it: Workspace) -> None:
    file = it.write("lib/b.py")
    (it.root / "link.py").symlink_to(file)
    it.client.write(it.client.open(it.root / "link.py"), "typed = 1\n")

    other = it.read("lib/b.py")

    assert other is not None
    assert other.snapshot.text == "typed = 1\n"
    assert other.snapshot.path == "lib/b.py"


@pytest.mark.parametrize(
    "path", ["../out.py", "/etc/passwd", "lib/../../out.py", "missing.py", "folder", "secret.py"]
)
def test_what_is_outside_or_excluded_or_no_text_is_not_read(it: Workspace, path: str) -> None:
    (it.root / "folder").mkdir()
    it.write("secret.py")
    (it.root.parent / "out.py").write_text(TEXT)

    assert it.read(path, excluded="secret.py") is None


@pytest.mark.parametrize(
    "path", [".github/a.py", "node_modules/a.py", "venv/lib/a.py", "Jenkinsfile"]
)
def test_a_file_of_a_tool_is_locked(it: Workspace, path: str) -> None:
    it.write(path)
    other = it.read(path)
    assert other is not None
    assert other.locked


def test_a_read_only_file_and_the_document_by_another_name_are_locked(it: Workspace) -> None:
    it.write("b.py").chmod(0o444)
    (it.root / "same.py").symlink_to("app.py")
    os.link(it.root / "app.py", it.root / "twin.py")

    locked = [other.locked for path in ("b.py", "same.py", "twin.py") if (other := it.read(path))]

    assert locked == ["it is read-only", *["it is app.py by another name"] * 2]


def show(it: Workspace, *parts: tuple[str, int, int, str]) -> dict[str, OtherFile]:
    """What may change of files of which these lines were shown."""
    files = tuple(
        ShownFile(
            Snapshot("", path, "", None, TEXT),
            (Excerpt(path, LineRange(first, last), text, "calls it", 3),),
        )
        for path, first, last, text in parts
    )
    target = TargetLines(it.document, Span(0, 6))
    return read_others(Context(target, (), project=files), it.read)


def test_a_file_whose_shown_lines_are_others_by_now_is_locked(it: Workspace) -> None:
    it.write("b.py")
    it.write("c.py")

    others = show(it, ("b.py", 2, 2, "b = 2\n"), ("c.py", 2, 2, "b = 3\n"), ("app.py", 1, 1, "x"))

    assert {path: other.locked for path, other in others.items()} == {
        "b.py": "",
        "c.py": "it changed while it was read",
    }


def test_of_two_names_of_one_file_one_can_change(it: Workspace) -> None:
    it.write("b.py")
    (it.root / "link.py").symlink_to("b.py")

    others = show(it, ("b.py", 1, 1, "a = 1\n"), ("link.py", 1, 1, "a = 1\n"))

    assert [other.locked for other in others.values()] == ["", "it is b.py by another name"]
