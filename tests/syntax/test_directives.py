import pytest

from flux_lsp.syntax.directives import Directive, find_directives
from flux_lsp.syntax.languages import find_language

UNKNOWN = find_language("", "a.unknown")


def found(*lines: str, language: str = "") -> list[Directive]:
    return find_directives(lines, 0, len(lines) - 1, find_language(language, "a.unknown"))


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


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("lua", "--[[ flux: add one ]]"),
        ("lua", "--[==[ flux: add one ]==]"),
        ("julia", "#= flux: add one =#"),
        ("pascal", "{ flux: add one }"),
        ("pascal", "(* flux: add one *)"),
        ("bat", ":: flux: add one"),
        ("bat", "rem flux: add one"),
        ("bat", "@REM flux: add one"),
        ("powershell", "<# flux: add one #>"),
        ("nim", "#[ flux: add one ]#"),
        ("cmake", "#[[ flux: add one ]]"),
        ("coffeescript", "### flux: add one ###"),
        ("fsharp", "(* flux: add one *)"),
        ("nix", "/* flux: add one */"),
        ("hcl", "// flux: add one"),
        ("php", "# flux: add one"),
        ("ini", "# flux: add one"),
        ("matlab", "%{ flux: add one %}"),
        ("haskell", "-- | flux: add one"),
        ("vue", "// flux: add one"),
        ("svelte", "<!-- flux: add one -->"),
        ("typescriptreact", "{/* flux: add one */}"),
        ("json", "// flux: add one"),
        ("vb", "' flux: add one"),
        ("latex", "% flux: add one"),
    ],
)
def test_each_language_has_its_own_comments(language: str, line: str) -> None:
    assert found(line, language=language) == [Directive(0, "add one", True, 0, len(line))]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("markdown", "# Flux: a language server"),
        ("markdown", "* flux: an item"),
        ("yaml", "url: http://flux:8086/query"),
        ("yaml", "# flux:8086"),
        ("dockerfile", "ENV URL=http://flux:8086/"),
        ("css", "#flux:hover { }"),
        ("css", "a#flux:hover { }"),
        ("scss", "a { background: url(//flux:8086/x) }"),
        ("typescript", "  #flux: string"),
        ("javascript", "fetch('//flux:8086/x')"),
        ("html", "<a href=//flux:8086/x>"),
        ("python", "// flux: not one"),
        ("c", "# flux: not one"),
        ("json", '{"flux": 1, "lux:": 2}'),
        ("yaml", "flux: a key"),
        ("shellscript", "curl http://flux:8086#flux:x"),
    ],
)
def test_what_is_no_comment_in_its_language_is_no_directive(language: str, line: str) -> None:
    assert found(line, language=language) == []


def test_a_comment_before_code_goes_without_the_code() -> None:
    line = "  /* flux: add one */ foo();"
    [one] = found(line, language="c")
    assert (one.instruction, one.alone) == ("add one", False)
    assert line[: one.column] + line[one.end :] == "  foo();"


@pytest.mark.parametrize(
    ("language", "lines", "said", "place"),
    [
        ("c", ["/*", " * flux: add one", " */"], "add one", (1, 1, 1)),
        ("lua", ["--[[", "  flux: add one", "]]"], "add one", (1, 1, 1)),
        ("ruby", ["=begin", "flux: add one", "=end"], "add one", (1, 1, 1)),
        ("html", ["<!--", "  flux: add one", "-->"], "add one", (1, 1, 1)),
        ("c", ["/* flux: add", "   one */"], "add one", (0, 0, 1)),
        ("c", ["/**", " * Doc.", " * flux: add one", " */"], "add one", (2, 0, 0)),
    ],
)
def test_a_comment_over_lines_goes_as_a_whole_when_it_holds_nothing_else(
    language: str, lines: list[str], said: str, place: tuple[int, int, int]
) -> None:
    [one] = found(*lines, language=language)
    assert (one.instruction, one.alone) == (said, True)
    assert (one.line, one.above, one.below) == place
