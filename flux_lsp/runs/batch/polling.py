"""How long to wait between two looks at a batch: a little at first, then longer.

Pure but for one environment variable, which tests set.
"""

import os
from collections.abc import Iterator, Mapping
from itertools import repeat

_FIRST, _LONGEST, _GROWTH = 5.0, 60.0, 1.5


def read_poll_seconds(env: Mapping[str, str] = os.environ) -> tuple[float, float]:
    """Return the first and the longest wait in seconds; `FLUX_BATCH_POLL_SECONDS` sets both."""
    try:
        seconds = float(env.get("FLUX_BATCH_POLL_SECONDS", ""))
    except ValueError:
        return _FIRST, _LONGEST
    return (seconds, seconds) if 0 < seconds <= _LONGEST else (_FIRST, _LONGEST)


def list_waits(first: float, longest: float) -> Iterator[float]:
    """List the waits in seconds, without end."""
    wait = first
    while wait < longest:
        yield wait
        wait *= _GROWTH
    yield from repeat(longest)
