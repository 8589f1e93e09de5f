"""Which pipelines there are, which of them count, and which may run."""

from pathlib import Path

from flux_lsp.actions.agents.sources import AgentFolder, digest_content, list_workspace_folders
from flux_lsp.actions.pipelines.sources import (
    BUILTIN,
    ListedPipeline,
    find_pipeline,
    list_pipeline_folders,
    list_pipelines,
    read_pipelines,
)

TEXT = "---\nname: ship\nsteps: [planner]\n---\n"
BUILT_IN = [
    "audit-remediate-verify",
    "design-implement-review",
    "research-generate-validate",
    "troubleshoot-fix-test",
]


def put(folder: Path, name: str, text: str = TEXT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def listed(
    tmp_path: Path, trusted: frozenset[str] = frozenset(), agents: tuple[str, ...] = ("planner",)
) -> list[ListedPipeline]:
    user = tmp_path / "home/agents"
    folders = [AgentFolder("user", user, user), *list_workspace_folders(tmp_path / "work")]
    read = read_pipelines(list_pipeline_folders(folders))
    return [each for each in list_pipelines(read, trusted, agents) if each.source != "builtin"]


def test_the_built_in_ones_are_whole() -> None:
    read = read_pipelines([AgentFolder("builtin", BUILTIN, BUILTIN)])

    assert [each.id for each in read] == BUILT_IN
    assert [each.problems for each in read] == [()] * 4
    assert all(each.file.pipeline and each.file.pipeline.title for each in read)


def test_they_lie_beside_each_folder_of_agents(tmp_path: Path) -> None:
    put(tmp_path / "home/pipelines", "a.md", TEXT.replace("ship", "a"))
    put(tmp_path / "work/.flux/pipelines", "b.md", TEXT.replace("ship", "b"))
    put(tmp_path / "work/.claude/pipelines/deep", "c.md", TEXT.replace("ship", "c"))
    put(tmp_path / "work/.flux/agents", "d.md", TEXT.replace("ship", "d"))

    assert [(each.id, each.source) for each in listed(tmp_path)] == [
        ("a", "user"),
        ("b", "workspace"),
        ("c", "workspace"),
    ]


def test_the_nearer_counts_once_it_is_trusted(tmp_path: Path) -> None:
    put(tmp_path / "home/pipelines", "ship.md")
    own = put(tmp_path / "work/.flux/pipelines", "ship.md")

    user, workspace = listed(tmp_path)
    assert (user.is_trusted, user.is_hidden) == (True, False)
    assert (workspace.is_trusted, workspace.is_hidden) == (False, True)

    user, workspace = listed(tmp_path, frozenset({digest_content(own.read_bytes())}))
    assert (user.is_hidden, workspace.is_trusted, workspace.is_hidden) == (True, True, False)
    own.write_text(TEXT + "changed")
    assert not listed(tmp_path, frozenset({digest_content(TEXT.encode())}))[1].is_trusted


def test_a_broken_file_hides_nothing(tmp_path: Path) -> None:
    put(tmp_path / "home/pipelines", "ship.md")
    own = put(tmp_path / "work/.flux/pipelines", "ship.md", "---\nname: ship\n---\n")

    found = listed(tmp_path, frozenset({digest_content(own.read_bytes())}))
    counts = find_pipeline(found, "ship")
    assert counts is not None
    assert counts.source == "user"


def test_two_of_one_name_and_unknown_agents_are_errors(tmp_path: Path) -> None:
    put(tmp_path / "work/.flux/pipelines", "one.md")
    put(tmp_path / "work/.claude/pipelines", "two.md")

    assert [[p.code for p in each.problems] for each in listed(tmp_path)] == [
        ["two-pipelines"],
        ["two-pipelines"],
    ]
    (tmp_path / "work/.claude/pipelines/two.md").unlink()
    (only,) = listed(tmp_path, agents=())
    assert [(p.severity, p.code) for p in only.problems] == [("error", "unknown-agent")]
    assert only.problems[0].place.line == 2


def test_what_is_no_text_is_an_error_and_links_out_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "work/.flux/pipelines"
    put(folder, "bytes.md").write_bytes(b"\xff\xfe")
    outside = put(tmp_path / "elsewhere", "secret.md")
    (folder / "link.md").symlink_to(outside)

    assert [[p.code for p in each.problems] for each in listed(tmp_path)] == [["unreadable"]]
