"""`flux-lsp doctor`: everything a person needs when nothing happens.

Never shows a key, and changes nothing, except that it makes the ledger when it tries to open it.
"""

import argparse
import asyncio
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from flux_lsp import __version__
from flux_lsp.core.errors import Problem
from flux_lsp.files import CONFIG_BYTES, parse_json, read_text
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED, NOT_CONFIGURED
from flux_lsp.fronts.cli.history import read_alerts
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.tiers import ModelsReport, report_models
from flux_lsp.fronts.cli.workspace import (
    CommandContext,
    add_workspace_option,
    load_command_context,
    open_ledger,
)
from flux_lsp.runs.project_index import describe_index
from flux_lsp.settings import paths
from flux_lsp.settings.show import list_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--offline", action="store_true", help="don't ask the provider which models answer"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_workspace_option(parser)
    parser.add_argument(
        "--editor",
        metavar="JSON",
        type=_parse_object,
        help="include what an editor sends at its start: settings, userSettings, workspaceTrusted",
    )


def _parse_object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what argparse turns into wrong usage
    return value


def run(options: argparse.Namespace) -> int:
    """Print the findings; returns 3 if there is no key, 1 if something else is wrong."""
    place = load_command_context(options.workspace, options.editor)
    models = report_models(place, check=not options.offline)
    trouble = _check_ledger(place.data)
    alerts = [] if trouble else read_alerts(place.data, datetime.now(UTC))
    document = _build_document(place, models, trouble) | {"alerts": [a.text for a in alerts]}
    if options.json:
        print_json(document)
    else:
        from flux_lsp.fronts.cli.doctor_text import format_lines

        print("\n".join(format_lines(document)))
    if not models.credentials.is_usable:
        return NOT_CONFIGURED
    return FAILED if trouble or models.fault else DONE


def _build_document(
    place: CommandContext, models: ModelsReport, trouble: Problem | None
) -> dict[str, Any]:
    loaded, data, key = place.loaded, place.data, models.credentials
    own_prices = paths.get_config_dir() / "prices.toml"
    return {
        "version": __version__,
        "python": f"{platform.python_version()} at {sys.executable}",
        "platform": platform.platform(),
        "settings": [
            {"key": entry.key, "value": entry.value, "source": entry.source}
            for entry in list_settings(loaded)
        ],
        "warnings": [*loaded.warnings, *models.warnings],
        "user_file": {
            "path": str(paths.get_config_file()),
            "exists": paths.get_config_file().is_file(),
        },
        "workspace": {
            "root": str(loaded.root),
            "trusted": loaded.trust.trusted,
            "why": loaded.trust.why,
            "files": [str(path) for path in loaded.files],
        },
        "key": {"found": key.is_usable, "source": key.source, "hint": key.hint or None},
        "models": [tier.to_json() for tier in models.tiers],
        "models_fault": models.fault or None,
        "prices": {
            "as_of": models.prices.as_of.isoformat(),
            "own_file": str(own_prices) if own_prices.is_file() else None,
        },
        "ledger": {
            "path": str(paths.get_ledger_path(data)),
            "writable": trouble is None,
            "problem": trouble and str(trouble),
        },
        "index": describe_index(data, loaded.root, is_wanted=loaded.settings.context.project),
        "checks": {
            "names": [check.name for check in loaded.settings.checks],
            "sandbox": _find_sandbox(loaded.settings.checks_sandbox),
        },
        "log": {
            "path": str(paths.get_log_path(data)),
            "exists": paths.get_log_path(data).is_file(),
        },
        "data_dir": str(data),
        "last_session": _read_last_session(paths.get_last_session_path(data)),
    }


def _find_sandbox(wish: Literal["auto", "none"]) -> str:
    """Try out the sandbox of this machine, and describe it."""
    from flux_lsp.checks.check_edit import CheckRunner
    from flux_lsp.checks.probe import describe_sandbox

    return describe_sandbox(asyncio.run(CheckRunner().get_sandbox(wish)))


def _check_ledger(data: Path) -> Problem | None:
    ledger = open_ledger(data)
    try:
        return ledger.check()
    finally:
        ledger.close()


def _read_last_session(path: Path) -> dict[str, Any] | None:
    """Read which client the server noted, and its capabilities; None if it noted none."""
    try:
        note = parse_json(read_text(path, CONFIG_BYTES))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) else None
