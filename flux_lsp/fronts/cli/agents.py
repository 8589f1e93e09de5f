"""`flux-lsp agents` lists every agent and pipeline; `agents check PATHS…` says what is wrong in their files.

Never runs an agent and never changes a file.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.fronts.cli.exit_codes import DONE, FAILED
from flux_lsp.fronts.cli.pipelines import (
    check_pipelines,
    describe_pipeline,
    format_pipeline,
    list_all_pipelines,
)
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.workspace import find_workspace, get_current_folder
from flux_lsp.settings import paths

if TYPE_CHECKING:
    from datetime import date

    from flux_lsp.actions.agents.sources import ListedAgent
    from flux_lsp.actions.agents.values import FileProblem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "check", nargs="?", choices=["check"], help="check files instead of listing agents"
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files and folders to check (default: the agents and pipelines of the workspace)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """List agents, or check files: 1 if an error is in one, or a path is not there."""
    root = find_workspace(get_current_folder())
    if options.check:
        return _check(root, options.paths, as_json=options.json)
    listed = _list_all(root)
    pipelines = list_all_pipelines(root, {each.id for each in listed})
    if options.json:
        print_json(
            {
                "agents": [_describe(each) for each in listed],
                "pipelines": [
                    {**describe_pipeline(each), "problems": _list_shown(each.problems)}
                    for each in pipelines
                ],
            }
        )
        return DONE
    for each in listed:
        print(_format(each))
    for pipeline in pipelines:
        print(format_pipeline(pipeline))
    if all(each.stored.source == "builtin" for each in listed):
        print(
            "All of these come with Flux. Write your own into .flux/agents/ or ~/.claude/agents/."
        )
    return DONE


def _list_all(root: Path) -> "list[ListedAgent]":
    """List the agents of the person and of the workspace, the workspace's last."""
    from flux_lsp.runs.agents import list_known_agents, make_agent_files

    data = paths.get_data_dir(os.environ)
    return list_known_agents(make_agent_files(), root, data, _get_today())


def _check(root: Path, named: Sequence[Path], *, as_json: bool) -> int:
    missing = [path for path in named if not path.exists()]
    checked = _list_problems(root, named, [path for path in named if path.exists()])
    if as_json:
        files = [
            {"path": str(path), "problems": [_to_json(problem) for problem in problems]}
            for path, problems in checked
        ]
        print_json({"files": files, "missing": [str(path) for path in missing]})
    else:
        for path in missing:
            print(f"{path}: error: there is no such file or folder")
        for path, problems in checked:
            for problem in problems:
                print(_format_problem(path, problem))
    errors = sum(any(p.severity == "error" for p in problems) for _, problems in checked)
    errors += len(missing)
    if not as_json:
        print(f"{len(checked)} {'file' if len(checked) == 1 else 'files'}, {errors} with errors")
    return FAILED if errors else DONE


def _list_problems(
    root: Path, named: Sequence[Path], there: Sequence[Path]
) -> "list[tuple[Path, tuple[FileProblem, ...]]]":
    """Read the files of agents, then those of pipelines, and list what is wrong with each.

    `there`: those of the `named` paths that are there; no name at all means the workspace's own.
    """
    from flux_lsp.actions.agents import sources
    from flux_lsp.actions.pipelines.sources import is_pipeline_path
    from flux_lsp.models.catalogue import load_catalogue

    if named and not there:
        return []
    folders = [sources.AgentFolder("workspace", path, path) for path in there]
    stored = sources.AgentFiles(load_catalogue()).read_folders(
        folders or sources.list_workspace_folders(root), _get_today()
    )
    own = [each for each in stored if not is_pipeline_path(each.path)]
    agents = sources.list_agents(own, frozenset())
    known = {each.id for each in (*agents, *_list_all(root))}
    pipelines = check_pipelines(root, there, known)
    return [
        *((each.stored.path, each.problems) for each in agents),
        *((each.path, each.problems) for each in pipelines),
    ]


def _get_today() -> "date":
    from flux_lsp.runs.clock import SystemClock

    return SystemClock().now().date()


def _describe(listed: "ListedAgent") -> dict[str, object]:
    agent = listed.stored.file.agent
    return {
        "id": listed.id,
        "title": agent.title if agent else listed.id,
        "source": listed.stored.source,
        "path": str(listed.stored.path),
        "returns": agent.returns if agent else None,
        "tier": agent.choice.tier if agent else None,
        "model": (agent.choice.model or None) if agent else None,
        "escalation": agent.escalates_to if agent else None,
        "rights": ["edit"] if agent and agent.returns in ("edit", "tests") else [],
        "offered": {"languages": agent.languages, "paths": agent.paths} if agent else None,
        "trusted": listed.is_trusted,
        "hidden": listed.is_hidden,
        "problems": _list_shown(listed.problems),
    }


def _list_shown(problems: "Sequence[FileProblem]") -> list[dict[str, object]]:
    """List what a person should know; informations are for the editor."""
    return [_to_json(p) for p in problems if p.severity in ("error", "warning", "hint")]


def _to_json(problem: "FileProblem") -> dict[str, object]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "line": problem.place.line + 1,
        "column": problem.place.column + 1,
    }


def _format(listed: "ListedAgent") -> str:
    agent = listed.stored.file.agent
    notes: list[str] = [listed.stored.source]
    notes += [agent.returns, agent.choice.model or agent.choice.tier or "routed"] if agent else []
    notes += [] if listed.is_trusted else ["not trusted: `flux-lsp trust`"]
    notes += ["another one of this name counts"] if listed.is_hidden else []
    notes += ["has errors: `flux-lsp agents check`"] if listed.has_errors else []
    return f"{listed.id:<28} {agent.title if agent else ''}\n    {' · '.join(notes)}"


def _format_problem(path: Path, problem: "FileProblem") -> str:
    place = f"{path}:{problem.place.line + 1}:{problem.place.column + 1}"
    return f"{place}: {problem.severity}: {problem.message}"
