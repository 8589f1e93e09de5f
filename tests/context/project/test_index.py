"""What is open in the editor and what changed on disk counts; what may not be sent is never shown."""

from pathlib import Path

from flux_lsp.context.project.database import is_complete
from flux_lsp.context.project.index import open_index as open_stored
from flux_lsp.context.project.index import read_edited_file
from tests.context.project.projects import build_index, open_index, write_files

FILES = {
    "lib.py": "class Thing:\n    size: int\n\ndef make(n: int) -> Thing: ...\n",
    "use.py": "from lib import make\n\nmake(1)\nmake(2)  # make\n",
}


def test_unsaved_text_overrides_the_file(tmp_path: Path) -> None:
    build_index(tmp_path, FILES)
    text = "\n\ndef make(n: int, name: str) -> None: ...\ndef other(): ...\n"
    index = open_index(tmp_path, {"lib.py": read_edited_file("lib.py", "python", text)})

    (made,) = index.resolve_name("use.py", "make")
    assert (made.first_line, made.signature) == (3, "def make(n: int, name: str) -> None:")
    assert index.find_definitions("Thing") == ()
    assert [d.path for d in index.find_definitions("other")] == ["lib.py"]
    assert index.confirm([made]) == (made,)
    assert index.read_text("lib.py") == text


def test_a_new_open_document_is_found_by_an_import_on_disk(tmp_path: Path) -> None:
    build_index(tmp_path, {"use.py": "from fresh import thing"})
    edited = {"fresh.py": read_edited_file("fresh.py", "python", "def thing(): ...")}

    assert open_index(tmp_path).resolve_name("use.py", "thing") == ()
    assert len(open_index(tmp_path, edited).resolve_name("use.py", "thing")) == 1


def test_what_changed_on_disk_is_read_again_before_it_is_shown(tmp_path: Path) -> None:
    index = build_index(tmp_path, FILES)
    old = index.list_definitions("lib.py")
    write_files(tmp_path / "project", {"lib.py": "# moved\nclass Thing:\n    length: int\n"})

    now = index.confirm(old)

    assert [(d.name, d.first_line) for d in now] == [("Thing", 2)]
    assert [d.name for d in index.list_members(now[0])] == ["length"]


def test_a_file_that_is_gone_is_not_shown(tmp_path: Path) -> None:
    index = build_index(tmp_path, FILES)
    old = index.list_definitions("lib.py")
    (tmp_path / "project/lib.py").unlink()

    assert index.confirm(old) == ()
    assert index.read_text("lib.py") is None


def test_what_was_excluded_since_is_not_shown(tmp_path: Path) -> None:
    build_index(tmp_path, FILES)
    definitions = open_index(tmp_path).list_definitions("lib.py")
    edited = {"lib.py": read_edited_file("lib.py", "python", FILES["lib.py"])}

    by_setting = open_index(tmp_path, exclude=("lib.*",))
    assert by_setting.confirm(definitions) == ()
    assert by_setting.read_text("lib.py") is None

    write_files(tmp_path / "project", {".fluxignore": "lib.py\n"})
    for index in (open_index(tmp_path), open_index(tmp_path, edited)):
        assert index.confirm(definitions) == ()
        assert index.read_text("lib.py") is None


def test_an_open_document_that_may_not_be_sent_is_not_taken_in(tmp_path: Path) -> None:
    build_index(tmp_path, {**FILES, ".fluxignore": "private.py\n"})
    edited = {"private.py": read_edited_file("private.py", "python", "def hidden(): ...")}

    assert open_index(tmp_path, edited).find_definitions("hidden") == ()


def test_references_leave_out_words_that_are_no_code(tmp_path: Path) -> None:
    index = build_index(tmp_path, {**FILES, "doc.py": '"""make"""\nx = "make"\n# make\n'})

    places = [(place.path, place.line) for place in index.find_references("make")]
    assert places == [("use.py", 1), ("use.py", 3), ("use.py", 4)]
    assert len(index.find_references("make", most=2)) == 2


def test_more_candidates_than_asked_for_are_none(tmp_path: Path) -> None:
    index = build_index(tmp_path, {f"f{n}.py": "def same(): ..." for n in range(5)})

    assert index.find_definitions("same") == ()
    assert len(index.find_definitions("same", most=5)) == 5


def test_the_most_used_names_come_first(tmp_path: Path) -> None:
    uses = {f"u{n}.py": "from lib import make\nmake(1)" for n in range(4)}
    index = build_index(tmp_path, {**FILES, **uses, "v.py": "from lib import Thing"})

    assert [d.name for d in index.rank_definitions(most=2)] == ["make", "Thing"]


def test_a_damaged_index_is_no_index(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite3"
    file.mkdir()

    assert open_stored(file, tmp_path, {}, ()) is None
    assert not is_complete(file)


def test_describe_counts_what_is_held(tmp_path: Path) -> None:
    held = build_index(tmp_path, FILES).describe()

    assert (held.files, held.definitions, held.is_complete) == (2, 3, True)
    assert held.references > 0
    assert held.size > 0
