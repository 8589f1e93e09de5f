"""Reads failures from a JUnit report that a command prints.

Never resolves an entity that a report defines.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from flux_lsp.checks.values import Failure

_START = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<testsuites?\b")


def read_junit(output: str) -> list[Failure]:
    """Read the report; empty when the output is none."""
    if _START.match(output) is None or "<!DOCTYPE" in output or "<!ENTITY" in output:
        return []
    try:
        tree = ElementTree.fromstring(output)  # noqa: S314 - without a document type it has no entities
    except ElementTree.ParseError:
        return []
    return list(_read_cases(tree))


def _read_cases(tree: ElementTree.Element) -> Iterator[Failure]:
    for case in tree.iter("testcase"):
        trouble = next(
            (case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None
        )
        if trouble is not None:
            name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            yield Failure((trouble.get("message") or "").split("\n")[0], name or "?")
