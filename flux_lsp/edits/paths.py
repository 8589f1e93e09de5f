"""Which file an answer means by a path: exactly one of the files shown, a new one, or none.

Never takes a path out of the workspace, and never one that exists but was not shown.
"""

import re
from collections.abc import Iterable, Mapping
from posixpath import normpath

from flux_lsp.core.text import Snapshot
from flux_lsp.edits.values import EditScope

_DRIVE = re.compile(r"^[A-Za-z]:")
_PLAUSIBLE = re.compile(r"^[\w.@+~\-\[\]()/]+$")
_LONGEST = 400


def find_shown_path(path: str, scope: EditScope) -> str | None:
    """The shown file that `path` means: itself, or the only one with that ending or name.

    None where `path` is another file of the workspace, and for a file that may not change.
    """
    wanted = clean_path(path)
    wanted = normpath(wanted) if 0 < len(wanted) <= _LONGEST else wanted  # `a/../b` is `b`
    if wanted in scope.files:
        return wanted
    shown = [*scope.files, *scope.locked]
    if not wanted:
        return shown[0] if len(shown) == 1 else None
    if wanted in scope.locked or ".." in wanted.split("/") or scope.existing(wanted):
        return None  # it is another file
    ending = [known for known in shown if _is_ending(known, wanted) or _is_ending(wanted, known)]
    named = [known for known in shown if _get_name(known) == _get_name(wanted)]
    meant = next((paths[0] for paths in (ending, named) if len(paths) == 1), None)
    return meant if meant in scope.files else None


def clean_path(path: str) -> str:
    """`path` with forward slashes, without quotes, leading `./` and the like."""
    plain = path.strip().strip("`'\"*<>").strip().replace("\\", "/")
    while plain.startswith("./"):
        plain = plain[2:]
    return plain


def find_path_fault(path: str, scope: EditScope) -> str | None:
    """Why no file may be made at `path`, None when one may."""
    parts = path.split("/")
    if not path or len(path) > _LONGEST or any(ord(char) < 32 for char in path):
        return "is no path"
    if path.startswith(("/", "~")) or _DRIVE.match(path) or ".." in parts:
        return "is outside the workspace"
    if "" in parts or "." in parts:
        return "is no path"
    if not scope.may_create:
        return "is not one of the files you were shown"
    shown = scope.files.get(path)
    if (shown is not None and shown.text.strip()) or (shown is None and scope.existing(path)):
        return "exists already"
    return None


def looks_like_path(text: str) -> bool:
    """Whether a line that is no known file may name one: one word with an ending or a folder."""
    name = _get_name(text)
    return (
        len(text) <= _LONGEST
        and bool(_PLAUSIBLE.match(text))
        and ("." in name[1:-1] or ("/" in text and bool(name)))
    )


def find_named_path(words: Iterable[str], files: Mapping[str, Snapshot]) -> str | None:
    """The one shown file that a sentence names."""
    tidied = {clean_path(word.strip(".,:;()")) for word in words}
    named = [path for path in files if path in tidied or _get_name(path) in tidied]
    return named[0] if len(named) == 1 else None


def _is_ending(path: str, ending: str) -> bool:
    return path.endswith("/" + ending.lstrip("/"))


def _get_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
