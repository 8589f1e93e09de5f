"""Counts the tokens of one call while its answer comes in, also those the server does not report.

Never lowers a count, never accepts an impossible one, and never reads silence as zero: it measures
the text that was sent and received instead, and marks the count as an estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, isfinite

from flux_lsp.core.usage import Usage, estimate_tokens_of_size, measure_size
from flux_lsp.models.anthropic.json_values import read_mapping

_KINDS = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_creation_input_tokens": "cache_write",
    "cache_read_input_tokens": "cache_read",
}
_MOST = 10_000_000  # ten times the largest window there is: beyond it a count is a mistake


@dataclass
class TokenCounter:
    """The counts of one call. `prompt`: an upper estimate of the tokens that are sent."""

    prompt: int
    _reported: dict[str, int] = field(default_factory=dict)
    _region: str = ""
    _hour: int = 0  # tokens that the cache keeps for an hour
    _size: int = 0  # bytes of the answer that came
    _reported_size: int = 0  # how many of them the reported output counts

    def measure(self, piece: str) -> None:
        """Measure a piece of the answer: text, thinking, its signature, or arguments of a tool."""
        self._size += measure_size(piece)

    def take(self, usage: Mapping[str, object]) -> None:
        """Take the server's counts, which are totals so far; it may leave out later ones."""
        for name, kind in _KINDS.items():
            count = _read_count(usage.get(name))
            if count is None or count < self._reported.get(kind, 0):
                continue
            self._reported[kind] = count
            if kind == "output" and count:
                self._reported_size = self._size
        split = read_mapping(usage.get("cache_creation"))
        self._hour = max(self._hour, _read_count(split.get("ephemeral_1h_input_tokens")) or 0)
        region = usage.get("inference_geo")
        self._region = region if isinstance(region, str) and region else self._region

    def get_usage(self) -> Usage:
        """Return the usage so far."""
        counts, known_prompt = self._prompt()
        rest = self._size - self._reported_size
        output = self._reported.get("output", 0) + (estimate_tokens_of_size(rest) if rest else 0)
        known_output = not rest and "output" in self._reported
        return Usage(
            counts["input"],
            output,
            counts["cache_write"],
            counts["cache_read"],
            not (known_prompt and known_output),
            self._region,
            min(self._hour, counts["cache_write"]),
        )

    def _prompt(self) -> tuple[dict[str, int], bool]:
        """Return the counts of the prompt, and whether the server reported them; no prompt has 0 tokens."""
        counts = {
            kind: self._reported.get(kind, 0) for kind in ("input", "cache_write", "cache_read")
        }
        cached = counts["cache_write"] + counts["cache_read"]
        if counts["input"] or (cached and "input" in self._reported):
            return counts, True
        counts["input"] = max(0, self.prompt - cached)
        return counts, False


def _read_count(value: object) -> int | None:
    """Read a count that a call can have, as a whole number; None for anything else."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    return ceil(value) if 0 <= value <= _MOST else None
