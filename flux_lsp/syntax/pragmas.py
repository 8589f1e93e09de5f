"""Tells which comment lines a tool reads: directives to linters, compilers and formatters, licences.

Never looks where a comment stands; the caller knows that.
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
_LEGAL = re.compile(r"copyright|\bSPDX|licen[sc]e|all rights reserved|\(c\) \d{4}", re.IGNORECASE)
_NEXT = re.compile(r"next-?line|disable-next|NOLINTNEXTLINE", re.IGNORECASE)
_TASK = re.compile(r"\b(?:TODO|FIXME|HACK|XXX)\b")
# Words that tell of a tool wherever they stand in a comment. The first may head a file.
_FILE_WORDS = (
    r"\bcoding[:=]|\bvim?:|-\*-|@ts-|@flow\b|@format\b|@jsx|eslint|prettier-ignore|tslint|jshint|biome-|deno-lint"
    r"|frozen_string|warn_indent|typed: |go:build|\+build|swiftlint|ktlint|shellcheck|pylint|flake8|mypy:"
    r"|pyright:|ruff:|isort:|rubocop|phpcs|psalm|luacheck"
)
_WORDS = re.compile(
    rf"^\s*#!|{_FILE_WORDS}"
    r"|coding[:=]|prettier|isort|@jest-|@vitest|@preserve|@generated|stylelint|jslint|istanbul|c8 ignore|v8 ignore"
    r"|noqa|fmt: ?(?:on|off|skip)|type: ?ignore|pragma|nolint|//go:|//export |#cgo|sorbet"
    r"|swiftformat|detekt|noinspection|checkstyle|NOSONAR|NOPMD|formatter:"
    r"|clang-format|clang-tidy|NOLINT|cppcheck|IWYU|phpstan|@codeCoverage"
    r"|selene:|stylua|scalafmt|scalastyle|sourceMappingURL|#region|#endregion",
    re.IGNORECASE,
)
_HEADING = re.compile(
    rf"#!|<[?!]|.*(?:{_FILE_WORDS}|\bex:|typed:|swift-tools-version|@charset|-\*|generated|do not edit)",
    re.IGNORECASE,
)
_MOST = 400  # characters of a line that are searched for words


def is_pragma(line: str) -> bool:
    """Whether a tool reads this line of a comment (given with its marker)."""
    return bool(_TOOL.match(line) or _EXACT.match(line))


def may_be_pragma(line: str) -> bool:
    """Whether a comment line names a tool or states rights: nobody asked for it to go."""
    return _WORDS.search(line[:_MOST]) is not None or is_legal(line[:_MOST])


def is_header_comment(text: str) -> bool:
    """Whether the first line of a comment at the top of a file heads the file.

    True for a shebang, a coding line, a licence and a switch for a tool. Other comments there may
    document the first symbol.
    """
    return _HEADING.match(text) is not None or is_legal(text.split("\n", 1)[0])


def find_tag(line: str) -> str | None:
    """Find the mark of a documentation line that tools read, such as `@deprecated`."""
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
