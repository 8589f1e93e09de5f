"""The two tiers of models, by name.

Never says which model a tier resolves to; `models.tiers` does.
"""

from typing import Literal

Tier = Literal["haiku", "sonnet"]

TIERS: tuple[Tier, ...] = ("haiku", "sonnet")
