"""Makes the client of the provider in effect; nothing else chooses one.

Never connects: clients do that when they are first used.
"""

from typing import TYPE_CHECKING

from flux_lsp.core.clock import Clock
from flux_lsp.models.client import ModelClient

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials
    from flux_lsp.settings.schema import Settings


def connect(settings: "Settings", credentials: "Credentials", clock: Clock) -> ModelClient:
    """Return the offline rules or the SDK's client; imports neither before it is needed."""
    if settings.provider == "offline":
        from flux_lsp.models.offline import OfflineClient

        return OfflineClient()
    from flux_lsp.models.anthropic import AnthropicClient

    provider = "anthropic" if settings.provider == "auto" else settings.provider
    return AnthropicClient(credentials, clock, provider=provider, base_url=settings.base_url)
