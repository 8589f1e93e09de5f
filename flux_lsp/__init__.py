"""Flux LSP: Claude in the code-action menu of every editor."""

__version__ = "0.1.0"
