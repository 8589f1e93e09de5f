"""What a session remembers for routing: the last decision on each file, and what each model has cached.

Never decides, and holds digests of prompts only.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from flux_lsp.core.decision import Decision
from flux_lsp.core.usage import Usage
from flux_lsp.models.routing.estimates import MeasuredPrompt
from flux_lsp.models.routing.rules import STICKY_SECONDS, RecentDecision

_CACHE_SECONDS = 300.0
_MOST_FILES, _MOST_PREFIXES = 500, 4000
# What a pin, a rule or an escalation decided says nothing about the next request.
_KEPT_RULES = frozenset({"score", "default", "sticky"})


@dataclass
class RoutingMemory:
    """Times are seconds of a monotonic clock; the oldest entries give way to new ones."""

    _recent: OrderedDict[str, tuple[RecentDecision, float]] = field(default_factory=OrderedDict)
    _prefixes: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict)

    def find_recent(self, uri: str, now: float) -> RecentDecision | None:
        """Find the decision of the last five minutes on a file."""
        recent, until = self._recent.get(uri, (None, now))
        return recent if now < until else None

    def record_decision(self, uri: str, decision: Decision, now: float) -> None:
        """Remember a decision; one that was kept keeps the score it was made at."""
        if decision.rule not in _KEPT_RULES:
            return
        recent = RecentDecision(decision.tier, decision.score)
        before = self.find_recent(uri, now)
        if decision.rule == "sticky" and before is not None:
            recent = before
        self._recent[uri] = recent, now + STICKY_SECONDS
        self._recent.move_to_end(uri)
        if len(self._recent) > _MOST_FILES:
            self._recent.popitem(last=False)

    def count_cached_tokens(self, model: str, prompt: MeasuredPrompt, now: float) -> int:
        """Count the tokens of a prompt that the model is likely to read from its cache."""
        cached = (
            tokens
            for digest, tokens in prompt.prefixes
            if now < self._prefixes.get((model, digest), now)
        )
        return max(cached, default=0)

    def record_call(self, model: str, prompt: MeasuredPrompt, usage: Usage, now: float) -> None:
        """Remember what a call left in the model's cache; nothing where the server cached nothing."""
        kept = usage.cache_write + usage.cache_read
        for digest, tokens in prompt.prefixes:
            if kept and tokens <= 2 * kept:  # an estimate, and the server's own count
                self._prefixes[model, digest] = now + _CACHE_SECONDS
                self._prefixes.move_to_end((model, digest))
        while len(self._prefixes) > _MOST_PREFIXES:
            self._prefixes.popitem(last=False)
