"""The protocol that every provider fulfils, and the route of a call, without an SDK.

Never imports anthropic, httpx2 or pydantic: everything here is on the start-up path.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from flux_lsp.core.assignment import Effort
from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.models.catalogue import ModelInfo

if TYPE_CHECKING:
    from flux_lsp.models.batches import BatchClient

Thinking = Literal["disabled", "between_tools"]
# As `flux-lsp models --check` says it; "unknown" when the server could not be asked.
ModelAvailability = Literal["available", "404", "403", "unknown"]


def get_other_tier(tier: Tier) -> Tier:
    """Return the tier to use when this one is not available."""
    return "haiku" if tier == "sonnet" else "sonnet"


@dataclass(frozen=True, slots=True)
class Route:
    """Which model is asked, why, and how: the router's answer, everything a request body needs.

    `thinking` and `effort` None: left to the model. `described` False: nothing is known of the
    model but its name, so nothing beyond the plain Messages API is sent. `replacement` is what to
    use instead when the model is gone, `setting` the key that can name another.
    """

    tier: Tier
    model: str
    reason: str
    provider: str = "anthropic"
    thinking: Thinking | None = None
    effort: Effort | None = None
    strict_tools: bool = False
    max_output_tokens: int | None = None
    context_tokens: int | None = None
    described: bool = False
    replacement: str | None = None
    setting: str = ""
    efforts: frozenset[str] = frozenset()  # that the model knows
    pinned: bool = False  # `setting` names the model; else it is `auto`
    stands_in: bool = False  # for a model that this key was refused; `reason` names both


class ModelClient(Protocol):
    """One door to a model. A failed call is a `CallError`, never an exception."""

    @property
    def provider(self) -> str:
        """anthropic, bedrock, vertex, foundry or offline."""
        ...

    @property
    def batches(self) -> "BatchClient | None":
        """The door to batches; None for a server that takes none."""
        ...

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,  # noqa: ASYNC109 - a deadline over connecting, waiting and streaming
        on_usage: Callable[[Usage], None] = ...,
    ) -> Reply | CallError:
        """Ask once and stream the answer; at most `timeout` seconds in all.

        `on_text` gets each piece of text as it comes. `on_usage` gets the tokens of the call when it
        ends in any way, by a cancel or an exception too; zero where nothing was sent. Tokens that
        the server does not report are measured and marked as an estimate. Cancelling the task closes
        the stream at once and raises CancelledError.
        """
        ...

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return exactly the JSON that `complete` sends."""
        ...

    async def models(self) -> list[ModelInfo] | CallError:
        """List the models of this key; free."""
        ...

    async def probe(self, model: str) -> ModelAvailability:
        """Whether this key can use the model; free."""
        ...

    async def warm(self) -> None:
        """Load what the first call would otherwise have to wait for; never fails."""
        ...

    async def close(self) -> None:
        """Close the connections; nobody uses the client afterwards."""
        ...
