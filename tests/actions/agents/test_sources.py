"""Which agent counts, which may run, and what is not followed."""

import os
from datetime import date
from pathlib import Path

from flux_lsp.actions.agents.sources import (
    AgentFiles,
    AgentFolder,
    ListedAgent,
    find_agent,
    list_agents,
    list_workspace_folders,
)
from flux_lsp.models.catalogue import load_catalogue

TODAY = date(2026, 11, 29)


def write(folder: Path, name: str, text: str = "---\ndescription: Helps.\n---\nBrief.\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def list_both(tmp_path: Path, trusted: frozenset[str] = frozenset()) -> list[ListedAgent]:
    user, work = tmp_path / "user", tmp_path / "work"
    folders = [AgentFolder("user", user, user), *list_workspace_folders(work)]
    return list_agents(AgentFiles(load_catalogue()).read_folders(folders, TODAY), trusted)


def test_a_workspace_without_trust_hides_nothing(tmp_path: Path) -> None:
    own = write(tmp_path / "user", "reviewer.md")
    other = write(tmp_path / "work/.flux/agents", "reviewer.md", "---\nname: reviewer\n---\nEvil.")

    listed = list_both(tmp_path)
    counting = find_agent(listed, "reviewer")
    assert counting is not None
    assert counting.stored.path == own
    (hidden,) = [each for each in listed if each.stored.path == other]
    assert hidden.is_hidden
    assert not hidden.is_trusted

    trusted = list_both(tmp_path, frozenset({hidden.stored.digest}))
    counting = find_agent(trusted, "reviewer")
    assert counting is not None
    assert counting.stored.path == other


def test_a_file_that_changed_is_not_trusted_any_more(tmp_path: Path) -> None:
    path = write(tmp_path / "work/.flux/agents", "a.md")
    digests = frozenset(each.stored.digest for each in list_both(tmp_path))
    assert [each.is_trusted for each in list_both(tmp_path, digests)] == [True]

    path.write_text(path.read_text() + "And more.\n")

    assert [each.is_trusted for each in list_both(tmp_path, digests)] == [False]


def test_two_files_of_one_name_in_one_source_are_errors(tmp_path: Path) -> None:
    write(tmp_path / "work/.flux/agents", "a.md")
    write(tmp_path / "work/.claude/agents", "deep/b.md", "---\nname: A\n---\nBrief.\n")
    write(tmp_path / "user", "a.md")

    listed = list_both(tmp_path)

    errors = {each.stored.source: each.has_errors for each in listed}
    assert errors == {"user": False, "workspace": True}


def test_a_broken_file_never_hides_a_good_one(tmp_path: Path) -> None:
    write(tmp_path / "user", "a.md")
    broken = write(tmp_path / "work/.flux/agents", "a.md", "---\nname: a\n---\n")
    listed = list_both(tmp_path)
    digest = next(each.stored.digest for each in listed if each.stored.path == broken)

    counting = find_agent(list_both(tmp_path, frozenset({digest})), "a")

    assert counting is not None
    assert counting.stored.source == "user"


def test_links_out_of_the_workspace_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "elsewhere", "secret.md")
    folder = tmp_path / "work/.flux/agents"
    write(folder, "inside.md")
    os.symlink(secret, folder / "linked.md")
    os.symlink(tmp_path / "elsewhere", folder / "folder")
    os.symlink(folder, folder / "loop")

    assert [each.id for each in list_both(tmp_path)] == ["inside"]


def test_files_that_are_no_agents_or_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "work/.claude/agents"
    write(folder, "README.md", "# About these\n")
    write(folder, "x/SKILL.md")
    write(folder, "p.prompt.md")
    write(folder, "huge.md", "---\nname: huge\n---\n" + "x" * 5_000_000)
    (folder / "latin.md").write_bytes(b"---\nname: caf\xe9\n---\nx")
    os.mkfifo(folder / "pipe.md")

    listed = list_both(tmp_path)

    assert [(each.id, each.has_errors) for each in listed] == [
        ("huge", True),
        ("latin", True),
        ("pipe", True),
    ]


def test_a_file_as_before_is_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "user", "a.md")
    files = AgentFiles(load_catalogue())
    folder = AgentFolder("user", tmp_path / "user", tmp_path / "user")
    (first,) = files.read_folders([folder], TODAY)

    (again,) = files.read_folders([folder], TODAY)
    assert again is first

    path.write_text("---\nname: other\n---\nAnother brief.\n")
    (changed,) = files.read_folders([folder], TODAY)
    assert changed.file.agent is not None
    assert changed.file.agent.id == "other"


def test_an_agent_that_hands_over_to_nobody(tmp_path: Path) -> None:
    write(tmp_path / "user", "a.md", "---\nagents: [b, Code Writer]\n---\nx")
    write(tmp_path / "user", "b.md", "---\nname: code-writer\n---\nx")

    (first, _) = list_both(tmp_path)

    assert [p.message for p in first.problems] == ["There is no agent `b` to hand over to"]
