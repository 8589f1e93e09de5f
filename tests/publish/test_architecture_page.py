"""The page about the layout names only what is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
WORDS = sorted(set(re.findall(r"`([^`\n]+)`", PROSE)))
FILES = [word for word in WORDS if re.fullmatch(r"[\w/]+/[\w/]*(\.py|\.md)?", word)]
DOTTED = [
    word for word in WORDS if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", word) and word != "files.py"
]
PACKAGES = {path.stem for path in (ROOT / "flux_lsp").iterdir()}


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_the_page_names_is_there(path: str) -> None:
    places = [ROOT / path, ROOT / "flux_lsp" / path, ROOT / "flux_lsp" / "fronts" / "lsp" / path]
    assert any(place.exists() for place in places)


@pytest.mark.parametrize("name", [name for name in DOTTED if name.split(".")[0] in PACKAGES])
def test_a_module_or_function_that_the_page_names_is_there(name: str) -> None:
    module, _, last = f"flux_lsp.{name}".rpartition(".")
    try:
        import_module(f"{module}.{last}")
    except ImportError:
        assert hasattr(import_module(module), last)


def test_the_page_names_many_of_both() -> None:
    assert len(FILES) > 30
    assert len(DOTTED) > 5
