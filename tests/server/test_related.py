"""What a plugin's other language servers know: asked about by the server's own questions, checked, and shown."""

from pathlib import Path

from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.related import read_related
from tests.fakes.answers import tool
from tests.server.flux import flux

CODE = """\
import shop


def total(basket):
    known = 1
    return shop.sum_up(basket.items, known) + 𝒜.tax()
"""
ANSWER = tool("rewrite_range", {"code": "def total(basket):\n    return 1\n"})


async def test_the_questions_are_about_members_first_and_types_before_definitions(
    tmp_path: Path,
) -> None:
    async with flux(tmp_path, ANSWER) as f:
        uri = f.open("app.py", CODE)
        reply = await f.client.execute("flux.related", f.argument(uri, "edit", "known = 1"))

        asked = [(q["method"].partition("/")[2], q["why"]) for q in reply["questions"]]
        half = len(asked) // 2
        assert [method for method, _ in asked] == ["typeDefinition"] * half + ["definition"] * half
        assert ("definition", "definition of sum_up") in asked
        assert not any("known" in why for _, why in asked)
        line = CODE.splitlines()[5]
        tax = next(q for q in reply["questions"] if q["why"] == "definition of tax")
        units = len(line[: line.index("tax")].encode("utf-16-le")) // 2
        assert tax["position"] == {"line": 5, "character": units}
        assert half <= 8


async def test_nothing_is_asked_where_the_project_is_not_shown(tmp_path: Path) -> None:
    async with flux(tmp_path, ANSWER, settings={"context": {"project": False}}) as f:
        uri = f.open("app.py", CODE)
        reply = await f.client.execute("flux.related", f.argument(uri, "edit", "known = 1"))
        assert reply == {"questions": []}


def test_a_place_that_leads_out_of_the_workspace_is_left_out() -> None:
    documents = WorkspaceDocuments(None, [Path("/w")])  # type: ignore[arg-type]
    ends = {end: {"line": 4, "character": 0} for end in ("start", "end")}
    names = ["file:///w/shop.py", "file:///etc/passwd", "file:///w/../etc/passwd", "untitled:x"]
    related = [{"uri": name, "range": ends, "why": "definition of x"} for name in names]
    places = read_related(related, "file:///w/app.py", documents)
    assert [place.path for place in places] == ["shop.py"]
