"""Everything that is generated, as texts by path; written or compared by `__main__`.

Never writes a file.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from flux_lsp.actions.registry import Registry
from flux_lsp.publish import (
    actions_page,
    agents_page,
    cli_page,
    errors_page,
    ledger_page,
    lua,
    package_json,
    secret_patterns,
    settings_page,
)
from flux_lsp.publish.keys import fold_keys, list_keys
from flux_lsp.publish.markers import replace_between

# Whole files, and files with a generated part; the latter only where the file is there.
_Whole = Callable[[], str]
_Part = Callable[[str], str]


def generate_outputs(root: Path, registry: Registry) -> dict[Path, str]:
    """What each generated file in the clone at `root` must hold, with the actions of `registry`.

    Raises ValueError when a file has lost the marker of its generated part.
    """
    actions = registry.actions
    keys = list_keys(registry.ids)
    whole: Mapping[str, _Whole] = {
        "docs/settings.md": lambda: settings_page.render_page(fold_keys(keys)),
        "docs/actions.md": lambda: actions_page.render_page(actions),
        "docs/agents.md": agents_page.render_page,
        "docs/errors.md": errors_page.render_page,
        "docs/ledger.md": ledger_page.render_page,
        "docs/cli.md": cli_page.render_page,
        "editors/neovim/lua/flux/types.lua": lambda: lua.render_types(keys),
        "flux_lsp/context/data/secret_patterns.json": secret_patterns.collect_patterns,
    }
    parts: Mapping[str, _Part] = {
        "README.md": lambda host: replace_between(host, "cli", cli_page.render_table()),
        "editors/neovim/doc/flux.txt": lambda host: replace_between(
            replace_between(host, "settings", lua.render_settings(fold_keys(keys))),
            "actions",
            lua.render_actions(actions),
        ),
        "editors/vscode/package.json": lambda host: package_json.update_package(
            host, keys, actions
        ),
    }
    texts = {root / path: make() for path, make in whole.items()}
    for path, fill in parts.items():
        host = root / path
        if host.is_file():
            texts[host] = fill(host.read_text(encoding="utf-8"))
    help_page = texts.get(root / "editors/neovim/doc/flux.txt")
    if help_page is not None:
        texts[root / "editors/neovim/doc/tags"] = lua.render_tags(help_page)
    return texts
