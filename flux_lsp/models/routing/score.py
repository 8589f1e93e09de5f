"""The score of a request: what each of its characteristics says for Haiku or for Sonnet.

Never decides a tier: `rules.py` does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flux_lsp.core.characteristics import Characteristic

LONG_PROMPT = 6000  # tokens


@dataclass(frozen=True, slots=True)
class Matrix:
    """The points of each characteristic, Haiku's minus Sonnet's.

    `action` is how often the action's own points count; `long_prompt` are the points of a prompt of
    more than 6,000 tokens.
    """

    points: Mapping[str, int]
    action: int = 0
    long_prompt: int = 0


def compute_points(
    characteristics: Collection[Characteristic],
    matrix: Matrix,
    action_points: int,
    prompt_tokens: int,
) -> dict[str, int]:
    """Return what each characteristic of the request adds to the score; the sum is the score.

    A characteristic without points is left out.
    """
    points: dict[str, int] = {name: matrix.points.get(name, 0) for name in sorted(characteristics)}
    points["action"] = matrix.action * action_points
    points["long_prompt"] = matrix.long_prompt if prompt_tokens > LONG_PROMPT else 0
    return {name: value for name, value in points.items() if value}
