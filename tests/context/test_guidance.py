from pathlib import Path

from flux_lsp.context.guidance import (
    ALTOGETHER,
    LONGEST,
    list_guidance_paths,
    load_guidance,
    make_excerpts,
)


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")


def test_files_of_the_root_and_of_each_folder_down_to_the_document(tmp_path: Path) -> None:
    write(tmp_path, "CLAUDE.md", "root\n")
    write(tmp_path, "pkg/AGENTS.md", "pkg\n")
    write(tmp_path, "pkg/sub/CLAUDE.md", "sub\r\nline\n")
    write(tmp_path, "other/CLAUDE.md", "not for this one\n")
    found = load_guidance(tmp_path, "pkg/sub/a.py")
    assert [(e.path, e.text) for e in found] == [
        ("CLAUDE.md", "root\n"),
        ("pkg/AGENTS.md", "pkg\n"),
        ("pkg/sub/CLAUDE.md", "sub\r\nline\n"),
    ]
    assert {e.why for e in found} == {"guidance"}


def test_the_same_text_twice_is_sent_once_and_an_empty_one_not_at_all(tmp_path: Path) -> None:
    write(tmp_path, "CLAUDE.md", "same\n")
    write(tmp_path, "AGENTS.md", "same\n")
    write(tmp_path, "pkg/AGENTS.md", " \n")
    assert [e.path for e in load_guidance(tmp_path, "pkg/a.py")] == ["CLAUDE.md"]


def test_nothing_outside_of_the_workspace_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key\n")
    root = tmp_path / "work"
    root.mkdir()
    (root / "CLAUDE.md").symlink_to(secret)
    assert load_guidance(root, "a.py") == ()
    assert list_guidance_paths("../up/a.py") == ["CLAUDE.md", "AGENTS.md"]
    assert list_guidance_paths("/etc/a.py") == ["CLAUDE.md", "AGENTS.md"]


def test_a_folder_or_unreadable_file_of_that_name_is_no_guidance(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").mkdir()
    (tmp_path / "AGENTS.md").write_bytes(b"caf\xe9 rules\n")
    [found] = load_guidance(tmp_path, "a.py")
    assert found.text == "caf\ufffd rules\n"


def test_a_long_file_is_cut_at_a_line_and_says_so() -> None:
    text = "0123456789\n" * (LONGEST // 10)
    [found] = make_excerpts({"CLAUDE.md": text})
    kept, mark = found.text[:-1].rsplit("\n", 1)
    assert text.startswith(kept + "\n")
    assert len(kept) < LONGEST
    assert mark == f"[left out: everything from line {kept.count(chr(10)) + 2} of CLAUDE.md on]"
    assert found.lines.last == kept.count("\n") + 1


def test_of_many_long_files_the_nearest_to_the_document_are_kept() -> None:
    text = "0123456789\n" * (LONGEST // 12)
    found = make_excerpts({f"{n}/AGENTS.md": f"{n}\n{text}" for n in range(4)})
    assert [e.path for e in found] == [f"{n}/AGENTS.md" for n in range(4)]
    assert sum(len(e.text) for e in found) < ALTOGETHER + 1_000
    assert found[3].text == f"3\n{text}"
    assert found[0].text == "[left out: everything from line 1 of 0/AGENTS.md on]\n"
