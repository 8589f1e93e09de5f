"""A text answer becomes an `Answer`: SEARCH/REPLACE blocks, or plainly the target rewritten.

Prose alone, and code of which it is not clear where it belongs, is FORMAT.
"""

from flux_lsp.core.errors import Code
from flux_lsp.edits.answer import Answer
from flux_lsp.edits.markers import fence
from flux_lsp.edits.text_blocks import BadBlockError, read_blocks
from flux_lsp.edits.values import Reject, Workpiece, reject

SKELETON = """path/to/file
<<<<<<< SEARCH
lines copied from the file
=======
the lines that replace them
>>>>>>> REPLACE"""


def from_text(text: str, piece: Workpiece) -> Answer | Reject:
    """What `text` asks for."""
    try:
        found = read_blocks(text, piece)
    except BadBlockError as bad:
        return _unreadable(str(bad))
    if found is not None:
        return Answer(edits=found.edits, note=found.note)
    code = _whole_target(text, piece)
    if code is not None:
        return Answer(rewrite=code)
    return _unreadable("it holds no SEARCH/REPLACE block" if text.strip() else "it is empty")


def _unreadable(why: str) -> Reject:
    said = "The answer was empty" if why == "it is empty" else "The answer held no readable edit"
    return reject(Code.FORMAT, said, f"{why}. Write each edit as\n{SKELETON}")


def _whole_target(text: str, piece: Workpiece) -> str | None:
    """The only code of an answer, when it begins and ends as the target does."""
    if piece.target is None:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    fences = [i for i, line in enumerate(lines) if fence(line) is not None]
    if len(fences) != 2 or fence(lines[fences[1]]):
        return None
    code = lines[fences[0] + 1 : fences[1]]
    old = piece.target.span.of(piece.files[piece.target.path].text).splitlines()
    mine = [line.strip() for line in code if line.strip()]
    theirs = [line.strip() for line in old if line.strip()]
    alike = len(mine) > 1 and mine[:1] == theirs[:1] and mine[-1:] == theirs[-1:]
    return "\n".join(code) + "\n" if alike else None
