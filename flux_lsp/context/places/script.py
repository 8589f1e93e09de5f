"""Where JavaScript and TypeScript projects keep tests: Vitest, Jest, Mocha, node:test.

Never runs the project's code.
"""

import json
import re
from dataclasses import replace
from typing import Any

from flux_lsp.context.places.general import find_path
from flux_lsp.context.places.script_imports import write_script_import
from flux_lsp.context.places.search import PlaceSearch, TestLocation, find_home
from flux_lsp.context.project_files import Project, join, list_folders_above
from flux_lsp.core.text import Snapshot
from flux_lsp.files import parse_json
from flux_lsp.syntax.languages.habits import TestHabit

_LISTED = re.compile(r"(?:\btest\s*:\s*\{[^{}]*?\binclude|\btestMatch)[\"']?\s*:\s*\[([^\]]*)\]")
_STRING = re.compile(r"[\"'`]([^\"'`\n]+)[\"'`]")
_IS_TEST = re.compile(r"\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)__tests__/")
# Framework, its package, files that show it.
_FRAMEWORKS = (
    ("vitest", "vitest", "vitest.config."),
    ("jest", "jest", "jest.config."),
    ("jest", "react-scripts", "jest.setup."),
    ("mocha", "mocha", ".mocharc"),
)
_HOW = {
    "vitest": 'import { describe, expect, it } from "vitest"',
    "Deno.test": "Deno.test(name, () => …); assertions come from jsr:@std/assert",
    "node:test": 'import test from "node:test"; import assert from "node:assert/strict"',
}


def find_script(
    project: Project, snapshot: Snapshot, habit: TestHabit, symbol: str
) -> TestLocation:
    """By the tests that are there, then the project's habit, else `x.test.ts` beside the source."""
    path = snapshot.path
    home = find_home(project, path, habit)
    habit = _adapt(habit, project, home)
    place = path if _IS_TEST.search(path) else find_path(PlaceSearch(project, path, home, habit))
    framework = _choose_framework(project, home)
    existing = project.read(place)
    globals_ = "globals: true" in project.read(_find_config(project, home))
    how = "" if existing or (framework == "vitest" and globals_) else _HOW.get(framework, "")
    location = TestLocation(place, framework)
    statement, note = write_script_import(project, snapshot, location, symbol)
    return replace(location, facts=(("Import", statement), ("Note", note), ("How", how)))


def _adapt(habit: TestHabit, project: Project, home: str) -> TestHabit:
    """The language's habit as far as the runner's configuration does not say otherwise."""
    if _is_deno(project, home):
        return replace(habit, names=_put_first(habit.names, "{}_test"))
    globs = _find_globs(project, home)
    if globs and all(".spec." in glob for glob in globs):
        habit = replace(habit, names=_put_first(habit.names, "{}.spec"))
    if globs and all("__tests__" in glob for glob in globs):
        return replace(habit, layout="inside")
    roots = {glob.removeprefix("<rootDir>/").removeprefix("./").split("/")[0] for glob in globs}
    if len(roots) == 1 and not roots & {"src", "lib", "app"} and all(map(_is_folder, roots)):
        return replace(habit, folders=(*roots, *habit.folders), layout="mirror")
    if not globs and _choose_framework(project, home) == "mocha":
        return replace(habit, folders=_put_first(habit.folders, "test"), layout="mirror")
    return habit


def _is_folder(name: str) -> bool:
    return bool(re.fullmatch(r"[\w-]+", name))


def _put_first(values: tuple[str, ...], first: str) -> tuple[str, ...]:
    return (first, *(value for value in values if value != first))


def _is_deno(project: Project, home: str) -> bool:
    names = project.list_names(home)
    return bool(names & {"deno.json", "deno.jsonc"}) and "package.json" not in names


def _find_globs(project: Project, home: str) -> list[str]:
    """Where the configuration says that tests lie: what `include` or `testMatch` lists."""
    files = [
        name
        for name in sorted(project.list_names(home))
        if name.startswith(("vitest.config.", "vite.config.", "jest.config."))
    ]
    texts = [project.read(join(home, name)) for name in files]
    texts.append(json.dumps(_read_package(project, home).get("jest") or {}))
    lists = (match[1] for text in texts for match in _LISTED.finditer(text))
    return [glob for listed in lists for glob in _STRING.findall(listed) if "*" in glob]


def _choose_framework(project: Project, home: str) -> str:
    """By the nearest package file that says; a workspace's own may leave it to the root's."""
    if _is_deno(project, home):
        return "Deno.test"
    for folder in list_folders_above(join(home, "package.json")):
        package = _read_package(project, folder)
        listed = {
            *_read_table(package.get("dependencies")),
            *_read_table(package.get("devDependencies")),
            *(key for key in ("jest", "vitest", "mocha") if key in package),
        }
        for framework, needed, config in _FRAMEWORKS:
            shown = any(name.startswith(config) for name in project.list_names(folder))
            if needed in listed or shown:
                return framework
        if "node --test" in str(_read_table(package.get("scripts")).get("test", "")):
            return "node:test"
    return "vitest" if "vite" in project.read(join(home, "package.json")) else "jest"


def _read_package(project: Project, folder: str) -> dict[str, Any]:
    try:
        package = parse_json(project.read(join(folder, "package.json")) or "{}")
    except ValueError:
        return {}
    return _read_table(package)


def _read_table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _find_config(project: Project, home: str) -> str:
    names = sorted(
        n for n in project.list_names(home) if n.startswith(("vitest.config", "vite.config"))
    )
    return join(home, names[0]) if names else ""
