"""The offline provider: answers by fixed rules, at no cost, without a network."""

from flux_lsp.models.offline.answers import ABILITIES
from flux_lsp.models.offline.client import OfflineClient

__all__ = ["ABILITIES", "OfflineClient"]
