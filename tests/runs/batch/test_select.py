"""Which items a job is about: paths, globs, symbols, what changed, and what is never sent."""

from itertools import pairwise
from pathlib import Path

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import FluxError
from flux_lsp.runs.batch.select import select_items
from flux_lsp.runs.batch.values import BatchOrder, ItemSelection
from tests.runs.batch.projects import SHAPES, commit_all, make_project, order_of, run_git


def select(order: BatchOrder, action: str = "document") -> ItemSelection:
    found = load_registry().find(action)
    assert found is not None
    return select_items(order, found, ())


def names(selection: ItemSelection) -> list[tuple[str, str]]:
    return [(item.path, item.symbol) for item in selection.items]


def test_items_are_functions_methods_and_the_heads_of_classes(tmp_path: Path) -> None:
    selection = select(order_of(make_project(tmp_path)))
    assert names(selection) == [
        ("src/shapes.py", "Circle"),
        ("src/shapes.py", "Circle.area"),
        ("src/shapes.py", "Circle.name"),
        ("src/shapes.py", "double"),
    ]
    head = selection.items[0].span.extract(SHAPES)
    assert head.startswith("class Circle")
    assert "def" not in head
    spans = [item.span for item in selection.items]
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_undocumented_symbols_only(tmp_path: Path) -> None:
    project = make_project(tmp_path, src__a_js="")
    (project / "src/a.js").write_text("/** Adds. */\nfunction a() {}\n\nfunction b() {}\n")
    assert names(select(order_of(project, symbols="undocumented"))) == [
        ("src/a.js", "b"),
        ("src/shapes.py", "Circle.area"),
        ("src/shapes.py", "double"),
    ]


def test_untested_symbols_are_those_that_no_test_names(tmp_path: Path) -> None:
    project = make_project(tmp_path, tests__test_shapes_py="def test_double():\n    double(2)\n")
    selection = select(order_of(project, ".", symbols="untested"), "tests")
    assert ("src/shapes.py", "double") not in names(selection)
    assert ("src/shapes.py", "Circle.area") in names(selection)
    assert [each.path for each in selection.skipped] == ["tests/test_shapes.py"]


@pytest.mark.parametrize("paths", [("src",), ("src/*.py",), ("**/sha*.py",), ("src/shapes.py",)])
def test_a_path_is_a_file_a_folder_or_a_glob(tmp_path: Path, paths: tuple[str, ...]) -> None:
    selection = select(order_of(make_project(tmp_path), *paths, whole_files=True))
    assert names(selection) == [("src/shapes.py", "")]
    assert selection.items[0].span.extract(SHAPES) == SHAPES


def test_files_that_may_not_be_sent_are_left_out(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", src__b_py="def b():\n    pass\n")
    (project / ".gitignore").write_text("b.py\n")
    outside = tmp_path / "outside.py"
    outside.write_text("def o():\n    pass\n")
    (project / "src/link.py").symlink_to(outside)
    assert {path for path, _ in names(select(order_of(project, ".")))} == {"src/shapes.py"}
    named = select(order_of(project, "src/shapes.py", "src/b.py", "src/link.py"))
    assert {path for path, _ in names(named)} == {"src/shapes.py"}
    assert [each.path for each in named.skipped] == ["src/b.py", "src/link.py"]


@pytest.mark.parametrize("path", ["nothing", "src/*.rb", "..", "../x.py"])
def test_a_path_that_names_nothing_is_an_error(tmp_path: Path, path: str) -> None:
    project = make_project(tmp_path / "p")
    with pytest.raises(FluxError, match=r"names no file|outside"):
        select(order_of(project, path))


def test_since_a_revision_only_what_changed_on_the_branch(tmp_path: Path) -> None:
    project = make_project(tmp_path, src__old_py="def old():\n    return 1\n")
    commit_all(project)
    run_git(project, "branch", "feature")
    (project / "src/old.py").write_text("def old():\n    return 2\n")
    commit_all(project)  # main goes on without the branch
    run_git(project, "checkout", "-q", "feature")
    changed = SHAPES.replace("number * 2", "number + number").replace("\n", "\r\n")
    (project / "src/shapes.py").write_text(changed, newline="")
    (project / "src/new.py").write_text("def new():\n    return 1\n")
    assert names(select(order_of(project, since="main"))) == [
        ("src/new.py", "new"),
        ("src/shapes.py", "double"),
    ]


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=touch x", "-h", "HEAD:src"])
def test_what_is_no_revision_is_refused(tmp_path: Path, revision: str) -> None:
    project = make_project(tmp_path)
    commit_all(project)
    with pytest.raises(FluxError, match="no revision"):
        select(order_of(project, since=revision))


def test_nothing_of_the_repository_runs(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p")
    commit_all(project)
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.editor"),
        *("filter.f.clean", "filter.f.smudge", "filter.f.process", "diff.f.textconv"),
        *("uploadpack.packObjectsHook", "core.alternateRefsCommand"),
    ):
        run_git(project, "config", key, str(trap))
    (project / ".git/info/attributes").write_text("* filter=f diff=f\n")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (project / ".git/hooks" / hook).write_text(trap.read_text())
        (project / ".git/hooks" / hook).chmod(0o755)
    (project / "src/shapes.py").write_text(SHAPES.replace("* 2", "* 3"))
    assert names(select(order_of(project, since="HEAD"))) == [("src/shapes.py", "double")]
    assert not (tmp_path / "sprung").exists()
