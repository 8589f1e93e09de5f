"""`flux-lsp demo` without a key shows what the offline rules can do, and says where they cannot."""

from pathlib import Path

from tests.cli.commands import Shell, flux

__all__ = ["flux"]


def test_the_sample_is_documented_renamed_explained_and_tested(flux: Shell) -> None:
    ran = flux("demo")
    assert ran.code == 0, ran.err
    for shown in (
        "No ANTHROPIC_API_KEY in the environment",
        '+    """Raise `ValueError` if `pack < 1` ("a pack holds at least one piece")."""',
        "+        shortage = minimum - item.quantity",
        "This is what the syntax tree shows.",
        "+        plan_orders([], pack=0)",
    ):
        assert shown in ran.out


def test_a_file_of_your_own_stays_as_it_is_and_refusals_are_no_failure(
    flux: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "own.js"
    code = (
        "function add(a, b) {\n  return [a + b, a + b, a + b, a + b, a + b];\n}\n\n"
        "function sub(a) {\n  if (!a) throw new E('no');\n}\n"
    )
    file.write_text(code)
    ran = flux("demo", str(file))
    assert ran.code == 0, ran.err
    assert "+ * @throws {E} If `!a`" in ran.out  # the largest function about which there is a fact
    assert "add: function in own.js" in ran.out
    assert "the offline provider writes tests for Python only" in ran.out
    file.write_text("function add(a, b) {\n  return a + b;\n}\n")
    ran = flux("demo", str(file))
    assert ran.code == 0, ran.err
    assert "shows nothing here but names" in " ".join(ran.out.split())
    assert file.read_text() == "function add(a, b) {\n  return a + b;\n}\n"
