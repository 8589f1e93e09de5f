"""Prompts and replies as values. Never holds a wire format beyond content blocks.

Only `context.redact_prompt` makes a `RedactedPrompt`, and only a `RedactedPrompt` can be sent, so nothing leaves
without passing redaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from flux_lsp.core.errors import Problem
from flux_lsp.core.usage import Usage

# One content block as the Messages API spells it: {"type": "text", "text": …}, tool_use,
# tool_result, thinking. Blocks of an answer are sent back exactly as they came.
Block = Mapping[str, object]
ToolName = Literal["rewrite_range", "apply_edits", "report_findings", "hand_over"]
StopReason = Literal["end_turn", "tool_use", "max_tokens", "refusal", "stop_sequence", "other"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation."""

    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call's content, what changes least first: tools, `system`, `stable`, turns.

    The next call that begins with the same bytes reads them from the cache.
    `stable` is the project's own text (guidance). It is data, so it comes in the first user turn,
    before the question, and never in the system prompt. `answers_in_text`: the model must not call a
    tool; `tools` only make the prompt begin like those of the other actions.
    """

    action: str
    system: str
    stable: str
    turns: tuple[Turn, ...]
    tools: tuple[ToolName, ...]
    max_tokens: int
    answers_in_text: bool = False

    def continue_with(self, *turns: Turn, tools: tuple[ToolName, ...] | None = None) -> "Prompt":
        """Return the same conversation continued by `turns`; `tools` replaces its tools."""
        return replace(
            self, turns=(*self.turns, *turns), tools=self.tools if tools is None else tools
        )


@dataclass(frozen=True, slots=True)
class RedactedPrompt:
    """A prompt after redaction; `placeholders` maps each placeholder to the secret it hides.

    The mapping stays in this process. Only `context.redact_prompt` makes one.
    """

    prompt: Prompt
    placeholders: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call of an answer; `json` is the argument text exactly as streamed, maybe broken."""

    id: str
    name: str
    json: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One model answer, complete as far as it came. Text and tool calls still hold placeholders."""

    model: str  # the one that answered, as the response names it
    text: str
    tool_calls: tuple[ToolCall, ...]
    stop_reason: StopReason | None  # None: the stream ended without saying why
    usage: Usage
    blocks: tuple[Block, ...] = ()  # to be sent back on a retry
    first_token_ms: int | None = None
    total_ms: int = 0


@dataclass(frozen=True, slots=True)
class CallError:
    """A call without an answer: transport, status or credentials failed.

    `retryable`: the same call may succeed later. `retry_after`: seconds the server asked for.
    `usage` holds the tokens counted until the call broke off.
    """

    problem: Problem
    status: int | None = None
    retryable: bool = False
    retry_after: float | None = None
    unavailable: bool = False  # this key cannot reach this model (404, 403): use the other tier
    may_cost: bool = False  # the request was sent, and the server did not refuse it
    usage: Usage = field(default_factory=Usage)
    first_token_ms: int | None = None
    total_ms: int = 0
