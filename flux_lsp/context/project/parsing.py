"""Parses a file for the index: of a page only the scripts, each in its place.

Never moves a line: what is no code turns into blanks, so that places mean the same in the file.
"""

import re
from collections.abc import Iterator

from flux_lsp.core.text import Span
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import Parsed, parse

_LONGEST_TAG = 400  # code points of an opening tag that are looked at
_BEGIN = re.compile(r"<!--|<script(?=[\s>])", re.IGNORECASE)
_TAG = re.compile(r"""(?:[^"'>]|"[^"]*+"|'[^']*+')*+>""")
_END = re.compile(r"</script\s*+>", re.IGNORECASE)
_KIND = re.compile(r"""\b(?:lang|type)\s*=\s*["']?([\w./+-]+)""", re.IGNORECASE)
_CODE = frozenset(
    {"ts", "tsx", "js", "jsx", "typescript", "javascript", "module", "text/javascript"}
)
_BLANKED = re.compile(r"[^\r\n]")


def parse_source(text: str, path: str, language_id: str = "") -> Parsed | None:
    """Parse the text of a file at a posix `path`; None where there is no grammar, or it is too much."""
    language = find_language(language_id, path)
    if not language.project.script:
        return parse(text, language)
    return parse(blank_page(text), find_language(language.project.script, ""))


def blank_page(text: str) -> str:
    """Write blanks for all of a page but the code of its scripts; lines and length stay."""
    parts, end = [], 0
    for span in _list_scripts(text):
        parts += [_BLANKED.sub(" ", text[end : span.start]), span.extract(text)]
        end = span.end
    return "".join([*parts, _BLANKED.sub(" ", text[end:])])


def _list_scripts(text: str) -> Iterator[Span]:
    """List where the code of scripts stands; a script or comment without an end ends the page."""
    place = 0
    while (begin := _BEGIN.search(text, place)) is not None:
        if begin[0] == "<!--":
            place = text.find("-->", begin.end()) + 3
            if place < 3:
                return
            continue
        place = begin.end()
        tag = _TAG.match(text, place, place + _LONGEST_TAG)
        if tag is None:
            continue
        end = _END.search(text, tag.end())
        if end is None:
            return
        if all(kind.lower() in _CODE for kind in _KIND.findall(tag[0])):
            yield Span(tag.end(), end.start())
        place = end.end()
