"""Finds what looks like a secret in text: by its form, by the name it is given, by a library.

Prefers a false alarm to a miss: a text redacted by mistake comes back byte for byte. Never keeps
what it finds.
"""

from flux_lsp.context import secret_library
from flux_lsp.context.secret_columns import find_by_column
from flux_lsp.context.secret_forms import find_by_form, warm_forms
from flux_lsp.context.secret_names import find_by_name
from flux_lsp.context.token_formats import find_by_format, find_by_style

_SHORTEST = 4
_LONG_WORD = 15  # the shortest that a key with a prefix of its own can be


def find_secrets(text: str) -> set[str]:
    """Every text inside `text` that should not leave; whole, as it stands there."""
    # Most patterns only match within long words: an eighth of ordinary code. And what stands in no
    # word stands nowhere: looking through each word once is a tenth of looking through the text.
    each = dict.fromkeys(text.split())
    words = "\n".join(word for word in each if len(word) >= _LONG_WORD)
    vocabulary = "\n".join(each).lower()
    secrets = {
        *find_by_form(text, words),
        *find_by_format(text, words, vocabulary),
        *find_by_style(words),
        *find_by_name(text, vocabulary),
        *find_by_column(text),
        *secret_library.find_by_library(text, words),
    }
    return {
        secret for secret in secrets if len(secret) >= _SHORTEST and "FLUX_SECRET" not in secret
    }


def warm() -> None:
    """Compile the patterns, so that the first prompt need not wait for it. Blocks."""
    secret_library.load_patterns()
    warm_forms()
