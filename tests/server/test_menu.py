"""The code-action menu through the real server: kinds, order, filters, what is never offered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.lsp import capabilities
from tests.server.flux import Flux, flux
from tests.server.test_main_job import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all tests that need none of their own."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def test_invoked_on_a_symbol_all_actions_are_offered_with_their_kinds(shared: Flux) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE)

    offered = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))
    names = [
        a for a in offered if a["command"]["arguments"][0].get("action", "").startswith("agent")
    ]
    offered = [a for a in offered if a not in names]  # agents have names once their files are read

    assert len(names) in {0, 3}
    assert [a["kind"] for a in offered] == [
        "refactor.rewrite.flux.edit",
        "refactor.rewrite.flux.explain",
        "refactor.rewrite.flux.document",
        "refactor.rewrite.flux.tests",
        "refactor.rewrite.flux.review",
        "refactor.rewrite.flux.agent",
    ]
    assert all("isPreferred" not in a and "disabled" not in a for a in offered)
    commands = [a["command"]["command"] for a in offered]
    assert commands == ["flux.run"] * 5 + ["flux.agents"]


async def test_an_automatic_request_on_a_bare_cursor_offers_only_fix_and_directives(
    shared: Flux,
) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE.replace("def total", "# flux: use sum\ndef total"))
    cursor = f.client.range(uri, (7, 8))
    directive = f.client.range(uri, (3, 3))
    problem = {"range": cursor, "message": "bad"}

    plain = await f.client.code_actions(uri, cursor, trigger=2)
    fix = await f.client.code_actions(uri, cursor, trigger=2, diagnostics=[problem])
    asked = await f.client.code_actions(uri, directive, trigger=2)

    assert plain == []
    assert [a["kind"] for a in fix] == ["quickfix.flux.fix"]
    assert [a["title"] for a in asked] == ["Flux: use sum"]


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], ["quickfix.flux.fix"]),
        (["refactor.rewrite.flux.explain"], ["refactor.rewrite.flux.explain"]),
        (["source.organizeImports"], []),
        (["source.fixAll"], []),
        (["refactor.extract"], []),
        (["refactor.rewrite.fl"], []),
    ],
)
async def test_only_is_honoured(shared: Flux, only: list[str], kinds: list[str]) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE)
    where = f.client.range_of(uri, "n += item")

    offered = await f.client.code_actions(
        uri, where, only=only, diagnostics=[{"range": where, "message": "bad"}]
    )

    assert [a["kind"] for a in offered] == kinds


async def test_an_action_that_is_switched_off_is_not_offered(tmp_path: Path) -> None:
    async with flux(
        tmp_path,
        settings={"actions": {"tests": False, "explain": False}, "agents": {"menu": False}},
    ) as f:
        uri = f.open("app.py", CODE)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))

        assert [a["kind"].rsplit(".", 1)[1] for a in offered] == ["edit", "document", "review"]


async def test_a_client_that_does_not_know_disabled_actions_gets_none_so_marked(
    tmp_path: Path,
) -> None:
    caps = capabilities(textDocument={"codeAction": {"disabledSupport": None}}, experimental=None)
    async with flux(tmp_path, key=None, capabilities=caps) as f:
        uri = f.open("app.py", CODE)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))

        assert offered
        assert all("disabled" not in a for a in offered)


@pytest.mark.parametrize(
    ("name", "language", "comment"),
    [
        ("a.ts", "typescript", "// flux: {}"),
        ("a.lua", "lua", "-- flux: {}"),
        ("a.html", "html", "<!-- flux: {} -->"),
        ("a.css", "css", "/* flux: {} */"),
        ("a.el", "elisp", ";; flux: {}"),
        ("a.tex", "latex", "% flux: {}"),
        ("a.zig", "zig", "// flux: {}"),
    ],
)
async def test_a_directive_is_seen_in_any_language(
    shared: Flux, name: str, language: str, comment: str
) -> None:
    f = shared
    f.start_over()
    line = comment.format("make it shorter")
    uri = f.open(name, f"{line}\nsomething\n", language)

    offered = await f.client.code_actions(uri, f.client.range(uri, (0, 4)))

    assert "Flux: make it shorter" in [a["title"] for a in offered]


async def test_a_document_that_is_not_open_offers_nothing(shared: Flux) -> None:
    f = shared
    f.start_over()
    uri = f.file("other.py", CODE).as_uri()
    zero = {"line": 0, "character": 0}

    assert await f.client.code_actions(uri, {"start": zero, "end": zero}) == []
