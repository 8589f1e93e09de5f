"""The settings below `telemetry`: where runs are reported to.

Never sends anything.
"""

from typing import Annotated

from pydantic import BeforeValidator

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule
from flux_lsp.settings.value_types import Address, complete_address


class Telemetry(SettingsTree):
    """Where Flux reports runs to."""

    endpoint: Annotated[Address, BeforeValidator(complete_address), WorkspaceRule.USER] = None
    """The address of an OpenTelemetry collector, such as `http://localhost:4318`. Flux sends it a span and
    metrics of each run by OTLP over HTTP: times, models, tokens and money, never code, words or paths.
    Install `flux-lsp[otel]` for it. Without an address nothing is sent. Only your user file or your
    environment can set this."""
