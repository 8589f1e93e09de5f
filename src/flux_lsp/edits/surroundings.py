"""A rewrite that repeats lines around the target, which would then stand there twice.

Takes off what is plainly a repetition; where it is not plain, says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.edits.indentation import indent_of

_FAR = 2000  # lines above and below that a rewrite may repeat
_MOST = 40  # places where a repetition may begin
_TELLING = 6  # letters and digits in a line that is not there twice by chance
_OPENERS = (":", "{", "(", "[", "*/", '"""', "-->")
_LEADING = ("@", "#", "//", "/*", "*", "--", "<!--", "[", "template", "export", "public", "private")


@dataclass(frozen=True, slots=True)
class Repeated:
    """The line of the file that a rewrite repeats, where it cannot be told if on purpose."""

    line: str
    where: str  # "above" or "below"


def without_surroundings(
    code: list[str], old: Sequence[str], above: Sequence[str], below: Sequence[str]
) -> list[str] | Repeated:
    """`code` without the file's lines around the target that it repeats at its ends."""
    top = _repeated(code, above[-_FAR:], old)
    if isinstance(top, str):
        return Repeated(top, "above")
    code = code[top:]
    bottom = _repeated(code[::-1], below[:_FAR][::-1], old[::-1], upwards=False)
    if isinstance(bottom, str):
        return Repeated(bottom, "below")
    return code[: len(code) - bottom]


def enclosing_header(code: Sequence[str], old: Sequence[str], above: Sequence[str]) -> str | None:
    """A line that opens what the target lies in and that `code` holds, though the target does not.

    Such a rewrite is of more than the target: put in its place, it would nest one in the other.
    """
    margin = min((len(indent_of(line)) for line in old if line.strip()), default=0)
    mine = {line.strip() for line in code} - {line.strip() for line in old}
    for line in reversed(above[-_FAR:]):
        if line.strip() and len(indent_of(line)) < margin:
            margin = len(indent_of(line))
            if line.strip() in mine and _telling(line):
                return line.strip()
        if not margin:
            break
    return None


def _repeated(
    code: list[str], around: Sequence[str], old: Sequence[str], *, upwards: bool = True
) -> int | str:
    """How many lines at the start of `code` are the last ones of `around`; the line when unclear."""
    count = _overlap(code, around)
    repeated = [line for line in code[:count] if _telling(line)]
    if not repeated:
        return 0
    following = next((line.strip() for line in code[count:] if line.strip()), None)
    first = next((line.strip() for line in old if line.strip()), None)
    if following is not None and following == first:
        return count
    if following is None or (first is not None and first == _solid(code)[0]):
        return 0  # all of it is repetition, or the target begins with these lines too
    if len(repeated) > 1 or (upwards and _leads(code[count - 1])):
        return count
    return repeated[0].strip()


def _overlap(code: list[str], around: Sequence[str]) -> int:
    """The longest start of `code` that is the end of `around`, line by line."""
    if not code:
        return 0
    starts = [i for i, line in enumerate(around) if line.rstrip() == code[0].rstrip()][-_MOST:]
    sizes = [len(around) - i for i in starts]
    bare = [line.rstrip() for line in code]
    same = (n for n in sizes if bare[:n] == [line.rstrip() for line in around[-n:]])
    return max((n for n in same if n < len(code)), default=0)


def _solid(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _telling(line: str) -> bool:
    return sum(char.isalnum() for char in line) >= _TELLING


def _leads(line: str) -> bool:
    """Whether a line opens or introduces what follows it, so that it belongs to the file's part."""
    return line.rstrip().endswith(_OPENERS) or line.lstrip().startswith(_LEADING)
