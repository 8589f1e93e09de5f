"""Replaces known secrets in texts by placeholders; a secret always has the same placeholder.

Never looks for a secret by itself, only for pieces of the secrets that it is given.
"""

import hashlib
import hmac
import re
import secrets as randomness
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.context.replace_secrets import make_replacer
from flux_lsp.context.secret_parts import find_parts
from flux_lsp.context.secrets import find_secrets
from flux_lsp.core.text import find_line_starts, split_lines

# Placeholders are keyed hashes: stable within this process, so that a preview is what is sent and a
# retry keeps its cached prefix, and worth nothing to anyone who has one.
_KEY = randomness.token_bytes(32)
# The secrets of documents by a digest of the text; a process shows a few files again and again.
_KNOWN: dict[bytes, frozenset[str]] = {}
_MOST_KNOWN = 500
_SHORTEST_LINE = 6  # of a secret of several lines
_LINE_END = re.compile(r"\\r\\n|\\n|\r\n|\n|\r")
_MARKS = " \t\"'`,;#*>|\\"  # what stands around a line of a secret and is none of it
_NO_SECRET = re.compile(r"-----|[A-Za-z-]+: ")  # the first and last line of a key, and its headers


def find_known_secrets(documents: Iterable[str]) -> frozenset[str]:
    """Find the secrets of whole documents, so that Flux recognizes a part of one in an excerpt."""
    return frozenset(secret for text in documents for secret in _find_in_document(text))


def _find_in_document(text: str) -> frozenset[str]:
    """Find the secrets of a document, once as long as it stays as it is: a scan takes 2 ms for 10 kB."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    secrets = _KNOWN.get(digest)
    if secrets is None:
        secrets = frozenset(find_secrets(text))
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[digest] = secrets
    return secrets


def include_pieces(secrets: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Return the `secrets` that occur in one of `texts`, and the pieces of secrets that occur there."""
    secrets, texts = tuple(secrets), tuple(texts)
    wanted = {*secrets, *(line for secret in secrets for line in _split_lines(secret))}
    present = {piece for piece in wanted if any(piece in text for text in texts)}
    return present.union(*(find_parts(secrets, text) for text in texts))


@dataclass(frozen=True)
class Redactor:
    """Hides `secrets`, the longest first."""

    secrets: frozenset[str]

    def redact(self, text: str) -> str:
        """Return `text` with a placeholder for each secret."""
        return make_replacer(self.placeholders)(text) if self.secrets else text

    def redact_lines(self, text: str) -> list[tuple[int, str]]:
        """Return the redacted lines of `text` without ends, each with its 0-based number there.

        A secret of several lines is one placeholder; the lines it takes have no number of their own.
        """
        mark = next(char for char in map(chr, range(0xE000, 0xF8FF)) if char not in text)
        marked = {
            s: p + mark * (len(find_line_starts(s)) - 1) for s, p in self.placeholders.items()
        }
        number, lines = 0, list[tuple[int, str]]()
        for line in split_lines(make_replacer(marked)(text)):
            lines.append((number, line.rstrip("\r\n").replace(mark, "")))
            number += 1 + line.count(mark)
        return lines

    @cached_property
    def placeholders(self) -> dict[str, str]:
        """Secret → placeholder."""
        return {
            secret: _make_placeholder(secret)
            for secret in sorted(self.secrets, key=len, reverse=True)
        }


def _split_lines(secret: str) -> Iterator[str]:
    """Split a secret of several lines: each line is worth hiding wherever it stands."""
    lines = _LINE_END.split(secret)
    if len(lines) > 1:
        bare = (line.strip(_MARKS) for line in lines)
        yield from (
            part for part in bare if len(part) >= _SHORTEST_LINE and not _NO_SECRET.match(part)
        )


def _make_placeholder(secret: str) -> str:
    digest = hmac.new(_KEY, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"FLUX_SECRET_{digest.hexdigest()[:12]}"
