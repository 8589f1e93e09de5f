"""`python -m flux_lsp` and `flux-lsp`: hands over to the command line.

Never imports anything else, since every start pays for it.
"""

from flux_lsp.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
