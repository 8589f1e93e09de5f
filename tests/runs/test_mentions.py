"""Who a directive is for: an agent, a pipeline, or nobody."""

from pathlib import Path

import pytest

from flux_lsp.runs.mentions import find_mention
from tests.runs.fakes import URI, stage


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("@python-pro use sum", ("agent:python-pro", "use sum")),
        (
            "@troubleshoot-fix-test it counts twice",
            ("pipeline:troubleshoot-fix-test", "it counts twice"),
        ),
        ("@dataclass this", None),
        ("use sum", None),
    ],
)
async def test_only_a_name_that_there_is_counts(
    tmp_path: Path, words: str, expected: tuple[str, str] | None
) -> None:
    it = stage(tmp_path)

    named = await find_mention(it.session, words, URI)

    assert (named and (named[0], named[1].instruction)) == expected
