"""What a model reports of the files it was shown: claims, and findings that were verified.

Never holds behaviour beyond reading itself.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from flux_lsp.core.text import LineRange

Severity = Literal["error", "warning", "information", "hint"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # the most serious first


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as the model wrote it down, not verified; lines are 1-based and inclusive.

    `title` is never empty. `severity` is one of those that there are.
    """

    path: str
    lines: LineRange
    quote: str
    severity: Severity
    title: str
    text: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFindings:
    """What an answer reports; `unreadable` counts the entries that are no claim."""

    claims: tuple[Claim, ...]
    summary: str = ""
    approved: bool | None = None
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a model reports of lines that it quoted rightly.

    `path` is as the model was shown it, `quote` the text of the first line without the blanks at
    its ends, secrets hidden. `text` explains, Markdown; `fix` is an instruction that would mend it.
    Both may be "".
    """

    path: str
    lines: LineRange
    quote: str
    severity: Severity
    title: str
    text: str = ""
    fix: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the JSON that clients rely on; `fix` only where there is one."""
        return {
            "path": self.path,
            "first_line": self.lines.first,
            "last_line": self.lines.last,
            "quote": self.quote,
            "severity": self.severity,
            "title": self.title,
            "text": self.text,
            **({"fix": self.fix} if self.fix else {}),
        }


@dataclass(frozen=True, slots=True)
class FindingReport:
    """The findings of an answer, the most serious first.

    `summary` is the model's, `approved` its verdict, None without one. `dropped` counts what could
    not be verified, `left_out` the less serious findings beyond the limit.
    """

    findings: tuple[Finding, ...]
    summary: str = ""
    approved: bool | None = None
    dropped: int = 0
    left_out: int = 0
