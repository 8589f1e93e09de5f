"""Tells by its first line whether a comment at the top of a file heads the file or documents a symbol.

Never looks where the comment stands; that is for the caller to know.
"""

import re

_LICENCE = re.compile(r"(?i).*(?:copyright|licen[cs]ed?\b|spdx-|all rights reserved|\(c\) \d{4})")
_SWITCH = re.compile(
    r"(?i)#!|<[?!]|.*(?:-\*-|\bcoding[:=]|\bvim?:|\bex:|@ts-|@jsx|@flow\b|@format\b|eslint|prettier-ignore"
    r"|tslint|jshint|biome-|deno-lint|frozen_string|warn_indent|typed: |typed:|go:build|\+build"
    r"|swift-tools-version|swiftlint|ktlint|shellcheck|pylint:|flake8|mypy:|ruff:|pyright:|isort:"
    r"|rubocop:|phpcs|psalm|@charset|-\*|luacheck|generated|do not edit)"
)


def is_header_comment(text: str) -> bool:
    """Whether it is a shebang, a coding line, a licence or a switch for a checker."""
    return _SWITCH.match(text) is not None or is_licence(text)


def is_licence(text: str) -> bool:
    """Whether it begins a licence or a copyright notice."""
    return _LICENCE.match(text) is not None
