"""Reads what pytest and packaging tools are told about a project: configuration files, as they read them.

Never runs or imports the project's code.
"""

import configparser
from dataclasses import dataclass
from typing import Any

from flux_lsp.context.project_files import Project, join, list_folders_above
from flux_lsp.files import parse_toml


@dataclass(frozen=True, slots=True)
class PytestOptions:
    """What the configuration of pytest says; `folder` is where that lies."""

    folder: str
    options: dict[str, str]
    is_configured: bool

    @property
    def imports_by_name(self) -> bool:
        """Whether pytest leaves its path alone."""
        return "importlib" in self.options.get("addopts", "") + self.options.get("import_mode", "")

    @property
    def pythonpath(self) -> list[str]:
        """The folders that it puts on the path."""
        words = self.options.get("pythonpath", "").replace(",", " ").split()
        return [join(self.folder, *split_path(word)) for word in words]


def read_pytest_options(project: Project, test: str, home: str) -> PytestOptions:
    """The configuration that pytest takes: the nearest above the test that has one."""
    for folder in list_folders_above(test):
        options = _read_options(project, folder)
        if options is not None:
            return PytestOptions(folder, options, True)
    return PytestOptions(home, {}, False)


def _read_options(project: Project, folder: str) -> dict[str, str] | None:
    names = project.list_names(folder)
    for name, section in (("pytest.ini", "pytest"), (".pytest.ini", "pytest")):
        if name in names:
            return _read_section(project.read(join(folder, name)), section) or {}
    if "pyproject.toml" in names:
        pytest = read_table(read_table(read_pyproject(project, folder).get("tool")).get("pytest"))
        if pytest:
            merged = {**pytest, **read_table(pytest.get("ini_options"))}
            return {key: _join_words(value) for key, value in merged.items()}
    for name, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        options = (
            _read_section(project.read(join(folder, name)), section) if name in names else None
        )
        if options is not None:
            return options
    return None


def _read_section(text: str, section: str) -> dict[str, str] | None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    if not parser.has_section(section):
        return None
    return {key: value or "" for key, value in parser.items(section)}


def read_pyproject(project: Project, folder: str) -> dict[str, Any]:
    """Return what `pyproject.toml` in a folder says; nothing when it cannot be read."""
    try:
        return parse_toml(project.read(join(folder, "pyproject.toml")))
    except ValueError:
        return {}


def read_table(value: object) -> dict[str, Any]:
    """Return `value` if it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def _join_words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def split_path(path: str) -> list[str]:
    """Return the parts of a path that name a folder."""
    return [part for part in path.split("/") if part not in {"", "."}]
