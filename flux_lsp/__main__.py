"""`python -m flux_lsp` and `flux-lsp`: hands over to the command line.

Never imports anything else, since every start pays for it.
"""

from flux_lsp.core.isolation import leave_current_folder

TYPE_CHECKING = False  # `typing` would be an import
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command line without the code of the current folder; returns the exit code."""
    leave_current_folder()
    from flux_lsp.fronts.cli.main import main as run

    return run(arguments)


__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
