"""The hand-written text of each generated page, as Markdown with places for what is generated.

Never holds a fact that the code knows: such facts are filled in.
"""

from pathlib import Path


def fill_page(name: str, **parts: str) -> str:
    """The page `name`.md with each `{{part}}` on a line of its own filled in.

    Raises ValueError when the page has no such place.
    """
    text = (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")
    for part, content in parts.items():
        place = f"{{{{{part}}}}}\n"
        if place not in text:
            raise ValueError(f"no place for {part} in {name}.md")
        text = text.replace(place, content)
    return text
