"""Decides whether an answer is complete by what the server says at its end; lenient about its words.

Never takes an answer for complete if only the connection ended.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.core.conversation import StopReason

# The API's own words, then those of other servers and of proxies that translate.
_STOP_REASONS: dict[str, StopReason] = {
    "end_turn": "end_turn",
    "tool_use": "tool_use",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    # the window was full before max_tokens was reached: cut off all the same
    "model_context_window_exceeded": "max_tokens",
    **dict.fromkeys(("stop", "eos", "eos_token", "end", "complete", "completed"), "end_turn"),
    **dict.fromkeys(("finished", "done"), "end_turn"),
    **dict.fromkeys(("tool_calls", "tool_call", "function_call", "tooluse"), "tool_use"),
    **dict.fromkeys(("length", "max_length", "max_output_tokens", "token_limit"), "max_tokens"),
    **dict.fromkeys(("content_filter", "content_filtered", "safety"), "refusal"),
}


@dataclass
class Ending:
    """How an answer ends. `longest`: the tokens it was allowed."""

    longest: int
    word: str = ""  # the server's, as it came
    _stopped: bool = False  # message_stop was there

    def say(self, word: object) -> None:
        """Note a stop reason, or that none came."""
        if isinstance(word, str) and word:
            self.word = word

    def stop(self) -> None:
        """Note that the message is over."""
        self._stopped = True

    @property
    def over(self) -> bool:
        """Whether the answer is over; counts may still follow."""
        return self._stopped or bool(self.word)

    @property
    def stopped(self) -> bool:
        """Whether nothing more can follow."""
        return self._stopped

    def get_stop_reason(self, calls: Sequence[str], output: int) -> StopReason | None:
        """Return why the answer stopped; None when nothing said that it did.

        `calls`: the arguments of its tools. Where the word is unknown or missing they say it: JSON
        that is closed is whole. An answer as long as was allowed is taken for cut off.
        """
        known = _STOP_REASONS.get(self.word.lower())
        if known is not None or not self.over:
            return known
        if calls and all(map(_is_object, calls)):
            return "tool_use"
        if output >= self.longest:
            return "max_tokens"
        return "other" if self.word or calls else "end_turn"


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except ValueError:
        return False
