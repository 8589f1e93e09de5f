"""Whether new text brings lines that stand right beside its place already: a search that skipped them.

Never decides that a repeat was meant; the model can say so by searching for those lines too.
"""

from flux_lsp.core.text import Span, split_lines


def repeated_beside(text: str, region: Span, old: str, new: str) -> tuple[int, str] | None:
    """The offset and line just outside of `region` that `new` repeats at that end, and `old` not."""
    fresh, known = _lines(new), _lines(old)
    if len(fresh) < 2 or not known:
        return None
    below = _first(text[region.end : region.end + 4000]) if _ends_line(text, region.end) else ""
    if below and fresh[-1] == below and known[-1] != below:
        return region.end, below
    at_line_start = region.start and text[region.start - 1] == "\n"
    above = _lines(text[max(0, region.start - 4000) : region.start])[-1:] if at_line_start else []
    if above and _says(above[0]) and fresh[0] == above[0] and known[0] != above[0]:
        return text.rfind(above[0], 0, region.start), above[0]
    return None


def _lines(text: str) -> list[str]:
    """Lines without their ends and without blank ones at either end."""
    lines = [line.rstrip() for line in split_lines(text)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _first(text: str) -> str:
    """The next line that says something, blank lines passed over."""
    line = next((line for line in text.split("\n") if line.strip()), "").rstrip()
    return line if _says(line) else ""


def _says(line: str) -> bool:
    """Braces, `end` and the like repeat in good code; a statement right after itself does not."""
    return sum(letter.isalnum() for letter in line) > 5


def _ends_line(text: str, offset: int) -> bool:
    """Whether only blanks stand between `offset` and the end of its line."""
    if text[offset - 1 : offset] == "\n":
        return True
    end = text.find("\n", offset)
    return not text[offset : end if end >= 0 else len(text)].strip()
