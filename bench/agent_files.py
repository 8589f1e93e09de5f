"""How long Flux takes to list agents, and what it makes of a folder of real ones.

    python -m bench.agent_files FOLDER

FOLDER holds agents' files of any dialect, in any depth. They are read as those of a workspace, beside
the agents that come with Flux. Never copies or changes a file.
"""

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from flux_lsp.actions.agents.action import make_action
from flux_lsp.actions.agents.rank import list_menu_agents, rank
from flux_lsp.actions.agents.sources import (
    BUILTIN_FOLDER,
    AgentFiles,
    AgentFolder,
    ListedAgent,
    list_agents,
)
from flux_lsp.actions.offer import MenuContext
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.syntax.languages import find_language

_TURNS = 20


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="bench.agent_files")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    if not folder.is_dir():
        print(f"{folder} is no folder", file=sys.stderr)
        return 2
    measure(folder)
    return 0


def measure(folder: Path) -> None:
    """Print times in milliseconds, then what became of the files."""
    today = datetime.now(UTC).date()
    files = AgentFiles(load_catalogue())
    folders = [BUILTIN_FOLDER, AgentFolder("workspace", folder, folder)]
    begin = perf_counter()
    stored = files.read_folders(folders, today)
    cold = perf_counter() - begin
    begin = perf_counter()
    files.read_folders(folders, today)
    warm = perf_counter() - begin
    digests = frozenset(each.digest for each in stored)
    listed = list_agents(stored, digests)
    print(f"{len(stored)} files: cold {1000 * cold:.0f} ms, warm {1000 * warm:.0f} ms")
    print(f"menu: {1000 * measure_rank(listed):.1f} ms for {len(list_menu_agents(listed))} agents")
    agents = [each.stored.file.agent for each in listed]
    actions = [make_action(agent) for agent in agents if agent is not None]
    print(f"actions: {len(actions)}, {dict(Counter(action.returns for action in actions))}")
    problems = Counter((p.severity, p.code) for each in stored for p in each.file.problems)
    for (severity, code), count in sorted(problems.items()):
        print(f"  {severity} {code}: {count}")


def measure_rank(listed: list[ListedAgent]) -> float:
    """The seconds that ranking for one menu takes."""
    agents = list_menu_agents(listed)
    place = MenuContext(
        find_language("python", "src/auth/login.py"),
        "src/auth/login.py",
        "text",
        "login",
        problems=("x is not defined",),
        nearby="def login(self, request):\n" * 60,
    )
    rank(agents, place)  # patterns of paths are compiled once
    begin = perf_counter()
    for _ in range(_TURNS):
        rank(agents, place)
    return (perf_counter() - begin) / _TURNS


if __name__ == "__main__":
    sys.exit(main())
