"""What the engine says about a test file, out of the instruction's lines.

Falls back to what the path of the source says; never invents a package.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

_FACT = re.compile(r"^(Test file|Framework|Import|Names taken): *(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Order:
    """Where the tests go and how: `module` is what they import from, "" when it has no name."""

    path: str
    exists: bool
    framework: str
    module: str
    taken: tuple[str, ...]


def read_order(instruction: str, source: str) -> Order:
    """The order in an instruction for tests of the file at `source`."""
    facts = dict(
        re.findall(r"^(Test file|Framework|Import|Names taken): *(.*)$", instruction, re.MULTILINE)
    )
    path, _, state = facts.get("Test file", "").partition(" (")
    framework = facts.get("Framework", "")
    if not framework:
        framework = "unittest" if "unittest" in instruction.lower() else "pytest"
    imported = re.match(r"(?:from|import)\s+([\w.]+)", facts.get("Import", ""))
    names = (name.strip() for name in facts.get("Names taken", "").split(","))
    return Order(
        path=path.strip() or f"tests/test_{PurePosixPath(source).stem}.py",
        exists=state.startswith("exists"),
        framework="unittest" if "unittest" in framework.lower() else "pytest",
        module=imported[1] if imported else _module(source),
        taken=tuple(filter(None, names)),
    )


def _module(source: str) -> str:
    """`src/pkg/mod.py` → `pkg.mod`."""
    parts = list(PurePosixPath(source).with_suffix("").parts)
    if "src" in parts:
        parts = parts[parts.index("src") + 1 :]
    if parts[-1:] == ["__init__"]:
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else ""
