"""The id that elements of a prompt carry where a text in them looks like one of their tags.

Never lets the author of a text know the id, so that no text can close its element or forge another.
"""

import hashlib
import hmac
import re
import secrets as randomness
import unicodedata
from collections.abc import Sequence

from flux_lsp.context.values import Context, Diagnostic

_NAMES = "file|target|selection|diagnostic|instruction|left_out|guidance|test_place|task|hand_over|changes|earlier"
# Also what only looks like a tag to a model: `< / target`, `<\\instruction`.
_TAG = re.compile(rf"<[^\w<>]{{0,8}}(?:{_NAMES})\b", re.IGNORECASE)
# The id is the same in all of this process, so that the next question finds its start in the cache.
_KEY = randomness.token_bytes(32)


def choose_element_id(
    context: Context, diagnostics: Sequence[Diagnostic], others: Sequence[str]
) -> str | None:
    """Choose the id of all elements; None if no text holds anything like a tag.

    The whole document decides, not only what is shown of it: a wider view later needs the same id.
    """
    texts = [context.target.snapshot.text, context.target.path, *others]
    for shown in (*context.guidance, *context.list_excerpts()):
        texts += [shown.path, shown.text]
    texts += [change.diff for change in context.changes]
    for diagnostic in diagnostics:
        texts += [diagnostic.message, diagnostic.source, diagnostic.code, diagnostic.severity]
    return _make_id(texts) if any(_holds_tag(text) for text in texts) else None


def _holds_tag(text: str) -> bool:
    if _TAG.search(text):
        return True
    if text.isascii():
        return False
    # Wide letters and signs, and signs without width, read as the plain ones to a model.
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf"
    )
    return _TAG.search(plain) is not None


def _make_id(texts: Sequence[str]) -> str:
    """Make an id that is the same for the same texts in this process, and that no author can know."""
    digest = b"element"
    while True:
        digest = hmac.new(_KEY, digest, hashlib.sha256).hexdigest().encode()
        id_ = digest[:8].decode()
        if not any(id_ in text for text in texts):
            return id_
