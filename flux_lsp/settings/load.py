"""Merges all layers into one value: what is set, where each key was set, and the settings tree.

Never imports pydantic before a key is set or somebody reads the tree: most people set nothing, and
the menu must not wait for it.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flux_lsp.settings import layers, paths
from flux_lsp.settings.layers import Layer
from flux_lsp.settings.trust import Trust, decide_trust
from flux_lsp.settings.unread import UnreadSetting

if TYPE_CHECKING:
    from flux_lsp.settings.schema import Settings


@dataclass(frozen=True)
class LoadedSettings:
    """Settings in effect. `values` holds the checked values by dotted key, `sources` their places;
    what is in neither has its default. `dotenv` is the `ANTHROPIC_*` part of the workspace's `.env`,
    and `dotenv_url` the address that the same file names. `unread` is of the warnings what may have
    protected: while there is any, nothing is sent.
    """

    values: Mapping[str, object]
    sources: Mapping[str, str]
    warnings: tuple[str, ...]
    trust: Trust
    root: Path | None
    files: tuple[Path, ...]
    dotenv: Mapping[str, str] = field(repr=False)
    dotenv_url: str | None = field(default=None, repr=False)
    unread: tuple[UnreadSetting, ...] = ()

    @cached_property
    def settings(self) -> "Settings":
        """The whole tree; the first use may import pydantic, so make it in a thread."""
        from flux_lsp.settings.schema import Settings

        tree: dict[str, Any] = {}
        for key, value in self.values.items():
            *sections, leaf = key.split(".")
            section = tree
            for name in sections:
                section = section.setdefault(name, {})
            section[leaf] = value
        return Settings.model_validate(tree)

    # What the menu and `find_credentials` ask, without the tree.

    @property
    def provider(self) -> str:
        """As in the tree."""
        return str(self.values.get("provider", "auto"))

    @property
    def base_url(self) -> str | None:
        """As in the tree."""
        return self._get_text("base_url")

    @property
    def api_key_command(self) -> str | None:
        """As in the tree."""
        return self._get_text("api_key_command")

    def is_enabled(self, action: str) -> bool:
        """Whether Flux offers `action`."""
        return self.values.get(f"actions.{action}") is not False

    @property
    def shows_agents(self) -> bool:
        """As `agents.menu` in the tree."""
        return self.values.get("agents.menu") is not False

    def get_source(self, key: str) -> str:
        """Return where a key's value comes from."""
        return self.sources.get(key, "default")

    def _get_text(self, key: str) -> str | None:
        value = self.values.get(key)
        return None if value is None else str(value)


def load_settings(  # noqa: PLR0913 - one for each place that settings come from
    env: Mapping[str, str] = os.environ,
    *,
    root: Path | None = None,
    editor: object = None,
    editor_user: object = None,
    cli: Mapping[str, object] | None = None,
    workspace_trusted: bool | None = None,
    actions: Collection[str] = (),
    user_file: Path | None = None,
) -> LoadedSettings:
    """Read every layer and merge them; blocks on files, so call it in a thread.

    `editor`: what the editor sent, in any of its shapes. A workspace can bring that along, so it
    counts in full only where the workspace is trusted. `editor_user`: what the editor says the person
    has set at their own level: `userSettings` at the top of its initialization options. `cli`: options
    by dotted key.
    `workspace_trusted`: the editor's own word on the workspace, `workspaceTrusted` at the top of its
    initialization options; never from its settings, which a workspace can bring along.
    `actions`: the action ids there are; with them, a key for another one is reported.
    """
    user = layers.read_user_layer(user_file or paths.get_config_file())
    process = layers.read_environment_layer(env)
    own, dotenv = ((), {}) if root is None else _read_workspace(root)
    persons, editors = (
        layers.read_editor_layer(editor_user, "person"),
        layers.read_editor_layer(editor),
    )
    order = (user, *own, process, persons, editors, layers.read_command_line_layer(cli or {}))
    folders = _read_trusted_folders((user, process))
    trust = _decide_trust(root, folders, paths.get_data_dir(env), workspace_trusted)
    values, sources, warnings, unread = _merge_layers(order, actions, root, trust)
    return LoadedSettings(
        values=values,
        sources=sources,
        warnings=warnings,
        trust=trust,
        root=root,
        files=tuple(path for layer in order for path in layer.files),
        dotenv={name: dotenv[name] for name in dotenv if name.startswith("ANTHROPIC_")},
        dotenv_url=dotenv.get("FLUX_BASE_URL") or dotenv.get("ANTHROPIC_BASE_URL") or None,
        unread=unread,
    )


def _read_workspace(root: Path) -> tuple[tuple[Layer, ...], dict[str, str]]:
    dotenv, variables = layers.read_dotenv_layer(root)
    return (*layers.read_workspace_layers(root), dotenv), variables


def _read_trusted_folders(persons: Sequence[Layer]) -> tuple[str, ...]:
    """Read the trusted folders first: only the person decides on trust, before a workspace's files count."""
    trust_layers = [
        Layer(layer.level, tuple(e for e in layer.entries if e.key == "trusted_workspaces"))
        for layer in persons
    ]
    values, *_ = _merge_layers(trust_layers, (), None, Trust(False, ""))
    folders = values.get("trusted_workspaces")
    return folders if isinstance(folders, tuple) else ()


def _merge_layers(
    order: Sequence[Layer], actions: Collection[str], root: Path | None, trust: Trust
) -> tuple[dict[str, object], dict[str, str], tuple[str, ...], tuple[UnreadSetting, ...]]:
    """Merge into values and sources by key, all warnings, and those about settings that protect."""
    if not any(layer.entries for layer in order):
        warnings = tuple(warning for layer in order for warning in layer.warnings)
        return {}, {}, warnings, tuple(setting for layer in order for setting in layer.unread)
    from flux_lsp.settings.merge import SettingsMerger

    merged = SettingsMerger(actions, root, trust)
    for layer in order:
        merged.take(layer)
    warnings = tuple(dict.fromkeys(merged.warnings))
    return merged.values, merged.sources, warnings, tuple(dict.fromkeys(merged.unread))


def _decide_trust(
    root: Path | None, folders: Sequence[str], data: Path, editor: bool | None
) -> Trust:
    if root is None:
        if editor:
            return Trust(True, "the editor trusts it")
        return Trust(False, "there is no workspace folder", refused=editor is False)
    return decide_trust(root, folders, paths.get_trust_store(data), editor)
