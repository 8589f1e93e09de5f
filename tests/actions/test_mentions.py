"""What counts as naming somebody at the beginning of an instruction."""

import pytest

from flux_lsp.actions.mentions import read_mention


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("@python-pro use sum", ("python-pro", "use sum")),
        ("@Code-Reviewer: look at this", ("code-reviewer", "look at this")),
        ("  @debugger  ", ("debugger", "")),
        ("@a,b", ("a", "b")),
        ("use @python-pro", None),
        ("@", None),
        ("@-x do", None),
        ("@user/repo add", None),
        ("mail a@b.c", None),
        ("", None),
    ],
)
def test_only_a_name_at_the_beginning_counts(
    instruction: str, expected: tuple[str, str] | None
) -> None:
    assert read_mention(instruction) == expected
