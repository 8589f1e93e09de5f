"""Any text in any position encoding goes through whole runs: only what was meant changes, to the byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, text, tool
from tests.fakes.flags import Gate
from tests.fakes.rules import Rule, replaced, target_of
from tests.server.flux import Flux, flux

pytestmark = pytest.mark.asyncio(loop_scope="module")

# astral, wide, combining and joined characters before, in and after what changes, on its lines too
PLAIN = """\
import os

GREETING = "😀 日本語 e\u0301 👩‍👩‍👧 𝒳"


def total(items):
    n = 0  # 数 😀
    for item in items:
        n += item  # 𝒳 e\u0301
    return n


def other():
    return os.name, "🇨🇭"
"""
OLD, NEW = "n += item  # 𝒳 e\u0301", "n = n + item  # 合計 👍🏽"


def as_crlf(document: str) -> str:
    return document.replace("\n", "\r\n")


DOCUMENTS: dict[str, str] = {
    "lf": PLAIN,
    "crlf": as_crlf(PLAIN),
    "cr": PLAIN.replace("\n", "\r"),
    "mixed line ends": as_crlf(PLAIN[: PLAIN.index("def total")])
    + PLAIN[PLAIN.index("def total") :],
    "byte order mark": "\ufeff" + PLAIN,
    "byte order mark and crlf": "\ufeff" + as_crlf(PLAIN),
    "form feeds": PLAIN.replace("\n\n\ndef", "\n\f\n\ndef").replace("# 数", "# \f 数"),
    "line separators": PLAIN.replace("日本語", "\u2028日\u2029本\u0085語\v\x1c"),
    "no final line end": PLAIN[: PLAIN.index("\n\n\ndef other")],
    "crlf without final line end": as_crlf(PLAIN[: PLAIN.index("\n\n\ndef other")]),
    "trailing blanks": PLAIN.replace("n = 0  # 数 😀\n", "n = 0  # 数 😀   \n\t\n"),
    "tabs": PLAIN.replace("    ", "\t"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["utf-8", "utf-16", "utf-32"])
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Flux]:
    """One server for each encoding."""
    home = tmp_path_factory.mktemp(request.param)
    async with flux(home, encodings=[request.param], settings={"max_attempts": 1}) as f:
        assert f.client.server["capabilities"]["positionEncoding"] == request.param
        yield f


def as_a_model_has_it(document: str) -> str:
    """Models see characters and write line feeds, whatever a line ended with."""
    return document.replace("\r\n", "\n").replace("\r", "\n")


def by_rewrite() -> Rule:
    def rule(request: Any, _: int) -> Answer:
        target = target_of(request)
        assert target is not None
        return tool("rewrite_range", {"code": as_a_model_has_it(target.text).replace(OLD, NEW)})

    return rule


def by_edits(indent: str) -> Answer:
    old, new = (f"{indent}{indent}{line}\n{indent}return n" for line in (OLD, NEW))
    return tool("apply_edits", {"edits": [{"path": "a.py", "old_string": old, "new_string": new}]})


def by_blocks(indent: str) -> Answer:
    old, new = (f"{indent}{indent}{line}\n{indent}return n" for line in (OLD, NEW))
    return text(f"a.py\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n")


DIALECTS: dict[str, Callable[[str], Answer | Rule]] = {
    "rewrite": lambda _: by_rewrite(),
    "edits": by_edits,
    "blocks": by_blocks,
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_an_edit_changes_what_it_should_and_no_other_byte(
    shared: Flux, name: str, dialect: str
) -> None:
    f, document = shared, DOCUMENTS[name]
    f.start_over(DIALECTS[dialect]("\t" if name == "tabs" else "    "))
    uri = f.open("a.py", document)

    outcome = await f.run(uri, "edit", "# 𝒳 e", instruction="write it out")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == document.replace(OLD, NEW)
    f.client.undo()
    assert f.client.text(uri) == document


async def test_typing_beside_the_target_is_kept_to_the_character(shared: Flux) -> None:
    f = shared
    for document in (PLAIN, as_crlf(PLAIN), "\ufeff" + PLAIN):
        gate = Gate()
        f.start_over(
            tool(
                "rewrite_range", {"code": "def total(items):\n    return sum(items)  # 👍🏽\n"}
            ).held(gate)
        )
        uri = f.open("a.py", document)
        waiting = asyncio.ensure_future(f.run(uri, "edit", "for item", instruction="use sum"))
        await f.api.call(0)

        f.client.replace(uri, "日本語", "日🎌本\u0301語")
        f.client.replace(uri, "🇨🇭", "")
        gate.open()
        outcome = await waiting

        assert outcome["status"] == "applied", outcome
        now = as_a_model_has_it(f.client.text(uri) or "")
        assert "😀 日🎌本\u0301語 e\u0301" in now
        assert 'return os.name, ""\n' in now
        assert "def total(items):\n    return sum(items)  # 👍🏽\n\n\ndef other" in now


async def test_diagnostics_and_selections_are_where_the_editor_says(shared: Flux) -> None:
    f = shared
    line = 'x = "😀😀", undefined, "日本語"  # 𝒳\n'
    f.start_over(replaced("undefined", "None"))
    uri = f.open("a.py", line + "y = 1\n")
    where = f.client.range_of(uri, "undefined")
    found = {"range": where, "message": "undefined name 😀", "severity": 1}

    offered = await f.client.code_actions(uri, where, diagnostics=[found])
    fix = next(a for a in offered if a["kind"] == "quickfix.flux.fix")
    outcome = await f.client.execute("flux.run", {**fix["command"]["arguments"][0], "wait": True})

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == line.replace("undefined", "None") + "y = 1\n"
    diagnostic = f.said().split("<diagnostic", 1)[1].split("</diagnostic>")[0]
    assert "undefined name 😀" in diagnostic
    assert 'line="1"' in diagnostic


async def test_a_directive_behind_wide_characters_goes_away_alone(shared: Flux) -> None:
    f = shared
    document = 'a = "😀日本語"  # flux: use a list 😀\nb = 2\n'
    f.start_over(replaced('"😀日本語"', '["😀日本語"]'))
    uri = f.open("a.py", document)

    offered = await f.client.code_actions(uri, f.cursor(uri, "日本"))
    action = next(a for a in offered if a["title"] == "Flux: use a list 😀")
    outcome = await f.client.execute(
        "flux.run", {**action["command"]["arguments"][0], "wait": True}
    )

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == 'a = ["😀日本語"]\nb = 2\n'


async def test_an_explanation_is_found_again_behind_wide_characters(shared: Flux) -> None:
    f = shared
    f.start_over(text("It adds. 😀"))
    uri = f.open("a.py", PLAIN)
    await f.run(uri, "explain", "# 𝒳 e")

    def at(part: str) -> dict[str, Any]:
        return {
            "textDocument": {"uri": uri},
            "position": f.client.range_of(uri, part)["end"],
        }

    inside = await f.client.request("textDocument/hover", at(OLD))
    outside = await f.client.request("textDocument/hover", at("😀 日本語"))

    assert "It adds. 😀" in inside["contents"]["value"]
    assert outside is None


async def test_a_new_file_has_the_characters_it_was_given(shared: Flux) -> None:
    f = shared
    content = (
        "from a import total\n\n\ndef test_total_of_😀():\n    assert total([1]) == 1  # 日本\n"
    )
    content = content.replace("_of_😀", "_of_数")
    name = f"a_{f.client.editor.encoding.replace('-', '')}"
    path = f"tests/test_{name}.py"
    f.start_over(
        tool("apply_edits", {"edits": [], "new_files": [{"path": path, "content": content}]})
    )
    f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
    f.file("tests/test_x.py", "def test_x():\n    pass\n")
    uri = f.open(f"{name}.py", PLAIN)

    outcome = await f.run(uri, "tests", "# 𝒳 e")

    assert outcome["status"] == "applied", outcome
    assert (f.root / path).read_bytes() == content.encode()
    (f.root / path).unlink()


async def test_the_model_is_shown_characters_not_escapes(shared: Flux) -> None:
    f = shared
    f.start_over(text("It adds."))
    uri = f.open("a.py", "\ufeff" + as_crlf(PLAIN))

    await f.run(uri, "explain", "# 𝒳 e")

    assert OLD in f.said()
    assert "\\u" not in json.dumps(f.said(), ensure_ascii=False).replace("\\ufeff", "")
