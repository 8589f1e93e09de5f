"""A repository that wants to harm: the index reads what can be read, runs nothing, and goes on."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.project.imports.values import RawImport
from flux_lsp.context.project.imports.written import read_imports
from flux_lsp.context.project.manifests import MANIFESTS, read_manifest
from flux_lsp.context.project.reading import read_source
from flux_lsp.context.project.tags import read_tags
from flux_lsp.syntax.languages import find_language, list_languages
from flux_lsp.syntax.tree import parse
from tests.context.project.projects import build, build_index, open_index, write_files
from tests.context.project.test_build import build_in_child, list_names, list_paths

FORMS = sorted({row.project.imports for row in list_languages() if row.project.imports})
LANGUAGES = sorted(row.id for row in list_languages() if row.project.imports and row.wheel)
WORDS = st.lists(
    st.sampled_from(
        "import from use mod class def fn func type struct impl for { } ( ) [ ] < > : ; , . :: * = "
        "'x' \"y\" a b_ C self this as export default require module package namespace \n \t # // é".split(
            " "
        )
    ),
    max_size=60,
)


def test_files_that_are_no_code_are_left_out(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project",
        {
            "a.py": "def a(): ...",
            "binary.py": b"\0\1\2" * 100,
            "latin.py": b"# caf\xe9\n",
            "huge.py": "x = 1\n" * 100_000,
            "packed.js": "var a=1;" * 2_000,
            "line.py": "x = 1\n" * 60 + "y = '" + "z" * 11_000 + "'\n",
            "empty.py": "",
        },
    )
    build(tmp_path)

    assert list_paths(tmp_path) == ["a.py", "empty.py"]
    assert len(list_paths(tmp_path, state=2)) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
def test_links_are_never_followed_and_a_pipe_is_never_opened(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write_files(root, {"a.py": "", "sub/b.py": ""})
    write_files(tmp_path, {"outside/secret.py": "token = 1"})
    (root / "loop").symlink_to(root)
    (root / "sub/up").symlink_to("..")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "c.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "self.py").symlink_to("self.py")
    os.mkfifo(root / "pipe.py")
    build(tmp_path)

    assert list_paths(tmp_path) == ["a.py", "sub/b.py"]
    assert open_index(tmp_path).read_text("c.py") is None
    assert open_index(tmp_path).read_text("pipe.py") is None


def test_a_file_that_becomes_a_link_is_not_shown(tmp_path: Path) -> None:
    index = build_index(tmp_path, {"a.py": "def a(): ..."})
    found = index.list_definitions("a.py")
    write_files(tmp_path, {"outside.py": "def a(): ..."})
    (tmp_path / "project/a.py").unlink()
    (tmp_path / "project/a.py").symlink_to(tmp_path / "outside.py")

    assert index.confirm(found) == ()


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "project/a.py"
    write_files(tmp_path / "project", {"a.py": "def old(): ..."})
    read = read_source

    def read_and_change(path: Path) -> str | None:
        text = read(path)
        file.write_text("def new_one(): ...\n", "utf-8")
        return text

    monkeypatch.setattr("flux_lsp.context.project.build.read_source", read_and_change)
    build(tmp_path)
    monkeypatch.undo()

    assert [d.name for d in open_index(tmp_path).list_definitions("a.py")] == ["old"]
    assert open_index(tmp_path).confirm(open_index(tmp_path).list_definitions("a.py")) == ()
    assert build(tmp_path).read == 1
    assert list_names(tmp_path, "a.py") == ["new_one"]


def test_the_child_runs_nothing_of_the_project(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    names = ("sitecustomize.py", "usercustomize.py", "sqlite3.py", "json.py", "tree_sitter.py",
             "flux_lsp/__init__.py", "tree_sitter_python/__init__.py", "conftest.py")  # fmt: skip
    write_files(tmp_path / "project", dict.fromkeys(names, trap))
    write_files(
        tmp_path / "project",
        {".git/config": f'[core]\n\tfsmonitor = "touch {tmp_path / "sprung"}"\n', ".git/HEAD": ""},
    )

    assert build_in_child(tmp_path)["complete"] is True
    assert not (tmp_path / "sprung").exists()
    assert "flux_lsp/__init__.py" in list_paths(tmp_path)


@pytest.mark.parametrize("opening", ["(", "[", "{", "def f(", "f(x, ", "if x: ", "class A: "])
def test_deep_nesting_ends_soon(tmp_path: Path, opening: str) -> None:
    write_files(tmp_path / "project", {"deep.py": opening * 20_000, "b.py": "def b(): ..."})

    assert build(tmp_path).is_complete
    assert list_names(tmp_path, "b.py") == ["b"]


def test_imports_in_circles_end(tmp_path: Path) -> None:
    index = build_index(
        tmp_path,
        {
            "a/__init__.py": "from b import *\nfrom b import x as x\nclass A(B): ...",
            "b/__init__.py": "from a import *\nfrom a import x as x\nclass B(A): ...",
            "tsconfig.json": '{"extends": "./tsconfig.json"}',
            "a.ts": "export * from './b'; export { y } from './b';",
            "b.ts": "export * from './a'; export { y } from './a';",
        },
    )

    assert index.resolve_name("a/__init__.py", "x") == ()
    assert index.resolve_name("a.ts", "y") == ()
    (owner,) = index.resolve_name("a/__init__.py", "A")
    assert index.list_members(owner) == ()


@given(st.sampled_from(LANGUAGES), WORDS)
@settings(max_examples=150, deadline=None)
def test_any_text_has_tags(language_id: str, words: list[str]) -> None:
    text = " ".join(words)
    parsed = parse(text, find_language(language_id, ""))
    if parsed is None:
        return
    tags = read_tags(parsed, "a/b.x")

    lines = text.count("\n") + 1
    for definition in tags.definitions:
        assert 1 <= definition.first_line <= definition.last_line <= lines
        assert len(definition.signature) <= 600
    assert all(1 <= line <= lines for places in tags.words.values() for line in places)


@given(st.sampled_from(FORMS), st.one_of(st.text(max_size=80), WORDS.map(" ".join)))
@settings(max_examples=200, deadline=None)
def test_any_statement_can_be_read(form: str, statement: str) -> None:
    assert all(isinstance(raw, RawImport) for raw in read_imports(form, [statement]))


@given(st.sampled_from(sorted(MANIFESTS)), st.text(max_size=100))
def test_any_manifest_can_be_read(kind: str, text: str) -> None:
    assert isinstance(read_manifest(kind, text), dict)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("package.json", '{"name": 3, "exports": [[[["a"]]]], "main": {}}'),
        ("package.json", "[" * 100_000),
        ("tsconfig.json", '{"extends": {"a": 1}, "compilerOptions": [], "references": [3]}'),
        (
            "tsconfig.json",
            '{"compilerOptions": {"paths": {"a": "b", "c": [1, "d"]}, "baseUrl": 7}}',
        ),
        ("Cargo.toml", "package = 3\nbin = 'x'\nlib = []"),
        ("go.mod", "module\n" * 1_000),
    ],
)
def test_a_manifest_of_another_shape_says_nothing_wrong(
    tmp_path: Path, kind: str, text: str
) -> None:
    index = build_index(
        tmp_path,
        {kind: text, "a.ts": "import x from 'c'", "b.rs": "use b::C;", "c.go": "package c"},
    )

    assert index.list_imports("a.ts") == ()
    assert index.list_imports("b.rs") == ()
