"""Which comment lines a tool reads: directives to linters, compilers and formatters, licences.

Never judges prose: a directive stands at the beginning of its comment.
"""

import re

# What may stand before the words of a comment line, in any language.
_MARK = r"^[\s/*#;%!\-<\"'({=.]*"
_TOOLS = (
    # Python
    r"noqa\b|type:\s*ignore|pylint:|pyright:|mypy:|ruff:|fmt:\s*(?:on|off|skip)\b|isort:|yapf:|flake8[:-]|nosec\b|"
    r"pragma:|pytype:|nopycln|doctest:|(?:en)?coding[:=]\s*(?:utf|latin|ascii|iso|cp|us)|-\*-|vim?:\s*set?\b|"
    # Go
    r"nolint\b|go:[a-z]|\+build\b|line\s+\S+:\d|lint:(?:file-)?ignore|#cgo\b|"
    # JavaScript and TypeScript
    r"@ts-|eslint[- ](?:dis|en)able|eslint-env|eslint\s+[\w/@-]+:|prettier-ignore|biome-ignore|"
    r"deno-(?:lint|fmt|coverage)|tslint:|js[hl]int\s+\w+:|jshint\s+ignore|istanbul ignore|"
    r"[cv]8 ignore|@jsx|@flow\b|@noflow|@preserve|[@#]?__PURE__|@vite-ignore|@vitest-|@jest-|"
    r"webpack(?:ChunkName|Ignore|Mode|Prefetch|Preload|Include|Exclude|Exports|FetchPriority)|"
    r"[#@] ?source(?:Mapping)?URL|sourceMappingURL=|<?reference (?:path|types|lib)=|<?amd-|"
    # Ruby, Swift, C, PHP, Java, Kotlin, Scala, C#
    r"rubocop:|:nodoc:|:doc:|typed:\s*(?:true|false|str|ignore)|frozen_string_literal|warn_indent|"
    r"swiftlint:|swiftformat:|sourcery:|NOLINT|clang-format\s+o|IWYU pragma|cppcheck-|coverity\[|"
    r"phpcs:|@?phpstan-|@?psalm-|@codeCoverageIgnore|noinspection\s+\w|ktlint-disable|detekt:|"
    r"@formatter:|NOSONAR|CHECKSTYLE\W?O|spotless:|scalafmt:|scalastyle:|scalafix:|\$COVERAGE-|"
    r"ReSharper (?:disable|restore|enable)|language=|"
    # shell, data, infrastructure
    r"shellcheck\s+(?:disable|enable|source|shell|external|extended)|checkov:|tfsec:|tflint-|"
    r"hadolint\s+\w+=|yamllint\s+(?:dis|en)able|yaml-language-server:|luacheck:|stylua:|credo:|"
    r"coveralls-|codespell:|cspell:|spell-?checker:|syntax=|escape=|(?:no|use) critic\b|"
    r"@generated\b|code generated\b.*do not edit|gitleaks:|nosemgrep"
)
# Directives whose blanks, or whose lack of words behind them, tell them from prose.
_EXACT = re.compile(
    r"^#!|^//export \w+\s*$|^/\*\s*globals? \w|^\s*(?://|#|--|/\*|<!--)?\s*#(?:end)?region\b|"
    r"^(?://|#)\s*(?:end)?region\s*$"
)
_TOOL = re.compile(rf"{_MARK}(?:{_TOOLS})", re.IGNORECASE)
# Read by tools, but its words are for people: the mark stays, the words may be better said.
_TAG = re.compile(rf"{_MARK}(@deprecated\b|@internal\b|Deprecated:)")
_LEGAL = re.compile(r"copyright\b|\bSPDX-|\blicen[sc]ed?\b|all rights reserved", re.IGNORECASE)
_NEXT = re.compile(r"next-?line|disable-next|NOLINTNEXTLINE", re.IGNORECASE)
_TASK = re.compile(r"\b(?:TODO|FIXME|HACK|XXX)\b")


def is_pragma(line: str) -> bool:
    """Whether a tool reads this line of a comment (given with its marker)."""
    return bool(_TOOL.match(line) or _EXACT.match(line))


def tag_of(line: str) -> str | None:
    """The mark of a documentation line that tools read, such as `@deprecated`."""
    match = _TAG.match(line)
    return match[1] if match else None


def is_legal(comment: str) -> bool:
    """Whether a comment states rights: not a word of it may change."""
    return _LEGAL.search(comment) is not None


def is_about_next_line(line: str) -> bool:
    """Whether a pragma works on the line that follows it and on no other."""
    return is_pragma(line) and _NEXT.search(line) is not None


def is_task(line: str) -> bool:
    """Whether a line notes work to be done."""
    return _TASK.search(line) is not None
