"""`flux-lsp checks suggest`: proposes checks from what the project has.

Never runs one, and never writes a setting.
"""

import argparse

from flux_lsp.fronts.cli.exit_codes import DONE, FAILED
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.workspace import add_workspace_option, find_workspace, get_current_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("suggest", choices=["suggest"], help="print checks that fit the project")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_workspace_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print the suggestions as settings; 1 if the project has nothing that Flux knows."""
    from flux_lsp.checks.suggest import suggest_checks, write_toml

    root = options.workspace or find_workspace(get_current_folder())
    suggestions = suggest_checks(root.resolve())
    if options.json:
        entries = [{**s.check.model_dump(mode="json"), "why": s.why} for s in suggestions]
        print_json({"root": str(root), "checks": entries})
    elif suggestions:
        print(write_toml(suggestions))
        print("# Nothing was run. Put what you want into your user file, or into flux.toml of a")
        print("# workspace that you trust.")
    else:
        print(f"There is nothing in {root} from which Flux could tell how it is checked.")
    return DONE if suggestions else FAILED
