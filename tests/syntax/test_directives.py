import pytest

from flux_lsp.syntax.directives import Directive, find_directives
from flux_lsp.syntax.languages import language_for

UNKNOWN = language_for("", "a.unknown")


def found(*lines: str, language: str = "") -> list[Directive]:
    return find_directives(lines, 0, len(lines) - 1, language_for(language, "a.unknown"))


@pytest.mark.parametrize(
    "line",
    [
        "# flux: rename x",
        "    #flux: rename x",
        "## Flux: rename x",
        "// flux: rename x",
        "/// flux: rename x",
        "//! flux: rename x",
        "-- flux: rename x",
        "; flux: rename x",
        ";; flux: rename x",
        "% flux: rename x",
        "/* flux: rename x */",
        "/** flux: rename x **/",
        " * flux: rename x",
        "<!-- flux: rename x -->",
        "<!--- flux: rename x --->",
        '" flux: rename x',
        "' flux: rename x",
        "(* flux: rename x *)",
        "{- flux: rename x -}",
        "{# flux: rename x #}",
        "{#- flux: rename x -#}",
        "{/* flux: rename x */}",
        "<%# flux: rename x %>",
        "<%-- flux: rename x --%>",
        "#| flux: rename x |#",
        "{{!-- flux: rename x --}}",
        "REM flux: rename x",
        "! flux: rename x",
        ".. flux: rename x",
    ],
)
def test_a_directive_in_any_languages_comment_stands_alone(line: str) -> None:
    for end in ("", "\n", "\r\n"):
        assert found(line + end) == [Directive(0, "rename x", True, 0, len(line))]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x = 1  # flux: name this", "x = 1"),
        ('x = "a"  # flux: name this', 'x = "a"'),
        ("let x = 'a'; // flux: name this", "let x = 'a';"),
        ("fn f<'a>(x: &'a str, y: &'a str) {} // flux: name this", None),
        ("a { } /* flux: name this */", "a { }"),
        ("<b></b> <!-- flux: name this -->", "<b></b>"),
        ("x = 1 -- flux: name this", "x = 1"),
    ],
)
def test_a_directive_behind_code_says_what_to_cut(line: str, code: str | None) -> None:
    [directive] = found(line + "\n")
    assert directive.instruction == "name this"
    assert not directive.alone
    left = line[: directive.column] + line[directive.end :]
    assert code is None or left == code


@pytest.mark.parametrize(
    "line",
    [
        'print("# flux: not one")',
        "print('// flux: not one')",
        "`# flux: not one`",
        '"flux: not one",',
        "'flux: not one'",
        "# flux:",
        "# flux:   ",
        "# influx: data",
        "flux: key in yaml",
        "x = flux: y",
        "# see flux: later",
        "url = 'http://flux:8080'",
    ],
)
def test_what_only_looks_like_a_directive_is_none(line: str) -> None:
    assert found(line) == []


def test_lines_are_counted_in_the_document_and_only_those_asked_for() -> None:
    lines = ["# flux: a\n", "x\n", "  # flux: b\n", "# flux: c\n"]
    assert [(d.line, d.instruction) for d in find_directives(lines, 1, 2, UNKNOWN)] == [(2, "b")]
    assert [d.line for d in find_directives(lines, 0, 99, UNKNOWN)] == [0, 2, 3]
    assert find_directives([], 0, 0, UNKNOWN) == []


def test_the_instruction_keeps_its_own_punctuation() -> None:
    [one] = found("# flux: use a*b, then `x` -- don't touch */\n")
    assert one.instruction == "use a*b, then `x` -- don't touch */"


def test_a_directive_is_found_in_a_long_document() -> None:
    lines = ["    value = compute(first, second)  # nothing here\n"] * 100_000
    lines[70_000] = "# flux: here\n"
    assert [d.line for d in find_directives(lines, 0, len(lines), UNKNOWN)] == [70_000]
