"""Tokens and money as values that add."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call; `input` is the uncached remainder, `output` includes thinking.

    `estimated`: the server did not report all of them, so Flux measured the text sent and received.
    `cache_write_hour`: how much of `cache_write` is kept for an hour, which costs more.
    `region`: where the call was bound to (`inference_geo`), "" for anywhere.
    """

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0
    estimated: bool = False
    region: str = ""
    cache_write_hour: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Sum of both; an estimate when one of them is."""
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_write + other.cache_write,
            self.cache_read + other.cache_read,
            self.estimated or other.estimated,
            cache_write_hour=self.cache_write_hour + other.cache_write_hour,
        )

    @property
    def prompt(self) -> int:
        """The size of the whole prompt, which decides on long-prompt prices."""
        return self.input + self.cache_write + self.cache_read


def add_usd(parts: list[float | None]) -> float | None:
    """Add up US dollars; unknown (None) as soon as one part is unknown, never silently 0."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of the tokens in `text`, for reservations and context budgets.

    Today's tokenizer takes about 3.3 characters of code a token; 2.8 leaves a margin. Text beyond
    ASCII takes up to about a token and a half a character, so its UTF-8 bytes are counted.
    """
    return estimate_tokens_of_size(measure_size(text))


def measure_size(text: str) -> int:
    """Return the size on which estimates are based: the UTF-8 bytes of `text`."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def estimate_tokens_of_size(size: int) -> int:
    """Return an upper estimate of the tokens in `size` bytes of text."""
    return int(size / 2.8) + 1
